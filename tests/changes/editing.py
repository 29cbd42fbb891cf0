"""Edit a copy of a document by JSON pointers, and compile what comes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from mockserver.document.document import Document
from mockserver.document.pointers import MISSING, split, step
from mockserver.model.compile import compile_model
from mockserver.model.semantics import load_semantics
from mockserver.model.types import Model
from tests.conftest import ROOT, model_of

GONE = object()
Edits = Mapping[str, Any]
BOOKSHOP = ROOT / "specs" / "bookshop"


@dataclass(frozen=True)
class From:
    """Stands for what is elsewhere in the document before it is edited."""

    pointer: str


def copied(value: Any) -> Any:
    return json.loads(json.dumps(value))


def at(value: Any, pointer: str) -> Any:
    """Return what a pointer leads to, None where there is nothing."""
    for token in split(pointer):
        value = step(value, token)
    return None if value is MISSING else value


def edited(edits: Edits, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a document in which each pointer leads to another value, or to nothing."""
    copy: dict[str, Any] = copied(spec)
    for pointer, given in edits.items():
        value = (
            given
            if given is GONE
            else copied(at(spec, given.pointer) if isinstance(given, From) else given)
        )
        *way, last = split(pointer)
        holder: Any = copy
        for token in way:
            holder = (
                holder[int(token)] if isinstance(holder, list) else holder.setdefault(token, {})
            )
        if value is GONE:
            del holder[int(last) if isinstance(holder, list) else last]
        elif isinstance(holder, list):
            holder.insert(int(last), value)
        else:
            holder[last] = value
    return copy


@cache
def said() -> dict[str, Any]:
    return dict(load_semantics(BOOKSHOP / "semantics.yaml"))


def bookshop(*edits: Edits, semantics: Edits | None = None) -> Model:
    """Return the bookshop with edits in its document, one after the other, and in its semantics."""
    spec: Mapping[str, Any] = model_of("bookshop").document.spec
    for each in edits:
        spec = edited(each, spec)
    return compile_model(
        Document("bookshop", "openapi.yaml", dict(spec)), edited(semantics or {}, said())
    )
