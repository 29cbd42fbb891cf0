"""What fails is made as small as it can be."""

from collections.abc import Sequence

import pytest

from contracts.reduction import fewest, smaller


@pytest.mark.parametrize("needed", [{0}, {9}, {0, 9}, {3, 4, 7}, set(range(10)), set()])
def test_the_fewest_parts_are_those_that_are_needed(needed: set[int]) -> None:
    def retried(parts: Sequence[int], start: int, end: int) -> Sequence[int] | None:
        rest = [*parts[:start], *parts[end:]]
        return rest if needed <= set(rest) else None

    assert fewest(range(10), len, retried) == ([*needed] if needed != set(range(10)) else range(10))


def test_a_story_that_comes_again_shorter_than_it_was_made_is_taken_as_it_came() -> None:
    def retried(parts: Sequence[str], start: int, end: int) -> Sequence[str] | None:
        rest = [*parts[:start], *parts[end:]]
        return rest[: rest.index("b") + 1] if "b" in rest else None

    assert fewest("abcd", len, retried) == ["b"]


def test_a_value_loses_one_part_at_a_time_the_outermost_first() -> None:
    assert list(smaller({"a": [1, {"b": 2}], "c": 3})) == [
        {"c": 3},
        {"a": [1, {"b": 2}]},
        {"a": [{"b": 2}], "c": 3},
        {"a": [1], "c": 3},
        {"a": [1, {}], "c": 3},
    ]
