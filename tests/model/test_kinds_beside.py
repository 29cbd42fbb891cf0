"""Each rule for paths beside a collection or an item, and the states that verbs lead to."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.kinds import RULES_BESIDE, moved
from mockserver.model.types import Kind
from tests.model.compiling import does, many, operation, schema_of, small, thing

ORDER = thing(
    id="integer", name="string", status={"type": "string", "enum": ["open", "CANCELLED", "paid"]}
)
NAMED = thing(name="string")
TEXT = {"type": "string"}
BASE = {
    "/orders": {"get": does(many(ORDER)), "post": does(ORDER, NAMED)},
    "/orders/{id}": {"get": does(ORDER), "delete": does(status=204)},
}
CASES: list[tuple[str, str, str, Any]] = [
    ("POST /orders/search", "list", "search-collection", does(thing(data=many(ORDER)), NAMED)),
    ("GET /orders/list", "list", "search-collection", does(many(ORDER))),
    ("GET /orders/findByStatus", "list", "search-collection", does(many(ORDER))),
    ("GET /orders/list", "stateless", "", does(many(thing(color="string")))),
    ("POST /orders:search", "list", "search-collection", does(many(ORDER), NAMED)),
    ("POST /orders/create", "create", "create-by-word", does(ORDER, NAMED)),
    ("POST /orders/create", "stateless", "", does(ORDER, thing(color="string"))),
    ("GET /orders/{id}/details", "read", "read-detail", does(ORDER)),
    ("GET /orders/{id}/details", "stateless", "", does(thing(color="string"))),
    ("GET /orders/{id}/content", "read", "read-content", does(TEXT)),
    ("GET /orders/{id}/content", "stateless", "", does(thing(color="string"))),
    ("PUT /orders/{id}/content", "merge", "write-content", does(status=204, body=TEXT)),
    ("POST /orders/{id}/upload", "merge", "write-content", does(status=204, body=TEXT)),
    ("PUT /orders/{id}/content", "stateless", "", does(body=thing(color="string"))),
    ("POST /orders/{id}/update", "merge", "update-by-word", does(ORDER, NAMED)),
    ("POST /orders/{id}/delete", "delete", "delete-by-word", does(ORDER)),
    ("POST /orders/{id}/cancel", "merge", "move-item: sets status=CANCELLED", does(ORDER)),
    ("POST /orders/{id}:cancel", "merge", "move-item: sets status=CANCELLED", does(ORDER)),
    ("PUT /orders/{id}/pay", "merge", "move-item: sets status=paid", does()),
    ("POST /orders/{id}/dance", "stateless", "", does()),
]


@pytest.mark.parametrize(("label", "kind", "rule", "does_it"), CASES)
def test_a_rule_fires_where_it_should_and_nowhere_else(
    label: str, kind: str, rule: str, does_it: Any
) -> None:
    method, _, path = label.partition(" ")
    found = operation(small({**BASE, path: {method.lower(): does_it}}), label)
    assert found.kind == Kind(kind)
    assert found.reason == rule if rule else "answers with an example" in found.reason
    assert found.resource == ("orders" if rule else None)


def test_every_rule_has_a_case() -> None:
    assert {rule.__name__.replace("_", "-") for rule in RULES_BESIDE} <= {
        rule for _, _, rule, _ in CASES
    }


STATES = ["active", "inactive", "archived", "shipped", "applied", "sent", "in_progress"]


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        ("archive", "archived"),
        ("ship", "shipped"),
        ("apply", "applied"),
        ("send", "sent"),
        ("start", "in_progress"),
        ("deactivate", "inactive"),
    ],
)
def test_a_verb_leads_to_the_state_that_it_names(verb: str, state: str) -> None:
    fields = thing(order_status={"enum": STATES})
    assert moved(verb, schema_of(fields).properties) == {"order_status": state}


def test_a_verb_may_be_about_a_flag() -> None:
    fields = schema_of(thing(archived="boolean", is_muted="boolean")).properties
    assert moved("archive", fields) == {"archived": True}
    assert moved("unarchive", fields) == {"archived": False}
    assert moved("mute", fields) == {"is_muted": True}
    assert moved("delete", fields) is None


@pytest.mark.parametrize(
    ("names", "style", "number"),
    [
        (["cursor", "limit"], "cursor", "cursor"),
        (["page[cursor]", "page[size]"], "cursor", "page[cursor]"),
        (["after", "limit"], "after", "after"),
        (["offset", "limit"], "offset", "offset"),
        (["page", "cursor", "limit"], "page", "page"),
    ],
)
def test_the_paging_is_told_by_the_names_of_parameters(
    names: list[str], style: str, number: str
) -> None:
    paths = {**BASE, "/orders": {"get": does(many(ORDER), query=names), "post": does(ORDER, NAMED)}}
    paging = operation(small(paths), "GET /orders").paging
    assert (paging.style, paging.number) == (style, number)
