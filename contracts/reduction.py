"""Make what fails smaller: something that fails and a try of less in, the least that still fails
out.

A story of calls loses runs of them, halves first and single calls last (delta debugging); a call
loses one parameter or property at a time. What a try is, and how often it may be made, is known to
the caller: a try that finds nothing, or may not be made any more, returns None.

>>> def retried(calls, start, end):
...     rest = calls[:start] + calls[end:]
...     return rest if "b" in rest and "d" in rest else None
>>> fewest(["a", "b", "c", "d", "e"], len, retried)
['b', 'd']
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

Story = TypeVar("Story")


def fewest(
    found: Story,
    length: Callable[[Story], int],
    retried: Callable[[Story, int, int], Story | None],
) -> Story:
    """Return the story that is left when every run of its parts that can be left out is.

    `length` tells how many of the first parts may go, `retried` makes the story again without those
    from the one index to before the other, and returns what was found again, None for nothing.
    """
    size = max(1, length(found) // 2)
    while size:
        index = 0
        while index < length(found):
            end = min(index + size, length(found))
            again = retried(found, index, end)
            if again is not None and length(again) < length(found):
                found = again
            else:
                index += size
        size //= 2
    return found


def smaller(value: Any) -> Iterator[Any]:
    """Yield JSON values with one property or one item less, at any depth, the outermost first.

    >>> list(smaller({"a": [1, 2]}))
    [{}, {'a': [2]}, {'a': [1]}]
    """
    if isinstance(value, Mapping):
        yield from without_one(value)
        for name, child in value.items():
            for less in smaller(child):
                yield {**value, name: less}
    elif isinstance(value, list):
        for index, child in enumerate(value):
            before = value[:index]
            after = value[index + 1 :]
            yield [*before, *after]
            for less in smaller(child):
                yield [*before, less, *after]


def without_one(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield mappings with one member less."""
    for name in values:
        yield {other: value for other, value in values.items() if other != name}
