from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.asgi.codec.parameters import ParameterPlan
from mockserver.asgi.codec.styles import scalar
from tests.asgi.stage import Play, operation
from tests.described import parameter_of

Decode = Callable[..., Any]
INTEGERS = {"type": "array", "items": {"type": "integer"}}
TEXTS = {"type": "array", "items": {"type": "string"}}
COLOR = {
    "type": "object",
    "properties": {"R": {"type": "integer"}, "G": {"type": "integer"}, "name": {"type": "string"}},
}


def decoded(
    schema: Any, sent: dict[str, Sequence[str]], place: str = "query", **declared: Any
) -> Any:
    """Return the value of the parameter `p`, or the rules that it breaks."""
    spelled = {"schema": schema} if schema is not None else {}
    parameter = parameter_of({"name": "p", "in": place, **spelled, **declared})
    plan = ParameterPlan([parameter])
    values, violations = plan.decode(place, sent)
    return [(each.path[-1], each.rule) for each in violations] or values.get("p")


@pytest.mark.parametrize(
    "text", ["1_0", "+5", "1.0", " 5", "5 ", "", "0x1", "007", "1e3", "٣", "1٣", "--1", "-", "−1"]
)
def test_an_integer_is_digits_and_nothing_else(text: str) -> None:
    assert decoded({"type": "integer"}, {"p": [text]}) == [("p", "type")]


@pytest.mark.parametrize("text", ["0", "-1", "12345678901234567890123", "-0"])
def test_an_integer_may_be_long_and_negative(text: str) -> None:
    assert decoded({"type": "integer"}, {"p": [text]}) == int(text)


@pytest.mark.parametrize("text", ["1e999", "-1e999", "NaN", "Infinity", "inf", "1.", ".5", "1_0.0"])
def test_a_number_is_finite_and_spelled_as_in_json(text: str) -> None:
    assert decoded({"type": "number"}, {"p": [text]}) == [("p", "type")]


@pytest.mark.parametrize(
    ("text", "value"), [("1.5", 1.5), ("-2", -2), ("1e3", 1000.0), ("0.1E-2", 0.001)]
)
def test_a_number_has_a_fraction_or_not(text: str, value: float) -> None:
    assert decoded({"type": "number"}, {"p": [text]}) == value


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("false", False), ("True", True), ("False", False)]
)
def test_a_boolean_is_true_or_false(text: str, value: bool) -> None:
    assert decoded({"type": "boolean"}, {"p": [text]}) is value


@pytest.mark.parametrize("text", ["1", "0", "yes", "on", "TRUE", "", "null"])
def test_no_other_word_is_a_boolean(text: str) -> None:
    assert decoded({"type": "boolean"}, {"p": [text]}) == [("p", "type")]


def test_a_text_stays_a_text() -> None:
    assert decoded({"type": "string"}, {"p": ["12"]}) == "12"


def test_the_last_of_several_values_counts() -> None:
    assert decoded({"type": "integer"}, {"p": ["1", "2"]}) == 2


def test_a_default_stands_in_for_what_was_not_sent() -> None:
    assert decoded({"type": "integer", "default": 7}, {}) == 7
    assert decoded({"type": "integer", "default": 7}, {"p": ["8"]}) == 8


@pytest.mark.parametrize("place", ["query", "header", "cookie"])
def test_a_required_parameter_must_be_sent(place: str) -> None:
    assert decoded({"type": "string"}, {}, place, required=True) == [("p", "required")]


@pytest.mark.parametrize(
    ("declared", "sent", "value"),
    [
        ({}, ["1", "2"], [1, 2]),
        ({}, ["1,2", "3"], [1, 2, 3]),
        ({"explode": False}, ["1,2"], [1, 2]),
        ({"explode": False}, ["1,2", "3"], [1, 2, 3]),
        ({"style": "spaceDelimited"}, ["1 2"], [1, 2]),
        ({"style": "spaceDelimited", "explode": True}, ["1", "2"], [1, 2]),
        ({"style": "pipeDelimited"}, ["1|2"], [1, 2]),
        ({"style": "pipeDelimited", "explode": True}, ["1", "2"], [1, 2]),
        ({}, [""], []),
    ],
)
def test_a_list_is_repeated_or_delimited(
    declared: dict[str, Any], sent: list[str], value: list[int]
) -> None:
    assert decoded(INTEGERS, {"p": sent}, **declared) == value


def test_a_comma_belongs_to_a_text_that_is_repeated() -> None:
    assert decoded(TEXTS, {"p": ["Smith, John", "x"]}) == ["Smith, John", "x"]
    assert decoded(TEXTS, {"p": ["a,b"]}, explode=False) == ["a", "b"]


def test_a_text_of_nothing_is_one_text_where_texts_are_repeated_and_no_item_elsewhere() -> None:
    assert decoded(TEXTS, {"p": [""]}) == [""]
    assert decoded(TEXTS, {"p": ["a", ""]}) == ["a", ""]
    assert decoded(TEXTS, {"p": [""]}, explode=False) == []
    assert decoded(INTEGERS, {"p": [""]}) == []


def test_a_wrong_item_is_told_with_its_place() -> None:
    assert decoded(INTEGERS, {"p": ["1,x"]}) == [(1, "type")]


@pytest.mark.parametrize(
    ("declared", "sent"),
    [
        ({"style": "deepObject"}, {"p[R]": ["100"], "p[G]": ["200"], "p[name]": ["7"]}),
        ({}, {"R": ["100"], "G": ["200"], "name": ["7"]}),
        ({"explode": False}, {"p": ["R,100,G,200,name,7"]}),
        ({"style": "spaceDelimited", "explode": False}, {"p": ["R 100 G 200 name 7"]}),
        ({"style": "pipeDelimited", "explode": False}, {"p": ["R|100|G|200|name|7"]}),
    ],
)
def test_an_object_is_typed_by_its_properties(
    declared: dict[str, Any], sent: dict[str, list[str]]
) -> None:
    assert decoded(COLOR, sent, **declared) == {"R": 100, "G": 200, "name": "7"}


@pytest.mark.parametrize("declared", [{"style": "deepObject"}, {}, {"explode": False}])
def test_an_object_that_was_not_sent_is_absent(declared: dict[str, Any]) -> None:
    assert decoded(COLOR, {"q": ["1"]}, **declared) is None
    assert decoded(COLOR, {"q": ["1"]}, required=True, **declared) == [("p", "required")]


@pytest.mark.parametrize("declared", [{}, {"style": "form"}, {"style": "deepObject"}])
def test_an_object_of_objects_is_read_as_a_deep_object_whatever_its_style(
    declared: dict[str, Any],
) -> None:
    schema = {"type": "object", "properties": {"color": COLOR}}
    assert decoded(schema, {"p[color][R]": ["1"]}, **declared) == {"color": {"R": 1}}
    assert decoded(schema, {"p[color][R]": ["x"]}, **declared) == [("R", "type")]


def test_a_deep_object_nests_and_holds_lists() -> None:
    schema = {"type": "object", "properties": {"a": COLOR, "ids": INTEGERS}}
    sent = {"p[a][R]": ["1"], "p[ids][]": ["2", "3"], "p[x]": ["4"], "px[a]": ["5"], "p[": ["6"]}
    assert decoded(schema, sent, style="deepObject") == {"a": {"R": 1}, "ids": [2, 3], "x": 4}


@given(
    st.dictionaries(
        st.from_regex(r"p(\[[ab]?\]){0,3}\]?", fullmatch=True), st.just(["1"]), max_size=5
    )
)
def test_no_spelling_of_a_deep_object_fails(sent: dict[str, list[str]]) -> None:
    decoded({"type": "object", "properties": {"a": {"type": "array"}}}, sent, style="deepObject")


def test_content_json_is_read_as_json() -> None:
    content = {"application/json": {"schema": COLOR}}
    assert decoded(None, {"p": ['{"R": 1}']}, content=content) == {"R": 1}
    assert decoded(None, {"p": ["{R: 1}"]}, content=content) == [("p", "type")]
    assert decoded(None, {"p": ["[" * 100_000]}, content=content) == [("p", "type")]


@pytest.mark.parametrize(
    ("schema", "text", "explode", "value"),
    [
        (INTEGERS, "1, 2,3", False, [1, 2, 3]),
        (COLOR, "R,1, G,2", False, {"R": 1, "G": 2}),
        (COLOR, "R=1, G=2", True, {"R": 1, "G": 2}),
        ({"type": "integer"}, "5", False, 5),
    ],
)
def test_a_header_is_spelled_simply(schema: Any, text: str, explode: bool, value: Any) -> None:
    assert decoded(schema, {"p": [text]}, "header", explode=explode) == value


def test_a_cookie_is_typed() -> None:
    assert decoded({"type": "integer"}, {"p": ["5"]}, "cookie") == 5
    assert decoded(INTEGERS, {"p": ["5,6"]}, "cookie", explode=False) == [5, 6]


@pytest.mark.parametrize(
    ("style", "explode", "text"),
    [
        ("simple", False, "3,4"),
        ("label", False, ".3,4"),
        ("label", True, ".3.4"),
        ("matrix", False, ";p=3,4"),
        ("matrix", True, ";p=3;p=4"),
    ],
)
def test_a_list_in_a_path_follows_its_style(style: str, explode: bool, text: str) -> None:
    assert decoded(INTEGERS, {"p": [text]}, "path", style=style, explode=explode) == [3, 4]


@pytest.mark.parametrize(("style", "text"), [("label", ".5"), ("matrix", ";p=5"), ("simple", "5")])
def test_a_scalar_in_a_path_follows_its_style(style: str, text: str) -> None:
    assert decoded({"type": "integer"}, {"p": [text]}, "path", style=style) == 5


def test_what_no_text_can_be_is_refused_by_rule() -> None:
    assert decoded({"type": "integer", "minimum": 1}, {"p": ["0"]}) == [("p", "minimum")]
    assert decoded({"type": "integer", "format": "int32"}, {"p": ["2147483648"]}) == [
        ("p", "maximum")
    ]
    assert decoded({"type": "string", "enum": ["a"]}, {"p": ["b"]}) == [("p", "enum")]


def test_a_choice_of_types_takes_the_text_that_fits() -> None:
    either = {"oneOf": [{"type": "integer"}, {"type": "boolean"}]}
    assert decoded(either, {"p": ["5"]}) == 5
    assert decoded(either, {"p": ["true"]}) is True


def test_a_schema_that_holds_itself_is_read() -> None:
    spec = {
        "components": {
            "schemas": {"A": {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "integer"}]}}
        }
    }
    declared = {"name": "p", "in": "query", "schema": {"$ref": "#/components/schemas/A"}}
    plan = ParameterPlan([parameter_of(declared, spec)])
    assert plan.takes("p")


@given(
    st.text(max_size=30), st.sampled_from(["integer", "number", "boolean", "any", "string", None])
)
def test_a_text_becomes_a_value_or_stays_itself(text: str, kind: str | None) -> None:
    value = scalar(text, kind)
    assert value == text or isinstance(value, int | float)


def listing(parameters: list[Any]) -> dict[str, Any]:
    return {"/things": {"get": operation({"type": "array", "items": {}}, parameters=parameters)}}


@pytest.mark.parametrize(
    ("query", "status"),
    [("a=1", 200), ("p[R]=1", 200), ("b=1", 400), ("p=1", 400), ("x=1", 200), ("a=%31&b=", 400)],
)
def test_an_unknown_query_parameter_is_refused_where_the_api_does(
    play: Play, query: str, status: int
) -> None:
    parameters = [
        {"name": "a", "in": "query", "schema": {"type": "integer"}},
        {"name": "p", "in": "query", "style": "deepObject", "schema": COLOR},
        {
            "name": "q",
            "in": "query",
            "schema": {"type": "object", "properties": {"x": {"type": "integer"}}},
        },
    ]
    stage = play(listing(parameters), {"defaults": {"unknown_query": "refuse"}})
    assert stage.ask(f"GET /things?{query}").status == status


def test_an_unknown_query_parameter_is_ignored_elsewhere(play: Play) -> None:
    assert play(listing([])).ask("GET /things?b=1&b=2&=&&c").status == 200


def test_a_query_in_raw_utf_8_is_read(play: Play) -> None:
    stage = play(
        listing([{"name": "a", "in": "query", "schema": {"type": "string", "enum": ["é"]}}])
    )
    assert stage.ask("GET /things?a=é").status == 200
    assert stage.ask("GET /things?a=%C3%A9").status == 200
    assert stage.ask("GET /things?a=%FF").status == 400


def test_a_path_parameter_of_a_wrong_type_is_refused(play: Play) -> None:
    identified = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    item = {method: operation(parameters=identified) for method in ("get", "delete")}
    stage = play({"/things/{id}": item})
    assert stage.ask("GET /things/x").json["errors"][0]["pointer"] == "/path/id"
    assert stage.ask("GET /things/5").status == 404


def test_header_and_cookie_parameters_are_checked(play: Play) -> None:
    parameters = [
        {"name": "X-Size", "in": "header", "required": True, "schema": {"type": "integer"}},
        {"name": "page", "in": "cookie", "schema": {"type": "integer"}},
    ]
    stage = play(listing(parameters))
    assert stage.ask("GET /things").json["errors"] == [
        {"pointer": "/header/x-size", "detail": "x-size is required"}
    ]
    assert stage.ask("GET /things", headers={"x-size": "5", "Cookie": "a=b; page=5"}).status == 200
    assert stage.ask("GET /things", headers={"x-size": "5", "Cookie": "page=x"}).status == 400


@pytest.mark.parametrize("place", ["path", "query", "header"])
def test_the_word_null_is_null_where_no_text_belongs_but_null_may_stand(place: str) -> None:
    assert decoded({"type": "integer", "nullable": True}, {"p": ["null"]}, place) is None
    assert decoded(
        {"type": "array", "items": {"type": "number", "nullable": True}}, {"p": ["null"]}, place
    ) == [None]
    assert decoded({"type": "string", "nullable": True}, {"p": ["null"]}, place) == "null"
    assert (
        decoded({"type": "string", "nullable": True, "enum": ["a", None]}, {"p": ["null"]}, place)
        is None
    )
    assert (
        decoded(
            {"type": "string", "nullable": True, "enum": ["null", None]}, {"p": ["null"]}, place
        )
        == "null"
    )
    assert decoded({"type": "integer"}, {"p": ["null"]}, place) == [("p", "type")]


def test_an_empty_object_or_list_inside_a_deep_object_is_spelled_as_nothing() -> None:
    schema = {"type": "object", "properties": {"color": COLOR, "ids": INTEGERS}}
    assert decoded(schema, {"p[color]": [""], "p[ids]": [""]}) == {"color": {}, "ids": []}


def test_a_deep_object_counts_the_items_of_a_list() -> None:
    schema = {"type": "object", "properties": {"ids": INTEGERS, "at": {"type": "object"}}}
    sent = {"p[ids][0]": ["5"], "p[ids][1]": ["6"], "p[at][0]": ["x"], "p[more][0][a]": ["1"]}
    assert decoded(schema, sent, style="deepObject") == {
        "ids": [5, 6],
        "at": {"0": "x"},
        "more": [{"a": 1}],
    }


@pytest.mark.parametrize(("kind", "value"), [("string", "7"), ("integer", 7), ("number", 7)])
def test_a_member_without_a_name_has_the_type_that_is_said(kind: str, value: Any) -> None:
    schema = {"type": "object", "additionalProperties": {"type": kind}}
    assert decoded(schema, {"p[a]": ["7"]}, style="deepObject") == {"a": value}
