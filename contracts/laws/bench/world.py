"""What a law sees of a server: one place of an API, and what can be done there in the words of the
API.

What a law only needs on its way raises Untried when it cannot be had; only the law itself says what
is broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from contracts.compare.same import Loss, losses
from contracts.laws.bench.envelopes import count_of, record_of
from contracts.laws.bench.law import Untried
from contracts.laws.bench.lists import listed, pages
from contracts.laws.bench.maker import Maker
from contracts.laws.bench.parents import Parents
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made, Visit
from contracts.laws.bench.walk import Page
from contracts.openapi import Spec, operation_at
from contracts.requests.bodies import alike
from contracts.requests.caller import NOTHING, Keys
from contracts.requests.drafts import Draft, Record
from contracts.requests.samples import Body, sample_bodies
from contracts.targets.target import Answer
from contracts.wire.safety import Safety
from mockserver.lookup import value_at
from mockserver.model.types import Operation, Resource
from mockserver.state import key_of


@dataclass(slots=True)
class World:
    """One place of a server. `above` are the path parameters that choose the collection that a law
    is about.
    """

    visit: Visit
    place: Place
    above: Keys = field(default_factory=dict)
    since: int = 0

    @property
    def spec(self) -> Spec:
        return self.visit.drafts.spec

    @property
    def resource(self) -> Resource:
        return self.place.resource

    @property
    def may_write(self) -> bool:
        return self.visit.may_write

    @property
    def may_make(self) -> bool:
        return self.maker.may_make

    @property
    def parents(self) -> Parents:
        return Parents(self.visit)

    @property
    def is_alone(self) -> bool:
        """Whether nobody else changes what is in the collection, so that it can be counted."""
        return self.visit.subject.safety is Safety.ALL or self.parents.is_own(
            self.place, self.above
        )

    @property
    def maker(self) -> Maker:
        return Maker(self.visit, self.place)

    def beside(self, place: Place) -> World:
        """Return another place of the same server, below no parents yet."""
        return World(self.visit, place)

    def named(self, place: Place) -> World:
        """Return the place of records that others name, below parents made for it where there are
        some.
        """
        world = self.beside(place)
        if place.parameters:
            world.settle()
        return world

    def home(self) -> World | None:
        """Return where records of a place are made that only lists them, None where that is
        nowhere: `POST /teams/{id}/posts` for `GET /posts`.
        """
        for place in self.visit.places.values():
            if place.resource is not self.resource or place is self.place:
                continue
            world = self.beside(place)
            if world.may_make:
                with suppress(Untried):
                    world.settle()
                    return world
        return None

    def settle(self) -> None:
        """Choose the collection, below parents made for it where that can be done, and learn what
        makes records.
        """
        with self.visit.off_stage():
            self.above = self.parents.choose(self.place, new=self.may_write)
            if self.may_make:
                with suppress(Untried):
                    self.maker.draft(self.maker.operation, self.above)
        self.begin()

    def begin(self) -> None:
        """Begin a story: a failure is told by the calls from here on."""
        self.since = self.visit.wire.budget.calls

    def make(
        self, fields: Mapping[str, Any] = NOTHING, above: Keys | None = None, full: bool = False
    ) -> Made:
        """Make a record, with these properties. Raises Untried when the server refuses it."""
        return self.maker.make(fields, self.above if above is None else above, full)

    def make_for_others(self, above: Keys | None = None) -> Made:
        """Make a record that others can name, or stand below. Raises Untried."""
        return self.maker.make_for_others(self.above if above is None else above)

    def offer(
        self, fields: Mapping[str, Any] = NOTHING, above: Keys | None = None, full: bool = False
    ) -> Made | Answer:
        """Make a record, or return the answer that refuses it."""
        return self.maker.offer(fields, self.above if above is None else above, full)

    def send(
        self,
        operation: Operation,
        keys: Keys,
        body: Body | None = None,
        asked: Mapping[str, Any] = NOTHING,
    ) -> Answer:
        """Call an operation. Raises Untried when the request may not be sent or gets no answer."""
        return self.visit.send(operation, keys, body, asked)

    def at(self, operation: Operation, made: Made) -> Keys:
        """Return the path parameters that lead to a record."""
        name, key = operation.key_param, made.key
        if operation.key_field and operation.key_field != self.resource.key:
            key = key_of(value_at(made.shown, operation.key_field))
        return {**made.above, **({name: key} if name else {})}

    def read(self, made: Made) -> Answer:
        """Ask for a record by its key. Raises Untried where none can be asked for."""
        if self.place.read is None:
            raise Untried("a record cannot be read by its key")
        return self.send(self.place.read, self.at(self.place.read, made))

    def record(self, made: Made) -> Record:
        """Return a record as it is now. Raises Untried when it is not shown."""
        found = self.find(made)
        if found is None:
            raise Untried(f"the record {made.key} is not shown")
        return found

    def find(self, made: Made) -> Record | None:
        """Return a record as it is now, from the list where it cannot be read; None when it is not
        there. Raises Untried where no record that is made can be read.
        """
        if self.place.path in self.visit.unread:
            raise Untried("what is made here cannot be read")
        if self.place.read is not None:
            answer = self.read(made)
            return record_of(self.place.read, answer) if answer.succeeded else None
        return next(
            (each for each in self.listed(above=made.above) if self.key(each) == made.key), None
        )

    def listed(
        self,
        operation: Operation | None = None,
        above: Keys | None = None,
        asked: Mapping[str, Any] = NOTHING,
    ) -> list[Record]:
        """Return all records of a list. Raises Untried when there is no list, or it is refused."""
        above = self.above if above is None else above
        return listed(self.visit, self.place, above, operation, asked)

    def pages(
        self,
        operation: Operation | None = None,
        above: Keys | None = None,
        asked: Mapping[str, Any] = NOTHING,
        size: int | None = None,
    ) -> list[Page]:
        """Return the pages of a list, of so many records each. Raises Untried."""
        above = self.above if above is None else above
        return pages(self.visit, self.place, above, operation, asked, size)

    def count(
        self, operation: Operation, above: Keys | None = None, asked: Mapping[str, Any] = NOTHING
    ) -> int:
        """Return what a count says. Raises Untried."""
        found = count_of(
            operation, self.send(operation, self.above if above is None else above, asked=asked)
        )
        if found is None:
            raise Untried(f"{operation.label} shows no number")
        return found

    def draft(self, operation: Operation, above: Keys) -> Draft:
        """Return the draft of an operation that changes a record. Raises Untried."""
        accepted = self.visit.drafts.accepted
        draft = accepted.get(operation.label) or next(self.visit.drafts.of(operation, above), None)
        if draft is None:
            raise Untried(f"{operation.label} takes no JSON")
        return accepted.setdefault(operation.label, draft)

    def change(self, operation: Operation, made: Made, fields: Mapping[str, Any]) -> Answer:
        """Send these properties of a record, and what must be sent besides."""
        return self.send(
            operation, self.at(operation, made), self.changing(operation, made, fields)
        )

    def changing(self, operation: Operation, made: Made, fields: Mapping[str, Any]) -> Body:
        """Return the body that changes these properties of a record."""
        draft = self.draft(operation, made.above)
        needed = self.visit.drafts.least(operation, {**draft.record, **made.sent})
        record: dict[str, Any] = {**self.maker.placed(needed, made.above), **fields}
        key = self.resource.key
        if key in record and key not in fields:
            record[key] = made.sent.get(key, alike(made.key, record[key]))
        return draft.with_record(record)

    def delete(self, made: Made) -> Answer:
        """Delete a record. Raises Untried where none can be deleted."""
        if self.place.delete is None:
            raise Untried("a record cannot be deleted")
        return self.send(
            self.place.delete, self.at(self.place.delete, made), self.bare_body(self.place.delete)
        )

    def bare_body(self, operation: Operation) -> Body | None:
        """Return a body where an operation needs one that is about no record."""
        declared = (
            operation_at(self.spec, operation.path, operation.method).get("requestBody") or {}
        )
        if declared.get("required") is not True:
            return None
        return next(
            sample_bodies(
                self.spec, operation, self.visit.drafts.supply, f"laws/{operation.label}"
            ),
            None,
        )

    def losses(self, sent: Any, read: Any) -> Iterator[Loss]:
        """Yield where what was sent of a record is not in what is read of it."""
        wording, resource = self.visit.wording, self.resource
        return losses(
            self.spec,
            resource.schema,
            sent,
            read,
            words=lambda place: wording.of(resource, place),
        )

    def another_above(self) -> Keys:
        """Return the parameters of the same collection below another parent. Raises Untried."""
        with self.visit.off_stage():
            return self.parents.another(self.place, self.above, new=self.may_write)

    def key(self, record: Record) -> str:
        """Return the key of a record as a text, an empty one where the record does not show it."""
        return self.place.key(record)
