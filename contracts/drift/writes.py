"""Draw the calls that write: records of the run's own are made, broken, changed, made again and
removed.

What comes next depends on what came back (the key of a new record), so a story asks as it goes.
Each rule of a document is broken once; each change is read back. Two records of each resource are
kept to the end, for those below them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from contracts.drift.bodies import Bodies
from contracts.drift.start import Start
from contracts.laws.bench.places import Place, is_below, places
from contracts.machine.pool import NEVER
from contracts.requests.samples import sample_parameters
from contracts.requests.spelling import spell
from contracts.targets.target import Answer, Sent
from contracts.wire.subject import Subject
from mockserver.call import Supply
from mockserver.inventory import shown_record
from mockserver.lookup import MISSING, value_at
from mockserver.model.types import Kind, Operation

Ask = Callable[[Sent], Answer | None]
"""Sends a request; None when it may not be sent, or nothing came back."""
Claim = Callable[[Sent], bool]
"""Takes the path of an item that is not there for the run's own."""
Keys = Mapping[str, Any]


class Writes:
    """Tells the stories of one API."""

    def __init__(
        self, subject: Subject, start: Start, supply: Supply, ask: Ask, claim: Claim
    ) -> None:
        self._subject, self._start, self._supply, self._ask, self._claim = (
            subject,
            start,
            supply,
            ask,
            claim,
        )
        self._model, self._spec = subject.model, subject.model.document.spec
        self._places: dict[str, Place] = {}
        for path, place in places(self._model).items():
            if place.make is not None:
                self._places[path] = place
        self._bodies = Bodies(self._model, start, supply)
        self._kept: dict[str, list[Any]] = {}
        self._made = 0

    def tell(self) -> None:
        """Make all calls; what is kept for others goes last."""
        creates = []
        for place in self._places.values():
            if place.make is None:
                continue
            creates.append(place.make)
            above = self._above(place.make)
            if above is not None:
                self._live(place, place.make, above)
        for operation in self._model.operations:
            alone = operation.key_param is None and operation.kind in (Kind.UPSERT, Kind.CREATE)
            if operation.kind is Kind.ACTION or (alone and operation not in creates):
                self._act(operation)
        for place, create in zip(reversed(self._places.values()), reversed(creates), strict=True):
            above = self._above(create)
            kept = self._kept.pop(place.path, ())
            if above is not None:
                for key in kept:
                    self._end(place, {**above, str(place.key_param): key})

    def _live(self, place: Place, create: Operation, above: Keys) -> None:
        """Tell the lives of records: two that are kept for others, one that is changed and
        removed.
        """
        bodies = [*self._bodies.plain(create)[:3], *self._bodies.families(create)]
        made = [self._make(place, create, above, body) for body in bodies]
        known = [key for key in made if key is not None]
        self._break(create, above, place)
        if create.key_param is None:
            twice = self._bodies.plain(create)[:1] * 2
            for body in (*self._bodies.odd(create), *twice):
                self._make(place, create, above, body)
            self._unknown(create, above, bodies)
        if not known:
            return
        self._kept[place.path] = known[:2]
        at = {**above, str(place.key_param): known[-1]}
        for update in place.item_changes:
            self._change(place, update, at, known[0])
        self._elsewhere(place, at)
        if len(known) > 2:
            self._end(place, at)
            self._make(place, create, above, bodies[len(known) - 1])

    def _make(self, place: Place, create: Operation, above: Keys, body: Any) -> Any:
        """Make a record and read it, alone and in its list; return its key."""
        own = self._own_key(create, above) if create.key_param is not None else {}
        if own is None:
            return None
        answer = self._call(create, {**above, **own}, body)
        if answer is None or not answer.succeeded:
            return None
        key = own.get(str(create.key_param), self._key(create, answer))
        if key is not None:
            self._look(place, {**above, str(place.key_param): key})
        return key

    def _own_key(self, create: Operation, above: Keys) -> dict[str, Any] | None:
        """Return a key that nobody has, where a client chooses it; None when it may not."""
        self._made += 1
        name = str(create.key_param)
        salt = f"{create.label}/key/{self._made}"
        names = sample_parameters(self._spec, create, "path", self._supply, salt)
        own = {name: names[name]}
        plain = spell(create, self._subject.base, {**above, **own}, {}, MISSING, {})
        sent = self._subject.granted(create, plain)
        return own if self._claim(sent) else None

    def _look(self, place: Place, at: Keys) -> None:
        if place.read is not None:
            self._call(place.read, at)
        if place.list is not None:
            self._call(place.list, at)

    def _break(self, operation: Operation, at: Keys, place: Place | None = None) -> None:
        """Break each rule for a body once, and look whether that changed anything."""
        for body in self._bodies.broken(operation):
            self._call(operation, at, body)
        for content in (b"{", b"[]", b"null"):
            self._send(operation, at, content)
        if place is not None:
            self._look(place, at)

    def _unknown(self, operation: Operation, at: Keys, bodies: list[Any]) -> None:
        """Send what is right without credentials, and below what is not there."""
        for body in bodies[:1]:
            self._call(operation, at, body, granted=False)
            for name in at:
                self._call(operation, {**at, name: NEVER[0]}, body)

    def _change(self, place: Place, update: Operation, at: Keys, other: Any) -> None:
        """Change a record in all ways, each read back, and in ways that are refused."""
        taken = self._read(place, {**at, str(place.key_param): other})
        bodies = [
            *self._bodies.changes(update),
            *self._bodies.odd(update),
            *self._bodies.unique(update, taken),
        ]
        for body in bodies:
            self._call(update, at, body)
            self._look(place, at)
        self._break(update, at, place)
        self._call(update, at, bodies[0] if bodies else MISSING, granted=False)
        self._look(place, at)

    def _elsewhere(self, place: Place, at: Keys) -> None:
        """Look for a record, change it and remove it below a parent that it does not belong to."""
        for parent in place.parents:
            before = place.path.partition("/{" + parent.param + "}")[0].rstrip("/")
            siblings = next(
                (keys for path, keys in self._kept.items() if path.rstrip("/") == before), []
            )
            for key in [key for key in siblings if key != at.get(parent.param)][:1]:
                there = {**at, parent.param: key}
                self._look(place, there)
                for update in place.item_changes[:1]:
                    self._call(update, there, next(self._bodies.changes(update), MISSING))
                if place.delete is not None:
                    self._call(place.delete, there)
                self._look(place, at)

    def _end(self, place: Place, at: Keys) -> None:
        """Remove a record, and look for it and what was below it."""
        for operation in self._model.operations:
            if operation.kind is Kind.BULK_DELETE and is_below(operation.path, place):
                self._call(operation, at)
        if place.delete is None:
            return
        self._call(place.delete, at, granted=False)
        self._look(place, at)
        self._call(place.delete, at)
        self._look(place, at)
        siblings = [{**at, str(place.key_param): key} for key in self._kept.get(place.path, ())]
        for below in self._places.values():
            if below is not place and below.list is not None and is_below(below.list.path, place):
                for there in (at, *siblings):
                    self._call(below.list, there)
        self._call(place.delete, at)

    def _act(self, operation: Operation) -> None:
        """Make an operation that has a part in no life, and look at the list of what it is
        about.
        """
        above = self._above(operation)
        if above is None:
            return
        listed = [
            place
            for place in self._places.values()
            if place.resource.name == operation.resource and not place.parents
        ]
        bodies = [*self._bodies.plain(operation)[:2], *self._bodies.families(operation)]
        for body in (*bodies, *_spoiled(bodies)):
            self._call(operation, above, body)
            for place in listed:
                self._look(replace(place, read=None), above)
        self._break(operation, above)

    def _above(self, operation: Operation) -> dict[str, Any] | None:
        """Return the path parameters of a collection, of own records where there are any; None
        without any records.
        """
        values = sample_parameters(
            self._spec, operation, "path", self._supply, f"{operation.label}/path"
        )
        found: dict[str, Any] = {}
        for name, value in values.items():
            parent = next(
                (each for each in operation.parents if each.param == name and each.resource), None
            )
            if name == operation.key_param and operation.kind is not Kind.ACTION:
                continue
            key = value if parent is None else self._parent(operation, name, str(parent.resource))
            if key is None:
                return None
            found[name] = key
        return found

    def _parent(self, operation: Operation, name: str, resource: str) -> Any:
        before = operation.path.partition("/{" + name + "}")[0]
        own = next(
            (keys for path, keys in self._kept.items() if path.rstrip("/") == before.rstrip("/")),
            None,
        )
        if own:
            return own[0]
        allowed = [
            each
            for each in self._subject.parents
            if each.rpartition("/")[0] == self._subject.base + before
        ]
        if allowed:
            return unquote(allowed[0].rpartition("/")[2])
        held = self._start.under(resource)
        key = value_at(held[0], self._model.resources[resource].key or "") if held else MISSING
        return None if key is MISSING else key

    def _read(self, place: Place, at: Keys) -> Mapping[str, Any]:
        if place.read is None:
            return {}
        answer = self._call(place.read, at)
        record = None if answer is None else shown_record(place.read, answer.body)
        return record or {}

    def _key(self, operation: Operation, answer: Answer) -> Any:
        resource = self._model.resources[str(operation.resource)]
        record = shown_record(operation, answer.body)
        key = value_at(record, resource.key or "")
        if key is not MISSING and key is not None:
            return key
        return answer.located_key or None

    def _call(
        self, operation: Operation, at: Keys, body: Any = MISSING, granted: bool = True
    ) -> Answer | None:
        names = sample_parameters(self._spec, operation, "path", self._supply, operation.label)
        keys = {name: at[name] for name in names if name in at}
        query = sample_parameters(self._spec, operation, "query", self._supply, operation.label)
        sent = spell(operation, self._subject.base, keys, query, body, {})
        if granted:
            sent = self._subject.granted(operation, sent)
        return self._ask(sent)

    def _send(self, operation: Operation, at: Keys, content: bytes) -> None:
        sent = spell(operation, self._subject.base, at, {}, {}, {})
        self._ask(self._subject.granted(operation, replace(sent, content=content)))


def _spoiled(bodies: list[Any]) -> Iterator[Any]:
    """Yield lists of which the last item is wrong, so that all of them must be refused."""
    for body in bodies[:1]:
        if isinstance(body, list) and body:
            yield [*body, {}]
            yield [*body, *body]
