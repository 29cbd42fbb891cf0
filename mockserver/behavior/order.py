"""Turn the order that a call asks for into names: what is asked in, an order of properties out.

    sort=-created            ("-created_at",)
    sort=name,desc           ("-name",)
    sort_by=price&order=desc ("-price",)
    order=desc               the order of creation turned around

What is not asked for follows in the order that the resource has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.behavior.choices import value_of
from mockserver.behavior.scene import Scene
from mockserver.lookup import MISSING
from mockserver.model.paths import bare
from mockserver.model.types import Operation

DOWN = frozenset({"desc", "descending", "descend", "-1", "down", "reverse"})
UP = frozenset({"asc", "ascending", "ascend", "1", "up"})
"""Words for the two directions."""
_PART = re.compile(r"(.*?)[:_. ,-]?(asc|desc)(?:ending)?", re.IGNORECASE)
_CALL = re.compile(r"(asc|desc)\((.+)\)", re.IGNORECASE)


def order_of(scene: Scene, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the order asked for, else the resource's own."""
    operation = scene.operation
    own = scene.resource.order
    backwards = _is_backwards(operation, values)
    asked = value_of(values, operation.sorting.param)
    names = list(_names(asked, operation)) if asked not in (None, MISSING, "") else []
    known: dict[str, str] = {}
    for name in names:
        turned_name = turned(name) if backwards else name
        known.setdefault(name.lstrip("-"), turned_name)  # of a name given twice the first counts
    if not known:
        field = operation.sorting.field
        first = (field,) if field else ()
        return tuple(map(turned, (*first, *own))) if backwards else own
    first_name = next(iter(known.values()))
    if first_name.startswith("-") and _is_creation(first_name, operation):
        own = tuple(map(turned, own))
    return (*known.values(), *own)


def turned(name: str) -> str:
    """Return the opposite order of a property."""
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _is_creation(name: str, operation: Operation) -> bool:
    """Tell whether records are put in the order in which they were made."""
    return bare(name).startswith(("created", "datecreated", "creation", "$made"))


def _is_backwards(operation: Operation, values: Mapping[str, Any]) -> bool:
    """Tell whether the largest is to come first."""
    param = operation.sorting.direction
    value = value_of(values, param)
    if isinstance(value, bool):
        return value == ("desc" in str(param).lower())
    return str(value).lower() in DOWN


def _names(asked: Any, operation: Operation) -> Iterator[str]:
    """Yield the paths of the properties that are named, `-` before what begins with the largest."""
    parts: list[str] = []
    for item in asked if isinstance(asked, list) else [asked]:
        parts += str(item).split(",")
    for place, part in enumerate(parts):
        following = parts[place + 1].strip().lower() if place + 1 < len(parts) else ""
        name = _name(part.strip(), operation)
        if name is not None:
            yield turned(name) if following in DOWN else name


def _name(part: str, operation: Operation) -> str | None:
    """Return the path of the property that one part names, None for an unknown one."""
    names = operation.names
    words = operation.sorting.words
    sign = "-" if part.startswith("-") else ""
    stem = part.lstrip("+-")
    match = _CALL.fullmatch(stem)
    way, stem = match.groups() if match else ("", stem)
    path = names.get(bare(stem)) or words.get(bare(stem))
    if path is None:
        match = _PART.fullmatch(stem)
        stem, way = match.groups() if match else (stem, "")
        path = names.get(bare(stem)) or words.get(bare(stem))
    if path is None or not bare(stem):
        return None
    down = sign == "-" or way.lower() == "desc"
    return f"-{path}" if down else path
