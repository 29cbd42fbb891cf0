"""What is inferred of resources: names, keys, parents, schemas, stamps; and what a declaration
changes.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.keys import HIDDEN_KEY
from mockserver.model.types import Parent, Resource
from tests.model.compiling import does, many, only_resource, operation, small, thing

READ_ONLY = {"type": "integer", "readOnly": True}


def resource(
    schema: Any, param: str = "id", semantics: str = "", body: Any = None, name: str = "things"
) -> Resource:
    paths = {
        f"/{name}": {"get": does(many(schema)), "post": does(schema, body or schema, 201)},
        f"/{name}/{{{param}}}": {"get": does(schema)},
    }
    return only_resource(small(paths, semantics))


@pytest.mark.parametrize(
    ("param", "properties", "key"),
    [
        ("id", {"id": "integer"}, "id"),
        ("thingId", {"thing_id": "string", "id": "integer"}, "thing_id"),
        ("thing_id", {"id": "integer"}, "id"),
        ("thing_sku", {"sku": "string", "id": "integer"}, "sku"),
        ("number", {"id": "integer"}, "id"),
        ("number", {"thingId": "integer"}, "thingId"),
        ("number", {"uuid": "string"}, "uuid"),
        ("number", {"slug": "string"}, "slug"),
        ("number", {"text": "string"}, HIDDEN_KEY),
        ("number", {"id": "object", "text": "string"}, HIDDEN_KEY),
        ("thing", {"thing": "object", "slug": "string"}, "slug"),
    ],
)
def test_the_key_is_the_property_that_the_parameter_stands_for(
    param: str, properties: Any, key: str
) -> None:
    assert resource(thing(**properties), param).key == key


def test_the_only_id_that_no_request_carries_is_the_key() -> None:
    assert (
        resource(thing(shopId=READ_ONLY, text="string"), "number", body=thing(text="string")).key
        == "shopId"
    )


@pytest.mark.parametrize(
    ("schema", "generator"),
    [
        ({"type": "integer"}, "sequence"),
        ({"type": "number"}, "sequence"),
        ({"type": "string"}, "uuid"),
        ({"type": "string", "example": "247"}, "sequence-text"),
        ({"type": "string", "format": "uuid"}, "uuid"),
        ({"type": "string", "pattern": "^(0|[1-9][0-9]*)$"}, "sequence-text"),
        ({"type": "string", "pattern": r"^\d+$"}, "sequence-text"),
        ({"type": "string", "pattern": "^[0-9]{17,20}$"}, "formed"),
        ({"type": "string", "pattern": "^[a-z0-9]+$"}, "formed"),
    ],
)
def test_the_server_makes_the_key_by_its_type(schema: Any, generator: str) -> None:
    assert resource(thing(id=schema)).generated["id"] == generator


def test_a_key_that_the_client_must_send_is_not_made() -> None:
    body = {**thing(sku="string"), "required": ["sku"]}
    found = resource(thing(sku="string", name="string"), "sku", body=body)
    assert "sku" not in found.generated
    assert "sku" not in found.read_only


def test_a_key_that_no_body_may_carry_is_read_only() -> None:
    assert "id" in resource(thing(id="integer", name="string"), body=thing(name="string")).read_only


def test_a_hidden_key_never_leaves_the_server() -> None:
    assert HIDDEN_KEY in resource(thing(text="string"), "number").hidden


@pytest.mark.parametrize(
    ("name", "schema", "stamp"),
    [
        ("created_at", {"type": "string", "format": "date-time"}, "now-rfc3339"),
        ("dateCreated", {"type": "string", "format": "date-time"}, "now-rfc3339"),
        ("added", {"type": "string", "format": "date"}, "now-date"),
        ("created", {"type": "integer"}, "now-unix"),
    ],
)
def test_a_moment_of_creation_is_stamped_in_its_format(name: str, schema: Any, stamp: str) -> None:
    found = resource(thing(id="integer", **{name: schema}), body=thing(text="string"))
    assert (found.generated[name], name in found.touched) == (stamp, False)


def test_a_moment_of_change_is_stamped_with_every_change() -> None:
    schema = {"type": "string", "format": "date-time"}
    assert resource(thing(id="integer", updated_at=schema), body=thing(text="string")).touched == {
        "updated_at": "now-rfc3339"
    }


@pytest.mark.parametrize("name", ["created_by", "recreated_at", "creation_note", "updates"])
def test_what_only_looks_like_a_moment_is_not_stamped(name: str) -> None:
    found = resource(thing(id="integer", **{name: {"type": "string"}}), body=thing(text="string"))
    assert name not in {**found.generated, **found.touched}


def test_a_moment_that_the_client_sends_is_not_stamped() -> None:
    schema = thing(id="integer", created_at={"type": "string", "format": "date-time"})
    assert "created_at" not in resource(schema).generated


def test_defaults_of_the_schema_are_those_of_the_record() -> None:
    found = resource(
        thing(id="integer", size={"type": "integer", "default": 3}),
        semantics="resources: {things: {defaults: {color: red}}}",
    )
    assert found.defaults == {"size": 3, "color": "red"}


def test_a_resource_without_a_schema_keeps_whatever_is_sent() -> None:
    assert resource({}).open is True
    assert resource(thing()).open is False
    assert resource({**thing(), "additionalProperties": True}).open is True


def nested(semantics: str = "", **paths: Any) -> Any:
    leaf = {"get": does(many()), "post": does(thing(), thing(), 201)}
    return small(
        {
            "/shops/{shop_id}/things": leaf,
            "/shops/{shop_id}/things/{id}": {"get": does(thing())},
            "/shops": {"get": does(many()), "post": does(thing(), thing(), 201)},
            "/shops/{shop_id}": {"get": does(thing())},
            "/shops/{shop_id}/things/{thing_id}/leaves": leaf,
            "/shops/{shop_id}/things/{thing_id}/leaves/{leaf_id}": {"get": does(thing())},
        }
        | paths,
        semantics,
    )


def test_parents_are_the_parameters_of_the_path_outermost_first() -> None:
    model = nested()
    assert model.resources["leaves"].parents == (
        Parent("shop_id", "shops"),
        Parent("thing_id", "things"),
    )
    assert (
        operation(model, "GET /shops/{shop_id}/things/{thing_id}/leaves/{leaf_id}").key_param
        == "leaf_id"
    )


def test_a_parameter_that_names_no_resource_still_parts_the_collections() -> None:
    model = small(
        {
            "/of/{tenant}/things": {"get": does(many())},
            "/of/{tenant}/things/{id}": {"get": does(thing())},
        }
    )
    assert model.resources["things"].parents == (Parent("tenant", None),)


def test_a_property_of_the_parents_name_holds_its_key() -> None:
    schema = thing(id="integer", shop_id="integer")
    paths = {"/shops/{shop_id}/notes": {"get": does(many(schema)), "post": does(schema, schema)}}
    assert nested(**paths).resources["notes"].parents == (
        Parent("shop_id", "shops", True, "shop_id"),
    )


def test_a_declared_parent_names_its_resource_and_its_property() -> None:
    semantics = """
resources:
  stalls: {key: id}
  things: {path: '/shops/{shop_id}/things', parents: {shop_id: {resource: stalls, field: name}}}
"""
    assert nested(semantics).resources["things"].parents == (
        Parent("shop_id", "stalls", True, "name"),
    )


def test_names_that_are_taken_get_the_segment_before() -> None:
    leaf = {"get": does(many()), "post": does(thing(), thing())}
    model = small({"/a/things": leaf, "/b/things": leaf, "/c/{id}/things": leaf})
    assert list(model.resources) == ["things", "b.things", "c.things"]


def test_a_resource_declared_at_two_paths_is_one_collection() -> None:
    paths = {
        "/things": {"get": does(many()), "post": does(thing(), thing())},
        "/of/{owner}/things": {"get": does(many())},
        "/of/{owner}/things/{id}": {"get": does(thing())},
        "/owners": {"get": does(many()), "post": does(thing(), thing())},
    }
    semantics = (
        "resources: {things: {path: /things, also_at: {'/of/{owner}/things': {owner: owners}}}}"
    )
    model = small(paths, semantics)
    assert set(model.resources) == {"things", "owners"}
    found = operation(model, "GET /of/{owner}/things/{id}")
    assert (found.resource, found.parents) == ("things", (Parent("owner", "owners", False),))
    assert operation(model, "GET /things").parents == ()


def test_a_declared_resource_without_a_path_is_that_of_its_name() -> None:
    found = resource(thing(), semantics="resources: {things: {key: name}}")
    assert found.key == "name"


def test_a_declared_resource_may_have_no_path_at_all() -> None:
    model = small(
        {"/things": {"get": does(many()), "post": does(thing(), thing())}},
        "resources: {owners: {key: id}}",
    )
    assert set(model.resources) == {"owners", "things"}


def test_a_declared_singleton_is_one_and_a_declared_collection_is_many() -> None:
    paths = {"/me": {"get": does(thing())}, "/log": {"get": does(many())}}
    model = small(paths, "resources: {me: {path: /me, key: null}, log: {path: /log, key: id}}")
    assert [each.kind.value for each in model.operations] == ["read", "list"]
    assert model.resources["me"].key is None
    assert model.resources["log"].key == "id"


def test_the_key_of_an_operation_may_be_another_property_than_the_resources() -> None:
    schema = thing(id="integer", slug="string")
    paths = {
        "/things": {"get": does(many(schema)), "post": does(schema, schema)},
        "/things/{id}": {"get": does(schema)},
        "/by-slug/{slug}": {"get": does(schema)},
    }
    model = small(paths, "operations: {'GET /by-slug/{slug}': {kind: read, resource: things}}")
    assert operation(model, "GET /by-slug/{slug}").key_field == "slug"
    assert operation(model, "GET /things/{id}").key_field == "id"


DECLARED = """
resources:
  things:
    key: name
    order: [-name]
    generated: {name: uuid}
    touched: {seen: now-unix}
    computed: {label: "{name}"}
    assigned: {owner: $path.id}
    read_only: [label]
    hidden: [secret]
    fill: none
    unique: [[label, owner]]
    exclusive: [main]
    position: {field: place, first: 0, dense: false}
    limit: 5
    references: {owner: {resource: things, by: name, open_when_empty: false}}
    keep_empty: false
"""


def test_a_declaration_wins_over_what_is_inferred() -> None:
    found = resource(thing(id="integer", name="string", label="string"), semantics=DECLARED)
    assert (found.key, found.order, found.generated["name"]) == ("name", ("-name",), "uuid")
    assert (found.fill, found.unique, found.exclusive, found.limit) == (
        "none",
        (("label", "owner"),),
        ("main",),
        5,
    )
    assert found.position is not None
    assert (found.position.field, found.position.first, found.position.dense) == ("place", 0, False)
    assert (found.references[0].by, found.references[0].open_when_empty) == ("name", False)
    assert {"label"} <= found.read_only
    assert {"secret"} <= found.hidden
    assert (found.touched["seen"], found.computed, found.keep_empty) == (
        "now-unix",
        {"label": "{name}"},
        False,
    )
    assert found.assigned == {"owner": "$path.id"}


def test_the_order_of_the_api_is_that_of_its_resources() -> None:
    assert resource(thing(), semantics="defaults: {order: [name]}").order == ("name",)
    assert resource(thing()).order == ("id",)
