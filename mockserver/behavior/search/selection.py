"""Leave out of a record what a call does not want to see: a record and the names in, less of it
out.

    fields=id,address.city      {id: 1, address: {city: Rome}}
    fields=id,address(city)     the same, as some document it
    exclude_fields=notes        all but the notes

What a reply has to have by its schema stays, and so does the key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockserver.behavior.scene import Scene
from mockserver.behavior.search.choices import value_of
from mockserver.lookup import MISSING
from mockserver.model.types import Sparse
from mockserver.state import Record

Tree = Mapping[str, Any]
"""Names, each with the tree of names inside it; an empty one stands for all that is inside."""
EVERYTHING = frozenset({"*", "all"})
_TOKEN = re.compile(r"[^,()\s{}]+|[(),{}]")
_OPENING = ("(", "{")
_CLOSING = (")", "}")


def selected(scene: Scene, record: Record) -> Record:
    """Return what is to be shown of a record."""
    for sparse in scene.operation.sparse:
        value = value_of(scene.call.query, sparse.param)
        if value is MISSING or not value:
            continue
        names = _tree(_text(value))
        if names and not EVERYTHING & names.keys():
            record = _within(sparse, record, names)
    return record


def _within(sparse: Sparse, record: Record, names: Tree) -> Record:
    if sparse.excludes:
        return _without(record, names, sparse, "")
    if not sparse.inside:
        return _only(record, names, sparse, "")
    inner = record.get(sparse.inside)
    if not isinstance(inner, Mapping):
        return record
    shown = _only(inner, names, sparse, f"{sparse.inside}.")
    return {**record, sparse.inside: shown}


def _text(value: Any) -> str:
    """Return the names that were sent as one text.

    An array of names is as good as a text with commas.
    """
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value)


def _tree(text: str) -> Tree:
    """Return the names of a text: dotted, with slashes, or in parentheses after the one around."""
    root: dict[str, Any] = {}
    around = [root]
    last = root
    for token in _TOKEN.findall(text):
        if token in _OPENING:
            around.append(last)
        elif token in _CLOSING:
            if len(around) > 1:
                around.pop()
        elif token != ",":
            last = around[-1]
            for step in re.split(r"[./]", token):
                last = last.setdefault(step, {})
    return root


def _only(record: Record, names: Tree, sparse: Sparse, around: str) -> Record:
    """Return what is named, and what is needed; `around` is the path of the record, if any."""
    shown = {}
    for name, value in record.items():
        path = f"{around}{name}"
        if name in names:
            inner = names[name]
            shown[name] = _inside(value, inner, sparse, f"{path}.") if inner else value
        elif path in sparse.needed or name.startswith("$"):
            shown[name] = value
    return shown


def _inside(value: Any, names: Tree, sparse: Sparse, around: str) -> Any:
    if isinstance(value, list):
        return [_inside(item, names, sparse, around) for item in value]
    return _only(value, names, sparse, around) if isinstance(value, Mapping) else value


def _without(record: Record, names: Tree, sparse: Sparse, around: str) -> Record:
    """Return all but what is named; what is needed stays."""
    shown = {}
    for name, value in record.items():
        path = f"{around}{name}"
        inner = names.get(name)
        if inner is None or path in sparse.needed:
            shown[name] = value
        elif inner and isinstance(value, Mapping):
            shown[name] = _without(value, inner, sparse, f"{path}.")
    return shown
