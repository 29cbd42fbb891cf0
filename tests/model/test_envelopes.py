"""Each way in which records are wrapped, in replies and in requests."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.envelopes import many_envelope, one_envelope, request_envelope, role_of
from tests.model.compiling import does, many, operation, schema_of, small, thing

BARE = "$value"


@pytest.mark.parametrize(
    ("schema", "template"),
    [
        (thing(), BARE),
        (thing(data=thing()), {"data": BARE}),
        (thing(data={}), {"data": BARE}),
        (thing(product=thing(), links="object"), {"product": BARE}),
        (thing(thing=thing(), meta=thing(a="string")), {"thing": BARE}),
        (many(), ["$value"]),
        (thing(items=many()), {"items": ["$value"]}),
        (
            thing(items=many(), message="string", total="integer"),
            {"items": ["$value"], "total": "$total"},
        ),
        (thing(items=many(), name="string"), BARE),
        (thing(id="integer", data=thing()), BARE),
        (thing(kind="string", data={"type": "object"}, spec=thing(size="integer")), BARE),
        (thing(status="string", data={"type": "object"}), {"data": BARE}),
        (
            thing(ok="boolean", product=thing()),
            {"ok": {"$made": {"type": "boolean"}, "$name": "ok"}, "product": BARE},
        ),
        (
            thing(
                pages=thing(at="integer"), fault=thing(a="string"), shopProduct=thing(b="string")
            ),
            {"shopProduct": BARE},
        ),
        (thing(fault=thing(a="string"), note=thing(b="string")), BARE),
    ],
)
def test_one_record_is_found_in_what_is_around_it(schema: Any, template: Any) -> None:
    assert one_envelope(schema_of(schema), "products", "id")[0] == template


def test_a_record_is_in_what_tells_its_key_as_well() -> None:
    model = small(
        {
            "/groups/{pk}": {
                "get": does(
                    thing(id="string", result={"$ref": "#/components/schemas/GroupApi.get"})
                )
            },
            "/jobs/{id}": {"get": does({"$ref": "#/components/schemas/Job"})},
        },
        components={
            "schemas": {
                "GroupApi.get": thing(id="integer", name="string"),
                "Job": thing(id="string", result={"$ref": "#/components/schemas/JobResult"}),
                "JobResult": thing(id="string", score="integer"),
            }
        },
    )
    assert operation(model, "GET /groups/{pk}").envelope.one["result"] == BARE
    assert operation(model, "GET /jobs/{id}").envelope.one == BARE


@pytest.mark.parametrize(
    ("schema", "template"),
    [
        (many(), BARE),
        (thing(products=many(), tags=many({"type": "string"})), {"products": BARE}),
        (thing(data=thing(items=many())), {"data": {"items": BARE}}),
        (thing(_embedded=thing(products=many())), {"_embedded": {"products": BARE}}),
        (thing(data={}), {"data": BARE}),
        (
            thing(policies=many(thing(id="string")), data=thing(products=many(), parts=many())),
            {"data": {"products": BARE}},
        ),
        (thing(products=many(), data=thing(product=many())), {"products": BARE}),
    ],
)
def test_the_records_of_a_list_are_found_in_what_is_around_them(schema: Any, template: Any) -> None:
    found = many_envelope(schema_of(schema), "products")
    assert found is not None
    assert found[0] == template


@pytest.mark.parametrize(
    ("schema", "wrapper"),
    [
        (thing(name="string"), None),
        (thing(product=thing()), "product"),
        (thing(data=many()), "data"),
        (thing(items=many(thing(name="string"))), "items"),
        (thing(product=thing(), token="string") | {"required": ["product"]}, "product"),
        (thing(product=thing(), token="string"), "product"),
        (thing(product=thing(size="string"), token="string"), None),
        (thing(products=many(), warnings=many(thing(text="string"))), "products"),
        (thing(resource=thing(), notify="boolean"), "resource"),
        (
            thing(resource=thing(id="integer", size="string", color="string"), notify="boolean"),
            None,
        ),
        (thing(maker=thing(), name="string"), None),
        (thing(data=thing(), other="string"), "data"),
        (thing(data=thing(unlike="string"), other="string"), None),
    ],
)
def test_a_request_may_be_wrapped_otherwise_than_the_reply(
    schema: Any, wrapper: str | None
) -> None:
    assert request_envelope(schema_of(schema), "products", {"name", "id"}) == wrapper


@pytest.mark.parametrize("name", ["shops.products", "/v1/products", "/v1/shops/{shop}/products"])
def test_a_wrapper_is_named_for_the_last_word_of_a_resource(name: str) -> None:
    body = thing(product=thing(size="string"), token="string") | {"required": ["product"]}
    assert request_envelope(schema_of(body), name, {"name", "id"}) == "product"
    shown = thing(product=thing(), warning=thing())
    assert one_envelope(schema_of(shown), name, "id")[0] == {"product": BARE}


def test_a_property_of_the_record_wraps_nothing() -> None:
    assert request_envelope(schema_of(thing(items=many())), "orders", {"items", "id"}) is None


@pytest.mark.parametrize(
    ("name", "schema", "role"),
    [
        ("total_entries", {"type": "integer"}, "$total"),
        ("next_page", {"type": "integer"}, "$next_page?"),
        ("next_page", {"type": "integer", "nullable": True}, "$next_page"),
        ("next", {"type": "string"}, "$onward?"),
        ("next", {"type": "string", "format": "uri"}, "$next?"),
        ("next", {"type": "string", "description": "Link to the next page"}, "$next?"),
        ("next_page_uri", {"type": "string"}, "$next?"),
        ("nextMarker", {"type": "string"}, "$cursor?"),
        ("continue", {"type": "string"}, "$cursor?"),
        ("nextRun", {"type": "string", "format": "date-time"}, None),
        ("hasPrevPage", {"type": "boolean"}, "$has_previous"),
        ("done", {"type": "boolean"}, "$is_last"),
        ("next_cursor", {"type": "string"}, "$cursor?"),
        ("has_more", {"type": "boolean"}, "$has_next"),
        ("total", {"type": "string"}, None),
        ("color", {"type": "string"}, None),
    ],
)
def test_a_property_beside_a_list_tells_of_it(
    name: str, schema: dict[str, Any], role: str | None
) -> None:
    assert role_of(name, schema_of(schema)) == role


def test_each_record_of_a_list_may_be_wrapped() -> None:
    hooks = {
        "get": does(many(thing(hook=thing()))),
        "post": does(thing(hook=thing()), thing(hook=thing(name="string"))),
    }
    paths = {"/hooks.json": hooks, "/hooks/{id}.json": {"get": does(thing(hook=thing()))}}
    found = operation(small(paths), "GET /hooks.json")
    assert (found.envelope.many, found.envelope.item) == (BARE, {"hook": BARE})


def test_paths_with_the_extension_of_a_format_are_one_resource() -> None:
    paths = {
        "/hooks.json": {"get": does(many()), "post": does(thing())},
        "/hooks/{id}.json": {"get": does(thing())},
    }
    assert [each.resource for each in small(paths).operations] == ["hooks"] * 3


def test_a_version_is_no_name() -> None:
    paths = {
        "/users/v1": {"get": does(many()), "post": does(thing())},
        "/users/v1/{id}": {"get": does(thing())},
    }
    assert list(small(paths).resources) == ["users"]


def test_a_path_that_ends_in_a_parameter_may_be_a_collection() -> None:
    paths = {
        "/rows/{table_id}": {
            "get": does(thing(results=many())),
            "post": does(thing(), thing(name="string")),
        },
        "/rows/{table_id}/{row_id}": {"get": does(thing())},
    }
    model = small(paths)
    kinds = [
        operation(model, label).kind for label in ("GET /rows/{table_id}", "POST /rows/{table_id}")
    ]
    assert kinds == ["list", "create"]


META = "#/components/schemas/Meta"


@pytest.mark.parametrize(
    "parent",
    [
        {"$ref": META},
        {"allOf": [{"$ref": META}]},
        {"type": "object", "properties": {"total": {"type": "integer"}, "meta": {"$ref": META}}},
        {"oneOf": [{"$ref": META}, {"type": "string"}]},
    ],
)
@pytest.mark.parametrize("required", [[], ["total", "parent"]])
def test_an_object_beside_a_list_may_hold_itself(parent: Any, required: list[str]) -> None:
    meta = thing(total="integer", parent=parent) | {"required": required}
    listed = thing(data=many(), meta={"$ref": META})
    paths = {"/things": {"get": does(listed)}, "/things/{id}": {"get": does(thing())}}
    model = small(paths, components={"schemas": {"Meta": meta}})
    template = model.operations[0].envelope.many
    assert template["data"] == "$value"
    assert template["meta"]["total"] == "$total"


@pytest.mark.parametrize(
    ("above", "name", "role"),
    [
        ("links", "next", "$next"),
        ("cursors", "next", "$cursor"),
        ("cursors", "before", "$previous_cursor"),
        ("next", "href", "$next"),
        ("next_page", "offset", "$cursor"),
        ("next_page", "path", "$next_path"),
        ("previous", "href", "$previous"),
    ],
)
def test_the_place_of_a_property_tells_of_it(above: str, name: str, role: str) -> None:
    assert role_of(name, schema_of({"type": "string", "nullable": True}), above=above) == role


def test_an_object_that_leads_to_the_next_page_hangs_on_it() -> None:
    pointer = {"type": "object", "properties": {"href": {"type": "string"}}}
    found = many_envelope(schema_of(thing(items=many(), next=pointer)), "orders")
    assert found is not None
    assert found[0] == {"items": "$value", "next": {"$when": "$has_next?", "href": "$next?"}}


def test_of_several_lists_that_is_meant_whose_items_are_like_the_record() -> None:
    field, builtin = thing(id="string", name="string", kind="string"), thing(id="string")
    paths = {
        "/definitions": {
            "get": does(thing(own=many(field), builtin=many(builtin))),
            "post": does(field, field),
        },
        "/definitions/{id}": {"delete": does(status=204)},
    }
    many_template = operation(small(paths), "GET /definitions").envelope.many
    assert many_template["own"] == BARE


@pytest.mark.parametrize("media_type", ["application/json-patch+json", "application/json"])
@pytest.mark.parametrize("shown", [{"tags": many({"type": "string"})}, {"parts": many(thing())}])
def test_a_list_that_changes_one_record_is_answered_with_that_record(
    media_type: str, shown: dict[str, Any]
) -> None:
    unit = thing(id="integer", name="string", **shown)
    steps = many(thing(op="string", path="string"))
    patch = does(unit)
    patch["requestBody"] = {"content": {media_type: {"schema": steps}}}
    paths = {
        "/units": {"get": does(many(unit)), "post": does(unit, unit)},
        "/units/{id}": {"get": does(unit), "patch": patch},
    }
    assert operation(small(paths), "PATCH /units/{id}").envelope.one == BARE
