"""Laws of loading: where a document may be, what is refused, and the documents of the world."""

from __future__ import annotations

import http.server
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.apis import load_model
from mockserver.document import Document, load_document
from mockserver.document.findings import Finding
from mockserver.document.grammar import METHODS
from mockserver.document.normalize import normalize
from mockserver.errors import DocumentError
from tests.document.documents import Load, answer_schema, answering, document_of

CORPUS = Path(os.environ.get("UNDERSTUDY_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
ENTRIES = (
    json.loads((CORPUS / "index.json").read_text()) if (CORPUS / "index.json").is_file() else []
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Serve the files of a folder."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(tmp_path))

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty, not an OpenAPI document"),
        ("# nothing\n", "is empty"),
        ("[]", "holds a list"),
        ("just words", "holds a plain text"),
        ("12", "holds a single value"),
        ('{"asyncapi": "2.0.0"}', "neither an openapi nor a swagger key"),
        ("<!DOCTYPE html><html></html>", "is an HTML or XML page"),
        ("a: [", "is no YAML"),
        ('{"openapi": ', "is no JSON"),
        ("openapi: 4.0.0", "openapi: '4.0.0' is no supported version"),
        ("swagger: '1.2'", "swagger: '1.2' is no supported version"),
        ("openapi: '2.0'", "openapi: '2.0' is no supported version"),
        ("openapi:", "openapi: 'None' is no supported version"),
        ("openapi: 3.0.0\na: " + "[" * 5000 + "]" * 5000, "nested too deeply|is no YAML"),
    ],
)
def test_what_is_no_openapi_document_is_refused_with_what_where_and_what_next(
    load: Load, content: str, message: str
) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        load(content, "thing.yaml")
    assert "thing.yaml" in caught.value.source
    assert caught.value.hint


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="there is no such file"):
        load_document(tmp_path / "missing.yaml")


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(bytes(range(256)))
    with pytest.raises(DocumentError, match="is a binary file"):
        load_document(tmp_path / "a.yaml")


def test_a_folder_without_a_document_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="this folder holds no OpenAPI document"):
        load_document(tmp_path)


@pytest.mark.parametrize(
    "file", ["openapi.yaml", "openapi.yml", "openapi.json", "swagger.yaml", "swagger.json"]
)
def test_a_folder_is_loaded_by_its_document(load: Load, tmp_path: Path, file: str) -> None:
    load(document_of(answering({"type": "string"})), file)
    document = load_document(tmp_path)
    assert answer_schema(document) == {"type": "string"}
    assert document.name == tmp_path.name


def test_a_document_is_named_after_its_file_or_what_the_caller_says(
    load: Load, tmp_path: Path
) -> None:
    assert load(document_of(answering({})), "shop.json").name == "shop"
    assert load_document(tmp_path / "shop.json", name="market").name == "market"


def test_braces_in_texts_stay_as_they_are(load: Load) -> None:
    document = load(document_of(answering({"description": "{{ name }} {% if %} {# note #}"})))
    assert answer_schema(document) == {"description": "{{ name }} {% if %} {# note #}"}


def test_a_document_is_loaded_from_a_url_with_its_neighbors(load: Load, site: str) -> None:
    load(
        document_of(answering({"$ref": "pet.json"})),
        "shop.json",
        **{"pet.json": {"type": "string"}},
    )
    document = load_document(f"{site}/shop.json")
    assert document.name == "shop"
    assert document.spec["components"]["schemas"] == {"pet": {"type": "string"}}


def test_references_to_other_hosts_are_fetched_only_when_allowed(
    load: Load, tmp_path: Path, site: str
) -> None:
    load(
        document_of(answering({"$ref": f"{site}/pet.json"})),
        "shop.json",
        **{"pet.json": {"type": "string"}},
    )
    refused = load_document(tmp_path / "shop.json")
    assert answer_schema(refused) == {}
    assert "was not fetched" in str(refused.warnings[0])
    fetched = load_document(tmp_path / "shop.json", references=[site.removeprefix("http://")])
    assert answer_schema(fetched) == {"$ref": "#/components/schemas/pet"}


def test_a_url_that_gives_no_document_is_refused(site: str) -> None:
    with pytest.raises(DocumentError, match="the server answered 404"):
        load_document(f"{site}/missing.yaml")


def test_a_server_that_does_not_answer_is_told() -> None:
    with pytest.raises(DocumentError, match="cannot be reached"):
        load_document("http://127.0.0.1:9/openapi.yaml")


def test_a_pointer_is_located_through_the_references_on_its_way(load: Load) -> None:
    text = "openapi: 3.0.0\ninfo: {title: a, version: '1'}\npaths:\n  /a:\n    get:\n      operationId: a\n"
    text += "      responses:\n        '200':\n          $ref: '#/components/responses/ok'\n"
    text += "components:\n  responses:\n    ok:\n      description: fine\n"
    document = load(text, "a.yaml")
    assert document.locate("/paths/~1a/get/responses/200/description")[1] == 13
    assert document.locate("/paths/~1a/get/nothing/at/all")[1] == 5


def test_a_document_made_by_hand_locates_its_source() -> None:
    assert Document("a", "a.yaml", {}, "3.0.3", ()).locate("/paths") == ("a.yaml", None)


@pytest.mark.skipif(not ENTRIES, reason="the corpus of real documents is not here")
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_a_real_document_loads_whole(entry: dict[str, Any]) -> None:
    document = load_document(CORPUS / entry["name"] / entry["root"])
    operations = [
        (item, item[method])
        for item in document.spec["paths"].values()
        for method in METHODS
        if method in item
    ]
    # a query in a path and the methods of 3.2 are what may be left out
    assert entry["n_ops"] - sum(
        "left out" in finding.message for finding in document.warnings
    ) <= len(operations)
    assert len({operation["operationId"] for _, operation in operations}) == len(operations)
    for item, operation in operations:
        for parameter in [*item.get("parameters", []), *operation.get("parameters", [])]:
            assert {"name", "in"} <= parameter.keys()
        assert all(
            isinstance(response["description"], str) for response in operation["responses"].values()
        )
        assert "$ref" not in operation.get("requestBody", {})


@pytest.mark.skipif(not ENTRIES, reason="the corpus of real documents is not here")
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_the_references_of_a_real_document_are_local_and_nothing_is_mended_twice(
    entry: dict[str, Any],
) -> None:
    document = load_document(CORPUS / entry["name"] / entry["root"])
    findings: list[Finding] = []
    assert normalize(document.spec, document.name, findings) == document.spec
    assert not [finding for finding in findings if finding.fault]
    names = set(document.spec["components"]["schemas"])
    targets = {
        value for value in references(document.spec) if value.startswith("#/components/schemas/")
    }
    assert {target.rpartition("/")[2] for target in targets} <= names


def references(value: Any) -> Iterator[str]:
    """Yield the text of every reference."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for entry in value:
            yield from references(entry)


@pytest.mark.parametrize("form", ["file://{}", "file:{}", "FILE://localhost{}"])
def test_a_file_url_is_that_file(tmp_path: Path, form: str) -> None:
    path = tmp_path / "my dir é" / "a %b#.yaml"
    path.parent.mkdir()
    path.write_text("openapi: 3.0.3\npaths: {/notes: {get: {}}}\n")
    url = form.format(path.as_uri().removeprefix("file://"))
    assert list(load_document(url).spec["paths"]) == ["/notes"]
    assert load_document(url).name == "a %b#"
    assert load_model(url).document.source == str(path)
    folder = path.with_name("openapi.yaml")
    path.rename(folder)
    assert load_document(folder.parent.as_uri()).name == "my dir é"
