"""Find what must be unique: resources and operations in, the same resources with the properties in
which no two records agree out.

Only where a create documents 409 is anything unique, and only what its words, or those of a
property, say:

    409: A customer with this email already exists.
    409: duplicate unique values, such as `name` or `sku`       each of the two
    sku: {type: string, description: Must be unique.}
    email: {type: string, description: "Unique, case-insensitive."}

A sentence that speaks of several values together, or of a place ("in the folder"), says less than
that. What the semantics say of a resource stands, also where that is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from mockserver.model.paths import bare
from mockserver.model.sentences import sentences
from mockserver.model.types import DescribedSchema, Kind, Operation, Resource

CONFLICT = 409
_CLASH = re.compile(
    r"\b(already|duplicat\w*|conflict\w* with|same|taken|in use|must be unique|unique values?"
    r"|unique fields?)\b",
    re.IGNORECASE,
)
_UNIQUE = re.compile(
    r"\b(must|has to|have to|should) be (globally )?unique\b|^\W*(an? |the )?unique\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\b(together|pairs?|combinations?|within|per|each|among|across|not unique|inside"
    r"|same \w+ and|(in|on|for) (its|the|an?|one|this|that|your) (?!system|database|service))\b",
    re.IGNORECASE,
)
_ANY_CASE = re.compile(
    r"\bcase[- ]?insensitiv|\b(?:regardless of|without regard to|ignor\w*|whatever|irrespective of)"
    r" (?:the )?(?:letter )?cas(?:e|ing)\b|\bnot case[- ]?sensitive\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w$-]+")


def with_uniqueness(
    resources: Mapping[str, Resource],
    operations: Iterable[Operation],
    declared: Mapping[str, Mapping[str, Any]],
) -> dict[str, Resource]:
    """Return the resources with what must be unique by the words of what creates them."""
    settled = dict(resources)
    for operation in operations:
        resource = settled.get(operation.resource or "")
        if resource is None or operation.kind is not Kind.CREATE:
            continue
        if "unique" in declared.get(resource.name, {}):
            continue
        if not operation.described.documents(CONFLICT):
            continue
        known = dict.fromkeys((*resource.told_unique, *_found(operation, resource)))
        folded = {name for name in known if _in_any_case(operation, resource, name)}
        any_case = resource.any_case | folded
        settled[resource.name] = replace(resource, told_unique=tuple(known), any_case=any_case)
    return settled


def _found(operation: Operation, resource: Resource) -> Iterator[str]:
    """Yield the properties of which no two records may have the same value."""
    described = operation.described
    told = described.response(CONFLICT).description
    named = _named(f"{told}\n\n{described.summary}\n\n{described.description}")
    for name, schema in resource.record.properties.items():
        if not _may_be_unique(name, schema, resource):
            continue
        words = "\n\n".join(_words_of(operation, resource, name))
        if bare(name) in named or any(map(_is_unique, sentences(words))):
            yield name


def _in_any_case(operation: Operation, resource: Resource, name: str) -> bool:
    """Tell whether words say that the case of letters makes no difference."""
    told = operation.described.response(CONFLICT).description
    words = _words_of(operation, resource, name)
    return any(map(_ANY_CASE.search, (*words, told)))


def _words_of(operation: Operation, resource: Resource, name: str) -> Iterator[str]:
    """Yield what is said of a property, where it is shown and where it is sent."""
    sent = operation.described.sent_schema
    wrapped = sent.properties.get(operation.envelope.request or "", sent)
    for schema in (resource.record, wrapped):
        child = schema.properties.get(name)
        if child is not None:
            yield str(child.plain.get("description") or child.get("description", ""))


def _may_be_unique(name: str, schema: DescribedSchema, resource: Resource) -> bool:
    """Tell whether a property is a text that a client chooses freely."""
    if name == resource.key or name not in resource.writable:
        return False
    is_text = schema.own_type == "string" and not schema.says("enum")
    return is_text and schema.format not in ("date", "date-time", "binary", "byte")


def _named(words: str) -> set[str]:
    """Return the words, and pairs of them, of the sentences that tell of a clash; without
    separators.
    """
    found: set[str] = set()
    for sentence in sentences(words):
        if _CLASH.search(sentence) and not _TOGETHER.search(sentence):
            single = [bare(word) for word in _WORD.findall(sentence)]
            found.update(single)
            found.update(map("".join, pairwise(single)))
    return found


def _is_unique(sentence: str) -> bool:
    return bool(_UNIQUE.search(sentence)) and not _TOGETHER.search(sentence)
