"""Send a request again to a server that has other keys: the request and what its keys are there in,
the request for that server out.

A key stands in the path as a segment, and in a JSON body as a value: a text anywhere, a number
where its name is that of a key, since other numbers are the same by chance.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from contracts.targets.target import Sent

KEYLIKE = re.compile(r"(^|_|[a-z])(id|key|uuid|guid|pk|token|cursor|sku|href|url)$", re.IGNORECASE)
"""Names of properties whose values may stand for a record, and so differ between two servers."""


def renamed(sent: Sent, keys: Mapping[str, Any]) -> Sent:
    """Return a request with these keys in place of those that they stand for, each by its text."""
    if not keys:
        return sent
    path, sign, query = sent.target.partition("?")
    known = {}
    for old, new in keys.items():
        written = quote(old, safe="")
        known[written] = quote(str(new), safe="")
    segments = []
    for segment in path.split("/"):
        there = known.get(segment, segment)
        segments.append(there)
    target = "/".join(segments) + sign + query
    content = sent.content
    if content:
        content = _with_keys(content, keys)
    return replace(sent, target=target, content=content)


def _with_keys(content: bytes, keys: Mapping[str, Any]) -> bytes:
    try:
        value = json.loads(content)
    except ValueError:
        return content
    changed = _renamed(value, keys)
    return content if changed == value else json.dumps(changed).encode()


def _renamed(value: Any, keys: Mapping[str, Any], name: str = "") -> Any:
    if isinstance(value, Mapping):
        members = {}
        for inner, child in value.items():
            members[inner] = _renamed(child, keys, inner)
        return members
    if isinstance(value, list):
        return [_renamed(child, keys, name) for child in value]
    if isinstance(value, str):
        return keys.get(value, value)
    if isinstance(value, int) and KEYLIKE.search(name):
        return keys.get(str(value), value)
    return value
