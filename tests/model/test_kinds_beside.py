"""Each rule for paths beside a collection or an item, and the states that verbs lead to."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.purpose.kinds import RULES_BESIDE
from mockserver.model.purpose.verbs import Verb, moved
from mockserver.model.types import Increase, Kind, Stamp, States
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
FORM = {
    "content": {
        "multipart/form-data": {
            "schema": thing(name="string", file={"type": "string", "format": "binary"})
        }
    }
}
CASES: list[tuple[str, str, str, Any]] = [
    (
        "POST /orders/upload",
        "create",
        "create-by-upload",
        does(ORDER, status=201, requestBody=FORM),
    ),
    ("POST /orders/search", "list", "search-collection", does(thing(data=many(ORDER)), NAMED)),
    ("GET /orders/list", "list", "search-collection", does(many(ORDER))),
    ("GET /orders/findByStatus", "list", "search-collection", does(many(ORDER))),
    ("GET /orders/list", "stateless", "", does(many(thing(color="string")))),
    ("POST /orders:search", "list", "search-collection", does(many(ORDER), NAMED)),
    ("POST /orders/create", "create", "create-by-word", does(ORDER, NAMED)),
    ("POST /orders/send", "create", "create-by-word", does(ORDER, NAMED)),
    ("POST /orders/send", "stateless", "", does(thing(ok="boolean"), NAMED)),
    ("POST /orders/bulk", "create", "many-by-word", does(many(ORDER), many(NAMED))),
    ("POST /orders/bulk-create", "create", "many-by-word", does(many(ORDER), many(NAMED))),
    ("PATCH /orders/bulk", "merge", "many-by-word", does(many(ORDER), many(ORDER))),
    ("PUT /orders/batch", "upsert", "many-by-word", does(many(ORDER), many(ORDER))),
    ("DELETE /orders/bulk", "bulk_delete", "many-by-word", does(body=thing(ids=many(TEXT)))),
    ("POST /orders/bulk-delete", "bulk_delete", "many-by-word", does(body=many(TEXT))),
    ("PATCH /orders/bulk", "stateless", "", does(many(ORDER), many(NAMED))),
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
    ("DELETE /orders/{id}/cancel", "merge", "move-item: sets status=open", does(ORDER)),
    ("POST /orders/{id}/dance", "action", "act-on-item", does()),
    ("POST /orders/{id}/dance", "action", "act-on-item: shows it", does(ORDER)),
    ("POST /orders/{id}/mark-as-paid", "action", "act-on-item: sets status=paid", does()),
    ("POST /orders/{id}/send-invoice", "action", "act-on-item", does()),
    ("POST /orders/{id}/duplicate", "create", "copy-item", does(ORDER)),
    ("POST /orders/{id}/dry-run", "stateless", "", does(ORDER)),
    ("POST /orders/prune", "bulk_delete", "clear-by-word", does(thing(deleted="integer"))),
    ("DELETE /orders/all", "bulk_delete", "clear-by-word", does(status=204)),
    ("POST /orders/{id}/previews", "stateless", "", does(thing(text="string"))),
    ("DELETE /orders/{id}/picture", "stateless", "", does()),
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
    assert moved(Verb(verb), schema_of(fields).properties) == {"order_status": state}


FLAGS = thing(
    archived="boolean",
    is_muted="boolean",
    following="boolean",
    locked_at={"type": "string", "format": "date-time"},
    likes="integer",
)


@pytest.mark.parametrize(
    ("verb", "undone", "sets"),
    [
        ("archive", False, {"archived": True}),
        ("archive", True, {"archived": False}),
        ("unarchive", False, {"archived": False}),
        ("restore", False, {"archived": False}),
        ("mute", False, {"is_muted": True}),
        ("follow", True, {"following": False}),
        ("lock", False, {"locked_at": Stamp("now-rfc3339")}),
        ("unlock", False, {"locked_at": None}),
        ("like", False, {"likes": Increase(1)}),
        ("like", True, {"likes": Increase(-1)}),
        ("delete", False, {}),
        ("likes", True, {}),
    ],
)
def test_a_verb_sets_what_tells_of_it(verb: str, undone: bool, sets: dict[str, Any]) -> None:
    assert moved(Verb(verb, undone), schema_of(FLAGS).properties) == sets


@pytest.mark.parametrize(
    ("verb", "name"),
    [
        ("star", "stargazers_count"),
        ("follow", "followersCount"),
        ("watch", "watchers"),
        ("subscribe", "subscriber_count"),
        ("subscription", "subscribers"),
        ("like", "likeCount"),
        ("upvote", "votes"),
    ],
)
def test_a_verb_is_counted_by_those_who_do_it(verb: str, name: str) -> None:
    fields = schema_of(thing(**{name: "integer"})).properties
    assert moved(Verb(verb), fields) == {name: Increase(1)}


@pytest.mark.parametrize(
    ("verb", "name"),
    [
        ("star", "viewer_has_starred"),
        ("like", "liked_by_me"),
        ("like", "has_liked"),
        ("follow", "isFollowing"),
        ("hash", "hashed"),
    ],
)
def test_a_verb_is_told_by_a_flag_of_who_looks(verb: str, name: str) -> None:
    fields = schema_of(thing(**{name: "boolean"})).properties
    assert moved(Verb(verb), fields) == {name: True}


@pytest.mark.parametrize(
    ("verb", "undone"), [("archive", True), ("unarchive", False), ("restore", False)]
)
def test_what_takes_a_verb_back_leads_to_the_usual_state(verb: str, undone: bool) -> None:
    fields = schema_of(thing(status={"enum": ["archived", "active"]})).properties
    assert moved(Verb(verb, undone), fields) == {"status": "active"}


def test_a_verb_leads_to_a_state_that_is_declared() -> None:
    states = States("status", "open", {"open": ("done",), "done": ()})
    fields = schema_of(thing(status="string")).properties
    assert moved(Verb("finish"), fields, states) == {"status": "done"}


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


@pytest.mark.parametrize("path", ["/files/upload", "/files/content", "/files:upload"])
@pytest.mark.parametrize(
    "shown", [thing(id="string", name="string"), thing(files=many(thing(id="string")))]
)
def test_an_upload_that_answers_with_a_record_makes_it(path: str, shown: Any) -> None:
    model = small(
        {
            path: {"post": does(shown, status=201, requestBody=FORM)},
            "/files/{id}": {
                "get": does(thing(id="string", name="string")),
                "put": does(thing(id="string", name="string"), thing(name="string")),
            },
        }
    )
    kinds = {operation.method: operation.kind.value for operation in model.operations}
    assert kinds == {"POST": "create", "GET": "read", "PUT": "merge"}
