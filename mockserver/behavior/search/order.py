"""Turn the order that a call asks for into names: what is asked in, an order of properties out.

    sort=-created            ("-created_at",)
    sort=name,desc           ("-name",)
    sort: [{field: name, order: desc}]
    sort[name]=desc          ("-name",)
    sort_by=price&order=desc ("-price",)
    order=desc               the order of creation turned around

Theory: a part of what is asked is a name with a sign (`-price`), with a direction after it
(`price:desc`, `price desc`, `price_desc`), in a call (`desc(price)`), or a direction alone, which
is that of the part before it. The name is one of the record, in any spelling and inside objects, or
a word that the parameter has for it (`created`). A second parameter may turn all of it around.

What is not asked for follows in the order that the resource has. The newest come first as a whole:
of records that were made in one moment the last one does, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from mockserver.behavior.scene import Scene
from mockserver.behavior.search.choices import value_of
from mockserver.lookup import MISSING
from mockserver.model.paths import bare
from mockserver.model.types import Operation

DOWN = frozenset({"desc", "descending", "descend", "-1", "down", "reverse"})
UP = frozenset({"asc", "ascending", "ascend", "1", "up"})
"""Words for the two directions."""
NAMING = ("field", "property", "name", "column", "key", "attribute", "by")
WAYS = ("order", "direction", "dir", "way", "sort")
"""What names the property, and its direction, in a part that is an object."""
_PART = re.compile(r"(.*?)[:_. ,-]?(asc|desc)(?:ending)?", re.IGNORECASE)
_CALL = re.compile(r"(asc|desc)\((.+)\)", re.IGNORECASE)


def order_of(scene: Scene, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the order asked for, else the resource's own."""
    operation = scene.operation
    own = scene.resource.order
    backwards = _is_backwards(operation, values)
    asked = value_of(values, operation.sorting.param)
    known: dict[str, str] = {}
    for name in _names(asked, operation):
        asked_name = turned(name) if backwards else name
        plain = name.lstrip("-")
        known.setdefault(plain, asked_name)  # of a name given twice the first one counts
    order = tuple(known.values())
    if not order:
        return _turned_order(operation, own) if backwards else own
    first = order[0]
    if first.startswith("-") and _is_creation(first):
        own = tuple(map(turned, own))
    return (*order, *own)


def _turned_order(operation: Operation, own: tuple[str, ...]) -> tuple[str, ...]:
    """Return the order of creation, or the own one of the records, from its end."""
    field = operation.sorting.field
    names = list(own)
    if field is not None:
        names.insert(0, field)
    return tuple(map(turned, names))


def turned(name: str) -> str:
    """Return the opposite order of a property."""
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _is_creation(name: str) -> bool:
    """Tell whether records are put in the order in which they were made."""
    return bare(name).startswith(("created", "datecreated", "creation", "$made"))


def _is_backwards(operation: Operation, values: Mapping[str, Any]) -> bool:
    """Tell whether the largest is to come first."""
    param = operation.sorting.direction
    value = value_of(values, param)
    if isinstance(value, bool):
        turns = "desc" in str(param).lower()
        return value == turns
    return str(value).lower() in DOWN


def _names(asked: Any, operation: Operation) -> Iterator[str]:
    """Yield the paths of the properties that are named, `-` before what begins with the largest."""
    if asked is None or asked is MISSING:
        return
    items = asked if isinstance(asked, list) else [asked]
    if isinstance(asked, Mapping):
        items = [f"{name}:{way}" for name, way in asked.items()]
    text = ",".join(map(_spelled, items))
    parts = [part.strip() for part in text.split(",")]
    for part, following in zip_longest(parts, parts[1:], fillvalue=""):
        name = _name(part, operation)
        if name is None:
            continue
        yield turned(name) if following.lower() in DOWN else name


def _spelled(item: Any) -> str:
    """Return a part of what is asked as a text: {field: name, order: desc} is name:desc."""
    if not isinstance(item, Mapping):
        return str(item)
    members = {}
    for name, value in item.items():
        spelled = bare(str(name))
        members[spelled] = value
    name = _first(members, NAMING)
    way = _first(members, WAYS)
    return f"{name}:{way}" if way else name


def _first(members: Mapping[str, Any], words: Sequence[str]) -> str:
    """Return the first of some members that there is, an empty text where there is none."""
    for word in words:
        if word in members:
            return str(members[word])
    return ""


def _name(part: str, operation: Operation) -> str | None:
    """Return the path of the property that one part names, None for an unknown one."""
    stem = part.lstrip("+-")
    way = ""
    call = _CALL.fullmatch(stem)
    if call is not None:
        way, stem = call.groups()
    path = _path(stem, operation)
    ended = _PART.fullmatch(stem)
    if path is None and ended is not None:
        way = ended[2]
        path = _path(ended[1], operation)
    if path is None:
        return None
    is_down = part.startswith("-") or way.lower() == "desc"
    return f"-{path}" if is_down else path


def _path(name: str, operation: Operation) -> str | None:
    """Return the path of the property of a name, as the document or the parameter calls it.

    The names of the record come before the words of the parameter.
    """
    word = bare(name)
    own = operation.names.get(word)
    if own is not None:
        return own
    words = operation.sorting.words
    return words.get(word)
