from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.asgi.refusals.refusal import refuse
from mockserver.asgi.refusals.violations import MOST, find_violations
from mockserver.call import Problem, ProblemKind, Violation
from mockserver.model.refusals import compile_errors
from mockserver.model.schema.schemas import Direction, SchemaCompiler


def violations_of(schema: Any, value: Any) -> tuple[Violation, ...]:
    return tuple(
        find_violations(SchemaCompiler({}).compile(schema, Direction.REQUEST), value, "body")
    )


def body_of(
    said: Mapping[str, Any], schema: Any, value: Any, kind: ProblemKind = ProblemKind.INVALID
) -> Any:
    """Return the refusal of a value by a schema, in the form that the semantics say."""
    errors = compile_errors({"default": said} if said else {}, "tests")["default"]
    return refuse(errors, Problem(kind, "plain words", violations_of(schema, value))).body


IMAGES = {
    "type": "object",
    "required": ["sku"],
    "properties": {
        "sku": {"type": "string"},
        "images": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["url"],
                "properties": {"tags": {"type": "array", "items": {"type": "string"}}},
            },
        },
    },
}
FIELDS = {
    "body": {"detail": "{message}", "code": "{code}"},
    "invalid_body": {"$fields": "{message}", "code": "{code}"},
    "forms": {"invalid": {"code": "invalid"}},
    "messages": {"required": "needed", "type.string": "no string"},
}


def test_fields_are_a_tree_padded_with_empty_objects() -> None:
    value = {"images": [{"url": "a"}, {}, {"url": "b", "tags": ["x", 5, "y"]}, {}]}
    assert body_of(FIELDS, IMAGES, value) == {
        "images": [
            {},
            {"url": ["needed"]},
            {"tags": [{}, {"non_field_errors": ["no string"]}, {}]},
            {"url": ["needed"]},
        ],
        "sku": ["needed"],
        "code": "invalid",
    }


def test_fields_without_violations_tell_the_problem() -> None:
    assert body_of(FIELDS, {}, {}) == {"code": "invalid", "detail": "plain words"}


def test_what_is_wrong_with_the_whole_body_is_under_a_name_of_its_own() -> None:
    assert body_of(FIELDS, {"type": "object"}, [])["non_field_errors"]


PATHS = st.lists(st.one_of(st.integers(0, 3), st.sampled_from("ab")), max_size=4).map(tuple)


@given(st.lists(st.tuples(PATHS, st.lists(st.integers(1, 4), max_size=4)), min_size=1, max_size=6))
def test_any_violations_make_a_tree(given: list[tuple[tuple[Any, ...], list[int]]]) -> None:
    errors = compile_errors({"default": FIELDS}, "tests")["default"]
    told = tuple(
        Violation("body", path, "x", "text", {"lengths": tuple(lengths)}) for path, lengths in given
    )
    assert isinstance(refuse(errors, Problem(ProblemKind.INVALID, "", told)).body, dict)


def test_each_is_one_entry_for_each_violation_and_absent_without() -> None:
    said = {
        "body": {"m": "{message}", "e": {"$each": {"at": "{pointer}", "p": "{property}"}}},
        "forms": {"invalid": {}},
    }
    told = body_of(said, IMAGES, {"images": [{}]})["e"]
    assert sorted(told, key=str) == [
        {"at": "/images/0/url", "p": "url"},
        {"at": "/sku", "p": "sku"},
    ]
    assert body_of(said, {}, {}) == {"m": "plain words"}


def test_all_is_one_entry_for_each_violation_or_for_the_problem() -> None:
    said = {"body": {"errors": {"$all": "{message}"}}, "messages": {"required": "{property:pascal} is required"},
            "forms": {"invalid": {}}}  # fmt: skip
    assert sorted(body_of(said, IMAGES, {"images": [{}]})["errors"]) == [
        "Sku is required",
        "Url is required",
    ]
    assert body_of(said, {}, {}) == {"errors": ["plain words"]}


def test_a_list_at_the_top_is_rendered_too() -> None:
    said = {
        "body": [{"status": "{status}", "message": "{message}"}],
        "forms": {"invalid": {"message": "No."}},
    }
    assert body_of(said, {}, {}) == [{"status": 400, "message": "No."}]


def test_the_standard_form_is_problem_details() -> None:
    body = body_of({}, IMAGES, {"a/b~c": 1})
    assert body == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "sku is required",
        "errors": [{"pointer": "/sku", "detail": "sku is required"}],
    }


def test_a_pointer_is_escaped() -> None:
    schema = {"properties": {"a/b~c": {"type": "string"}}}
    assert body_of({}, schema, {"a/b~c": 1})["errors"][0]["pointer"] == "/a~1b~0c"


def test_a_status_that_has_no_words_can_be_given() -> None:
    errors = compile_errors({"default": {"forms": {"invalid": {"status": 509}}}}, "tests")[
        "default"
    ]
    refusal = refuse(errors, Problem(ProblemKind.INVALID, "over quota"))
    assert (refusal.status, refusal.body["title"]) == (509, "Error")


@pytest.mark.parametrize("kind", list(ProblemKind))
def test_every_kind_of_problem_has_a_form(kind: ProblemKind) -> None:
    for said in ({}, {"default": FIELDS}, {"default": {"forms": {"not_found": {"status": 422}}}}):
        assert (
            400
            <= refuse(compile_errors(said, "tests")["default"], Problem(kind, "words")).status
            < 600
        )


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("body.type.integer", "m"),
        ("type.n", "m"),
        ("type.integer", "m"),
        ("body.type", "m"),
        ("type", "m"),
    ],
)
def test_a_message_is_looked_up_by_place_rule_property_and_argument(key: str, message: str) -> None:
    schema = {"properties": {"n": {"type": "integer"}}}
    body = body_of(
        {"body": {"$all": "{message}"}, "messages": {key: message, "invalid": "other"}},
        schema,
        {"n": "x"},
    )
    assert body == ["m"]


def test_a_message_for_the_body_itself_is_for_nothing_in_it() -> None:
    said = {"body": {"$all": "{message}"}, "messages": {"whole.null": "no data", "null": "null!"}}
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    assert body_of(said, schema, None) == ["no data"]
    assert body_of(said, schema, {"n": None}) == ["null!"]


FIRST = {"body": {"$all": "{rule} {pointer}"}, "tells": "first"}
CHOICE = {"type": "string", "enum": ["a"], "minLength": 1}
EITHER = {
    "required": ["n"],
    "properties": {
        "n": CHOICE,
        "at": {"type": "object", "anyOf": [{"required": ["x"]}, {"required": ["y"]}]},
    },
    "anyOf": [{"required": ["by", "how"]}, {"required": ["name"]}],
}


def test_the_first_rule_alone_is_told_of_each_value_that_of_its_choices_before_that_of_its_type() -> (
    None
):
    schema = {"properties": {"n": CHOICE, "m": {"type": "string"}}}
    assert sorted(body_of(FIRST, schema, {"n": {}, "m": 1})) == ["enum /n", "type /m"]
    assert body_of(FIRST, schema, {"n": ""}) == ["enum /n"]
    assert set(body_of({**FIRST, "tells": "all"}, schema, {"n": {}, "m": 1})) == {
        "type /m",
        "type /n",
        "enum /n",
    }


def test_of_alternatives_the_nearest_one_tells_what_is_wrong() -> None:
    said = {"body": {"$all": "{rule} {pointer}"}}
    assert body_of(said, EITHER, {"n": "a"}) == ["required /name"]
    assert body_of(said, EITHER, {"n": "a", "by": 1}) in (["required /how"], ["required /name"])
    assert body_of(said, {"anyOf": [{"type": "integer"}, {"type": "array"}]}, "x") == ["anyOf "]


def test_an_alternative_is_told_first_only_where_nothing_else_is_wrong_in_its_object() -> None:
    assert sorted(body_of(FIRST, EITHER, {"at": {}, "name": 1})) == [
        "required /at/x",
        "required /n",
    ]
    assert body_of(FIRST, EITHER, {"n": 1}) == ["enum /n"]
    assert body_of(FIRST, EITHER, {"n": "a"}) == ["required /name"]


def test_a_parameter_is_one_field_however_many_of_its_items_are_wrong() -> None:
    wrong = tuple(
        Violation("query", ("ids", at), "type", "no number", {"lengths": (3,)}) for at in (0, 2)
    )
    for tells, told in (("all", ["no number", "no number"]), ("first", ["no number"])):
        errors = compile_errors(
            {"default": {"invalid_body": {"$fields": "{message}"}, "tells": tells}}, "tests"
        )
        assert refuse(errors["default"], Problem(ProblemKind.INVALID_QUERY, "", wrong)).body == {
            "ids": told
        }


def test_a_message_may_name_the_value_and_the_limit() -> None:
    said = {
        "body": {"$all": "{message}"},
        "messages": {"maximum": "{value} > {limit}", "null": "null!"},
    }
    schema = {"properties": {"n": {"type": "integer", "maximum": 5}}}
    assert body_of(said, schema, {"n": 6}) == ["6 > 5"]
    assert body_of(said, schema, {"n": None}) == ["null!"]


def test_a_value_stands_in_a_text_as_json_spells_it_or_where_it_is_said_as_python_does() -> None:
    said = {"body": {"$all": "{message}"}, "messages": {"enum": "{value} or {value:python}"}}
    for value, text in (
        (None, "null or None"),
        (True, "true or True"),
        ([True], "[true] or [True]"),
    ):
        assert body_of(said, {"properties": {"n": {"enum": ["x"]}}}, {"n": value}) == [text]


def test_what_two_rules_say_in_the_same_words_is_told_once() -> None:
    said = {
        "body": {"$all": "{message}", "$none": 0},
        "messages": {"invalid": "The field '{property}' is invalid."},
    }
    schema = {"properties": {"n": {"type": "string", "minLength": 1, "pattern": "^x"}}}
    assert body_of(said, schema, {"n": ""}) == ["The field 'n' is invalid."]
    joined = {**said, "body": "{messages}"}
    assert body_of(joined, schema, {"n": ""}) == "The field 'n' is invalid."


def test_a_page_that_is_too_large_is_told_in_the_words_for_it_with_the_limit() -> None:
    said = {
        "body": {"$all": "{message}"},
        "forms": {"limit_exceeded": {"message": "The limit is larger than {limit}."}},
        "messages": {"invalid": "The field '{property}' is invalid."},
    }
    schema = {"properties": {"limit": {"maximum": 250}}}
    told = body_of(said, schema, {"limit": 251}, ProblemKind.LIMIT_EXCEEDED)
    assert told == ["The limit is larger than 250."]


def test_a_huge_value_is_not_told_back() -> None:
    assert len(str(body_of({}, {"type": "integer"}, "x" * 100_000))) < 2000
    assert len(str(body_of({}, {"anyOf": [{"type": "integer"}]}, {"a": "x" * 100_000}))) < 2000


def test_violations_beyond_a_number_are_not_told() -> None:
    assert len(violations_of({"items": {"type": "integer"}}, ["x"] * 10_000)) == MOST


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ({"message": "At most {limit}."}, {"m": "plain words"}),
        (
            {"message": "At most {limit}.", "body": {"m": "{message}", "n": "{limit}"}},
            {"m": "plain words"},
        ),
        (
            {"body": {"m": 'The method "{method}" is wrong: {message}'}},
            {"m": "The method is wrong: plain words"},
        ),
        ({"body": {"m": "{property}: {message}"}}, {"m": "plain words"}),
        ({"body": [{"m": "{message}"}, "{limit}"]}, [{"m": "plain words"}]),
    ],
)
def test_a_part_without_a_value_leaves_no_gap(form: dict[str, Any], body: Any) -> None:
    said = {"body": {"m": "{message}"}, "forms": {"conflict": form}}
    assert body_of(said, {}, {}, ProblemKind.CONFLICT) == body


def test_a_header_without_a_value_does_not_come() -> None:
    said = {
        "body": {},
        "forms": {"conflict": {"headers": {"X-Wait": "{retry_s}", "X-Kind": "{kind}"}}},
    }
    errors = compile_errors({"default": said}, "tests")["default"]
    assert refuse(errors, Problem(ProblemKind.CONFLICT, "")).headers == {"X-Kind": "conflict"}


def test_words_for_a_rule_that_lack_a_value_give_way_to_plain_ones() -> None:
    said = {"body": {"$all": "{message}"}, "messages": {"type": "'{property}' is no {wanted}"}}
    assert body_of(said, {"type": "object"}, []) == ['[] is not of type "object"']
