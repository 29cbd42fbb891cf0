"""Spell what a call was and what it changed as plain JSON values and in words: a Note's parts in,
secrets masked.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from mockserver.asgi.jsontext import dumps
from mockserver.call import Call
from mockserver.control.masking import MASK, masked, names_secret
from mockserver.lookup import MISSING
from mockserver.state import Change, Put, Remove

LONGEST = 160
"""Characters of a record that are told in words."""


def plain_call(call: Call, names: frozenset[str]) -> dict[str, Any]:
    """Return a request as it was decoded: its parameters with their types, and its body where it
    had one.
    """
    headers = {str(name): value for name, value in call.headers.items()}
    told = {
        "path": plain(call.path),
        "query": _masked(call.query, names),
        "headers": _masked(headers, names),
    }
    return told if call.body is MISSING else {**told, "body": plain(call.body)}


def plain_change(change: Change) -> dict[str, Any] | None:
    """Return a change of a record, None for the number of a sequence that was given out."""
    if not isinstance(change, Put | Remove):
        return None
    at = {
        "resource": change.collection.resource,
        "parents": list(change.collection.parents),
        "key": change.key,
    }
    if isinstance(change, Put):
        return {"change": "put", **at, "record": plain(change.record)}
    return {"change": "remove", **at}


def told_change(change: Change) -> str:
    """Return a change in words: `put books 5 below 2: {"id":5}`; empty for the number of a
    sequence.
    """
    if not isinstance(change, Put | Remove):
        return ""
    place = f"{change.collection.resource} {change.key}".rstrip()
    below = f" below {'/'.join(change.collection.parents)}" if change.collection.parents else ""
    if isinstance(change, Remove):
        return f"removed {place}{below}"
    text = dumps(plain(change.record)).decode()
    return f"put {place}{below}: {text if len(text) <= LONGEST else f'{text[:LONGEST]}…'}"


def plain(value: Any) -> Any:
    """Return a value as JSON has it: bytes in base64, values of secrets masked."""
    if isinstance(value, Mapping):
        return {
            str(name): MASK if isinstance(child, str) and names_secret(str(name)) else plain(child)
            for name, child in value.items()
            if child is not MISSING
        }
    if isinstance(value, list | tuple):
        return [plain(child) for child in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _masked(values: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """Return parameters with those masked that carry a secret."""
    hidden = {name for name, text in masked([(name, "") for name in values], names) if text == MASK}
    return {name: MASK if name in hidden else plain(value) for name, value in values.items()}
