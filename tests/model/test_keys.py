"""Each rule that finds the key of a record, on a record that needs it."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.explain import explain, starter
from mockserver.model.keys import UNSURE, infer_house_key, infer_key
from tests.model.compiling import does, many, only_resource, schema_of, small, thing


def fields(*names: str, **more: str) -> Any:
    return schema_of(thing(**dict.fromkeys(names, "string"), **more)).properties if names else {}


@pytest.mark.parametrize(
    ("param", "resource", "names", "sent", "found"),
    [
        ("sku", "products", ["id", "sku"], [], ("sku", "same-name")),
        ("customerId", "customers", ["id", "name"], [], ("id", "prefix-dropped")),
        ("person", "people", ["id", "name"], [], ("id", "id-fallback")),
        ("OrderRef", "orders", ["order_id", "shipment_id"], [], ("order_id", "own-id")),
        (
            "TransactionId",
            "transactions",
            ["object_id", "rate"],
            ["rate"],
            ("object_id", "only-made-id"),
        ),
        ("x", "things", ["a_id", "b_id", "code"], [], ("code", "usual-key")),
        ("x", "things", ["a_id", "b_id"], [], ("$key", "hidden-key")),
        ("x", "things", [], [], ("id", "made-id")),
    ],
)
def test_a_path_parameter_leads_to_the_key(
    param: str, resource: str, names: list[str], sent: list[str], found: tuple[str, str]
) -> None:
    assert infer_key(param, resource, fields(*names), sent) == found


def test_an_object_is_no_key() -> None:
    assert infer_key("id", "things", fields("code", id="object"))[0] == "code"


def test_what_most_records_have_and_no_request_carries_is_the_word_of_the_api_for_keys() -> None:
    records = [(fields("object_id", "owner_id", name), ["owner_id"]) for name in "abc"]
    assert infer_house_key(records) == "object_id"
    assert (
        infer_key("BatchId", "batches", fields("object_id", "owner_id"), (), "object_id")[1]
        == "house-key"
    )


def test_two_records_make_no_custom() -> None:
    assert infer_house_key([(fields("object_id"), []), (fields("object_id"), [])]) is None


def test_a_parents_parameter_never_fills_the_key_of_its_child() -> None:
    paths = {
        "/plans": {
            "get": does(many(thing(code="string"))),
            "post": does(thing(code="string"), thing(code="string")),
        },
        "/plans/{code}": {"get": does(thing(code="string"))},
        "/plans/{code}/charges": {"post": does(thing(code="string"), thing(code="string"))},
        "/plans/{code}/charges/{charge_code}": {"get": does(thing(code="string"))},
    }
    charges = small(paths).resources["charges"]
    assert charges.key == "code"
    assert [parent.field for parent in charges.parents] == [None]


def test_a_parent_that_nobody_can_make_need_not_be_there() -> None:
    paths = {
        "/users/{user_id}": {"get": does(thing())},
        "/users/{user_id}/posts": {
            "get": does(many()),
            "post": does(thing(), thing(name="string")),
        },
        "/users/{user_id}/posts/{id}": {"get": does(thing())},
    }
    assert [parent.resource for parent in small(paths).resources["posts"].parents] == [None]


def test_a_guessed_key_is_told_and_asked_for() -> None:
    record = thing(a_id="string", b_id="string")
    model = small(
        {
            "/things": {"get": does(many(record)), "post": does(record)},
            "/things/{x}": {"get": does(record)},
        }
    )
    assert only_resource(model).key_rule in UNSURE
    assert all("unsure of the key: hidden-key" in row.reason for row in explain(model))
    assert '#   things: {key: "$key"}' in starter(model)


def test_a_starter_names_what_has_no_rule_and_says_nothing_yet() -> None:
    things = {"/things": {"get": does(many())}, "/things/{id}": {"get": does(thing())}}
    model = small({**things, "/things/{id}/twist": {"post": does()}})
    lines = starter(model).splitlines()
    assert "#   POST /things/{id}/twist: {kind: merge, resource: things}" in lines
    assert all(line.startswith("#") or not line for line in lines)
