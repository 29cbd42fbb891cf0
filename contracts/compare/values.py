"""Compare two JSON values: the expected one and the actual one in, the places where they differ
out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.compare.placeholders import plain
from mockserver.lookup import MISSING

Agree = Callable[[Any, Any], bool]
"""Tells whether two scalars, of which either may be MISSING, are as good as equal."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two values differ. A value that is not there is MISSING."""

    place: str
    expected: Any
    actual: Any

    def __str__(self) -> str:
        expected, actual = plain(self.expected), plain(self.actual)
        return f"{self.place or 'body'}: expected {expected!r}, got {actual!r}"


def differences(expected: Any, actual: Any, agree: Agree, place: str = "") -> Iterator[Difference]:
    """Yield the places where the actual value is not the expected one, by JSON pointer (RFC
    6901).
    """
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for name in expected:
            yield from differences(
                expected[name],
                actual.get(name, MISSING),
                agree,
                f"{place}/{name}",
            )
        for name in actual.keys() - expected.keys():
            yield Difference(f"{place}/{name}", MISSING, actual[name])
    elif isinstance(expected, list) and isinstance(actual, list):
        for index in range(max(len(expected), len(actual))):
            pair = [each[index] if index < len(each) else MISSING for each in (expected, actual)]
            yield from differences(pair[0], pair[1], agree, f"{place}/{index}")
    elif not agree(expected, actual):
        yield Difference(place, expected, actual)
