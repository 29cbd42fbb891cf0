"""How a list is asked for is told by more than the names of its parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from contracts.targets.target import AppTarget, Sent
from mockserver.model.filters import infer_filters
from mockserver.model.paging import infer_paging
from mockserver.model.properties import RecordProperties
from mockserver.model.types import DescribedParameter, Paging
from tests.conftest import fresh_app
from tests.model.compiling import document, does, many, operation, schema_of, small, thing

ITEM = thing(id="integer", name="string")
TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def parameter(name: str, schema: dict[str, Any], description: str = "") -> DescribedParameter:
    return DescribedParameter(
        name, "query", False, schema_of(schema), "form", True, description=description
    )


@pytest.mark.parametrize(
    ("size", "number", "style"),
    [
        (("results", NUMBER, ""), ("page", NUMBER, ""), "page"),
        (("search[pageSize]", NUMBER, ""), ("search[currentPage]", NUMBER, ""), "page"),
        (("n", NUMBER, "The number of items to return."), ("p", NUMBER, ""), "page"),
        (("limit", NUMBER, ""), ("at", TEXT, "A cursor for use in pagination."), "cursor"),
        (("limit", NUMBER, ""), ("iterator", TEXT, ""), "cursor"),
        (("limit", NUMBER, ""), ("cursor", {**TEXT, "pattern": "^a_"}, ""), "after"),
        (
            ("limit", NUMBER, ""),
            ("from", TEXT, "Paginates: an ID to start from, that item and onwards."),
            "from",
        ),
    ],
)
def test_pages_are_told_by_type_and_description(
    size: tuple[str, Any, str], number: tuple[str, Any, str], style: str
) -> None:
    paging = infer_paging([parameter(*size), parameter(*number)])
    assert (paging.style, paging.number, paging.size) == (style, number[0], size[0])


def test_a_moment_is_no_size_and_a_filter_no_page() -> None:
    query = [parameter("created[limit]", TEXT), parameter("filter[page]", NUMBER)]
    assert infer_paging(query[1:]) == Paging()


def test_the_token_of_a_reply_names_the_parameter_that_takes_it() -> None:
    query = [parameter(name, TEXT) for name in ("page", "per_page", "starting_after")]
    assert infer_paging(query).style == "page"
    assert infer_paging(query, {"startingafter"}).number == "starting_after"


@pytest.mark.parametrize(
    ("asked", "own", "everything"),
    [
        (["open", "closed", "all"], ["open", "closed"], {"all"}),
        (["open", "all"], ["open", "all"], set()),
        (["open", "closed"], ["open", "closed"], set()),
    ],
)
def test_a_word_that_a_property_cannot_be_chooses_every_record(
    asked: list[str], own: list[str], everything: set[str]
) -> None:
    known = RecordProperties(schema_of({"properties": {"state": {"enum": own}}}), "id", "things")
    (found,) = infer_filters([parameter("state", {"enum": asked})], known)
    assert found.everything == everything


@pytest.mark.parametrize("style", ["cursor", "after", "from"])
def test_the_style_of_pages_may_be_declared(style: str) -> None:
    listing = does(many(ITEM), query=["n", "at"])
    paths = {"/things": {"get": listing, "post": does(ITEM, thing(name="string"), 201)}}
    words = f"{{style: {style}, number: at, size: n}}"
    model = small(paths, f"operations: {{GET /things: {{paging: {words}}}}}")
    paging = operation(model, "GET /things").paging
    assert (paging.style, paging.number, paging.size) == (style, "at", "n")


@pytest.mark.parametrize("style", ["page", "cursor", "after", "from"])
def test_the_next_page_that_a_reply_tells_brings_what_comes_next(
    style: str, tmp_path: Path
) -> None:
    names = {"page": "page", "cursor": "cursor", "after": "after", "from": "from"}
    description = {"from": "Paginates from this ID onwards."}.get(style, "")
    query = [
        {"name": "limit", "in": "query", "schema": NUMBER},
        {"name": names[style], "in": "query", "schema": TEXT, "description": description},
    ]
    pointer = {"type": "object", "properties": {"href": TEXT}}
    listing = does(thing(items=many(ITEM), next=pointer), parameters=query)
    paths = {
        "/things": {"get": listing, "post": does(ITEM, thing(name="string"), 201)},
        "/things/{id}": {"get": does(ITEM)},
    }
    assert operation(small(paths), "GET /things").paging.style == style
    place = tmp_path / "api.json"
    place.write_text(document(paths), "utf-8")
    with closing(AppTarget(fresh_app(str(place)))) as target:
        for name in ("a", "b", "c"):
            content = json.dumps({"name": name}).encode()
            headers = {"content-type": "application/json"}
            assert target.send(Sent("POST", "/things", headers, content)).status == 201
        assert [*walked(target, "/things?limit=1")] == [["a"], ["b"], ["c"]]


def walked(target: AppTarget, path: str) -> Iterator[list[str]]:
    """Yield the names on each page, following the links."""
    while path:
        body = target.send(Sent("GET", path)).body
        yield [each["name"] for each in body["items"]]
        path = body.get("next", {}).get("href", "").removeprefix("http://testserver")
