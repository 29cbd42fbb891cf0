"""Laws of building: sources and overlay in, a valid `openapi.yaml` out, the same each time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mockserver.document import load_document
from mockserver.document.build import build_document
from mockserver.document.markdown import fences
from mockserver.document.reader import read_text
from mockserver.document.sources import fragments_of
from mockserver.errors import DocumentError
from tests.document.documents import answer_schema, answering, document_of

OMNITRON = Path(__file__).parents[2] / "specs" / "omnitron"
PAGE = OMNITRON / "pages" / "channel-product-images.md"


def page(*values: Any) -> str:
    """Write a page with one fence for each value."""
    return "\n".join(f"# Title\n\n```json\n{json.dumps(value)}\n```\n" for value in values)


def folder(path: Path, **files: str) -> Path:
    for name, text in files.items():
        file = path / name.replace("__", "/").replace("_", ".")
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    return path


def test_fences_are_found_with_their_lines() -> None:
    text = (
        "a\n```json title=x\n{\n```\n~~~~yaml\na: 1\n~~~\n~~~~\n  ```\n  inner\n  ```\n```js\nopen"
    )
    found = [(fence.language, fence.first_line, fence.text) for fence in fences(text)]
    assert found == [
        ("json", 3, "{"),
        ("yaml", 6, "a: 1\n~~~"),
        ("", 10, "inner"),
        ("js", 13, "open"),
    ]


def test_only_objects_with_an_openapi_or_swagger_key_are_fragments() -> None:
    text = (
        page({"id": 1}, [1], {"openapi": "3.0.0"})
        + '```yaml\nswagger: "2.0"\n```\n```python\nopenapi: 1\n```\n```json\n{...}\n```'
    )
    assert [fragment.value for fragment in fragments_of("a.md", text)] == [
        {"openapi": "3.0.0"},
        {"swagger": "2.0"},
    ]


def test_a_broken_fragment_is_an_error_with_its_line_in_the_page() -> None:
    text = page({"openapi": "3.0.0"}) + '\n```json\n{"openapi": "3.0.0",\n "paths": {]}\n```\n'
    with pytest.raises(DocumentError, match=r"a\.md:9: is no JSON"):
        fragments_of("a.md", text)


def test_a_page_without_fragments_is_an_error() -> None:
    with pytest.raises(DocumentError, match=r"a\.md: holds no OpenAPI fragment"):
        fragments_of("a.md", page({"id": 1}))


def test_a_fragment_knows_the_line_of_a_pointer() -> None:
    text = "text\n\n```yaml\nopenapi: 3.0.0\npaths:\n  /a: {}\n```"
    (fragment,) = fragments_of("a.md", text)
    assert fragment.line("/paths/~1a") == 6


def test_the_real_page_holds_seven_fragments_that_merge() -> None:
    fragments = fragments_of(str(PAGE), PAGE.read_text("utf-8"))
    assert len(fragments) == 7
    document = load_document(PAGE)
    assert len(document.spec["paths"]) == 7
    assert sum(len(item) for item in document.spec["paths"].values()) == 7
    assert list(document.spec["components"]["schemas"]) == [
        "SalesChannelProductImage",
        "ProductImage",
    ]
    (fault,) = [finding for finding in document.warnings if finding.fault]
    assert "enum of the items stands on the array" in fault.message
    assert fault.pointer == "/components/parameters/product_type/schema"


def test_a_pointer_into_the_real_page_is_located() -> None:
    document = load_document(PAGE)
    source, line = document.locate(
        "/paths/~1api~1v1~1channel~1{channel_id}~1product_images~1{id}~1/get"
    )
    assert (source, line) == (str(PAGE), 8)


def test_the_committed_document_is_what_its_sources_give() -> None:
    assert build_document(OMNITRON) == (OMNITRON / "openapi.yaml").read_text("utf-8")


def test_a_folder_is_built_the_same_each_time_and_read_back(tmp_path: Path) -> None:
    source = folder(
        tmp_path,
        pages__a_md=page(document_of(answering({"example": "no\n"}))),
        sources_yaml="sources: [pages/a.md]",
    )
    text = build_document(source)
    assert text == build_document(source)
    assert read_text(text, "a", []) == document_of(answering({"example": "no\n"}))
    assert "&id" not in text


def test_the_overlay_is_applied_before_validation(tmp_path: Path) -> None:
    overlay = "overlay: 1.0.0\ninfo: {title: a, version: '1'}\nactions:\n"
    overlay += "- {target: $.info, description: the page has no version, update: {version: '1'}}\n"
    value = document_of(answering({})) | {"info": {"title": "Pages"}}
    source = folder(
        tmp_path,
        a_md=page(value),
        sources_yaml="sources: [a.md]\noverlay: overlay.yaml",
        overlay_yaml=overlay,
    )
    assert "version: '1'" in build_document(source)


def test_an_invalid_result_is_an_error_with_the_place_in_the_page(tmp_path: Path) -> None:
    value = document_of(answering({"type": "text"}))
    source = folder(tmp_path, a_md=page(value), sources_yaml="sources: [a.md]")
    with pytest.raises(DocumentError, match="the built document is not valid") as caught:
        build_document(source)
    assert (caught.value.source, caught.value.line) == (str(tmp_path / "a.md"), 4)
    assert caught.value.pointer is not None
    assert caught.value.pointer.startswith("/paths/~1things/get/responses/200")


def test_a_dangling_reference_is_an_error(tmp_path: Path) -> None:
    value = document_of(answering({"$ref": "#/components/schemas/Nobody"}))
    source = folder(tmp_path, a_md=page(value), sources_yaml="sources: [a.md]")
    with pytest.raises(DocumentError, match="#/components/schemas/Nobody leads nowhere"):
        build_document(source)


def test_file_references_are_seen_from_the_folder(tmp_path: Path) -> None:
    value = document_of(answering({"$ref": "thing.json"}))
    source = folder(
        tmp_path,
        pages__a_md=page(value),
        pages__thing_json='{"type": "string"}',
        sources_yaml="sources: [pages/a.md]",
    )
    assert "$ref: pages/thing.json" in build_document(source)
    document = load_document(source)
    assert answer_schema(document) == {"$ref": "#/components/schemas/thing"}


def test_a_folder_without_a_built_document_is_composed_when_loaded(tmp_path: Path) -> None:
    source = folder(tmp_path, a_md=page(document_of(answering({}))), sources_yaml="sources: [a.md]")
    document = load_document(source)
    assert document.name == tmp_path.name
    assert document.locate("/paths/~1things/get") == (str(tmp_path / "a.md"), 4)


def test_the_built_document_counts_where_there_is_one(tmp_path: Path) -> None:
    built = json.dumps(document_of(answering({"type": "integer"})))
    source = folder(
        tmp_path,
        a_md=page(document_of(answering({}))),
        sources_yaml="sources: [a.md]",
        openapi_json=built,
    )
    assert answer_schema(load_document(source)) == {"type": "integer"}


@pytest.mark.parametrize(
    ("listing", "message"),
    [
        ("", "lists no sources"),
        ("sources: []", "lists no sources"),
        ("sources: [a.md]\noverlays: b", "unknown word 'overlays'"),
        ("sources: [1]", "no file name"),
        ("sources: [missing.md]", "there is no such file"),
        ("sources: [a.md]\noverlay: missing.yaml", "there is no such file"),
    ],
)
def test_a_wrong_listing_is_an_error(tmp_path: Path, listing: str, message: str) -> None:
    source = folder(tmp_path, a_md=page(document_of(answering({}))), sources_yaml=listing)
    with pytest.raises(DocumentError, match=message):
        build_document(source)
