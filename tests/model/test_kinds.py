"""Each rule of inference, with a document in which it fires and one in which it just does not."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.purpose.kinds import RULES
from mockserver.model.purpose.replacement import MERGES
from mockserver.model.types import Kind
from tests.model.compiling import does, many, operation, small, thing

REQUIRED = {**thing(), "required": ["name"]}
ITEM = {"get": does(thing())}
BOTH = {"responses": {"200": {"description": "d"}, "201": {"description": "d"}}}
COUNT = thing(count="integer")
NOTES = thing(notes=many(thing(text="string")))
UPDATES = does(thing(), thing(), summary="Update a thing")
UPDATES["responses"]["404"] = {"description": "d"}
USER = thing(user_id="string", name="string")
USER_ID = {"name": "user_id", "in": "query", "required": True, "schema": {"type": "string"}}
VISITOR = does(USER, parameters=[USER_ID])
VALUES = many(thing(value="string"))
PAGE = thing(data=many(), meta=thing(total="integer"))
MANY = {"put": does(PAGE, many()), "delete": does(status=204)}


def things(item: Any = None, collection: Any = None, **paths: Any) -> dict[str, Any]:
    """Return the paths of a collection with items; other paths have their slashes written as
    `__`.
    """
    found = {"/things": collection or {"get": does(many())}, "/things/{id}": item or ITEM}
    return found | {path.replace("__", "/"): each for path, each in paths.items()}


KEYS = {"type": "array", "items": {"type": "integer"}}
MAP = {"type": "object", "additionalProperties": thing()}
MAPS = {"get": does(MAP), "put": does(MAP, MAP)}
TAGS = {"get": does(KEYS), "put": does(KEYS, KEYS)}


CASES: list[tuple[str, str, str, dict[str, Any]]] = [
    # label, kind, rule, paths
    (
        "GET /things/count",
        "count",
        "count-of-collection",
        things(__things__count={"get": does(COUNT)}),
    ),
    (
        "GET /things/count",
        "count",
        "count-of-collection",
        things(__things__count={"get": does({"type": "integer"})}),
    ),
    (
        "GET /things/count",
        "stateless",
        "",
        things(__things__count={"get": does(thing(first="string"))}),
    ),
    ("GET /things/amount", "stateless", "", things(__things__amount={"get": does(COUNT)})),
    ("GET /things/{id}", "read", "read-item", things()),
    (
        "GET /things/{id}/photo",
        "stateless",
        "",
        {**things(), "/things/{id}/photo": {"get": does(thing())}},
    ),
    ("PUT /things/{id}", "upsert", "put-creates-item", things({"put": BOTH}, {"post": does()})),
    (
        "PUT /things/{id}",
        "merge",
        "put-item",
        things({"put": UPDATES, "get": does(thing())}),
    ),
    (
        "PUT /things/{id}",
        "stateless",
        "",
        {"/things/{id}": {"put": does(status=201)}},
    ),
    (
        "PUT /things",
        "create",
        "put-creates-many",
        {"/things": {"get": does(NOTES), "put": does(NOTES, NOTES, summary="Creates notes")}},
    ),
    (
        "PUT /things",
        "create",
        "put-creates-many",
        {"/things": {"get": does(NOTES), "put": does(NOTES, NOTES, description="Adds notes.")}},
    ),
    (
        "POST /things",
        "list",
        "post-lists",
        things(collection={"post": does(many(), thing(), summary="Retrieves things")}),
    ),
    (
        "PUT /things",
        "create",
        "put-creates-one",
        things(
            collection={
                "put": does(thing(), thing(name="string"), summary="Create a thing"),
            }
        ),
    ),
    (
        "PUT /visitors",
        "merge",
        "put-item",
        {"/visitors": {"get": VISITOR, "put": does(USER, USER), "post": does(USER, USER)}},
    ),
    ("GET /visitors", "read", "read-item", {"/visitors": {"get": VISITOR, "post": does(USER)}}),
    ("PUT /things/{id}", "upsert", "put-creates-item", things({"put": does(thing(), REQUIRED)})),
    (
        "PUT /things/{id}",
        "replace",
        "put-item",
        things({"put": does(thing(), REQUIRED)}, {"post": does(thing(), thing())}),
    ),
    (
        "PUT /things/{id}",
        "merge",
        "put-item",
        things({"put": does(thing(), thing())}, {"post": does(thing(), thing())}),
    ),
    ("PATCH /things/{id}", "merge", "patch-item", things({"patch": does(thing(), thing())})),
    (
        "PATCH /things/{id}/photo",
        "stateless",
        "",
        {**things(), "/things/{id}/photo": {"patch": does(thing(), thing())}},
    ),
    ("POST /things/{id}", "merge", "post-item", things({"post": does(thing(), thing()), **ITEM})),
    (
        "POST /things/{id}",
        "stateless",
        "",
        things({"post": does(thing(), thing()), "put": does(thing(), thing())}),
    ),
    ("DELETE /things/{id}", "delete", "delete-item", things({"delete": does(status=204)})),
    (
        "DELETE /things/{id}/photo",
        "stateless",
        "",
        {**things(), "/things/{id}/photo": {"delete": does(status=204)}},
    ),
    (
        "GET /settings",
        "read",
        "singleton",
        {"/settings": {"get": does(thing()), "put": does(thing(), thing())}},
    ),
    (
        "PUT /settings",
        "replace",
        "singleton",
        {"/settings": {"get": does(thing()), "put": does(thing(), thing())}},
    ),
    (
        "PATCH /settings",
        "merge",
        "singleton",
        {"/settings": {"get": does(thing()), "patch": does(thing(), thing())}},
    ),
    (
        "DELETE /settings",
        "delete",
        "singleton",
        {"/settings": {"get": does(thing()), "put": does(), "delete": does()}},
    ),
    ("GET /settings", "stateless", "", {"/settings": {"get": does(thing())}}),
    (
        "GET /settings",
        "stateless",
        "",
        {"/settings": {"get": does(VALUES), "put": does(VALUES, VALUES)}},
    ),
    (
        "GET /things",
        "list",
        "list-collection",
        {"/things": {"get": does(many()), "put": does(many(), many())}},
    ),
    (
        "PUT /things",
        "upsert",
        "put-collection",
        {"/things": {"get": does(many()), "put": does(many(), many())}},
    ),
    (
        "GET /things",
        "list",
        "list-collection",
        {"/things": {"get": does(PAGE), "post": does(PAGE, many()), **MANY}},
    ),
    ("GET /things", "list", "list-collection", things()),
    (
        "GET /things",
        "list",
        "list-collection",
        {"/things": {"get": does(many()), "post": does(thing(), thing())}},
    ),
    ("GET /things", "stateless", "", {"/things": {"get": does(VALUES)}}),
    (
        "POST /things",
        "create",
        "create-in-collection",
        things(collection={"post": does(thing(), thing(), 201)}),
    ),
    ("POST /search", "stateless", "", {"/search": {"post": does(thing(), thing())}}),
    ("PUT /things", "upsert", "put-collection", things(collection={"put": does(many(), many())})),
    ("PUT /things", "upsert", "put-collection", things(collection={"put": does(thing(), thing())})),
    (
        "PATCH /things",
        "merge",
        "put-collection",
        things(collection={"patch": does(many(), many())}),
    ),
    (
        "PUT /things",
        "stateless",
        "",
        things(collection={"put": does(thing(), thing(name="string"))}),
    ),
    (
        "PUT /things",
        "stateless",
        "",
        things(collection={"put": does(many(), many(thing(name="string")))}),
    ),
    (
        "PATCH /things",
        "merge",
        "patch-chosen",
        things(
            collection={
                "patch": does(body=thing(ids=many(thing()["properties"]["id"]), name="string"))
            }
        ),
    ),
    (
        "PUT /things",
        "upsert",
        "put-keys",
        things(
            collection={
                "get": does(many()),
                "put": does(many(), {"type": "object", "properties": {"ids": KEYS}}),
                "post": does(many(), {"type": "object", "properties": {"ids": KEYS}}, 201),
            }
        ),
    ),
    (
        "POST /things/{id}",
        "upsert",
        "post-creates-item",
        things({"post": does(status=201), "get": does(thing())}),
    ),
    (
        "DELETE /things",
        "bulk_delete",
        "delete-collection",
        things(collection={"delete": does(status=204)}),
    ),
    ("GET /things/{id}/tags", "read", "list-of-values", things(**{"__things__{id}__tags": TAGS})),
    (
        "PUT /things/{id}/tags",
        "replace",
        "list-of-values",
        things(**{"__things__{id}__tags": TAGS}),
    ),
    ("PUT /things", "upsert", "put-map", things(collection=MAPS)),
    ("DELETE /session", "stateless", "", {"/session": {"delete": does(status=204)}}),
]


@pytest.mark.parametrize(
    ("label", "kind", "rule", "paths"),
    CASES,
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_rule_fires_where_it_should_and_nowhere_else(
    label: str, kind: str, rule: str, paths: dict[str, Any]
) -> None:
    found = operation(small(paths), label)
    assert (found.kind, found.reason) == (Kind(kind), rule or found.reason)
    if not rule:
        assert "answers with an example" in found.reason


def test_every_rule_has_a_case() -> None:
    assert {rule.__name__.replace("_", "-") for rule in RULES} == {
        rule for _, _, rule, _ in CASES if rule
    }


@pytest.mark.parametrize(
    ("habits", "label", "kind"),
    [
        ("{put: merge, upsert: false}", "PUT /things/{id}", "merge"),
        ("{put: replace, upsert: false}", "PUT /things/{id}", "replace"),
        ("{upsert: true}", "PUT /things/{id}", "upsert"),
        ("{patch: replace}", "PATCH /things/{id}", "replace"),
        ("{put: merge}", "PUT /settings", "merge"),
    ],
)
def test_the_habits_of_an_api_decide_where_its_document_does_not(
    habits: str, label: str, kind: str
) -> None:
    paths = things({"put": does(thing(), REQUIRED), "patch": does(thing(), thing()), **ITEM})
    paths["/settings"] = {"get": does(thing()), "put": does(thing(), thing())}
    assert operation(small(paths, f"defaults: {habits}"), label).kind is Kind(kind)


def test_a_declared_kind_wins_and_says_so() -> None:
    found = operation(
        small(things(), "operations: {GET /things: {kind: stateless}}"), "GET /things"
    )
    assert (found.kind, found.reason, found.resource) == (Kind.STATELESS, "declared", None)


def test_a_kind_without_a_resource_is_stateless_and_says_so() -> None:
    found = operation(
        small({"/search": {"post": does(thing())}}, "operations: {POST /search: {kind: list}}"),
        "POST /search",
    )
    assert found.kind is Kind.STATELESS
    assert "no resource" in found.reason


def test_other_methods_are_stateless() -> None:
    for method in ("options", "trace"):
        label = f"{method.upper()} /things/{{id}}"
        assert operation(small(things({method: does(), **ITEM})), label).kind is Kind.STATELESS


def test_a_head_knows_what_the_get_of_its_path_knows() -> None:
    model = small(things({"head": does(), **ITEM}))
    head, get = (operation(model, f"{method} /things/{{id}}") for method in ("HEAD", "GET"))
    assert (head.kind, head.resource, head.key_param) == (get.kind, get.resource, get.key_param)
    alone = operation(small({"/things/{id}": {"head": does()}}), "HEAD /things/{id}")
    assert alone.kind is Kind.STATELESS


def test_a_trailing_slash_makes_no_difference() -> None:
    model = small({"/things/": {"get": does(many())}, "/things/{id}/": {"get": does(thing())}})
    assert [each.kind for each in model.operations] == [Kind.LIST, Kind.READ]
    assert list(model.resources) == ["things"]


@pytest.mark.parametrize(
    ("words", "is_merge"),
    [
        ("Update some fields of a card.", True),
        ("Changes one or more of its properties.", True),
        ("Update a card.", False),
        ("Replace a card; some fields are of the server.", False),
    ],
)
def test_a_put_that_updates_some_fields_merges(words: str, is_merge: bool) -> None:
    assert bool(MERGES.search(words)) is is_merge
