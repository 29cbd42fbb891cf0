"""Fragments in, one document out: equal parts once, differing parts refused.

A part is what has a name of its own: an operation, a component, a field of a path item or of the
document. Two parts of one name must be equal, because nobody can tell which of two different ones
is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mockserver.document.pointers import MISSING, escape, join
from mockserver.document.sources import Fragment
from mockserver.errors import DocumentError
from mockserver.slots import dataclass

_DEPTH = {"paths": 2, "webhooks": 2, "components": 2}
_DEPTH |= dict.fromkeys(("definitions", "parameters", "responses", "securityDefinitions"), 1)
_UNITED: dict[str, Callable[[Any], Any]] = {
    "tags": lambda tag: tag.get("name", tag) if isinstance(tag, dict) else tag,
    "servers": lambda server: server.get("url", server) if isinstance(server, dict) else server,
}


def merge(fragments: Sequence[Fragment]) -> dict[str, Any]:
    """Merge fragments into one document, in the order in which its parts appear.

    Tags and servers are united. Raises DocumentError that names both places where two parts differ.
    """
    if not fragments:
        raise DocumentError(
            "sources", "there are no fragments to merge", hint="list at least one source"
        )
    merged: dict[str, Any] = {}
    for fragment in fragments:
        merged = _merged(merged, fragment, fragments)
    return merged


def _merged(
    merged: dict[str, Any], fragment: Fragment, fragments: Sequence[Fragment]
) -> dict[str, Any]:
    result = dict(merged)
    for key, value in fragment.value.items():
        conflict = _Conflict(fragment, fragments)
        if key not in result:
            result[key] = value
        elif key in _UNITED and isinstance(value, list) and isinstance(result[key], list):
            result[key] = _united(result[key], value, _UNITED[key], key, conflict)
        else:
            result[key] = _parts(
                result[key], value, _DEPTH.get(key, 0), f"/{escape(key)}", conflict
            )
    return result


def _parts(first: Any, second: Any, depth: int, pointer: str, conflict: _Conflict) -> Any:
    """Merge two values whose parts stand `depth` levels below."""
    if depth == 0 or not isinstance(first, dict) or not isinstance(second, dict):
        difference = first_difference(first, second)
        if difference is not None:
            raise conflict.at(pointer + difference)
        return first
    result = dict(first)
    for key, value in second.items():
        below = f"{pointer}/{escape(key)}"
        result[key] = (
            _parts(result[key], value, depth - 1, below, conflict) if key in result else value
        )
    return result


def _united(
    first: list[Any], second: list[Any], name: Callable[[Any], Any], key: str, conflict: _Conflict
) -> list[Any]:
    result = list(first)
    for index, entry in enumerate(second):
        same = next((other for other in result if _is_same(name(other), name(entry))), MISSING)
        if same is MISSING:
            result.append(entry)
        elif (difference := first_difference(same, entry)) is not None:
            raise conflict.at(f"/{key}/{index}{difference}", named=(key, name(entry)))
    return result


def _is_same(first: Any, second: Any) -> bool:
    return first_difference(first, second) is None


def first_difference(first: Any, second: Any) -> str | None:
    """Find the pointer at which two JSON values first differ; None if they are equal."""
    if isinstance(first, dict) and isinstance(second, dict):
        for key in [*first, *(key for key in second if key not in first)]:
            if key not in first or key not in second:
                return join([key])
            below = first_difference(first[key], second[key])
            if below is not None:
                return join([key]) + below
        return None
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        below_each = (first_difference(*pair) for pair in zip(first, second, strict=True))
        found = next(((i, below) for i, below in enumerate(below_each) if below is not None), None)
        return None if found is None else f"/{found[0]}{found[1]}"
    return None if first == second and isinstance(first, bool) == isinstance(second, bool) else ""


@dataclass(frozen=True, slots=True)
class _Conflict:
    """Knows the fragment that is being merged and those before it."""

    fragment: Fragment
    fragments: Sequence[Fragment]

    def at(self, pointer: str, named: tuple[str, Any] | None = None) -> DocumentError:
        """Word the conflict at a pointer, or in the member of a list that goes by a name."""
        earlier, place = self._earlier(pointer, named)
        where = f"{earlier.source}:{earlier.line(place)}"
        what = f"the one of {named[1]!r}" if named else "this part"
        hint = "make both pages say the same, or leave one of them out"
        message = f"{what} differs from that in {where}"
        return DocumentError(
            self.fragment.source, message, self.fragment.line(pointer), pointer, hint
        )

    def _earlier(self, pointer: str, named: tuple[str, Any] | None) -> tuple[Fragment, str]:
        """Find the earlier fragment with the deepest part of a pointer."""
        before = list(
            self.fragments[: next(i for i, f in enumerate(self.fragments) if f is self.fragment)]
        )
        if named is not None:
            return self._earlier_named(before, *named)
        place = pointer
        while True:
            holder = next((fragment for fragment in before if fragment.holds(place)), None)
            if holder is not None:
                return holder, place
            place = place.rpartition("/")[0]

    def _earlier_named(self, before: list[Fragment], key: str, name: Any) -> tuple[Fragment, str]:
        for fragment in before:
            entries = fragment.value.get(key)
            for index, entry in enumerate(entries if isinstance(entries, list) else []):
                if _UNITED[key](entry) == name:
                    return fragment, f"/{key}/{index}"
        return before[0], f"/{key}"
