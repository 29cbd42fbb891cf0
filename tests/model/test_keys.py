"""Each rule that finds the key of a record, on a record that needs it."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.keys import (
    UNSURE,
    KeyQuestion,
    alternative_parameters,
    infer_house_key,
    infer_key,
)
from mockserver.model.report.explain import explain_resources
from mockserver.model.report.starter import starter
from mockserver.model.types import DescribedParameter
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
            ["parcel_id", "rate"],
            ["rate"],
            ("parcel_id", "only-made-id"),
        ),
        ("task_try_number", "tries", ["id", "try_number"], [], ("try_number", "name-ends")),
        ("variantSku", "children", ["id", "sku", "name"], [], ("sku", "name-ends")),
        (
            "groupId",
            "groups",
            ["attribute_group_id", "set_id"],
            [],
            ("attribute_group_id", "name-ends"),
        ),
        (
            "staffLeavePlanID",
            "Leave-Plans",
            ["payeeLeavePlanID", "start"],
            [],
            ("payeeLeavePlanID", "name-ends"),
        ),
        ("taxClassId", "taxClasses", ["class_id", "class_name"], [], ("class_id", "name-ends")),
        ("order_product_id", "lines", ["id", "product_id"], [], ("id", "id-fallback")),
        ("id", "gift-wrappings", ["wrapping_id", "a_id"], [], ("wrapping_id", "own-id")),
        ("id", "invoices", ["entity_id", "order_id"], [], ("entity_id", "generic-id")),
        ("x", "notes", ["entity_id", "entity_type", "a_id"], [], ("$key", "hidden-key")),
        ("username", "members", ["id", "login"], [], ("login", "login")),
        (
            "company_id",
            "companies",
            ["id", "company_id", "name"],
            ["company_id", "name"],
            ("id", "prefix-dropped"),
        ),
        ("company_id", "companies", ["company_id"], ["company_id"], ("company_id", "same-name")),
        ("sku", "products", ["id", "sku"], ["sku"], ("sku", "same-name")),
        (None, "audit-log", ["seq", "document_id", "at"], [], ("seq", "sequence")),
        ("x", "things", ["a_id", "b_id", "code"], [], ("code", "usual-key")),
        ("x", "things", ["a_id", "b_id"], [], ("$key", "hidden-key")),
        ("x", "things", [], [], ("id", "made-id")),
    ],
)
def test_a_path_parameter_leads_to_the_key(
    param: str, resource: str, names: list[str], sent: list[str], found: tuple[str, str]
) -> None:
    assert found_key(param, resource, fields(*names), sent=frozenset(sent)) == found


def found_key(param: str, resource: str, properties: Any, **more: Any) -> tuple[str | None, str]:
    choice = infer_key(KeyQuestion(resource, param, properties, **more))
    return choice.name, choice.rule


def test_an_object_is_no_key() -> None:
    assert found_key("id", "things", fields("code", id="object"))[0] == "code"


def test_what_most_records_have_and_no_request_carries_is_the_word_of_the_api_for_keys() -> None:
    records = [(fields("object_id", "owner_id", name), ["owner_id"]) for name in "abc"]
    assert infer_house_key(records) == "object_id"
    assert (
        found_key("BatchId", "batches", fields("object_id", "owner_id"), house="object_id")[1]
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
    assert [each.doubt for each in explain_resources(model)] == [UNSURE["hidden-key"]]
    assert "#   things: {key: id}" in starter(model)


def test_a_starter_names_what_has_no_rule_and_says_nothing_yet() -> None:
    things = {"/things": {"get": does(many())}, "/things/{id}": {"get": does(thing())}}
    twisted = does(thing(angle="integer"))
    model = small({**things, "/things/{id}/twist": {"post": twisted}})
    lines = starter(model).splitlines()
    assert "#   POST /things/{id}/twist: {kind: merge, resource: things}" in lines
    assert all(line.startswith("#") or not line for line in lines)


def parameter(name: str, description: str = "", **schema: Any) -> DescribedParameter:
    described = schema_of({"type": "string", **schema})
    return DescribedParameter(
        name, "path", True, described, "simple", False, description=description
    )


def test_a_name_that_two_records_may_share_is_no_key_where_an_id_is_asked_for() -> None:
    sent = frozenset({"name"})
    assert found_key("id", "docs", fields("name"), sent=sent)[0] == "$key"
    assert found_key("id", "docs", fields("name", "pk"), sent=sent)[0] == "pk"
    assert found_key("userId", "users", fields("uid", "email", "name"), sent=sent)[0] == "uid"


def test_a_name_is_the_key_where_the_parameter_asks_for_it() -> None:
    sent = frozenset({"name"})
    assert found_key("name", "volumes", fields("name"), sent=sent) == ("name", "same-name")
    demanded = {"sent": sent, "demanded": sent}
    assert found_key("volume", "volumes", fields("name"), **demanded)[0] == "name"


def test_the_description_of_a_parameter_tells_which_property_it_means() -> None:
    record = fields("username", id="integer")
    named = parameter("org", "name of the organization")
    assert found_key("org", "orgs", record, described=named)[0] == "username"
    plain = parameter("org", "the organization")
    assert found_key("org", "orgs", record, described=plain)[0] == "id"


def test_the_name_of_the_resource_may_be_anywhere_in_the_parameter() -> None:
    record = fields("lago_id", "external_id", "name")
    assert found_key("external_customer_id", "customers", record)[0] == "external_id"


def test_a_property_that_a_description_names_is_better_than_one_that_ends_like_it() -> None:
    record = fields("apiKey", "key", "name")
    named = parameter("placeKey", "The key of the place")
    sent = frozenset({"key", "name"})
    assert found_key("placeKey", "places", record, described=named, sent=sent)[0] == "key"


def test_a_link_of_the_document_has_the_last_word() -> None:
    assert found_key("userId", "users", fields("id", "ref"), linked="ref") == ("ref", "link")


def test_a_key_may_be_inside_an_object() -> None:
    record = schema_of(
        thing(metadata={"type": "object", "properties": {"name": {"type": "string"}}})
    )
    assert found_key("name", "spaces", record.properties)[0] == "metadata.name"
    both = schema_of(
        thing(id="string", owner={"type": "object", "properties": {"id": {"type": "string"}}})
    )
    assert found_key("id", "spaces", both.properties)[0] == "id"


def test_what_another_object_says_of_the_record_is_not_its_key() -> None:
    deploy = {"type": "object", "properties": {"site_id": {"type": "string"}}}
    record = schema_of(thing(published_deploy=deploy, id="string")).properties
    assert found_key("site_id", "sites", record)[0] == "id"


def test_a_record_that_only_a_create_shows_is_known_by_the_id_of_its_reply() -> None:
    record = thing(sid="string", call_sid="string", friendly_name="string")
    paths = {
        "/calls/{CallSid}/streams": {"post": does(record, thing(FriendlyName="string"))},
        "/calls/{CallSid}/streams/{Sid}": {"post": does(record, thing(Status="string"))},
    }
    assert only_resource(small(paths)).key == "sid"


def test_the_words_of_a_description_name_the_key() -> None:
    named = parameter("id", "Membership ID.")
    record = fields("user_id", "membership_id")
    assert found_key("id", "members", record, described=named)[0] == "membership_id"


def test_a_parameter_below_a_record_names_it_where_nothing_is_at_its_path() -> None:
    record = thing(note="string", sender_id="string", gid="string")
    paths = {
        "/requests": {"get": does(many(record)), "post": does(record, thing(note="string"))},
        "/requests/{request_gid}/approve": {"post": does()},
    }
    assert small(paths).resources["requests"].key == "gid"


def test_what_was_weighed_is_told() -> None:
    choice = infer_key(
        KeyQuestion("users", "userId", fields("id", "name"), sent=frozenset({"name"}))
    )
    assert choice.shown[0] == "id 78: prefix-dropped +70, no request carries it +8"
    assert choice.shown[1].startswith("name -5: usual-key +20")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("projectIdOrKey", ["projectId", "Key"]),
        ("id_or_slug", ["id", "slug"]),
        ("authorId", ["authorId"]),
        ("order", ["order"]),
        ("vendorOrId", ["vendor", "Id"]),
    ],
)
def test_a_parameter_may_stand_for_several(name: str, parts: list[str]) -> None:
    assert alternative_parameters(name) == parts


def test_a_description_means_the_property_of_its_very_word() -> None:
    record = fields("apiKey", "mobileKey", "key", "_id")
    named = parameter("environmentKey", "The environment key")
    assert found_key("environmentKey", "environments", record, described=named)[0] == "key"


def test_a_parameter_ends_in_the_name_of_the_property_it_means() -> None:
    records = fields("_id", "key", "title")
    assert found_key("customRoleKey", "roles", records, sent=frozenset({"key"}))[0] == "key"
    assert found_key("customRoleId", "roles", records, sent=frozenset({"key"}))[0] == "_id"


def test_a_text_of_the_same_name_is_no_key_where_the_path_asks_for_a_number() -> None:
    asked = parameter("key_id", type="integer")
    records = fields("key_id", "title", id="integer")
    assert found_key("key_id", "keys", records, described=asked)[0] == "id"
    assert found_key("key_id", "keys", fields("key_id", "title"), described=asked)[0] == "key_id"


def test_a_word_that_ends_in_s_in_the_singular_too_is_dropped_from_the_parameter() -> None:
    assert found_key("order_status_gid", "order_statuses", fields("gid", "name"))[0] == "gid"


def test_the_name_of_a_thing_is_the_property_called_as_the_thing() -> None:
    assert found_key("className", "schema", fields("class", "description"))[0] == "class"
    assert found_key("queue_name", "brokers", fields("queue", "vhost"))[0] == "queue"
    assert found_key("className", "schema", fields("class", "className"))[0] == "className"


def test_the_answer_to_a_create_alone_may_tell_the_id() -> None:
    sent = thing(name="string")
    paths = {
        "/segments": {
            "get": does(many(sent)),
            "post": does(thing(id="integer", name="string"), sent),
        },
        "/segments/{segment_id}": {"get": does(sent)},
    }
    assert small(paths).resources["segments"].key == "id"


@pytest.mark.parametrize(
    ("param", "resource", "outer"),
    [
        ("message_id", "messages", "reply_to"),
        ("orderUuid", "orders", "replaces"),
        ("tickets_id", "tickets", "merged"),
    ],
)
def test_an_id_inside_an_object_is_that_of_another_where_the_record_has_its_own(
    param: str, resource: str, outer: str
) -> None:
    inner = thing(**{param: "string"})
    properties = schema_of(thing(id="string", text="string", **{outer: inner})).properties
    question = KeyQuestion(resource, param, properties, sent=frozenset({"text", outer}))
    assert infer_key(question).name == "id"


@pytest.mark.parametrize(
    ("param", "description", "resource", "found"),
    [
        ("guild", "name of the guild", "guilds", "username"),
        ("index", "index of the ticket", "tickets", "number"),
        ("gradeKey", "", "grades", "grade"),
        ("gradeId", "", "grades", "id"),
    ],
)
def test_a_parameter_means_what_is_called_alike_and_no_name_for_show(
    param: str, description: str, resource: str, found: str
) -> None:
    names = fields("full_name", "username", "number", "grade", id="integer")
    described = parameter(param, description)
    sent = frozenset({"full_name", "username", "grade"})
    question = KeyQuestion(resource, param, names, described, sent, frozenset({"username"}))
    assert infer_key(question).name == found


def test_an_id_that_may_be_sent_is_the_key_and_not_that_in_an_object() -> None:
    inner = thing(test_id="string", id="string")
    properties = schema_of(thing(id="string", name="string", place=inner)).properties
    question = KeyQuestion("tests", "testId", properties, sent=frozenset({"id", "name"}))
    assert infer_key(question).name == "id"


def test_what_a_list_alone_shows_is_no_key_where_a_read_shows_another() -> None:
    record = thing(id="string", name="string")
    listed = thing(id="string", name="string", shelf="string", size="integer")
    parameter = {"name": "shelf", "in": "path", "required": True, "description": "The name"}
    model = small(
        {
            "/shelves": {
                "get": does(many(listed)),
                "post": does(record, body=thing(name="string")),
            },
            "/shelves/{shelf}": {
                "parameters": [{**parameter, "schema": {"type": "string"}}],
                "get": does(record),
            },
        }
    )
    assert only_resource(model).key == "name"
