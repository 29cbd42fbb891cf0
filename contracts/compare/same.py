"""Tell whether a server kept a value: what was sent and what is read in, the first place where it
was lost out.

A server may write a value in another way: a moment in another zone, a decimal with more zeros, a
text without the blanks around it. It may not show what its own schema cannot say, and it may give a
part of a record another key each time it is written; what is deprecated it need not keep. All else
must come back as it was sent.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.compare.likeness import is_same_number, likeness, moment
from contracts.openapi import Spec, properties, resolved
from mockserver.lookup import MISSING
from mockserver.model.types.facts import admits, is_nullable

DEEPEST = 6
KEYS_OF_PARTS = frozenset({"id", "_id", "uuid", "guid"})
"""What the own key of a part of a record is called."""
_RIGHT = re.compile(
    r"(is_?)?(super_?user|admin|administrator|staff|root|(e_?mail_?)?verified)", re.IGNORECASE
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SHOWN = 300
"""Characters of a value in the text of a finding."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A place, a JSON pointer into the record, where what is read is not what should be there."""

    place: str
    expected: Any
    actual: Any


def losses(
    spec: Spec,
    schema: Any,
    sent: Any,
    read: Any,
    place: str = "",
    depth: int = 0,
    words: Callable[[str], str] = lambda _: "",
) -> Iterator[Loss]:
    """Yield where what was sent is not in what is read; `schema` is that of what is read, `words`
    returns what is said of a place besides.
    """
    if isinstance(sent, Mapping) and isinstance(read, Mapping):
        known = properties(spec, schema) if depth < DEEPEST else {}
        for name, value in sent.items():
            there = read.get(name, MISSING)
            if there is MISSING and not _must_show(known.get(name), value):
                continue
            if depth and is_key_made_anew(name, value, there, read):
                continue
            if is_right(name, there):
                continue
            if resolved(spec, known.get(name, {})).get("deprecated") is True:
                continue
            yield from losses(
                spec,
                known.get(name, {}),
                value,
                there,
                f"{place}/{name}",
                depth + 1,
                words,
            )
    elif isinstance(sent, list) and isinstance(read, list):
        items = resolved(spec, schema).get("items", {})
        yield from _item_losses(spec, items, sent, read, place, depth + 1, words)
        yield from _list_losses(sent, read, place)
    elif not _is_nest(sent) and not _is_nest(read):
        described = resolved(spec, schema)
        told = f"{described.get('description', '')} {words(place)}"
        if not _is_kept(sent, read, told) and _may_show(described, sent):
            yield Loss(place, sent, read)


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], ignored: Collection[str] = ()
) -> Iterator[Loss]:
    """Yield where a record is no longer as it was, by its properties."""
    for name in before:
        there = after.get(name, MISSING)
        if name not in ignored and not is_same(before[name], there):
            yield Loss(f"/{name}", before[name], there)


def is_same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values mean the same."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(
            is_same(one[name], other[name]) or is_key_made_anew(name, one[name], other[name], one)
            for name in one
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if one is None or other is None or one is MISSING or other is MISSING:
        return (one is None or one is MISSING) and (other is None or other is MISSING)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other or math.isclose(one, other, rel_tol=1e-6)
    if isinstance(one, str) and isinstance(other, str):
        return _is_same_text(one, other)
    return bool(one == other)


def is_key_made_anew(name: str, one: Any, other: Any, part: Mapping[str, Any]) -> bool:
    """Tell whether a part of a record has another key of the server's making: `{id, type, posture}`
    is written anew, where `{id}` alone names another record.
    """
    if name not in KEYS_OF_PARTS or len(part) < 2:
        return False
    return all(isinstance(each, str) and _UUID.fullmatch(each) for each in (one, other))


def is_right(name: str, value: Any) -> bool:
    """Tell whether a property is a right of a user that nobody may give themselves:
    `is_superuser: false`, whatever was sent.
    """
    return isinstance(value, bool) and _RIGHT.fullmatch(name) is not None


def _is_same_text(one: str, other: str) -> bool:
    if _text(one) == _text(other):
        return True
    return is_same_number(one, other) or _is_same_moment(one, other)


def shown(value: Any) -> str:
    """Return a value as it stands in the text of a finding."""
    if value is MISSING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _is_kept(sent: Any, read: Any, words: str = "") -> bool:
    """Tell whether what is read is what was sent, in a way in which servers write it, or in the one
    that words tell.
    """
    return is_same(sent, read) or bool(likeness(sent, read, words))


def _must_show(schema: Any, value: Any) -> bool:
    """Tell whether a property must be in what is read: it is described there, and there is
    something to show.
    """
    return schema is not None and not schema.get("writeOnly") and value not in (None, "", [], {})


def _may_show(schema: Mapping[str, Any], value: Any) -> bool:
    if value is None:
        return not schema or is_nullable(schema)
    return admits(schema, value)


def _is_nest(value: Any) -> bool:
    return isinstance(value, Mapping | list)


def _item_losses(
    spec: Spec,
    schema: Any,
    sent: list[Any],
    read: list[Any],
    place: str,
    depth: int,
    words: Callable[[str], str],
) -> Iterator[Loss]:
    """Yield what is lost from the objects of a list, each held against the one that comes nearest
    to it.
    """
    there = [each for each in read if isinstance(each, Mapping)]
    if not there:
        return
    for at, item in enumerate(sent):
        if not isinstance(item, Mapping):
            continue
        inner = f"{place}/{at}"
        found = []
        for each in there:
            found.append(list(losses(spec, schema, item, each, inner, depth, words)))
        beside = found[at : at + 1]
        yield from min([*beside, *found], key=len)


def _list_losses(sent: list[Any], read: list[Any], place: str) -> Iterator[Loss]:
    """Yield the first scalar that is lost from a list; its order is the server's."""
    if any(map(_is_nest, read)):
        return
    for each in sent:
        if _is_nest(each):
            continue
        if not any(_is_kept(each, other) for other in read):
            yield Loss(place, sent, read)
            return


def _text(value: str) -> str:
    return unicodedata.normalize("NFC", value).strip()


def _is_same_moment(one: str, other: str) -> bool:
    first = moment(one)
    second = moment(other)
    return first is not None and first == second
