"""Fill collections with generated records: a model, a store and a number in; parents come before
their children.

What is made depends on the seed alone. Keys are unique, and what names another record names one
that is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.behavior.kin.children import merge_children
from mockserver.behavior.kin.consequences import follow
from mockserver.behavior.kin.rules import check_unique
from mockserver.behavior.records import new_record
from mockserver.call import Refused, Supply
from mockserver.defaults import LARGEST_POPULATION
from mockserver.lookup import MISSING
from mockserver.model.types import Model, Resource
from mockserver.seeding.placement import collections_of, parents_first, references_of
from mockserver.slots import dataclass
from mockserver.state import Collection, Draft, Found, Query, Reader, Record, key_of
from mockserver.stores.base import Store

MOST = LARGEST_POPULATION
"""Records of one resource that are made at most, whatever the number of its collections."""
ATTEMPTS = 20
"""How often a record is made anew when its key or a unique property is taken."""


@dataclass(frozen=True, slots=True)
class Population:
    """Where records are made: `fresh` supplies values that come from no example."""

    model: Model
    store: Store
    supply: Supply
    fresh: Supply

    def fill(self, count: int) -> None:
        """Make records until each collection has so many, a singleton one."""
        made: list[tuple[Collection, str]] = []
        for resource in parents_first(self.model):
            with self.store.transaction() as reader:
                collections = list(collections_of(self.model, resource, reader, self.supply))
            for collection in _few_enough(collections, count):
                made += self._fill(resource, collection, 1 if resource.key is None else count)
        self._settle(made)

    def _settle(self, made: list[tuple[Collection, str]]) -> None:
        """Point references that were made before the records that they name at some that are there
        now.
        """
        with self.store.transaction() as transaction:
            draft = Draft(transaction)
            for collection, key in made:
                resource = self.model.resources[collection.resource]
                record = draft.get(collection, key) or {}
                lost = {
                    name: record[name]
                    for name, known in self._known(resource, record, transaction).items()
                    if known and key_of(record[name]) not in known
                }
                if lost:
                    found = self._references(
                        resource, lost, f"{collection.resource}/{key}/", transaction
                    )
                    draft.put(collection, key, {**record, **{name: found[name] for name in lost}})
            transaction.apply(draft.changes)

    def _known(
        self, resource: Resource, record: Record, reader: Reader
    ) -> dict[str, frozenset[str]]:
        """Return for each property of a record that names others what it may say."""
        managed = _managed(resource)
        known = {}
        for name, target in references_of(self.model, resource).items():
            if record.get(name) is None or name in managed:
                continue
            by = self._named_by(resource, name, target)
            keys = set()
            for found in self._records_of(target, reader):
                if by in found.record:
                    keys.add(key_of(found.record[by]))
            known[name] = frozenset(keys)
        return known

    def _named_by(self, resource: Resource, name: str, target: str) -> str:
        """Return the property of the other resource that a property of this one holds."""
        for reference in resource.references:
            if reference.field == name and reference.by:
                return reference.by
        return self.model.resources[target].key or ""

    def _records_of(self, name: str, reader: Reader) -> tuple[Found, ...]:
        """Return the records of a resource, not more than are made."""
        selection = reader.select(Collection(name), Query(limit=MOST))
        return selection.found

    def _fill(
        self, resource: Resource, collection: Collection, count: int
    ) -> list[tuple[Collection, str]]:
        """Fill a collection, and return the places of the records that were made."""
        made: list[tuple[Collection, str]] = []
        wanted = count if resource.limit is None else min(count, resource.limit)
        with self.store.transaction() as transaction:
            there = transaction.select(collection, Query(limit=0)).total
            for number in range(there, wanted):
                draft = self._made(resource, collection, number, transaction)
                if draft is None:
                    break
                made += draft.changed(resource.name)
                transaction.apply(draft.changes)
        return made

    def _made(
        self, resource: Resource, collection: Collection, number: int, reader: Reader
    ) -> Draft | None:
        """Return the draft that puts one more record, None when no key is left."""
        for attempt in range(ATTEMPTS):
            draft = Draft(reader)
            salt = f"{resource.name}/{'/'.join(collection.parents)}/{number}/{attempt}/"
            try:
                key, record = self._record(resource, collection, salt, draft)
            except Refused:
                continue
            record |= dict.fromkeys(resource.exclusive, False) if number else {}
            if resource.position is not None:
                record[resource.position.field] = resource.position.first + number
            if not check_unique(resource, collection, key, record, draft):
                draft.put(collection, key, record)
                follow(self.model, draft, self.supply)
                return draft
        return None

    def _record(
        self, resource: Resource, collection: Collection, salt: str, draft: Draft
    ) -> tuple[str, dict[str, Any]]:
        """Return the key and a new record. Raises Refused when the key is taken."""
        value = self.fresh.value(resource.schema, salt)
        made = dict(value) if isinstance(value, Mapping) else {}
        made |= self._references(resource, made, salt, draft)
        made = {name: child for name, child in made.items() if child is not MISSING}
        if resource.key in resource.generated:
            made.pop(resource.key or "", None)
        scope = {
            "path": self._path(resource, collection),
            "query": {},
            "body": made,
            "record": None,
            "draft": draft,
        }
        key, record = new_record(resource, collection, made, scope, draft, self.supply)
        for children in resource.children:
            record[children.field] = merge_children(children, resource, None, made, draft)
        own = resource.read_only - _managed(resource)
        return key, record | {name: child for name, child in made.items() if name in own}

    def _path(self, resource: Resource, collection: Collection) -> dict[str, Any]:
        """Return the keys of the parents by parameter, each in the type of the property that holds
        it.
        """
        fields = self.model.schemas.schema(resource.schema).properties
        path: dict[str, Any] = {}
        for parent, key in zip(resource.split, collection.parents, strict=True):
            schema = fields.get(parent.field or "")
            is_numeric = schema is not None and schema.type in ("integer", "number")
            is_whole = is_numeric and key.removeprefix("-").isdecimal()
            path[parent.param] = int(key) if is_whole else key
        return path

    def _references(
        self, resource: Resource, made: Mapping[str, Any], salt: str, reader: Reader
    ) -> dict[str, Any]:
        """Return the properties that name other records, with the keys of some that are there."""
        found: dict[str, Any] = {}
        required = self.model.schemas.schema(resource.schema).required
        for name, target in references_of(self.model, resource).items():
            there = self._records_of(target, reader) if name in made else ()
            by = self._named_by(resource, name, target)
            if there:
                chosen = self._chosen(there, f"{salt}{name}")
                found[name] = chosen.record.get(by, made[name])
            elif name not in required:
                found[name] = MISSING
        return found

    def _chosen(self, there: tuple[Found, ...], salt: str) -> Found:
        number = int(self.supply.digits(salt, 9))
        return there[number % len(there)]


def _managed(resource: Resource) -> frozenset[str]:
    """Return the properties that have a value of their own making."""
    names = {
        *resource.generated,
        *resource.touched,
        *resource.computed,
        *resource.assigned,
        *resource.hidden,
    }
    names |= {parent.field for parent in resource.parents if parent.field} | {resource.key or ""}
    return frozenset(names | ({resource.states.field} if resource.states else set()))


def _few_enough(collections: list[Collection], count: int) -> list[Collection]:
    """Return the collections that can be filled before there are too many records."""
    return collections[: max(1, MOST // max(count, 1))]
