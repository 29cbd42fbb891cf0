"""Find POST operations that make a record or change the one that has the same natural key: an
operation and what it sends in, that property and whether the rest of the record stays out.

    "Create or update a contact by email"           email, the rest stays
    "Create or fully replace a synonym"             the key or the first usual name, nothing stays
    200 and 201 with bodies, and `sku` is sent      sku, the rest stays
"""

from __future__ import annotations

import re

from mockserver.model.paths import bare
from mockserver.model.types import Described, DescribedSchema
from mockserver.slots import dataclass

UPSERTS = re.compile(
    r"""\bupserts?\b
    | \b(creat|add|insert|sav|mak)(e|es|s)?\b[^.]{0,40}\bor\b[^.]{0,20}
      \b(updat|replac|overwrit|modif|chang)
    | \b(updat|replac|modif)(e|es|ies|y)?\b[^.]{0,40}\bor\b[^.]{0,20}\b(creat|insert|add)
    | \balready\ exists?\b[^.]{0,60}\b(is|are|be|gets?)\b[^.]{0,20}\b(updated|replaced|overwritten)
    """,
    re.I | re.X,
)
"""Words for making a record or changing the one that is there."""
REPLACES = re.compile(r"\b(replac|overwrit)", re.I)
NAMED = re.compile(
    r"\b(?:by|same|given|matching|unique|on|existing)\s+(?:(?:its|the|their|an?|same)\s+)?"
    r"[`'\"]?(\w+)",
    re.I,
)
"""What a record is found by, in words."""
SURE = ("externalid", "externalref", "externalkey", "uid", "sku", "email", "emailaddress", "isbn")
"""Names of properties that tell which thing is meant, the surest first."""
USUAL = ("referenceid", "reference", "code", "slug", "key", "handle", "username", "login", "ean")
"""Names that often do; a request must have them."""


@dataclass(frozen=True, slots=True)
class NaturalKey:
    """The property by which an upsert finds a record, and whether what was not sent stays."""

    field: str
    keeps: bool


def natural_key(operation: Described, sent: DescribedSchema, key: str | None) -> NaturalKey | None:
    """Return how a POST on a collection finds the record that it changes, None where it always
    makes one.
    """
    words = f"{operation.summary}\n{operation.description}"
    is_said = UPSERTS.search(words) is not None
    if not is_said and not _answers_both(operation):
        return None
    keeps = not (is_said and REPLACES.search(words))
    field = _told(words, sent) or _usual(sent, key)
    if field is None:
        return None
    return NaturalKey(field, keeps)


def _answers_both(operation: Described) -> bool:
    """Tell whether it documents that a record was made, and that one was there."""
    return {200, 201} <= set(operation.success_statuses)


def _told(words: str, sent: DescribedSchema) -> str | None:
    """Return the property by which the words say that a record is found."""
    by_name = _scalars(sent)
    for match in NAMED.finditer(words):
        wanted = bare(match[1])
        if wanted in by_name:
            return by_name[wanted]
    return None


def _usual(sent: DescribedSchema, key: str | None) -> str | None:
    """Return the key where clients send it, else the property that is the surest to tell."""
    by_name = _scalars(sent)
    if key in by_name.values():
        return key
    for wanted in SURE:
        if wanted in by_name:
            return by_name[wanted]
    for wanted in USUAL:
        name = by_name.get(wanted)
        if name in sent.required:
            return name
    return None


def _scalars(sent: DescribedSchema) -> dict[str, str]:
    """Return the properties that may tell one thing from another, by their names without
    separators.
    """
    found = {}
    for name, schema in sent.properties.items():
        if schema.is_read_only or schema.own_type in ("object", "array", "boolean"):
            continue
        found[bare(name)] = name
    return found
