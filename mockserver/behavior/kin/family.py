"""Keep what records show of the records that belong to them: the changes of a decision in, those
that follow out.

    POST /sets/1/findings {text: t}     the set 1 has findings: [{id: 1, text: t}]
    PATCH /sets/1 {findings: []}        finding 1 is removed

The records themselves are the truth. A list that was sent with the parent is laid down in them: an
item that has the key, or all the values, of one stands for it, another one is new, and what is not
in the list is removed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.behavior.records import changed_record, new_record
from mockserver.behavior.scalars import shown_alone, told_alone
from mockserver.behavior.scene import Scene, conditions, spellings
from mockserver.call import ItemOutcome, Reply, Supply
from mockserver.lookup import MISSING, put_at, value_at
from mockserver.model.keys import SERVER_OWN
from mockserver.model.types import Model, Offspring, Resource
from mockserver.slots import dataclass
from mockserver.state import Collection, Condition, Draft, Found, Put, Query, Record, Remove, key_of

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Family:
    """A record and, by one of its properties, the records that belong to it."""

    model: Model
    draft: Draft
    supply: Supply
    parent: Found
    offspring: Offspring

    @property
    def resource(self) -> Resource:
        """The resource of the children."""
        return self.model.resources[self.offspring.resource]

    @property
    def parent_key(self) -> Any:
        """The key of the parent as its record has it, or the property by which it is named."""
        resource = self.model.resources[self.parent.collection.resource]
        by = self.offspring.by or resource.key
        return self.parent.record.get(by or "")

    @property
    def linked(self) -> dict[str, Any]:
        """The properties by which the children name their parent."""
        link = self.offspring.link
        if link is None:
            return {}
        return {link: self.parent_key}

    @property
    def collection(self) -> Collection:
        """Where the children are."""
        name = self.offspring.resource
        if self.offspring.link is not None:
            return Collection(name)
        above = self.parent.collection.parents
        return Collection(name, (*above, self.parent.key))

    @property
    def children(self) -> Sequence[Found]:
        """The records that belong to the parent."""
        where = conditions(self.linked)
        query = Query(where=where, order=self.resource.order)
        return self.draft.select(self.collection, query).found

    @property
    def shown(self) -> Any:
        """What the parent has to show of its children, MISSING where that is nothing."""
        if self.offspring.counted:
            return self._count()
        if self.offspring.single:
            for found in self.children:
                return self._item(found.record)
            return [] if self.offspring.plain else MISSING
        if self.offspring.mapped:
            return self._map()
        return [self._item(found.record) for found in self.children]

    def is_child(self, place: Collection, record: Record | None) -> bool:
        """Tell whether a record belongs to the parent."""
        if record is None:
            return False
        above = self.collection.parents
        depth = len(above)
        if place.parents[:depth] != above:
            return False
        for field, value in self.linked.items():
            named = value_at(record, field)
            if key_of(named) != key_of(value):
                return False
        return True

    def _count(self) -> int:
        """Return how many children there are, at the cost of those that are changed."""
        reader = self.draft.reader
        query = Query(where=conditions(self.linked), limit=0)
        total = reader.select(self.collection, query).total
        changed = self.draft.changed(self.resource.name)
        for (place, key), record in changed.items():
            before = reader.get(place, key)
            total -= self.is_child(place, before)
            total += self.is_child(place, record)
        return total

    def _item(self, record: Record) -> Any:
        """Return what the list has for a record."""
        home = self.resource.stands_for
        hidden = self.resource.hidden
        if home is not None:
            hidden = self.model.resources[home].hidden | SERVER_OWN
            own = self.resource.key or ""
            key = key_of(record.get(own))
            collection = Collection(home)
            linked = self.draft.get(collection, key)
            record = linked or record
        if self.offspring.plain:
            return record.get(self.offspring.name or "")
        shown = dict(record)
        for name in hidden:
            shown.pop(name, None)
        return shown

    def _map(self) -> dict[str, Any]:
        """Return the children by their keys."""
        found = {}
        for child in self.children:
            found[child.key] = self._member(child.record)
        return found

    def _member(self, record: Record) -> Any:
        """Return what a map has for a record."""
        return shown_alone(record, self.resource, self.offspring.plain)

    def lay_down(self, shown: Any) -> None:
        """Make the children those that a list or a map has, or the one that is sent."""
        if self.offspring.mapped:
            self._lay_down_map(shown)
        elif not self.offspring.single:
            self._lay_down_list(shown)
        elif shown is None:
            self._lay_down_list([])
        else:
            for found in self.children:
                self.draft.remove(found.collection, found.key)
            self._add(self._sent(shown))

    def _lay_down_list(self, items: Sequence[Any]) -> None:
        left = list(self.children)
        for item in items:
            sent = self._sent(item)
            found = self._meant(sent, left)
            if found is None:
                self._add(sent)
                continue
            left.remove(found)
            self._change(found, sent)
        for found in left:
            self.draft.remove(found.collection, found.key)

    def _lay_down_map(self, members: Values) -> None:
        kept = set()
        for found in self.children:
            told = members.get(found.key, MISSING)
            if told == self._member(found.record):
                kept.add(found.key)
            else:
                self.draft.remove(found.collection, found.key)
        own = self.resource.key or ""
        for key, value in members.items():
            if key not in kept:
                sent = told_alone(self.resource, value)
                self._add({**sent, own: key})

    def _sent(self, item: Any) -> Values:
        """Return an item of a list as an object; of one that stands for another record its key
        alone.
        """
        name = self.offspring.name or ""
        sent: Values = item if isinstance(item, Mapping) else {name: item}
        own = self.resource.key
        is_link = self.resource.stands_for is not None
        if not is_link or own is None:
            return sent
        if name not in sent:
            return sent
        return {own: sent[name]}

    def _meant(self, sent: Values, left: Sequence[Found]) -> Found | None:
        """Return the child for which an item stands: that of its key, or of its values."""
        key = sent.get(self.resource.key or "")
        for found in left:
            if key is None:
                is_meant = sent.items() <= found.record.items()
            else:
                is_meant = found.key == key_of(key)
            if is_meant:
                return found
        return None

    def _scope(self, sent: Values) -> dict[str, Any]:
        """Return what expressions may name where a child is made or changed."""
        path = {}
        for parent in self.resource.split[-1:]:
            path[parent.param] = self.parent_key
        return {
            "path": path,
            "query": {},
            "body": sent,
            "record": None,
            "draft": self.draft,
        }

    def _add(self, sent: Values) -> None:
        given: dict[str, Any] = {}
        for name, value in self.linked.items():
            put_at(given, name, value)
        own = self.resource.key
        if own is not None and self._brings_key(sent):
            given[own] = sent[own]
        else:
            sent = {name: value for name, value in sent.items() if name != own}
        key, record = new_record(
            self.resource,
            self.collection,
            sent,
            self._scope(sent),
            self.draft,
            self.supply,
            given,
        )
        self.draft.put(self.collection, key, record)

    def _brings_key(self, sent: Values) -> bool:
        """Tell whether an item has a key that no record has beside which it would stand."""
        own = self.resource.key
        if own is None or sent.get(own) is None:
            return False
        where = Condition(own, spellings(sent[own]))
        query = Query(where=(where,), limit=1)
        others = self.draft.select(self.collection, query)
        return not others.found

    def _change(self, found: Found, sent: Values) -> None:
        if sent.items() <= found.record.items():
            return
        record = changed_record(
            self.resource,
            found.key,
            found.record,
            sent,
            self._scope(sent),
            self.supply,
        )
        self.draft.put(found.collection, found.key, record)

    def show(self) -> None:
        """Put the parent anew where it does not show the children that there are."""
        field, shown = self.offspring.field, self.shown
        before = value_at(self.parent.record, field)
        if before == shown or (before is None and shown is MISSING):
            return
        record = dict(self.parent.record)
        if shown is MISSING:
            record.pop(field, None)
        else:
            put_at(record, field, shown)
        self.draft.put(self.parent.collection, self.parent.key, record)


def lay_down_lists(model: Model, put: Put, draft: Draft, supply: Supply) -> None:
    """Bring the children of a record in line with the lists that it was given, and what it shows of
    them with those that there are.
    """
    resource = model.resources[put.collection.resource]
    old = draft.reader.get(put.collection, put.key)
    for offspring in resource.offspring:
        record = draft.get(put.collection, put.key)
        if record is None:
            return
        parent = Found(put.collection, put.key, record)
        family = Family(model, draft, supply, parent, offspring)
        shown = value_at(record, offspring.field)
        is_list = offspring.plain or not offspring.single
        if offspring.mapped:
            is_list = False
        kept: type = list if is_list else dict
        is_laid = isinstance(shown, kept)
        if offspring.single and shown is None:
            is_laid = True
        if is_laid and _is_given(shown, family, old):
            family.lay_down(shown)
        family.show()


def _is_given(shown: Any, family: Family, old: Record | None) -> bool:
    """Tell whether a list, or an object, comes from whoever wrote the record: a new one where no
    children are there yet, a changed one where it was another.
    """
    if old is None:
        return not family.children
    return bool(value_at(old, family.offspring.field) != shown)


def show_in_parents(model: Model, change: Put | Remove, draft: Draft, supply: Supply) -> None:
    """Let the parents of a changed record show it, or show it no more."""
    place = change.collection
    records = [draft.reader.get(place, change.key)]
    if isinstance(change, Put):
        records.append(change.record)
    child = model.resources[place.resource]
    for name in child.shown_in:
        resource = model.resources[name]
        for offspring in resource.offspring:
            if offspring.resource != child.name:
                continue
            for record in records:
                parent = _parent(resource, offspring, place, record, draft)
                if parent is not None:
                    Family(model, draft, supply, parent, offspring).show()


def _parent(
    resource: Resource,
    offspring: Offspring,
    place: Collection,
    record: Record | None,
    draft: Draft,
) -> Found | None:
    """Return the record to which a child belongs."""
    if record is None:
        return None
    if offspring.link is None:
        *above, key = place.parents
        collection = Collection(resource.name, tuple(above))
        found = draft.get(collection, key)
        return None if found is None else Found(collection, key, found)
    value = value_at(record, offspring.link)
    by = offspring.by or resource.key or ""
    where = Condition(by, spellings(value))
    query = Query(where=(where,), limit=1)
    selection = draft.select(Collection(resource.name), query)
    return next(iter(selection.found), None)


def settled_reply(scene: Scene, reply: Reply) -> Reply:
    """Return a reply with its record, or each of several, as it is now that those that belong to it
    are settled.
    """
    resource = scene.resource
    if not (resource.offspring or resource.formulas or resource.related):
        return reply
    value = reply.value
    if reply.outcomes is not None:
        settled = []
        for outcome in reply.outcomes:
            told = _with_settled(scene, outcome)
            settled.append(told)
        reply = replace(reply, outcomes=tuple(settled))
    if isinstance(value, Mapping):
        return replace(reply, value=_settled(scene, value))
    if isinstance(value, list):
        return replace(reply, value=[_settled(scene, record) for record in value])
    return reply


def _with_settled(scene: Scene, outcome: ItemOutcome) -> ItemOutcome:
    """Return an outcome with its record as it is kept."""
    if outcome.deed == "deleted":
        return outcome
    value = _settled(scene, outcome.value)
    return replace(outcome, value=value)


def _settled(scene: Scene, record: Any) -> Any:
    """Return a record as it is kept, as it was where it is not kept."""
    if not isinstance(record, Mapping):
        return record
    key = record.get(scene.resource.key or "")
    settled = scene.draft.get(scene.collection, key_of(key))
    return record if settled is None else settled
