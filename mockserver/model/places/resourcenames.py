"""Find the properties that tell the resource name of a record (Google AIP-122): its schema and the
path of one record in, the property with the part of that path out.

    name: "Format: memos/{memo}"             /api/v1/memos/{memo}        memos/{memo}
    name: "shelves/SHELF_ID/books/BOOK_ID"   /v1/shelves/{s}/books/{b}   shelves/{s}/books/{b}
    name, pattern ^shelves/[^/]+$            /v1/shelves/{s}             shelves/{s}

The last step of such a name is the key by which a path names the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mockserver.model.paths import segments, whole_parameter
from mockserver.model.types import DescribedSchema

NAMES = ("name", "resourceName", "resource_name")
"""Properties that tell a resource name."""
ANY = "{}"
"""Stands for a step that is a key."""
_KEYS = re.compile(r"\{[^{}]*\}|\[\^/\]\+|\*|<[^<>/]+>|\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_ID\b")
_FORM = re.compile(r"(?:[A-Za-z][\w.-]*/\{\}/)*[A-Za-z][\w.-]*/\{\}")


def resource_names(record: DescribedSchema, item_path: str | None) -> Mapping[str, str]:
    """Return the properties of a record that tell its resource name, each with its template."""
    templates = dict(_templates(item_path or ""))
    found = {}
    for name in NAMES:
        schema = record.properties.get(name)
        if schema is None or schema.own_type != "string":
            continue
        for form in _forms(schema):
            if form in templates:
                found[name] = templates[form]
    return found


def _forms(schema: DescribedSchema) -> Iterator[str]:
    """Yield the forms of names that a property is said to have: shelves/{}/books/{}."""
    for word in ("pattern", "description"):
        said = schema.get(word)
        if isinstance(said, str):
            plain = _KEYS.sub(ANY, said)
            yield from _FORM.findall(plain)


def _templates(path: str) -> Iterator[tuple[str, str]]:
    """Yield the ends of a path in which each word is followed by a key, by their forms."""
    steps = segments(path)
    while len(steps) > 1:
        words, keys = steps[::2], steps[1::2]
        are_keys = len(words) == len(keys) and all(map(whole_parameter, keys))
        if are_keys and not any(map(whole_parameter, words)):
            pairs = [f"{word}/{ANY}" for word in words]
            yield "/".join(pairs), "/".join(steps)
        steps = steps[1:]
