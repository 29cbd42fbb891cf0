"""A form spells an object: by the types of its schema, and nested by the steps of its names."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.asgi.codec.bodies import decoder_for, typed
from tests.described import schema_of

LINE = {"type": "object", "properties": {"sku": {"type": "string"}, "count": {"type": "integer"}}}
ORDER = {
    "type": "object",
    "properties": {
        "address": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "floor": {"type": "integer"}},
        },
        "lines": {"type": "array", "items": LINE},
        "tags": {"type": "array", "items": {"type": "string"}},
        "price": {"type": "number", "nullable": True},
        "odd[name]": {"type": "integer"},
    },
}


def read(*pairs: tuple[str, str], schema: Any = ORDER) -> Any:
    body = urlencode(pairs).encode()
    return decoder_for("application/x-www-form-urlencoded")(body, {}, schema_of(schema))


def test_the_steps_of_a_name_lead_inside() -> None:
    assert read(("address[city]", "12"), ("address[floor]", "3")) == {
        "address": {"city": "12", "floor": 3}
    }


def test_numbered_steps_are_the_items_of_a_list() -> None:
    sent = read(("lines[0][sku]", "7"), ("lines[0][count]", "2"), ("lines[1][sku]", "b"))
    assert sent == {"lines": [{"sku": "7", "count": 2}, {"sku": "b"}]}


@pytest.mark.parametrize(
    "spelled", [[("tags[]", "1"), ("tags[]", "b")], [("tags[0]", "1"), ("tags[1]", "b")]]
)
def test_a_list_of_texts_is_spelled_both_ways(spelled: list[tuple[str, str]]) -> None:
    assert read(*spelled) == {"tags": ["1", "b"]}


def test_a_name_that_is_declared_as_it_stands_has_no_steps() -> None:
    assert read(("odd[name]", "5")) == {"odd[name]": 5}


def test_what_is_not_declared_nests_too() -> None:
    assert read(("metadata[color]", "red"), schema={}) == {"metadata": {"color": "red"}}
    assert read(("ids[]", "1"), ("ids[]", "2"), schema={}) == {"ids": ["1", "2"]}


@pytest.mark.parametrize("name", ["[a]", "a[", "a]", "a[b", "a[b]c", "a[][b]", "[]", ""])
def test_a_name_of_another_form_is_a_name(name: str) -> None:
    assert read((name, "x"), schema={}) == {name: "x"}


@pytest.mark.parametrize(
    "spelled",
    [
        [("lines", '[{"sku": "a"}, {"sku": "b"}]')],
        [("lines", '{"sku": "a"}'), ("lines", '{"sku": "b"}')],
    ],
)
def test_objects_of_a_list_are_spelled_in_json(spelled: list[tuple[str, str]]) -> None:
    assert read(*spelled) == {"lines": [{"sku": "a"}, {"sku": "b"}]}


def test_an_object_that_is_one_of_the_alternatives_is_spelled_in_json() -> None:
    schema = {
        "type": "object",
        "properties": {"how": {"anyOf": [{"type": "string", "enum": ["auto"]}, LINE]}},
    }
    assert read(("how", '{"sku": "a"}'), schema=schema) == {"how": {"sku": "a"}}
    assert read(("how", "auto"), schema=schema) == {"how": "auto"}


def test_the_word_null_is_null_where_a_number_or_null_belongs() -> None:
    assert read(("price", "null")) == {"price": None}


@given(
    st.dictionaries(
        st.text("ab[]0", max_size=9), st.lists(st.text(max_size=3), min_size=1, max_size=2)
    )
)
def test_no_form_fails(fields: dict[str, list[str]]) -> None:
    assert isinstance(typed(fields, schema_of(ORDER)), dict)
