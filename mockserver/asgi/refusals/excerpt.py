"""The beginning of a large value: a value in, as much of it as can be looked at in a moment out.

A validator that tells all that is wrong tells it all at once, ten microseconds a fault, and a body
of ten megabytes may have five million. So of a large value a part is looked at that has the first
items of each array, and what is wrong with what is whole in it is wrong with the value:

    {"tags": [1, 2, ... 5000000], "name": 5}
    {"tags": [1, 2, ... 100], "name": 5}        tags is cut short: how many there are is not told
                                                of, what the items are and the name are
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice
from typing import Any

MOST_ITEMS = 100
"""Items of an array that are kept, unless more are wanted."""
VALUES_EACH = 50
"""Values that are kept for each of these, in all."""
MOST_VALUES = 50_000
"""Values that are kept in all, however many items are wanted."""


class Excerpt:
    """The first items of arrays within a value, as `value`."""

    def __init__(self, value: Any, items: int = MOST_ITEMS) -> None:
        self._items = items
        self._left = min(items * VALUES_EACH, MOST_VALUES)
        self._cut: set[int] = set()
        self.value = self._kept(value)

    def is_whole(self, path: Iterable[str | int]) -> bool:
        """Tell whether nothing is left out of what stands at a path of the excerpt."""
        found = self.value
        for step in path:
            found = found[step]
        return id(found) not in self._cut

    def _kept(self, value: Any) -> Any:
        """Return what is kept of a value, and remember whether that is all."""
        if isinstance(value, dict):
            kept: Any = {}
            for name in islice(value, self._left):
                kept[name] = self._child(value[name])
            children: Collection[Any] = kept.values()
        elif isinstance(value, list):
            first = value[: min(self._items, self._left)]
            kept = children = [self._child(item) for item in first]
        else:
            return value
        is_cut = len(kept) < len(value) or any(id(child) in self._cut for child in children)
        if is_cut:
            self._cut.add(id(kept))
        return kept

    def _child(self, value: Any) -> Any:
        self._left = max(self._left - 1, 0)
        return self._kept(value)
