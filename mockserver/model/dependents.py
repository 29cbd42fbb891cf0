"""Find what records that name another one mean for it, by the words of operations: resources and
operations in, the same resources with those references out.

    DELETE /categories/{id}   409: The category still has products.        they hold it back
    DELETE /folders/{id}      Deletes the folder and all folders below it. they go along
    POST /products            422: The category does not exist.            it must be there
    PATCH /folders/{id}       409: Would make a cycle.                     none is above itself

Records name another one by a property that is called for it (`category_id`), and those of a tree by
one for what is above them (`parent_id`); records below it in a path belong to it anyway. Where
words speak of records, it is those of the resources that they name, of all that name it where they
name none. What the semantics say of references stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from mockserver.model.paths import bare, singular
from mockserver.model.places.links import link_of
from mockserver.model.places.trees import tree_link
from mockserver.model.sentences import sentences
from mockserver.model.types import Kind, Operation, Parent, Reference, Resource
from mockserver.model.types.relation import CASCADE, KEEP, RESTRICT

CONFLICT = 409
MISSING = (404, 409, 422, 400)
"""Statuses that may say that what is named is not there."""
_HELD = re.compile(
    r"\b(?:not empty|non-?empty|in use|used by|still|referenced|depends?|dependents?|belongs?)\b",
    re.I,
)
"""Words for what holds a record back, whatever that is."""
_HAS = re.compile(r"\b(?:has|have|having|contains?|containing|assigned|attached|with)\b", re.I)
"""Words for that where they name it."""
_REFUSES = re.compile(r"\b(?:cannot|can't|can not|only if|unless|must not|must be empty)\b", re.I)
"""Words of sentences that tell of a refusal."""
_CONTENTS = re.compile(
    r"\b(?:everything|contents?|children|descendants?|below|beneath|inside|within|under|cascad\w*)\b",
    re.I,
)
"""Words for all that belongs to a record."""
_ALONG = re.compile(
    r"\b(?:and|with|also|along|including|as well as)\b[^.;]{0,20}"
    r"\b(?:all|every|everything|its|their|any)\b|\bcascad",
    re.I,
)
"""Words for what goes along with a record."""
_UNKNOWN = re.compile(
    r"\b(?:does not|doesn't|do not|must) exist\b|\bnot found\b|\bunknown\b|\bno such\b"
    r"|\bnon-?exist",
    re.I,
)
"""Words for what is not there."""
_CYCLE = re.compile(
    r"\bcycl|\bcircular|\bloop\b|\bitself\b|\bdescendants?\b|\bancestors?\b|\bown (?:child|parent)",
    re.I,
)
"""Words for what would be above itself."""
_WORD = re.compile(r"[\w$-]+")

Resources = Mapping[str, Resource]


def with_dependents(
    resources: Resources,
    operations: Iterable[Operation],
    declared: Mapping[str, Mapping[str, Any]],
) -> dict[str, Resource]:
    """Return the resources with what their records mean for those that they name."""
    settled = dict(resources)
    for operation in operations:
        resource = settled.get(operation.resource or "")
        if resource is None or resource.key is None:
            continue
        if operation.kind is Kind.DELETE and operation.key_param is not None:
            for name, changed in _held(operation, resource, settled):
                if "references" not in declared.get(name, {}):
                    settled[name] = changed
        elif "references" in declared.get(resource.name, {}):
            continue
        elif operation.kind is Kind.CREATE:
            needed = tuple(_needed(operation, resource, settled))
            settled[resource.name] = _with_references(resource, needed)
        elif operation.kind in (Kind.MERGE, Kind.REPLACE):
            settled[resource.name] = _with_references(resource, _without_cycle(operation, resource))
    return settled


def _held(
    operation: Operation, parent: Resource, resources: Resources
) -> Iterator[tuple[str, Resource]]:
    """Yield the resources whose records hold one back that is deleted, or go along."""
    told = _held_back(operation) or _taken_along(operation)
    if told is None:
        return
    way, words, is_any = told
    spoken = _nouns_in(words) - {_noun(parent)}
    others = []
    for resource in resources.values():
        if _belongs(resource, parent):
            others.append(resource)
    named = [resource for resource in others if _noun(resource) in spoken]
    if not named and is_any:
        named = others
    for resource in named:
        if _is_of_a_state(words, resource):
            continue
        bound = _bound(
            resource,
            parent,
            way,
        )
        yield resource.name, bound


def _nouns_in(words: str) -> set[str]:
    """Return the words of a text, in the singular and without separators."""
    found = set()
    for word in _WORD.findall(words):
        one = singular(word)
        found.add(bare(one))
    return found


def _is_of_a_state(words: str, resource: Resource) -> bool:
    """Tell whether words speak of the records that are in one of their states ("it has a confirmed
    booking"): the others do not hold anything back.
    """
    spoken = _nouns_in(words)
    for schema in resource.record.properties.values():
        options = schema.get("enum") or ()
        if not spoken.isdisjoint(bare(each) for each in options if isinstance(each, str)):
            return True
    return False


def _held_back(operation: Operation) -> tuple[str, str, bool] | None:
    """Return the words by which records hold one back, and whether any do; None where none are
    said to.
    """
    described = operation.described
    if not described.documents(CONFLICT):
        return None
    told = described.words
    refusing = [each for each in sentences(told) if _REFUSES.search(each)]
    refusal = described.response(CONFLICT)
    refusing.append(refusal.description)
    words = " ".join(refusing)
    is_any = _HELD.search(words) is not None
    if is_any or _HAS.search(words):
        return RESTRICT, words, is_any
    return None


def _taken_along(operation: Operation) -> tuple[str, str, bool] | None:
    """Return the words by which records go along with one, and whether all do; None where none are
    said to.
    """
    described = operation.described
    words = described.words
    if not _ALONG.search(words):
        return None
    return CASCADE, words, _CONTENTS.search(words) is not None


def _noun(resource: Resource) -> str:
    return bare(singular(resource.name.rpartition(".")[2]))


def _belongs(resource: Resource, parent: Resource) -> bool:
    """Tell whether records live below those of a parent, or name them."""
    is_below = any(level.resource == parent.name for level in resource.split)
    return is_below or _link(resource, parent) is not None


def _link(resource: Resource, parent: Resource) -> str | None:
    """Return the property by which records name those of a parent."""
    if resource.stands_for is not None or resource.key is None:
        return None
    fields = {}
    for name, schema in resource.record.properties.items():
        if name in resource.writable:
            fields[name] = schema
    if resource.name == parent.name:
        return tree_link("children", resource.name, fields)
    return link_of("id", parent.name, fields, resource.key)


def _bound(resource: Resource, parent: Resource, way: str) -> Resource:
    """Return a resource whose records hold those of a parent back, or go along with them."""
    parents = tuple(_level(level, parent, way) for level in resource.parents)
    changed = replace(resource, parents=parents)
    link = _link(resource, parent)
    if link is None:
        return changed
    bond = Reference(link, parent.name, parent.key or "id", on_delete=way, checked=False)
    return _with_references(changed, (bond,))


def _level(level: Parent, parent: Resource, way: str) -> Parent:
    is_own = level.resource == parent.name and level.splits
    return replace(level, on_delete=way) if is_own else level


def _with_references(resource: Resource, found: tuple[Reference, ...]) -> Resource:
    """Return a resource with more references; one to the same record is said once."""
    if not found:
        return resource
    known = {each.field: each for each in resource.references}
    for each in found:
        before = known.get(each.field)
        known[each.field] = each if before is None else _joined(before, each)
    return replace(resource, references=tuple(known.values()))


def _joined(one: Reference, other: Reference) -> Reference:
    """Return one reference that says what two of the same property say."""
    way = one.on_delete
    if other.on_delete != KEEP:
        way = other.on_delete
    checking = other if other.checked else one
    return replace(
        checking,
        on_delete=way,
        acyclic=one.acyclic or other.acyclic,
    )


def _needed(operation: Operation, resource: Resource, resources: Resources) -> Iterator[Reference]:
    """Yield the references of new records to what has to be there, by words of a refusal."""
    described = operation.described
    of_path = {level.field for level in resource.split}  # the path says what they are
    for status in MISSING:
        if not described.documents(status):
            continue
        words = described.response(status).description
        if not _UNKNOWN.search(words):
            continue
        spoken = {bare(word) for word in _WORD.findall(words)}
        for parent in resources.values():
            link = _link(resource, parent)
            if link is None or link in of_path or parent.key is None:
                continue
            if bare(link) not in spoken and _noun(parent) not in spoken:
                continue
            yield Reference(
                link,
                parent.name,
                parent.key,
                missing=status,
            )


def _without_cycle(operation: Operation, resource: Resource) -> tuple[Reference, ...]:
    """Return the reference of records to the one above them, where words of a refusal say that it
    must not be below them.
    """
    described = operation.described
    link = _link(resource, resource)
    for status in MISSING:
        words = described.response(status).description if described.documents(status) else ""
        if link is not None and _CYCLE.search(words):
            key = resource.key or "id"
            return (Reference(link, resource.name, key, checked=False, acyclic=True),)
    return ()
