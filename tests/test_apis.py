from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mockserver.apis import data_folder, find_api, known_apis, load_model
from mockserver.errors import DocumentError, SemanticsError, UnknownApiError
from tests.conftest import APIS

SHOP = data_folder("specs") / "bookshop"


def test_the_apis_that_come_with_it_are_known() -> None:
    assert known_apis() == APIS


@pytest.mark.parametrize("name", APIS)
def test_every_known_api_can_be_played(name: str) -> None:
    model = load_model(name)
    assert model.name == name
    assert model.operations


def test_an_api_is_found_by_name_folder_file_and_url(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHOP, tmp_path / "shop"))
    assert find_api("bookshop").folder == SHOP
    assert (find_api(str(folder)).name, find_api(str(folder)).folder) == ("shop", folder)
    assert (
        find_api(str(folder / "openapi.yaml")).name,
        find_api(str(folder / "openapi.yaml")).folder,
    ) == (
        "shop",
        folder,
    )
    url = find_api("http://localhost/v1/pets.json?x=1")
    assert (url.name, url.folder, url.fixtures) == ("pets", None, None)


def test_a_file_is_called_by_its_stem_unless_that_says_nothing(tmp_path: Path) -> None:
    for stem, name in (("pets", "pets"), ("openapi", tmp_path.name), ("Swagger", tmp_path.name)):
        path = tmp_path / f"{stem}.json"
        path.write_text("{}", "utf-8")
        assert find_api(str(path)).name == name


def test_semantics_beside_the_document_are_read(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHOP, tmp_path / "shop"))
    assert load_model(str(folder / "openapi.yaml")).security.credentials[0].value == "bookshop-key"
    (folder / "semantics.yaml").unlink()
    assert load_model(str(folder)).security.credentials[0].value == "understudy"


@pytest.mark.parametrize("name", ["nothing-like-it", "", "no/such/file.yaml"])
def test_what_is_not_there_is_told_with_what_is(name: str) -> None:
    with pytest.raises(UnknownApiError, match="bookshop"):
        find_api(name)


def test_a_url_that_cannot_be_read_is_told() -> None:
    with pytest.raises(DocumentError, match=r"127\.0\.0\.1:9"):
        load_model("http://127.0.0.1:9/openapi.json")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("operations: {GET /nothing: {kind: list}}", "no operation 'GET /nothing'"),
        ("operations: {GET /shelves: {kind: lst}}", "lst"),
        ("credentials: {}", "/credentials"),
        ("security: {Nokey: {prefix: X}}", "no security scheme 'Nokey'"),
        ("defaults: {slash: maybe}", "maybe"),
        ("a: [", "semantics.yaml"),
    ],
)
def test_semantics_that_do_not_fit_are_refused(tmp_path: Path, said: str, message: str) -> None:
    folder = Path(shutil.copytree(SHOP, tmp_path / "shop"))
    (folder / "semantics.yaml").write_text(said, "utf-8")
    with pytest.raises(SemanticsError) as caught:
        load_model(str(folder))
    assert message in str(caught.value)
    assert "semantics.yaml" in str(caught.value)
