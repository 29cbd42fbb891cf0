"""A document and its semantics give a Model, or an error that tells what is wrong; and a Model can
be played.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.apis import load_model
from mockserver.app import Settings, make_app
from mockserver.document.reader import decode, read_text
from mockserver.errors import UnderstudyError
from mockserver.model.compile import compile_model
from mockserver.model.semantics import check_semantics
from tests.conftest import APIS, ROOT, model_of
from tests.hostile.budget import budget
from tests.hostile.odd import damaged, json_texts, spoiled, values
from tests.hostile.wire import Wire, ask, body

SPECS = ROOT / "specs"
SMALL = {
    "swagger": "2.0",
    "info": {"title": "Small", "version": "1"},
    "host": "small.example",
    "basePath": "/v1",
    "securityDefinitions": {"key": {"type": "apiKey", "in": "query", "name": "key"}},
    "paths": {
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "type": "integer"}],
            "get": {
                "operationId": "a",
                "responses": {"200": {"description": "", "schema": {"$ref": "#/definitions/T"}}},
            },
            "put": {
                "consumes": ["application/xml"],
                "parameters": [{"name": "t", "in": "body", "schema": {"$ref": "#/definitions/T"}}],
                "responses": {"default": {"description": ""}},
            },
        },
        "/things": {
            "get": {
                "parameters": [
                    {"name": "page", "in": "query", "type": "array", "items": {"type": "string"}}
                ],
                "responses": {
                    "200": {
                        "description": "",
                        "schema": {"type": "array", "items": {"$ref": "#/definitions/T"}},
                    }
                },
            },
            "post": {
                "parameters": [{"name": "a", "in": "formData", "type": "file"}],
                "responses": {"201": {"description": "", "schema": {"$ref": "#/definitions/T"}}},
            },
        },
    },
    "definitions": {
        "T": {
            "type": "object",
            "properties": {"id": {"type": "integer"}, "t": {"$ref": "#/definitions/T"}},
        }
    },
}


@cache
def written(api: str, file: str) -> Any:
    """Return what a file of an API says."""
    return read_text((SPECS / api / file).read_text("utf-8"), file, [])


def told(error: UnderstudyError) -> None:
    """An error has a text, and that is no traceback."""
    assert 0 < len(str(error)) < 5_000
    assert "Traceback" not in str(error)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("odd") / "api"


def loaded(folder: Path, content: bytes, name: str = "openapi.json") -> bool:
    """Load what a folder holds; tell whether it gave a Model. What is no UnderstudyError comes
    through.
    """
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (folder / name).write_bytes(content)
    try:
        load_model(str(folder))
    except UnderstudyError as error:
        told(error)
        return False
    return True


@budget(60)
@given(document=spoiled(written("bookshop", "openapi.yaml")) | spoiled(SMALL))
def test_a_spoiled_document_gives_a_model_or_an_error(folder: Path, document: Any) -> None:
    loaded(folder, json.dumps(document).encode())


@budget(40)
@given(content=damaged((SPECS / "bookshop" / "openapi.yaml").read_bytes()))
def test_a_damaged_text_gives_a_model_or_an_error(folder: Path, content: bytes) -> None:
    loaded(folder, content, "openapi.yaml")


@budget(100)
@given(content=json_texts() | st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        read_text(decode(content, "odd"), "odd", [])
    except UnderstudyError as error:
        told(error)


@budget(60)
@given(
    document=values
    | st.fixed_dictionaries(
        {"openapi": st.just("3.0.0")}, optional={"paths": values, "info": values}
    )
)
def test_any_value_gives_a_model_or_an_error(folder: Path, document: Any) -> None:
    loaded(folder, json.dumps(document).encode())


@pytest.mark.parametrize("api", APIS)
@budget(50)
@given(data=st.data())
def test_spoiled_semantics_give_a_model_or_an_error(api: str, data: st.DataObject) -> None:
    said = data.draw(spoiled(written(api, "semantics.yaml")))
    try:
        compile_model(model_of(api).document, check_semantics(said, "odd"), "odd")
    except UnderstudyError as error:
        told(error)


@budget(100)
@given(
    said=values
    | st.dictionaries(
        st.sampled_from(("defaults", "errors", "resources", "operations", "security")), values
    )
)
def test_any_semantics_give_a_model_or_an_error(said: Any) -> None:
    try:
        compile_model(model_of("bookshop").document, check_semantics(said, "odd"), "odd")
    except UnderstudyError as error:
        told(error)


@budget(30)
@given(document=spoiled(written("bookshop", "openapi.yaml")) | spoiled(SMALL))
def test_a_model_of_a_spoiled_document_can_be_played(folder: Path, document: Any) -> None:
    if not loaded(folder, json.dumps(document).encode()):
        return
    app = make_app([str(folder)], Settings(auth=("off",)))
    for operation in load_model(str(folder)).operations:
        path = operation.path.replace("{", "").replace("}", "").encode()
        for prefix in (b"", b"/v1"):
            wire = Wire(operation.method, prefix + path)
            sent = (
                body(b'{"title": "a", "name": "b"}')(wire)
                if operation.method in ("POST", "PUT", "PATCH")
                else wire
            )
            came = ask(app, sent)
            assert came.status < 500 or came.status == 501, (operation.label, came)


FIXTURES = (
    "shelves: 1",
    "shelves: [1]",
    "no: []",
    "[]",
    "shelves: [{id: {}}]",
    "books: [{id: 1}]",
    "a: *b",
)


@pytest.mark.parametrize("said", FIXTURES)
def test_a_damaged_fixture_is_told(tmp_path: Path, said: str) -> None:
    (tmp_path / "openapi.yaml").write_bytes((SPECS / "bookshop" / "openapi.yaml").read_bytes())
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "default.yaml").write_text(said, "utf-8")
    with pytest.raises(UnderstudyError):
        make_app([str(tmp_path)])
