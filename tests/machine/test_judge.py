"""An answer is held against what was expected of it, through the envelope that the document gives
it.
"""

from __future__ import annotations

from typing import Any

import pytest

from contracts.compare.placeholders import PlaceholderSupply
from contracts.oracle.aliases import Aliases
from contracts.oracle.judge import judge
from contracts.oracle.oracle import Expected
from mockserver.call import Page
from mockserver.exchange import json_answer
from tests.model.compiling import compiled, operation

MODEL = compiled("""
paths:
  /things:
    get:
      parameters:
        - {name: page, in: query, schema: {type: integer, minimum: 1}}
        - {name: limit, in: query, schema: {type: integer}}
      responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {
        items: {type: array, items: &thing {type: object, properties: {id: {type: integer, readOnly: true}}}},
        previous: {type: string, nullable: true}}}}}}}
  /things/create:
    post:
      requestBody: {required: true, content: {application/json: {schema: &many {type: array, items: *thing}}}}
      responses: {'201': {description: d, content: {application/json: {schema: *many}}}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *thing}}}}}
""")


def places(label: str, expected: Expected, body: Any) -> list[str]:
    """Return where an answer with this body differs."""
    answer = json_answer(body, expected.status)
    found = judge(operation(MODEL, label), expected, answer, Aliases(PlaceholderSupply()))
    return [each.place for each in found]


@pytest.mark.parametrize(
    ("number", "link", "holds"),
    [
        (2, "http://h/things?limit=1&page=1", True),
        (2, "http://h/things?limit=1", True),
        (2, "http://h/things?limit=1&page=2", False),
        (2, None, False),
        (3, "http://h/things?limit=1&page=2", True),
        (3, "http://h/things?limit=1", False),
    ],
)
def test_a_link_without_a_number_leads_to_the_first_page(
    number: int, link: str | None, holds: bool
) -> None:
    expected = Expected(200, [], Page(number, 1, number))
    assert places("GET /things", expected, {"items": [], "previous": link}) == (
        [] if holds else ["/previous"]
    )


@pytest.mark.parametrize(
    ("expected", "actual", "holds"),
    [
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05.000Z", True),
        ("2024-01-02T03:04:05.5+01:00", "2024-01-02t02:04:05.500z", True),
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:06Z", False),
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05", False),
        ("2024-13-02T03:04:05Z", "2024-13-02T03:04:05.0Z", False),
        ("2024", "2024.0", False),
    ],
)
def test_a_moment_may_be_spelled_in_another_way(expected: str, actual: str, holds: bool) -> None:
    assert Aliases(PlaceholderSupply()).agree(expected, actual) is holds


@pytest.mark.parametrize("text", ["\uf8ff", "a\ue000b", "0d0d0d0d-0000-4000-8000-000000000000"])
def test_a_text_that_a_client_sent_is_itself_although_it_looks_like_a_placeholder(
    text: str,
) -> None:
    aliases = Aliases(PlaceholderSupply())
    assert aliases.agree(text, text)
    assert aliases.agree(text, text)


def test_all_that_a_create_of_many_has_made_is_compared() -> None:
    expected = Expected(201, [{"id": 1}, {"id": 2}])
    assert places("POST /things/create", expected, [{"id": 1}, {"id": 2}]) == []
    assert places("POST /things/create", expected, [{"id": 1}, {"id": 3}]) == ["/1/id"]
    assert places("POST /things/create", expected, [{"id": 1}]) == ["/1"]
