from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.apis import data_folder, find_api
from mockserver.app import Settings, space_of
from mockserver.errors import FixtureError
from mockserver.model.types import Kind
from mockserver.seeding import fixture_file, read_fixture, seed
from mockserver.space import Space
from mockserver.state import Collection, Query
from tests.asgi.stage import Stage
from tests.conftest import APIS, fresh_app, fresh_space, model_of


def seeded(name: str, records: Any) -> Space:
    """Return an API with these records alone."""
    space = space_of(model_of(name), None, Settings(fixtures=None))
    seed(space.model, space.store, space.supply, records, "tests.yaml")
    return space


def count(space: Space, resource: str, *parents: str) -> int:
    with space.store.transaction() as reader:
        return reader.select(Collection(resource, parents), Query()).total


@pytest.mark.parametrize("name", APIS)
def test_the_default_fixture_fills_what_is_listed(name: str) -> None:
    space = fresh_space(name)
    listed = {
        each.resource for each in space.model.operations if each.kind is Kind.LIST and each.resource
    }
    filled = {resource for resource in listed if count(space, resource)}
    assert filled
    said = read_fixture(data_folder("fixtures") / name / "default.yaml")
    for resource, records in said.items():
        assert count(space, resource) >= (len(records) if isinstance(records, list) else 1), (
            resource
        )


@pytest.mark.parametrize("name", APIS)
def test_none_starts_empty(name: str) -> None:
    space = fresh_space(name, Settings(fixtures=None))
    assert not any(count(space, resource) for resource in space.model.resources)


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ({"bokks": []}, "no resource 'bokks' (known: books, shelves)"),
        ({"shelves": [{"name": "A"}]}, "lacks its key 'id'"),
        ({"shelves": [{"id": None}]}, "cannot be None"),
        ({"shelves": [{"id": [1]}]}, "cannot be [1]"),
        ({"books": [{"id": 1, "title": "A"}]}, "lacks 'shelf_id', its parent"),
        ({"shelves": ["A"]}, "must be an object, not 'A'"),
        ({"shelves": "A"}, "must be an object, not 'A'"),
        ({"books": [{"id": 1, "$in": "1"}]}, "must map parameters to keys"),
        ({"shelves": [{"id": 1}, {"id": "1"}]}, "the same key '1'"),
    ],
)
def test_a_record_that_does_not_fit_is_refused_and_nothing_is_stored(
    records: Any, said: str
) -> None:
    space = space_of(model_of("bookshop"), None, Settings(fixtures=None))
    with pytest.raises(FixtureError) as caught:
        seed(
            space.model,
            space.store,
            space.supply,
            {"shelves": [{"id": 9}], **records},
            "tests.yaml",
        )
    assert said in str(caught.value)
    assert str(caught.value).startswith("tests.yaml: ")
    assert count(space, "shelves") == 0


@pytest.mark.parametrize("images", [None, 5, ["a"], [{"url": "a"}], {"id": 1}])
def test_children_that_are_no_objects_with_a_key_are_refused(images: Any) -> None:
    with pytest.raises(FixtureError, match="'images' of a record of 'downloadable_images'"):
        seeded("omnitron", {"downloadable_images": [{"product_sku": "a", "images": images}]})


def test_a_record_may_say_where_it_is_without_a_property_for_it() -> None:
    space = seeded(
        "bookshop",
        {"shelves": [{"id": 1}], "books": [{"id": 5, "title": "A", "$in": {"shelf_id": 1}}]},
    )
    assert count(space, "books", "1") == 1
    with space.store.transaction() as reader:
        assert reader.get(Collection("books", ("1",)), "5") == {"id": 5, "title": "A"}


def test_a_resource_without_records_may_be_named() -> None:
    assert count(seeded("bookshop", {"shelves": None, "books": []}), "shelves") == 0


def test_numbers_go_on_after_the_highest_of_the_fixture() -> None:
    key = {"X-Api-Key": "bookshop-key"}
    stage = Stage(fresh_app("bookshop"))
    assert stage.ask("POST /shelves", {"name": "A"}, key).json["id"] == 4
    assert stage.ask("POST /shelves/1/books", {"title": "A"}, key).json["id"] == 5


def test_numbers_of_children_go_on_too() -> None:
    token = {"Authorization": "Token f532e28df6e4d5fa4648a812018876da1bb9332d"}
    body = {"product_sku": "9036451200", "images": [{"url": "https://url/new.png"}]}
    made = Stage(fresh_app("omnitron")).ask("POST /api/i1/downloadable_image/", body, token)
    assert made.json["images"][0]["id"] == 676603


def test_a_fixture_is_found_by_its_name_or_its_path(tmp_path: Path) -> None:
    (tmp_path / "two.yaml").write_text("a: []", "utf-8")
    assert fixture_file(tmp_path, "two") == tmp_path / "two.yaml"
    assert fixture_file(None, str(tmp_path / "two.yaml")) == tmp_path / "two.yaml"
    assert fixture_file(tmp_path, "default") is None
    with pytest.raises(FixtureError, match="known here: two"):
        fixture_file(tmp_path, "three")
    with pytest.raises(FixtureError, match="known here: none"):
        fixture_file(None, "three")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: [", "bad.yaml"),
        (b"- 1", "must map resource names"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"{", "bad"),
    ],
)
def test_a_fixture_that_cannot_be_read_is_refused(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(FixtureError, match=said):
        read_fixture(path)


def test_an_empty_fixture_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty.yaml"
    path.write_text("# nothing yet\n", "utf-8")
    assert read_fixture(path) == {}


def test_the_seed_of_a_folder_is_its_own(tmp_path: Path) -> None:
    (tmp_path / "openapi.json").write_text('{"openapi": "3.0.3", "info": {}, "paths": {}}', "utf-8")
    assert find_api(str(tmp_path)).fixtures is None
    (tmp_path / "fixtures").mkdir()
    assert find_api(str(tmp_path)).fixtures == tmp_path / "fixtures"
