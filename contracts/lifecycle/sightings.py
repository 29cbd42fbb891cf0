"""Look for what was sent in what came back, whatever surrounds it: JSON values in, likely keys and
losses out.

The two sides are laid over each other where they have most names in common, so that no envelope has
to be known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from contracts.compare.scalars import may_be_key
from mockserver.model.types.facts import admits
from mockserver.state import key_of

Path = tuple[str, ...]
Object = Mapping[str, Any]
Fields = Mapping[str, Object]
DEEPEST = 6
"""Levels of a body that are looked at."""
OUTER = 3
"""Levels at which the record itself may be."""


def objects(value: Any, deepest: int = DEEPEST, path: Path = ()) -> Iterator[tuple[Path, Object]]:
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
    best: tuple[int, Path, Object, Object] | None = None
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
    sent: Object, got: Object, declared: Callable[[Path], Fields], path: Path
) -> Iterator[str]:
    """Yield the names of what differs between two objects, at any depth."""
    shown = declared(path)
    for name, value in sent.items():
        if name not in got:
            is_empty = value in (None, "", [], {})
            if name in shown and not is_empty and admits(shown[name], value):
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
    if type(value) is not type(there):
        return False
    is_scalar = isinstance(value, str | int | float)
    return is_scalar and bool(value != there)


def common(sent: Any, got: Any) -> bool:
    """Tell whether some object of a reply agrees with one that was sent in more than a constant."""
    mine = [each for _, each in objects(sent, OUTER) if each]
    for _, theirs in objects(got):
        for each in mine:
            names = each.keys() & theirs.keys()
            same = sum(theirs[name] == each[name] for name in names)
            if same >= min(2, len(each)):
                return True
    return False


def keys_in(reply: Any, names: Iterable[str]) -> Iterator[str]:
    """Yield what may be the key of a record in a reply: the values under likely names, then a bare
    scalar.
    """
    if may_be_key(reply) and reply != "":
        yield key_of(reply)
        return
    if isinstance(reply, list) and reply and isinstance(reply[0], str | int):
        yield key_of(reply[0])
    there = [each for _, each in objects(reply, OUTER + 1)]
    for name in names:
        for each in there:
            value = each.get(name)
            if isinstance(value, str | int) and value != "":
                yield key_of(value)


def is_there(key: str, reply: Any) -> bool:
    """Tell whether a key is among the scalars of a reply, or names one of its objects."""
    if isinstance(reply, list) and _holds(key, reply):
        return True
    there = (found for _, found in objects(reply))
    return any(key in found or _holds(key, found.values()) for found in there)


def _holds(key: str, values: Iterable[Any]) -> bool:
    """Tell whether a key is one of some values."""
    scalars = (value for value in values if isinstance(value, str | int))
    return any(key_of(scalar) == key for scalar in scalars)
