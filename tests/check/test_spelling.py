"""The kit writes each value as its parameter is declared (OpenAPI 3.0.3, Style Values)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest

from contracts.requests.spelling import cookie_texts, header_texts, query_pairs, spell
from mockserver.lookup import MISSING
from mockserver.model.types import Operation
from tests.model.compiling import compiled, operation, small

BLUE = ["blue", "black"]
COLOR = {"R": 100, "G": 200}
MODEL = compiled("""
paths:
  /boats:
    get:
      parameters:
        - {name: q, in: query, content: {application/json: {schema: {type: object, properties: {
            page: {type: integer}, page_size: {type: integer}, sail: {type: string}}}}}}
        - {name: sail, in: query, schema: {type: string}}
        - {name: tags, in: query, explode: false, schema: {type: array, items: {type: string}}}
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {
        type: object, required: [id], properties: {id: {type: string}}}}}}}}
""")


def operation_with(place: str, **declared: Any) -> Operation:
    """Return an operation with one parameter `color`."""
    parameter = {"name": "color", "in": place, "required": place == "path", **declared}
    parameter.setdefault("schema", {}) if "content" not in declared else None
    path = "/things/{color}" if place == "path" else "/things"
    get = {"parameters": [parameter], "responses": {"200": {"description": "ok"}}}
    return next(iter(small({path: {"get": get}}).operations))


def target_of(place: str, value: Any, **declared: Any) -> str:
    operation = operation_with(place, **declared)
    path = {"color": value} if place == "path" else {}
    query = {} if place == "path" else {"color": value}
    return unquote(spell(operation, "/v1", path, query, MISSING, {}).target)


@pytest.mark.parametrize(
    ("style", "explode", "value", "target"),
    [
        ("simple", False, BLUE, "/v1/things/blue,black"),
        ("simple", True, COLOR, "/v1/things/R=100,G=200"),
        ("label", False, "blue", "/v1/things/.blue"),
        ("label", True, BLUE, "/v1/things/.blue.black"),
        ("matrix", False, "blue", "/v1/things/;color=blue"),
        ("matrix", True, BLUE, "/v1/things/;color=blue;color=black"),
    ],
)
def test_a_path_is_written_in_the_style_of_its_parameter(
    style: str, explode: bool, value: Any, target: str
) -> None:
    assert target_of("path", value, style=style, explode=explode) == target


@pytest.mark.parametrize(
    ("style", "explode", "value", "query"),
    [
        ("form", True, BLUE, "color=blue&color=black"),
        ("form", False, BLUE, "color=blue,black"),
        ("form", True, COLOR, "R=100&G=200"),
        ("form", False, COLOR, "color=R,100,G,200"),
        ("spaceDelimited", False, BLUE, "color=blue+black"),
        ("pipeDelimited", False, BLUE, "color=blue|black"),
        ("deepObject", True, COLOR, "color[R]=100&color[G]=200"),
        ("form", True, True, "color=true"),
    ],
)
def test_a_query_is_written_in_the_style_of_its_parameter(
    style: str, explode: bool, value: Any, query: str
) -> None:
    assert target_of("query", value, style=style, explode=explode) == f"/v1/things?{query}"


def test_a_parameter_that_is_a_document_is_written_as_json() -> None:
    declared = {"content": {"application/json": {"schema": {"type": "object"}}}}
    assert target_of("query", COLOR, **declared).replace("+", "") == (
        '/v1/things?color={"R":100,"G":200}'
    )


def test_headers_and_cookies_are_written_in_their_styles() -> None:
    assert header_texts(operation_with("header"), {"color": BLUE}) == {"color": "blue,black"}
    assert cookie_texts(operation_with("cookie", explode=False), {"color": BLUE}) == [
        "color=blue,black"
    ]


def test_what_the_document_does_not_declare_is_written_as_in_a_form() -> None:
    operation = operation_with("query")
    sent = spell(operation, "", {}, {"by": COLOR, "of": BLUE}, MISSING, {})
    assert unquote(sent.target) == "/things?by[R]=100&by[G]=200&of=blue&of=black"


@pytest.mark.parametrize(
    ("asked", "pairs"),
    [
        ({"page_size": 2, "page": 3}, [("q", '{"page_size": 2, "page": 3}')]),
        ({"page": 1, "q": {"page_size": 2}}, [("q", '{"page_size": 2, "page": 1}')]),
        ({"sail": "red"}, [("sail", "red")]),
        ({"tags": ["a", "b"]}, [("tags", "a,b")]),
    ],
)
def test_members_of_an_object_written_as_json_stand_inside_of_it(
    asked: dict[str, Any], pairs: list[tuple[str, str]]
) -> None:
    lists = operation(MODEL, "GET /boats")
    assert query_pairs(lists, asked) == pairs
    sent = spell(lists, "", {}, asked, MISSING, {})
    assert parse_qsl(sent.target.partition("?")[2]) == pairs
