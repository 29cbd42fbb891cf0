"""What is told of a large value is true, and told soon."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.asgi.refusals.excerpt import MOST_ITEMS, VALUES_EACH, Excerpt
from mockserver.asgi.refusals.violations import MOST, find_violations
from mockserver.model.schema.schemas import Validator

SCHEMA = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "integer"}, "maxItems": 3000, "minItems": 500},
        "rows": {
            "type": "array",
            "items": {"type": "array", "items": {"type": "integer"}, "minItems": 2},
        },
    },
}
VALIDATOR = Validator(SCHEMA)


def told(value: Any) -> list[tuple[tuple[str | int, ...], str]]:
    return [(each.path, each.rule) for each in find_violations(VALIDATOR, value, "body")]


def test_what_is_wrong_beside_a_large_array_is_told() -> None:
    assert told({"name": 5, "more": 1, "tags": [1] * 1000}) == [(("name",), "type")]
    assert told({"name": "a", "more": 1, "tags": [1] * 1000}) == [(("more",), "unknown")]


def test_the_first_wrong_items_are_told() -> None:
    found = told({"name": "a", "tags": ["x"] * 2000})
    assert found == [(("tags", number), "type") for number in range(MOST)]


@pytest.mark.parametrize("place", [MOST_ITEMS, 1999])
def test_one_that_is_wrong_far_behind_is_told(place: int) -> None:
    tags: list[Any] = [1] * 2000
    tags[place] = "x"
    assert told({"name": "a", "tags": tags}) == [(("tags", place), "type")]


def test_an_array_that_is_cut_short_is_not_called_too_short() -> None:
    assert told({"name": "a", "tags": [1] * 600}) == []
    assert told({"name": "a", "tags": [1] * 4000}) == [(("tags",), "maxItems")]
    assert told({"name": 1, "tags": [1] * 600}) == [(("name",), "type")]


@given(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["a", 5]),
            "tags": st.lists(st.sampled_from([1, "x"]), min_size=95, max_size=120),
            "rows": st.lists(st.lists(st.sampled_from([1, "x"]), max_size=3), max_size=130),
        }
    )
)
def test_nothing_is_told_that_is_not_wrong(value: Any) -> None:
    wrong = [tuple(error.instance_path) for error in VALIDATOR.iter_errors(value)]
    found = [path for path, _ in told(value)]
    assert set(found) <= set(wrong)
    assert bool(found) is bool(wrong)


def test_a_small_value_is_its_own_excerpt() -> None:
    value = {"name": "a", "rows": [[1, {"b": [2]}], []]}
    assert Excerpt(value).value == value
    assert Excerpt(value).is_whole(())


def test_an_excerpt_is_small() -> None:
    rows = [[1] * MOST_ITEMS] * MOST_ITEMS
    part = Excerpt({"rows": rows, "others": dict.fromkeys(map(str, range(9000)), 1)})
    assert sum(map(len, part.value["rows"])) <= MOST_ITEMS * VALUES_EACH
    assert not part.is_whole(())


def test_as_many_items_are_looked_at_as_are_wanted() -> None:
    found = find_violations(VALIDATOR, {"name": "a", "tags": ["x"] * 900}, "body", most=1000)
    assert len(found) == 900
