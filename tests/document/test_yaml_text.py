"""What others read as YAML is read, though libyaml refuses it."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.document.lines import line_numbers
from mockserver.document.reader import read_text
from mockserver.document.yaml_reader import read_yaml
from mockserver.errors import DocumentError

TAB, SEPARATOR = "\t", "\u2028"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"a: |\n  {TAB}x\n  y\n", {"a": "\tx\ny\n"}),
        (f"a: |\n  x\n{TAB}\n  y\n", {"a": "x\n\ny\n"}),
        (f"a:\n  - b: |\n      {TAB}x\n     {TAB}\n      y\n    c: 1\n", {"a": [
            {"b": "\tx\n\ny\n", "c": 1}
        ]}),
        (f"a: |2\n    x\n{TAB}\n   y\n", {"a": "  x\n\n y\n"}),
        (f"a: |\r\n  x\r\n {TAB}\r\n  y\r\n", {"a": "x\n\ny\n"}),
        (f"--- |\n {TAB}x\n", "\tx\n"),
        (f"a: |\n  x\n  {TAB}\n  y\n", {"a": "x\n\t\ny\n"}),
        (f"a: 1\n{TAB}\nb: 2\n", {"a": 1, "b": 2}),
        (f"a: 1\n {TAB}# why\nb: 2\n", {"a": 1, "b": 2}),
        (f"a:\n-{TAB}x\n- {TAB}y\n", {"a": ["x", "y"]}),
        (f"a: x{SEPARATOR}y\nb: |\n  x{SEPARATOR}y\n", {"a": "x\u2028y", "b": "x\u2028y\n"}),
        ("a: x\u0085y # z\u2029z\n", {"a": "x\u0085y"}),
        (f"\ufdd0: |\n  {TAB}\ufdd1{SEPARATOR}\n", {"\ufdd0": "\t\ufdd1\u2028\n"}),
        ("a: 1\n\ufeffb: 2\n", {"a": 1, "b": 2}),
        ("%YAML 1.3\n---\na: 1\n", {"a": 1}),
        ("# why\n%FOO bar\n---\na: 1\n", {"a": 1}),
        ("&k a: 1\nb: *k\n", {"a": 1, "b": "a"}),
    ],
)  # fmt: skip
def test_a_text_is_read_as_yaml_1_2(text: str, value: Any) -> None:
    assert read_yaml(text, "a.yaml", []) == value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"a: |\n  {TAB}x\nb: [1\nc: 2\n", 4),
        (f"a:\n{TAB}b: 1\n", 2),
        (f"a: |\n{TAB}x\n", 2),
    ],
)
def test_what_is_no_yaml_is_told_at_its_line(text: str, line: int) -> None:
    with pytest.raises(DocumentError) as caught:
        read_yaml(text, "a.yaml", [])
    assert caught.value.line == line


def test_lines_are_found_behind_what_libyaml_refuses() -> None:
    text = f"a: |\n  {TAB}x{SEPARATOR}y\n{TAB}\nb{SEPARATOR}c: 2\n"
    assert line_numbers(text, ["/a", "/b\u2028c"]) == {"/a": 1, "/b\u2028c": 4}


def test_what_stands_twice_is_told_once() -> None:
    findings: list[Any] = []
    read_text(f"a: 1\na: 2\nb: |\n  {TAB}x\n", "a.yaml", findings)
    assert [(finding.pointer, finding.line) for finding in findings] == [("/a", 2)]
