"""Laws of logs: what is done to a record has an entry in a list that names it, where the document
says so.

    GET /audit       "One entry each time that a product is created, changed or deleted."
    {seq: 12, action: deleted, product_id: 7}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import sleep
from typing import Any

from contracts.laws.bench.envelopes import key_shown
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.nouns import named_place, nouns_of
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.walk import walk
from contracts.laws.bench.world import World
from contracts.laws.changing import one_by_one
from contracts.requests.caller import value_of
from contracts.requests.drafts import Record
from contracts.targets.target import SAFE_METHODS
from mockserver.model.paths import bare
from mockserver.model.types import DescribedSchema, Operation
from mockserver.state import key_of

LOOKS = 4
WAIT_S = 0.4
"""Seconds between two looks at a log that has no new entry yet."""
_LOG = re.compile(
    r"\b(audit|log|logs|history|journal|activit(y|ies)|trail|events?|what (was done|happened)|"
    r"entr(y|ies)|feed|each time|every time)\b",
    re.IGNORECASE,
)
_ANY = frozenset({"subjectid", "entityid", "objectid", "resourceid", "targetid", "recordid"})
"""Names of what names a record of any kind."""
_CREATES = re.compile(r"\b(creat\w*|made|added|new)\b", re.IGNORECASE)
_CHANGES = re.compile(r"\b(chang\w*|updat\w*|edit\w*|modif\w*)\b", re.IGNORECASE)
_DELETES = re.compile(r"\b(delet\w*|remov\w*)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EventLog:
    """A list of entries: `field` of each names a record, `words` tell what has one."""

    listing: Operation
    field: str
    words: str


def may_be_logged(place: Place) -> bool:
    return place.create is not None and place.key_param is not None


def done_is_logged(world: World) -> None:
    """Make, change and delete a record: the log has an entry more each time, where words say so."""
    tried = False
    for log in _logs(world):
        world.begin()
        made = world.make()
        count = _count(world, log, made)
        if _CREATES.search(log.words):
            tried = True
            count = _grown(world, log, made, world.maker.operation, count=0)
        if _CHANGES.search(log.words):
            for operation in world.place.changes[:1]:
                fields = next(one_by_one(world, operation), {})
                if fields and world.change(operation, made, fields).succeeded:
                    tried = True
                    count = _grown(world, log, made, operation, count)
        delete = world.place.delete
        if delete is not None and _DELETES.search(log.words) and world.delete(made).succeeded:
            tried = True
            _grown(world, log, made, delete, count)
    if not tried:
        raise Untried("the document does not say that what is done is in a log")


def _grown(world: World, log: EventLog, made: Made, done: Operation, count: int) -> int:
    """Return how many entries name a record, which must be more than there were."""
    for look in range(LOOKS):
        if look:
            sleep(WAIT_S)
        now = _count(world, log, made)
        if now > count:
            return now
    told = f"an entry for {done.label} on the record {made.key}"
    raise Broken(
        log.listing,
        told,
        f"{count} of the calls before alone" if count else "none",
    )


def _count(world: World, log: EventLog, made: Made) -> int:
    """Return how many entries of a log name a record. Raises Untried."""
    asked: dict[str, Any] = {}
    for narrowing in log.listing.filters:
        if narrowing.field == log.field and narrowing.is_equality:
            asked[narrowing.param] = made.key
    found = _entries(world, log.listing, asked)
    return sum(key_of(each.get(log.field)) == made.key for each in found)


def _entries(world: World, listing: Operation, asked: Mapping[str, Any]) -> list[Record]:
    """Return all entries of a log. Raises Untried."""
    resource = world.visit.subject.model.resources.get(listing.resource or "")
    if resource is None:
        return _rows(value_of(world.send(listing, {}, asked=asked)))
    pages = walk(
        lambda more: world.send(listing, {}, asked={**asked, **more}),
        listing,
        world.spec,
        lambda entry: key_shown(resource, entry),
    )
    found: list[Record] = []
    for page in pages:
        found += page.records
    return found


def _rows(value: Any) -> list[Record]:
    """Return the objects of a list, or of the first list in an object."""
    inside = value.values() if isinstance(value, Mapping) else ()
    for each in (value, *inside):
        if isinstance(each, list):
            return [row for row in each if isinstance(row, Mapping)]
    return []


def _logs(world: World) -> Iterator[EventLog]:
    """Yield the lists that nobody can write to, of entries that name records of a place, where
    words say that they tell what was done.
    """
    model = world.visit.subject.model
    written = {each.resource for each in model.operations if each.method not in SAFE_METHODS}
    for listing in model.operations:
        is_read = listing.method == "GET" and "{" not in listing.path
        if not is_read or (listing.resource is not None and listing.resource in written):
            continue
        words = listing.described.words
        if not _LOG.search(words):
            continue
        for name, schema in _fields(listing).items():
            told = str(schema.get("description") or "")
            places = world.visit.places.values()
            if named_place(places, None, name, told) is world.place or _is_of_any(
                world, name, words
            ):
                yield EventLog(listing, name, words)


def _is_of_any(world: World, name: str, words: str) -> bool:
    """Tell whether a property names what an entry is about, of any kind, and words speak of the
    records of a place.
    """
    said = {each.lower() for each in re.findall(r"[A-Za-z]+", words)}
    return bare(name) in _ANY and not said.isdisjoint(nouns_of(world.place))


def _fields(listing: Operation) -> Mapping[str, DescribedSchema]:
    """Return the properties of the entries that a list shows."""
    schema = listing.described.success_schema(listing.success)
    for inner in (schema, *schema.properties.values()):
        if inner.is_array:
            return inner.items.properties
    return {}
