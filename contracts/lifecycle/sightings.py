"""Look for what was sent in what came back, whatever surrounds it: JSON values in, likely keys and
losses out.

The two sides are laid over each other where they have most names in common, so that no envelope has
to be known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import jsonschema_rs

from mockserver.state import key_of

Path = tuple[str, ...]
Fields = Mapping[str, Mapping[str, Any]]
DEEPEST = 6
"""Levels of a body that are looked at."""
OUTER = 3
"""Levels at which the record itself may be."""


def objects(
    value: Any, deepest: int = DEEPEST, path: Path = ()
) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield every object of a JSON value with the names that lead to it, the outer ones first."""
    level: list[tuple[Path, Any]] = [(path, value)]
    for _ in range(deepest):
        inner: list[tuple[Path, Any]] = []
        for at, each in level:
            if isinstance(each, list):
                inner += [(at, item) for item in each]
            elif isinstance(each, Mapping):
                yield at, each
                inner += [
                    ((*at, name), child)
                    for name, child in each.items()
                    if isinstance(child, Mapping | list)
                ]
        level = inner


def lost(sent: Any, got: Any, declared: Callable[[Path], Fields]) -> list[str]:
    """Return the names of what was sent, should be shown, and is not there with that value.

    `declared` tells which properties the schema of the reply has at a path. A value that
    the reply may not show cannot be compared.
    """
    best: tuple[int, Path, Mapping[str, Any], Mapping[str, Any]] | None = None
    for _, mine in objects(sent, OUTER):
        for path, theirs in objects(got, OUTER + 1):
            size = _overlap(mine, theirs)
            if size and (best is None or size > best[0]):
                best = (size, path, mine, theirs)
    return [] if best is None else list(_differences(best[2], best[3], declared, best[1]))


def _overlap(one: Any, other: Any, depth: int = 0) -> int:
    """Return how many names two values have in common, inside each other too; equal values count
    more.
    """
    if not isinstance(one, Mapping) or not isinstance(other, Mapping) or depth > DEEPEST:
        return 0
    names = one.keys() & other.keys()
    same = sum(bool(one[name] == other[name]) for name in names)
    return len(names) + same + sum(_overlap(one[name], other[name], depth + 1) for name in names)


def _differences(
    sent: Mapping[str, Any], got: Mapping[str, Any], declared: Callable[[Path], Fields], path: Path
) -> Iterator[str]:
    shown = declared(path)
    for name, value in sent.items():
        if name not in got:
            if name in shown and value not in (None, "", [], {}) and admits(shown[name], value):
                yield name
            continue
        there = got[name]
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            yield from (
                f"{name}.{inner}" for inner in _differences(value, there, declared, (*path, name))
            )
        elif _differs(value, there) and admits(shown.get(name, {}), value):
            yield name


def _differs(value: Any, there: Any) -> bool:
    return (
        type(value) is type(there) and isinstance(value, str | int | float) and bool(value != there)
    )


def admits(schema: Mapping[str, Any], value: Any) -> bool:
    """Tell whether a reply may show a value, as far as keywords for scalars tell."""
    plain = {word: said for word, said in schema.items() if word in _SCALAR}
    try:
        return jsonschema_rs.Draft202012Validator(plain, validate_formats=True).is_valid(value)
    except (ValueError, jsonschema_rs.ValidationError):
        return True


_SCALAR = frozenset(
    {"type", "enum", "const", "format", "pattern", "minLength", "maxLength", "minimum", "maximum"}
)


def common(sent: Any, got: Any) -> bool:
    """Tell whether some object of a reply agrees with one that was sent in more than a constant."""
    mine = [each for _, each in objects(sent, OUTER)]
    return any(
        sum(theirs[name] == each[name] for name in each.keys() & theirs.keys()) >= min(2, len(each))
        for _, theirs in objects(got)
        for each in mine
        if each
    )


def keys_in(reply: Any, names: Iterable[str]) -> Iterator[str]:
    """Yield what may be the key of a record in a reply: the values under likely names, then a bare
    scalar.
    """
    if isinstance(reply, str | int) and not isinstance(reply, bool) and reply != "":
        yield key_of(reply)
        return
    if isinstance(reply, list) and reply and isinstance(reply[0], str | int):
        yield key_of(reply[0])
    there = [each for _, each in objects(reply, OUTER + 1)]
    for name in names:
        for each in there:
            if isinstance(each.get(name), str | int) and each[name] != "":
                yield key_of(each[name])


def is_there(key: str, reply: Any) -> bool:
    """Tell whether a key is among the scalars of a reply, or names one of its objects."""
    if isinstance(reply, list) and any(
        key_of(each) == key for each in reply if isinstance(each, str | int)
    ):
        return True
    return any(
        key in each
        or any(key_of(value) == key for value in each.values() if isinstance(value, str | int))
        for _, each in objects(reply)
    )
