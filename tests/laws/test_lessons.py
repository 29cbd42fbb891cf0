"""What words say of values is learned, from descriptions and from refusals."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.requests.lessons import lessons, mended, missing_in, orders_in, schema_in
from mockserver.generation.supply import SeededSupply

SUPPLY = SeededSupply({}, 1)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("3-20 characters from [a-z0-9_]", {"minLength": 3, "maxLength": 20, "pattern": "^[a-z0-9_]{3,20}$"}),
        ("must be between 3 and 8 characters", {"minLength": 3, "maxLength": 8}),
        ("at least 5 characters", {"minLength": 5}),
        ("must match ^[A-Z]{2}$", {"pattern": "^[A-Z]{2}$"}),
        ("must hold an @ sign", {"format": "email"}),
        ("must be one of: red, green or blue", {"enum": ["red", "green", "blue"]}),
        ("Must specify format as 'text' or 'base64'", {"enum": ["text", "base64"]}),
        ("Path type ('book', 'file')", {"enum": ["book", "file"]}),
        ("must be unique", {}),
        ("one of “north”, “south”", {"enum": ["north", "south"]}),
        ("Name (e.g. “example.com.”) MUST have a trailing dot", {"pattern": r"^[a-z]{7}\.[a-z]{3}\.$"}),
        ("The code, such as `AB-12`.", {"pattern": r"^[A-Z]{2}\-[1-9]{2}$"}),
        ("The host, e.g. db.local:80", {"pattern": r"^[a-z]{2}\.[a-z]{5}:[1-9]{2}$"}),
        ('When (e.g. "2026-01-31")', {"enum": ["2026-01-31"]}),
        ("Things, e.g. cars and boats", {}),
        ('The title, e.g. "My first blog"', {}),
        ("[x] is odd, ((", {}),
        ("Set to “Zone”", {"enum": ["Zone"]}),
        ("Always `list`.", {"enum": ["list"]}),
        ('Set to "lax" to be less strict', {}),
    ],
)  # fmt: skip
def test_words_say_what_no_schema_says(words: str, told: dict[str, Any]) -> None:
    assert schema_in(words) == told


def test_a_refusal_is_about_the_properties_that_it_names() -> None:
    text = '{"errors": [{"field": "nick_name", "why": "3-8 characters"}, {"field": "email", "why": "needs an @ sign"}]}'
    assert lessons(text, ["email", "nick_name", "age"]) == {
        "nick_name": {"minLength": 3, "maxLength": 8},
        "email": {"format": "email"},
    }


@pytest.mark.parametrize(
    ("words", "pairs"),
    [
        ("start must be before end", [("start", "end")]),
        ("end Must be after the start.", [("start", "end")]),
        ("start must not be later than end", [("start", "end")]),
        ("start must be before noon", []),
        ("start is shown", []),
    ],
)
def test_words_say_which_of_two_is_less(words: str, pairs: list[tuple[str, str]]) -> None:
    assert [*orders_in(words, ["start", "end"])] == pairs


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (5, 2),
        (5, 5),
        ("2030-01-02", "2020-01-02"),
        ("2030-01-02T03:04:05Z", "2030-01-02T03:04:05Z"),
    ],
)
def test_a_record_is_mended_until_its_pairs_are_in_order(start: Any, end: Any) -> None:
    made = mended({"start": start, "end": end}, {}, iter([("start", "end")]), SUPPLY)
    assert made["start"] < made["end"]


def test_a_text_is_replaced_only_where_it_is_not_as_words_say() -> None:
    told = {"nick": {"type": "string", "pattern": "^[a-z]{3}$"}}
    assert mended({"nick": "abc"}, told, iter(()), SUPPLY) == {"nick": "abc"}
    assert mended({"nick": "A"}, told, iter(()), SUPPLY)["nick"].islower()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{"error": "Key \'name\' not present or not a String"}', ["name"]),
        ('{"detail": [{"type": "missing", "loc": ["body", "owner_id"], "msg": "Field required"}]}', ["owner_id"]),
        ("kind can't be blank", ["kind"]),
        ("kind is required, name must be provided", ["kind", "name"]),
        ("the name is taken", []),
    ],
)  # fmt: skip
def test_a_refusal_says_what_must_be_sent(text: str, names: list[str]) -> None:
    assert missing_in(text, ["kind", "name", "owner_id"]) == names
