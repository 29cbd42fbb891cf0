"""Formats that OpenAPI's registry defines are checked, and what is made in them is valid."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.generation.supply import SeededSupply
from mockserver.model.schema.formats import INTEGER_RANGES, TEXT_FORMATS
from mockserver.model.schema.schemas import Direction, SchemaCompiler


def is_valid(value: Any, **schema: Any) -> bool:
    return bool(SchemaCompiler({}).compile(schema, Direction.REQUEST).is_valid(value))


@pytest.mark.parametrize(
    ("name", "valid", "invalid"),
    [
        ("byte", ["", "aGVsbG8=", "YQ==", "+/+/"], ["%%%", "aGVsbG8", "a===", "_-_-", "YQ==\n"]),
        ("base64url", ["", "_-_-", "YQ", "YQ==", "aGVsbG8"], ["+/+/", "a", "a b="]),
        ("char", ["a", " ", "ä"], ["", "ab"]),
        ("date-time-local", ["2024-02-29T13:05:09"], ["2024-02-29T13:05:09Z", "2024-02-29"]),
        ("time-local", ["13:05:09", "13:05:09.5"], ["13:05:09Z", "25:00:00"]),
        ("http-date", ["Thu, 29 Feb 2024 13:05:09 GMT"], ["2024-02-29", "Thu, 29 Feb 2024"]),
    ],
)
def test_a_text_is_of_its_format(name: str, valid: list[str], invalid: list[str]) -> None:
    assert all(is_valid(text, type="string", format=name) for text in valid)
    assert not any(is_valid(text, type="string", format=name) for text in invalid)


@pytest.mark.parametrize("name", INTEGER_RANGES)
def test_an_integer_is_in_the_range_of_its_format(name: str) -> None:
    lowest, highest = INTEGER_RANGES[name]
    inside = [is_valid(value, type="integer", format=name) for value in (lowest, highest)]
    outside = [is_valid(value, type="integer", format=name) for value in (lowest - 1, highest + 1)]
    assert (inside, outside) == ([True, True], [False, False])


@pytest.mark.parametrize("name", ["binary", "password", "decimal", "unheard-of"])
def test_a_format_that_says_nothing_of_its_texts_lets_all_pass(name: str) -> None:
    assert is_valid("%%%", type="string", format=name)


@pytest.mark.parametrize("name", TEXT_FORMATS)
def test_a_made_text_is_of_its_format(name: str) -> None:
    supply = SeededSupply({})
    schema = {"type": "string", "format": name}
    assert all(is_valid(supply.value(schema, f"{salt}/x"), **schema) for salt in range(20))


@pytest.mark.parametrize("lengths", [(0, 3), (0, 8), (20, 24), (17, 99), (400, 500)])
def test_bytes_are_encoded_in_the_length_asked_for(lengths: tuple[int, int]) -> None:
    shortest, longest = lengths
    bounds = {"minLength": shortest, "maxLength": longest}
    schema = {"type": "string", "format": "byte", **bounds}
    assert is_valid(SeededSupply({}).value(schema, "a/x"), **schema)


@pytest.mark.parametrize("name", INTEGER_RANGES)
@pytest.mark.parametrize("bounds", [{}, {"maximum": 100}, {"minimum": 1}])
def test_a_made_integer_is_in_the_range_of_its_format(name: str, bounds: dict[str, int]) -> None:
    supply = SeededSupply({})
    schema = {"type": "integer", "format": name, **bounds}
    assert all(is_valid(supply.value(schema, f"{salt}/x"), **schema) for salt in range(50))
