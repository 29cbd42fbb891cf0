"""Pages that begin at a place are right while records come and go."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from mockserver.call import ProblemKind
from tests.behavior.world import World

WAYS = {
    "cursor": "{name: cursor, in: query, schema: {type: string}}",
    "after": "{name: after, in: query, schema: {type: string}}",
    "from": "{name: from, in: query, schema: {type: string}, description: 'Paginates: the ID of "
    "the first item, that one and onwards.'}",
    "since": "{name: after, in: query, schema: {type: integer}}",
}
"""The parameter that asks for a page, by the style of paging."""
SORTS = ["", "name", "-name", "size,-name"]
NAMES = st.sampled_from(["a", "b", "c"])
SIZES = st.sampled_from([None, 1, 2])


def notes(way: str, key: str) -> World:
    """Return a world of notes that are listed in pages."""
    item = (
        f"{{type: object, properties: {{id: {{type: {key}, readOnly: true}}, "
        "name: {type: string}, size: {type: integer, nullable: true}}}"
    )
    return World(
        document=f"""
paths:
  /notes:
    get:
      parameters:
        - {WAYS[way]}
        - {{name: limit, in: query, schema: {{type: integer}}}}
        - {{name: sort, in: query, schema: {{type: string}}}}
        - {{name: size, in: query, schema: {{type: integer}}}}
      responses:
        '200':
          description: d
          content: {{application/json: {{schema: {{type: object, properties: {{
            items: {{type: array, items: {item}}}, next: {{type: string}}}}}}}}}}
    post:
      requestBody: {{content: {{application/json: {{schema: {item}}}}}}}
      responses: {{'201': {{description: d, content: {{application/json: {{schema: {item}}}}}}}}}
  /notes/{{id}}:
    parameters: [{{name: id, in: path, required: true, schema: {{type: {key}}}}}]
    get: {{responses: {{'200': {{description: d, content: {{application/json: {{schema: {item}}}}}}}}}}}
    delete: {{responses: {{'204': {{description: d}}}}}}
"""
    )


class Drained(RuleBasedStateMachine):
    """A walk over pages, between which records come and go: whatever is there from its beginning to
    its end is seen, nothing is seen twice, and it ends.
    """

    way, key = "cursor", "string"

    def __init__(self) -> None:
        super().__init__()
        self.world = notes(self.way, self.key)
        self.there: dict[Any, dict[str, Any]] = {}
        self.expected: set[Any] = set()
        self.seen: list[Any] = []
        self.query: dict[str, Any] | None = None

    @rule(name=NAMES, size=SIZES)
    def create(self, name: str, size: int | None) -> None:
        made = self.world.value("POST /notes", {"name": name, "size": size})
        self.there[made["id"]] = made

    @precondition(lambda self: self.there)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(list(self.there)))
        self.world.call("DELETE /notes/{id}", path={"id": key})
        del self.there[key]
        self.expected.discard(key)

    @rule(limit=st.integers(1, 3), sort=st.sampled_from(SORTS), size=SIZES)
    def begin(self, limit: int, sort: str, size: int | None) -> None:
        sort = "" if self.way == "since" else sort
        asked = {"limit": limit, "sort": sort or None, "size": size}
        self.query = {name: value for name, value in asked.items() if value is not None}
        self.expected = {
            key for key, each in self.there.items() if size is None or each["size"] == size
        }
        self.seen = []
        self.go_on()

    @precondition(lambda self: self.query is not None)
    @rule()
    def go_on(self) -> None:
        assert self.query is not None
        reply = self.world.call("GET /notes", query=self.query)
        assert reply.problem is None, reply.problem
        assert reply.page is not None
        keys = [each["id"] for each in reply.value]
        assert not set(keys) & set(self.seen)
        assert len(keys) <= self.query["limit"]
        assert reply.page.has_next == (reply.page.onward is not None)
        self.seen += keys
        if reply.page.onward is not None:
            self.query = {**self.query, self.world_way: reply.page.onward}
            return
        assert self.expected <= set(self.seen)
        self.query = None

    @property
    def world_way(self) -> str:
        return "after" if self.way == "since" else self.way


def drained(way: str, key: str) -> Any:
    """Return the test that walks pages of a style."""
    machine = type("Walked", (Drained,), {"way": way, "key": key})
    machine.TestCase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
    return machine.TestCase


TestCursorsOfCountedKeys = drained("cursor", "integer")
TestCursorsOfOtherKeys = drained("cursor", "string")
TestKeysAfterWhichPagesBegin = drained("after", "string")
TestKeysWithWhichPagesBegin = drained("from", "integer")
TestNumbersAfterWhichPagesBegin = drained("since", "string")


@pytest.mark.parametrize("text", ["!bogus", "WzFd", "e30", "5", "WyJhIl0"])
def test_a_cursor_that_no_page_has_told_is_refused(text: str) -> None:
    problem = notes("cursor", "string").refusal("GET /notes", query={"cursor": text})
    assert problem.kind is ProblemKind.INVALID_QUERY
    assert problem.message == (
        "cursor is no cursor of this list: send one that a page of it has told"
    )


def test_a_cursor_goes_on_in_its_order_and_not_in_another() -> None:
    world = notes("cursor", "integer")
    for name in "bca":
        world.value("POST /notes", {"name": name})
    first = world.call("GET /notes", query={"sort": "name", "limit": 1}).page
    assert first is not None
    query = {"cursor": first.onward, "limit": 1}
    assert [each["name"] for each in world.value("GET /notes", query=query)] == ["b"]
    same = {**query, "sort": "name"}
    assert [each["name"] for each in world.value("GET /notes", query=same)] == ["b"]
    other = world.refusal("GET /notes", query={**query, "sort": "-name"})
    assert other.message == "cursor belongs to another order than sort asks for"


def test_a_key_that_no_record_had_begins_no_page() -> None:
    world = notes("after", "string")
    made = world.value("POST /notes", {"name": "a"})
    world.call("DELETE /notes/{id}", path={"id": made["id"]})
    assert world.value("GET /notes", query={"after": made["id"]}) == []
    problem = world.refusal("GET /notes", query={"after": "nobody"})
    assert problem.message == "after is the key of no record of this list: nobody"


def test_a_cursor_leads_back_to_the_page_before() -> None:
    world = notes("cursor", "integer")
    for name in "abcde":
        world.value("POST /notes", {"name": name})
    query: dict[str, Any] = {"limit": 2}
    first = world.call("GET /notes", query=query)
    assert first.page is not None
    second = world.call("GET /notes", query={**query, "cursor": first.page.onward})
    assert second.page is not None
    back = world.call("GET /notes", query={**query, "cursor": second.page.backward})
    assert (back.value, first.page.backward) == (first.value, None)
