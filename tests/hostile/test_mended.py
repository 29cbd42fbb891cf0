"""What hostile input once broke, smallest first: each of these failed before it was mended."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from mockserver.apis import load_model
from mockserver.app import make_app
from mockserver.asgi.codec.bodies import MOST_FIELDS, Malformed, decoder_for, parse_media_type
from mockserver.asgi.codec.parameters import shape_of
from mockserver.asgi.codec.styles import Style
from mockserver.asgi.codec.xml import DEEPEST, read_xml, unescape_name
from mockserver.asgi.codec.xml import shape_of as xml_shape_of
from mockserver.asgi.preference import read_preferences
from mockserver.asgi.request import Request
from mockserver.behavior.template import fill
from mockserver.control.pattern import pattern_of
from mockserver.document.reader import read_text
from mockserver.errors import DocumentError, SemanticsError, SettingsError
from mockserver.model.semantics import check_semantics
from mockserver.model.types import XmlHabits
from mockserver.model.types.schema import NO_SCHEMA
from tests.described import schema_of
from tests.hostile.wire import Wire, ask

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "a", "version": "1"},
    "paths": {"/a": {"get": {}}},
}


def read(text: str) -> Any:
    return read_text(text, "odd", [])


def asked(*headers: tuple[bytes, bytes], query: bytes = b"") -> Request:
    scope = {"headers": headers, "query_string": query, "path": "/", "server": ("127.0.0.1", 80)}
    return Request(scope, None)


@pytest.mark.parametrize(
    "text", ["9" * 310, "9" * 5_000, "0x" + "f" * 300, "0o" + "7" * 500, "1e400", "-.5e9999"]
)
def test_a_number_in_yaml_beyond_every_range_stays_text(text: str) -> None:
    assert isinstance(read(f"a: {text}")["a"], str)


@pytest.mark.parametrize("text", ["9" * 310, "9" * 5_000])
def test_a_number_in_json_beyond_every_range_stays_text(text: str) -> None:
    assert read(f'{{"a": {text}}}') == {"a": text}


def test_aliases_that_stand_for_a_thousand_million_values_are_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]" for at in range(1, 9)]
    with pytest.raises(DocumentError, match="aliases stand for more than") as caught:
        read("\n".join(lines))
    assert caught.value.line == 6


def test_many_aliases_of_something_small_are_taken() -> None:
    assert read("a: &a {b: [1]}\nc: [" + "*a, " * 10_000 + "*a]")["c"] == [{"b": [1]}] * 10_001


@pytest.mark.parametrize("reference", ["http://[", "http://[/a.yaml#/b", "//[", "ht!tp://]x["])
def test_a_reference_that_is_no_url_is_told(tmp_path: Path, reference: str) -> None:
    path = tmp_path / "api.json"
    path.write_text(
        json.dumps({**DOCUMENT, "components": {"schemas": {"A": {"$ref": reference}}}}), "utf-8"
    )
    assert load_model(str(path)).document.warnings


@pytest.mark.parametrize(
    ("url", "base"),
    [("//[", ""), ("http://[/v1", "/v1"), ("//a.example/v1/", "/v1"), ("/v1?a#b", "/v1")],
)
def test_a_server_that_is_no_url_has_the_path_that_can_be_read(
    tmp_path: Path, url: str, base: str
) -> None:
    path = tmp_path / "api.json"
    path.write_text(json.dumps({**DOCUMENT, "servers": [{"url": url}]}), "utf-8")
    assert load_model(str(path)).base_paths == (base,)


def test_a_pointer_with_an_index_of_5_000_digits_leads_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "api.json"
    reference = {"$ref": "#/tags/" + "9" * 5_000}
    path.write_text(
        json.dumps({**DOCUMENT, "tags": [{}], "components": {"schemas": {"A": reference}}}), "utf-8"
    )
    assert load_model(str(path)).document.warnings


def test_an_error_in_semantics_does_not_repeat_all_that_is_wrong() -> None:
    with pytest.raises(SemanticsError) as caught:
        check_semantics({"errors": ["x" * 100_000]}, "odd")
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    "text",
    ["code" * 16_000 + '"', '"' * 64_001, " " * 64_000 + '"', 'x",' * 21_333, "a;" * 32_000 + '"'],
)
def test_a_prefer_header_costs_little(text: str) -> None:
    began = time.perf_counter()
    read_preferences(text)
    assert time.perf_counter() - began < 2


def test_a_content_type_of_64_kb_is_taken_without_its_parameters() -> None:
    assert parse_media_type("Text/Plain" + ";a=b" * 16_000) == ("text/plain", {})


def test_many_headers_of_one_name_cost_little() -> None:
    began = time.perf_counter()
    request = asked(*[(b"x-a", b"a" * 1_000)] * 20_000)
    assert len(request.headers["x-a"]) == 20_000 * 1_002 - 2
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize("host", ["a, b", "a/b", "a b", "\xff", "[::", "a:b", "a:999999", ""])
def test_a_host_that_is_none_is_not_repeated_in_links(host: str) -> None:
    assert asked((b"host", host.encode("latin-1"))).url == "http://127.0.0.1:80/"


@pytest.mark.parametrize(
    "host", ["a", "a.example:8080", "[::1]:80", "127.0.0.1", "under_score", "xn--nxa"]
)
def test_a_host_is_repeated_in_links(host: str) -> None:
    assert asked((b"host", host.encode())).url == f"http://{host}/"


def test_a_deep_object_of_100_000_steps_is_passed_over() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    sent = {"p" + "[b]" * 100_000: ["1"], "p[a]": ["2"]}
    assert Style("deepObject", True).gather(shape_of(schema_of(schema)), "p", sent) == {"a": 2}


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"a=1&" * (MOST_FIELDS + 1)),
        ("multipart/form-data", b"--b\r\n" * (MOST_FIELDS + 1)),
    ],
)
def test_a_form_of_too_many_fields_is_malformed(media_type: str, body: bytes) -> None:
    with pytest.raises(Malformed, match="more than"):
        decoder_for(media_type)(body, {"boundary": "b"}, NO_SCHEMA)


def test_xml_of_10_mb_of_depth_is_malformed_at_once() -> None:
    began = time.perf_counter()
    with pytest.raises(Malformed, match=f"deeper than {DEEPEST} levels"):
        read_xml(xml_shape_of(NO_SCHEMA, XmlHabits()), b"<a>" * 3_000_000, {})
    assert time.perf_counter() - began < 1


def test_xml_as_deep_as_may_be_is_read() -> None:
    shape = xml_shape_of(NO_SCHEMA, XmlHabits())
    assert read_xml(shape, b"<a>" * DEEPEST + b"1" + b"</a>" * DEEPEST, {})


@pytest.mark.parametrize("name", ["_xD800_", "_xDFFF_", "_xFFFFFF_"])
def test_an_escape_that_is_no_character_stays_as_it_is(name: str) -> None:
    assert unescape_name(name) == name


def test_a_list_sorted_by_one_property_40_000_times_costs_little(tmp_path: Path) -> None:
    thing = {"type": "object", "properties": {"id": {"type": "integer"}, "a": {"type": "integer"}}}
    ok = {
        "description": "",
        "content": {"application/json": {"schema": {"type": "array", "items": thing}}},
    }
    sort = {"name": "sort", "in": "query", "schema": {"type": "string"}}
    made = {
        "requestBody": {"content": {"application/json": {"schema": thing}}},
        "responses": {"201": ok},
    }
    paths = {"/things": {"get": {"parameters": [sort], "responses": {"200": ok}}, "post": made}}
    (tmp_path / "openapi.json").write_text(json.dumps({**DOCUMENT, "paths": paths}), "utf-8")
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "default.yaml").write_text(
        "things: [{id: 1, a: 2}, {id: 2, a: 1}]", "utf-8"
    )
    app = make_app([str(tmp_path)])
    began = time.perf_counter()
    came = ask(app, Wire("GET", b"/things", b"sort=" + b",".join([b"a", b"-a"] * 20_000)))
    assert [each["id"] for each in json.loads(came.body)] == [2, 1]
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize("how", ["stem", "initial", "extension"])
def test_a_template_takes_a_url_of_no_sense(how: str) -> None:
    assert isinstance(fill(f"{{url:{how}}}", {"url": "http://[/a.png"}), str)


@pytest.mark.parametrize(
    "action", [{"log_in": True}, {"log_in": ["a"]}, {"log_in": {"gives": ["Token"]}}, {"log_in": 1}]
)
def test_an_action_that_is_no_object_of_texts_is_told(action: Any) -> None:
    with pytest.raises(SemanticsError):
        check_semantics({"operations": {"POST /a": {"kind": "action", "action": action}}}, "odd")


@pytest.mark.parametrize("value", [["a"], 1, {"a": 1}, "(", "a{99999999999999999999}"])
def test_a_pattern_that_is_no_regular_expression_is_told(value: Any) -> None:
    with pytest.raises(SettingsError, match="no regular expression"):
        pattern_of({"urlPathPattern": value})


def test_a_pattern_that_may_mean_something_else_one_day_is_taken_without_a_warning() -> None:
    assert pattern_of({"urlPathPattern": "[[a]"})
