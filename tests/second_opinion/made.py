"""Values that a server chooses: a model's reply and the server's in, the places where they differ
out.

A model puts a `New` where it cannot know the value: the first reply that shows it settles it, and
from then on it is that value wherever it comes again. `Some` is an object with at least these
properties, a `Bag` a list in any order, ANY is whatever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

ANY: Any = object()
UNSETTLED: Any = object()


class New:
    """A value of this form (a regular expression) that the server chooses; an id is in no other
    record of `among`.
    """

    def __init__(self, form: str, among: set[str] | None = None) -> None:
        self.form = form
        self.among = among
        self.value: Any = UNSETTLED

    def settle(self, value: Any) -> bool:
        if self.value is not UNSETTLED:
            return bool(self.value == value)
        if not re.fullmatch(self.form, str(value)) or (
            self.among is not None and str(value) in self.among
        ):
            return False
        if self.among is not None:
            self.among.add(str(value))
        self.value = value
        return True

    def __repr__(self) -> str:
        return f"<{self.form if self.value is UNSETTLED else self.value}>"


class Some(dict[str, Any]):
    """An object with at least these properties."""


class Bag(list[Any]):
    """Texts in whatever order."""


def known(value: Any) -> Any:
    """Return what a client knows of a value: the settled one of a New."""
    return value.value if isinstance(value, New) else value


def differing(expected: Any, actual: Any, place: str = "") -> Iterator[str]:
    """Yield each place where a reply is not as the model says."""
    if expected is ANY:
        return
    if isinstance(expected, New):
        if not expected.settle(actual):
            yield f"{place}: expected {expected}, got {actual!r}"
    elif isinstance(expected, dict) and isinstance(actual, dict):
        for name in expected:
            if name in actual:
                yield from differing(expected[name], actual[name], f"{place}/{name}")
            else:
                yield f"{place}/{name}: expected {expected[name]!r}, got nothing"
        if not isinstance(expected, Some):
            yield from (
                f"{place}/{name}: got {actual[name]!r} beside"
                for name in actual.keys() - expected.keys()
            )
    elif isinstance(expected, Bag) and isinstance(actual, list):
        yield from differing(sorted(expected), sorted(actual), place)
    elif isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            yield f"{place}: expected {len(expected)} items, got {len(actual)}: {actual}"
            return
        for index, pair in enumerate(zip(expected, actual, strict=True)):
            yield from differing(*pair, f"{place}/{index}")
    elif type(expected) is not type(actual) or expected != actual:
        yield f"{place}: expected {expected!r}, got {actual!r}"
