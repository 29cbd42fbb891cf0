"""A call is spelled as its document says that its parameters are."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest

from contracts.requests.samples import query_pairs
from contracts.requests.spelling import spell
from mockserver.lookup import MISSING
from tests.model.compiling import compiled, operation

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
    spec = MODEL.document.spec
    assert query_pairs(spec, lists, asked) == pairs
    sent = spell(spec, lists, "", {}, asked, MISSING, {})
    assert parse_qsl(sent.target.partition("?")[2]) == pairs
