"""Laws of the reader: what text becomes which value."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.document.build import to_yaml
from mockserver.document.findings import Finding
from mockserver.document.lines import line_numbers
from mockserver.document.reader import decode, read_text
from mockserver.errors import DocumentError

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


def read(text: str) -> Any:
    return read_text(text, "test.yaml", [])


@pytest.mark.parametrize("word", ["no", "yes", "on", "off", "NO", "y", "n"])
def test_a_country_code_is_text(word: str) -> None:
    assert read(f"country: {word}") == {"country": word}


def test_only_true_and_false_are_booleans() -> None:
    assert read("a: true\nb: False\nc: 'true'") == {"a": True, "b": False, "c": "true"}


def test_a_date_stays_text() -> None:
    assert read("day: 2020-02-31\ntime: 2020-01-01T00:00:00Z") == {
        "day": "2020-02-31",
        "time": "2020-01-01T00:00:00Z",
    }


def test_a_bare_equals_sign_is_text() -> None:
    assert read("enum: [=, <, '>']") == {"enum": ["=", "<", ">"]}


def test_keys_are_text_as_they_were_written() -> None:
    assert read("200: a\n1.10: b\nnull: c\ntrue: d") == {
        "200": "a",
        "1.10": "b",
        "null": "c",
        "true": "d",
    }


def test_numbers_are_those_of_yaml_1_2() -> None:
    assert read("[1, -2, 0x1F, 0o17, 017, 1.5, .5, 1e3, 1_000, 12:30, .inf]") == [
        *(1, -2, 31, 15, 17, 1.5, 0.5, 1000.0),
        *("1_000", "12:30", ".inf"),
    ]


def test_the_values_of_a_text_are_as_they_are_written() -> None:
    text = "{type: string, default: 1.10, example: 2.0, enum: [1.10, 007, 3], maxLength: 1.0}"
    assert read(text) == {
        "type": "string",
        "default": "1.10",
        "example": 2.0,
        "enum": ["1.10", "007", 3],
        "maxLength": 1.0,
    }
    assert read("{type: number, default: 1.10}")["default"] == 1.1
    assert read("{default: 1.10, type: string}")["default"] == "1.10"


def test_an_explicit_tag_decides() -> None:
    assert read('a: !!str 1\nb: !!int "1"') == {"a": "1", "b": 1}


def test_anchors_and_merge_keys_are_expanded() -> None:
    text = "base: &base {a: 1, b: 2}\none:\n  <<: *base\n  b: 3\nmany: {<<: [*base, {c: 4}]}"
    assert read(text) == {
        "base": {"a": 1, "b": 2},
        "one": {"b": 3, "a": 1},
        "many": {"a": 1, "b": 2, "c": 4},
    }


def test_an_alias_that_holds_itself_is_an_error_with_its_line() -> None:
    with pytest.raises(DocumentError, match=r"test\.yaml:2: the alias \*a holds itself"):
        read("a: &a\n  b: *a")


def test_a_duplicate_key_is_tolerated_and_told() -> None:
    findings: list[Finding] = []
    value = read_text("paths:\n  /a:\n    get: 1\n    get: 2\n", "test.yaml", findings)
    assert value == {"paths": {"/a": {"get": 2}}}
    assert [(finding.pointer, finding.line) for finding in findings] == [("/paths/~1a/get", 4)]


def test_a_yaml_error_names_its_line() -> None:
    with pytest.raises(DocumentError, match=r"test\.yaml:3: is no YAML"):
        read("a: 1\nb:\n  - c: ]\nd: 2")


def test_a_json_error_names_its_line() -> None:
    with pytest.raises(DocumentError, match=r"test\.yaml:2: is no JSON"):
        read('{"a": 1,\n "b" 2}')


def test_json_with_comments_is_read_and_told() -> None:
    findings: list[Finding] = []
    assert read_text('{"a": 1, # one\n "b": 2,}', "test.yaml", findings) == {"a": 1, "b": 2}
    assert len(findings) == 1


def test_json_with_half_a_surrogate_and_control_characters_is_read() -> None:
    assert read('{"a": "\\ud83d\\ude00", "b": "\\ud83d", "c": "tab\there"}') == {
        "a": "😀",
        "b": "?",
        "c": "tab\there",
    }


def test_control_characters_are_taken_out_of_yaml() -> None:
    assert read("a: x\x08y") == {"a": "xy"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1"])
def test_a_file_is_decoded_by_its_mark(encoding: str) -> None:
    assert decode("title: Zürich".encode(encoding), "test.yaml") == "title: Zürich"


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(DocumentError, match="is a binary file"):
        decode(b"PK\x03\x04\x00\x00\x00", "test.zip")


def test_a_page_of_html_is_refused() -> None:
    with pytest.raises(DocumentError, match="is an HTML or XML page"):
        read("\n<!doctype html><html></html>")


@given(json_values)
def test_json_text_is_read_as_json(value: Any) -> None:
    assert read(json.dumps({"value": value})) == {"value": value}


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])),
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]))
        | st.integers(-100, 100)
        | st.booleans()
        | st.none()
        | st.floats(-1e6, 1e6),
    )
)
def test_what_is_written_as_yaml_is_read_back(value: dict[str, Any]) -> None:
    assert read(to_yaml({"value": value})) == {"value": value}


@pytest.mark.parametrize(
    "text", ["0o14", "1e3", "no", "2020-01-01", "=", "~", "", "12:30", "a\nb\n", " a", "null"]
)
def test_text_that_looks_like_something_else_is_read_back_as_text(text: str) -> None:
    assert read(to_yaml({"a": text})) == {"a": text}


def test_lines_of_pointers_are_found() -> None:
    text = "a:\n  - x: 1\n  - y:\n      z: 2\nb/c: 3\n"
    assert line_numbers(text, ["/a", "/a/1/y/z", "/b~1c", "/a/1/y/missing", ""]) == {
        "/a": 1,
        "/a/1/y/z": 4,
        "/b~1c": 5,
        "/a/1/y/missing": 3,
        "": 1,
    }


def test_lines_are_found_in_json_too() -> None:
    assert line_numbers('{\n "a": {\n  "b": [1,\n 2]}}', ["/a/b/1"]) == {"/a/b/1": 4}
