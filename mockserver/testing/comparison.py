"""Compare a JSON value with a wanted one: two values in, a text for each place where they differ
out.

>>> list(differences({"name": "Tea", "size": 1}, {"name": "Tea", "size": 2}))
['body /size is 1, not 2']
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

LONGEST = 80
"""Characters of a value that are shown."""


def differences(
    actual: Any,
    wanted: Any,
    pointer: str = "",
) -> Iterator[str]:
    """Yield where a value is not the wanted one, by JSON pointers (RFC 6901)."""
    are_objects = isinstance(actual, dict) and isinstance(wanted, Mapping)
    are_arrays = isinstance(actual, list) and isinstance(wanted, list | tuple)
    if are_objects:
        yield from _of_objects(actual, wanted, pointer)
    elif are_arrays:
        yield from _of_arrays(actual, wanted, pointer)
    elif not _is_same(actual, wanted):
        yield _difference(pointer, _shown(actual), _shown(wanted))


def _of_objects(
    actual: Mapping[str, Any],
    wanted: Mapping[str, Any],
    pointer: str,
) -> Iterator[str]:
    for name, value in wanted.items():
        inside = _below(pointer, name)
        if name in actual:
            yield from differences(actual[name], value, inside)
        else:
            yield _difference(inside, "absent", _shown(value))
    for name, value in actual.items():
        inside = _below(pointer, name)
        if name not in wanted:
            yield _difference(inside, _shown(value), "absent")


def _of_arrays(
    actual: Sequence[Any],
    wanted: Sequence[Any],
    pointer: str,
) -> Iterator[str]:
    if len(actual) != len(wanted):
        place = _place(pointer)
        yield f"{place} has {len(actual)} items, not {len(wanted)}"
        return
    pairs = zip(actual, wanted, strict=True)
    for at, (item, value) in enumerate(pairs):
        inside = _below(pointer, at)
        yield from differences(item, value, inside)


def _is_same(actual: Any, wanted: Any) -> bool:
    """Tell whether two values are one in JSON, where true is not 1."""
    kinds = {type(actual), type(wanted)}
    if bool in kinds and len(kinds) > 1:
        return False
    return bool(actual == wanted)


def _difference(pointer: str, actual: str, wanted: str) -> str:
    place = _place(pointer)
    return f"{place} is {actual}, not {wanted}"


def _below(pointer: str, name: Any) -> str:
    escaped = str(name)
    escaped = escaped.replace("~", "~0")
    escaped = escaped.replace("/", "~1")
    return f"{pointer}/{escaped}"


def _place(pointer: str) -> str:
    return f"body {pointer}" if pointer else "body"


def _shown(value: Any) -> str:
    text = json.dumps(value, default=str, ensure_ascii=False)
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}…"
