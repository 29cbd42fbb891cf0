"""Objects kept in an array property of their record: those that were sent in, those to keep out,
each with its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.call import Problem, ProblemKind, Refused, Violation
from mockserver.model.types import Children, Resource
from mockserver.state import Draft, Record


def merge_children(
    children: Children,
    resource: Resource,
    old: Record | None,
    sent: Mapping[str, Any],
    draft: Draft,
) -> list[dict[str, Any]]:
    """Return the children after an upsert: matched ones keep their key, others are new, omitted
    ones go.

    Raises Refused when two children sent are the same one, or one is nothing to match by.
    """
    given = _checked(children, sent.get(children.field))
    kept = {
        child.get(children.by): child[children.key]
        for child in (old or {}).get(children.field) or ()
    }
    merged: list[dict[str, Any]] = []
    seen: set[Any] = set()
    for index, child in enumerate(given):
        identity = child[children.by]
        if identity in seen:
            raise Refused(_twice(children, index, len(given), identity))
        seen.add(identity)
        key = (
            kept[identity] if identity in kept else draft.draw(f"{resource.name}.{children.field}")
        )
        known = children.known or child.keys()
        fields = {
            name: value for name, value in child.items() if name in known and name != children.key
        }
        made = {children.key: key, **children.defaults, **fields}
        ordered = {name: made[name] for name in children.known if name in made}
        merged.append(ordered | made)
    return sorted(
        merged, key=lambda child: tuple(_sortable(child.get(name)) for name in children.order)
    )


def _checked(children: Children, given: Any) -> list[Mapping[str, Any]]:
    """Return the children that were sent; the document may have left open what they look like."""
    if given is None:
        return []
    if not isinstance(given, list):
        raise Refused(_odd((children.field,), "must be a list"))
    for index, child in enumerate(given):
        if not isinstance(child, Mapping):
            raise Refused(_odd((children.field, index), "must be an object"))
        if not isinstance(child.get(children.by), str | int | float):
            raise Refused(_odd((children.field, index, children.by), "must be a text or a number"))
    return given


def _odd(path: tuple[str | int, ...], message: str) -> Problem:
    text = f"{'.'.join(map(str, path))} {message}"
    return Problem(ProblemKind.INVALID, text, (Violation("body", path, "type", text),))


def _sortable(value: Any) -> tuple[bool, bool, Any]:
    """Return a value that can be compared with others: null first, then numbers, then texts."""
    number = isinstance(value, int | float)
    return value is not None, not number, 0 if value is None else value if number else str(value)


def _twice(children: Children, index: int, length: int, identity: Any) -> Problem:
    path = (children.field, index, children.by)
    text = f"{identity!r} is there twice"
    violation = Violation("body", path, "unique", text, {"value": identity, "lengths": (length,)})
    return Problem(ProblemKind.INVALID, text, (violation,))
