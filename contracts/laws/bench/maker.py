"""Make records in one collection: properties in, a record that the server keeps out, with the key
that it has there.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from contracts.expiry import may_be_hidden
from contracts.laws.bench.envelopes import all_of, key_shown, record_of
from contracts.laws.bench.law import Untried
from contracts.laws.bench.lists import listed
from contracts.laws.bench.nouns import named_place
from contracts.laws.bench.places import Place
from contracts.laws.bench.register import Making, is_known, noted
from contracts.laws.bench.visit import Made, Visit
from contracts.mentions import with_keys
from contracts.openapi import type_of
from contracts.requests.bodies import alike
from contracts.requests.caller import Keys
from contracts.requests.drafts import Draft, Record, natural_key
from contracts.requests.samples import sample_parameters, text
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Answer
from contracts.wire.safety import Safety
from mockserver.lookup import value_at
from mockserver.model.types import Kind, Operation
from mockserver.state import key_of

TAKEN = (400, 409, 422, 500)
"""Statuses by which a server may say that there is such a record already: some leave it to their
database, and break.
"""
UNKNOWN = (400, 404, 409, 422, 500)
"""Statuses by which a server may say that there is nothing of a name that was sent."""
CLASHES = (409, 500)
"""Statuses by which a server may say so of values that a law chose, or that keep their schemas."""
NESTS = ("array", "object")
OTHERS = 3
"""How often a record that is refused is sent with other values at most."""
LESSONS = 4
"""Refusals that are learned from before another draft is tried."""
Taught = tuple[Draft, dict[str, Any], tuple[Answer, Keys, Record]]
"""A draft and a record that were sent at last, and what came of that."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the records of a place."""

    visit: Visit
    place: Place

    @property
    def may_make(self) -> bool:
        """Whether a record can be made here, and found again."""
        has_key = self.place.resource.key is not None
        return self.visit.may_write and self.place.make is not None and has_key

    def make(self, fields: Mapping[str, Any], above: Keys, full: bool = False) -> Made:
        """Make a record, with these properties. Raises Untried when the server refuses it."""
        made = self.offer(fields, above, full)
        if isinstance(made, Answer):
            raise Untried(
                f"{self.operation.label} refuses to make a record: {made.status} {made.text[:200]}"
            )
        return made

    def offer(self, fields: Mapping[str, Any], above: Keys, full: bool) -> Made | Answer:
        """Make a record, or return the answer that refuses it. Raises Untried."""
        draft = self.draft(self.operation, above)
        record = self.record(draft, above, full)
        sent: Record = {**record, **fields}
        first = self.visit.wire.budget.calls + 1
        answer, at, sent = self._sent(draft, sent, above)
        for _ in range(OTHERS):
            if answer.status not in TAKEN or (fields and answer.status not in CLASHES):
                break
            self.visit.aside.add(first)
            first = self.visit.wire.budget.calls + 1
            self.visit.number += 1
            other = {**self.visit.drafts.apart(draft, record, self.visit.number), **fields}
            if other == sent:
                break
            answer, at, sent = self._sent(draft, other, above)
            if answer.succeeded:
                self.visit.drafts.crowded.add(draft.operation.label)
        if not answer.succeeded:
            return answer
        last = self.visit.wire.last
        if self._may_be_found(draft, answer, above):
            other = {**self.visit.drafts.apart(draft, record, self.visit.number), **fields}
            anew = self._made_apart(draft, other, sent, above, answer)
            if anew is not None:
                self.visit.aside.add(last.number)
                sent, last = other, anew
            elif answer.status != 201 and draft.operation.label in self.visit.drafts.created:
                raise Untried("the server gives back the record that is there, and makes no other")
        return self._noted(draft.operation, sent, above, last, at)

    def _may_be_found(self, draft: Draft, answer: Answer, above: Keys) -> bool:
        """Tell whether an answer may show a record that was there already: its key is known, or the
        status is not the one that told of a new record before.
        """
        operation, drafts = draft.operation, self.visit.drafts
        if operation.method != "POST" or operation.label in drafts.crowded:
            return False
        if answer.status == 201:
            drafts.created.add(operation.label)
        elif operation.label in drafts.created:
            return True
        return is_known(
            self.visit,
            self.place,
            self._shown_key(operation, answer),
            above,
        )

    def _made_apart(
        self, draft: Draft, other: Record, sent: Record, above: Keys, answer: Answer
    ) -> Exchange | None:
        """Return the call that made a record with other values, where the server gives back the one
        that is there for what it has seen: it does so again. None where it does not.
        """
        operation = draft.operation
        found = self._shown_key(operation, answer)
        with self.visit.off_stage():
            again = self._shown_key(
                operation,
                self._sent(draft, sent, above)[0],
            )
        first = self.visit.wire.last.number
        answer, _, _ = self._sent(draft, other, above)
        last = self.visit.wire.last
        key = self._shown_key(operation, answer)
        is_new = key != found and not is_known(self.visit, self.place, key, above)
        if again != found or not answer.succeeded or not is_new:
            self.visit.aside.update(range(first, last.number + 1))
            return None
        self.visit.drafts.crowded.add(operation.label)
        return last

    def _shown_key(self, operation: Operation, answer: Answer) -> str:
        """Return the key that an answer shows, empty where it shows none."""
        shown = record_of(operation, answer) or {}
        found = value_at(shown, self.place.resource.key or "")
        return key_of(found) if isinstance(found, str | int) else ""

    def make_together(self, above: Keys, count: int) -> list[Made]:
        """Make records at the same time; return those that the server says it made."""
        draft = self.draft(self.operation, above)
        operation = draft.operation
        records = [self.record(draft, above) for _ in range(count)]
        requests = []
        for record in records:
            body = draft.with_record(record)
            requests.append(self.visit.granted(operation, above, body))
        self.visit.send_together(requests)
        exchanges = self.visit.wire.history[-count:]
        found = []
        for record, exchange in zip(records, exchanges, strict=True):
            answer = exchange.answer
            if answer is not None and answer.succeeded:
                made = self._noted(operation, record, above, exchange, above)
                found.append(made)
        return found

    def make_batch(self, operation: Operation, above: Keys, count: int) -> list[Made]:
        """Make records by one call; return those that the answer shows. Raises Untried when it is
        refused.
        """
        drafts = self.visit.drafts
        if self.visit.subject.safety is Safety.OWN and self.place.delete is None:
            raise Untried("what is made together could not be removed")
        draft = drafts.accepted.get(operation.label) or next(drafts.of(operation, above), None)
        if draft is None:
            raise Untried(f"{operation.label} takes no JSON")
        alone = drafts.accepted.get(self.operation.label, draft)
        found = drafts.others(operation, self.place.resource)
        found.pop(natural_key(self.operation) or "", None)
        own = [
            {n: values[at % len(values)] for n, values in found.items() if values}
            for at in range(count - 1)
        ]
        records = [
            drafts.mended(operation, {**self.record(alone, above), **fields})
            for fields in [*own, {}]
        ]
        answer = self.visit.send(operation, above, draft.with_record(records))
        if not answer.succeeded:
            raise Untried(
                f"{operation.label} refuses {count} records: {answer.status} {answer.text[:200]}"
            )
        resource = self.place.resource
        told = [each for each in all_of(operation, answer) if key_shown(resource, each)]
        made = [
            Made(
                key_shown(resource, each),
                above,
                record,
                answer,
                each,
            )
            for each, record in zip(told, records, strict=False)
        ]
        self.visit.made += [(self.place, each) for each in made]
        for each in made:
            self._take(each)
        return made

    def _take(self, made: Made) -> None:
        """Note that a record is the run's own, which the wire cannot tell of those that one call
        makes together.
        """
        item = self.place.delete or self.place.read
        if item is not None and item.key_field in (None, self.place.resource.key):
            path = self.visit.spelled(
                item,
                {**made.above, str(item.key_param): made.key},
            ).target
            self.visit.wire.guard.belongings.add(path.partition("?")[0].rstrip("/"))

    def record(self, draft: Draft, above: Keys, full: bool = False) -> dict[str, Any]:
        """Return a record to send, with values of its own where no two may agree."""
        self.visit.number += 1
        resource = self.place.resource
        whole = self._whole(draft) if full else {}
        own = self.visit.drafts.distinct(draft, resource, self.visit.number)
        made = {**whole, **own}
        if draft.operation.label in self.visit.drafts.crowded:
            refers = {each.field for each in resource.references}
            kept = {name: value for name, value in made.items() if name in refers}
            made = {**self.visit.drafts.apart(draft, made, self.visit.number), **kept}
        made = {**made, **self.visit.drafts.lasting(draft.operation, made)}
        if draft.operation.label in self.visit.drafts.naming:
            made = self._with_keys(draft, made)
        return self.placed(made, above)

    def _whole(self, draft: Draft) -> Record:
        """Return a record with a value for every property that takes one, but for those that name
        other records and can be left out.
        """
        drafts = self.visit.drafts
        known = drafts.fields(draft.operation)
        places = self.visit.places.values()
        kept: dict[str, Any] = {}
        for name, value in drafts.full(draft, self.place.resource).items():
            words = _words(known.get(name, {}))
            is_name = named_place(places, self.place, name, words) is not None
            if name in draft.record or not is_name:
                kept[name] = value
        return kept

    def rich(self) -> dict[str, Any]:
        """Return values for lists and objects that a record may have and the draft leaves out."""
        drafts = self.visit.drafts
        draft = drafts.accepted.get(self.operation.label)
        found: dict[str, Any] = {}
        for name, schema in drafts.fields(self.operation).items():
            if draft is None or draft.record.get(name) or type_of(schema) not in NESTS:
                continue
            told = {**schema, "minItems": max(1, schema.get("minItems", 0)), "default": None}
            value = drafts.supply.value(told, f"rich/{name}")
            if value:
                found[name] = value
        return found

    def _with_keys(self, draft: Draft, record: Record) -> dict[str, Any]:
        """Return the record with keys of records that are there, where it names some."""
        model = self.visit.subject.model
        own = self.place.resource.name
        named: dict[str, Any] = with_keys(model, own, record, self._key_there)
        for name, schema in self.visit.drafts.fields(draft.operation).items():
            if name not in record or named[name] != record[name]:
                continue
            place = named_place(self.visit.places.values(), self.place, name, _words(schema))
            key = None if place is None else self._key_there(place.resource.name, name)
            if key is not None:
                named[name] = alike(key, record[name])
        return named

    def _key_there(self, resource: str, name: str = "") -> str | None:
        """Return the key of a record that was made for others to name, made now if there is none.

        What is named by several properties is another record by each.
        """
        known = self.visit.named
        place = f"{resource}/{name}"
        if place not in known:
            key = key_for(self.visit, resource)
            if key is None:
                return None
            known[place] = key
        return known[place]

    def placed(self, record: Record, above: Keys) -> dict[str, Any]:
        """Return the record with the keys of its parents where it names them as the path does."""
        named = {
            name: key
            for name, key in above.items()
            if name != "id" and isinstance(record.get(name), str | int)
        }
        return {
            **record,
            **{name: alike(key, record[name]) for name, key in named.items()},
        }

    def draft(self, operation: Operation, above: Keys) -> Draft:
        """Return what the server takes, learned by trying at first. Raises Untried."""
        drafts, answer = self.visit.drafts, None
        if operation.label in drafts.accepted:
            return drafts.accepted[operation.label]
        for draft in drafts.of(operation, above):
            with self.visit.off_stage():
                record = self.record(draft, above)
                draft, record, (answer, at, sent) = self._taught(draft, record, above)
                named = None
                if answer.status in UNKNOWN:
                    named = self._naming(draft, record)
                    if named is not None:
                        draft, record, (answer, at, sent) = self._taught(*named, above)
                if answer.status in TAKEN and self._lowered(draft, record) != record:
                    draft = replace(draft, record=self._lowered(draft, draft.record))
                    record = self._lowered(draft, record)
                    answer, at, sent = self._sent(draft, record, above)
                if answer.status in CLASHES:
                    other = drafts.apart(draft, record, self.visit.number)
                    answer, at, sent = self._sent(draft, other, above)
                    if answer.succeeded:
                        drafts.crowded.add(operation.label)
                if not answer.succeeded:
                    continue
                drafts.accepted[operation.label] = draft
                if named is not None:
                    drafts.naming.add(operation.label)
                replaces = len(operation.described.success_statuses) > 1
                if replaces and operation.kind is Kind.CREATE:
                    drafts.crowded.add(operation.label)  # it may replace what is alike
                with suppress(Untried):
                    made = self._noted(
                        operation,
                        sent,
                        above,
                        self.visit.wire.last,
                        at,
                    )
                    self._show(draft, made, above)
                return drafts.accepted[operation.label]
        told = (
            f"{answer.status} {answer.text[:200]}" if answer is not None else "its body is no JSON"
        )
        raise Untried(f"{operation.label} refuses to make a record: {told}")

    def _lowered(self, draft: Draft, record: Record) -> dict[str, Any]:
        """Return the record with the least numbers that it may have, for servers that refuse what
        is more than there is.
        """
        known = self.visit.drafts.fields(draft.operation)
        lowered = dict(record)
        for name, value in record.items():
            schema = known.get(name, {})
            least = schema.get("minimum")
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            is_key = named_place(self.visit.places.values(), self.place, name, _words(schema))
            if is_number and least is not None and is_key is None:
                lowered[name] = least
        return lowered

    def _naming(self, draft: Draft, record: Record) -> tuple[Draft, dict[str, Any]] | None:
        """Return a draft and a record that name records of other resources which are there, None
        where they name none.
        """
        named = self._with_keys(draft, draft.record)
        if named == draft.record:
            return None
        return replace(draft, record=named), self._with_keys(draft, record)

    def _taught(self, draft: Draft, record: dict[str, Any], above: Keys) -> Taught:
        """Send a record that is refused again, as the refusal says that it must be."""
        drafts = self.visit.drafts
        answer, at, sent = self._sent(draft, record, above)
        for _ in range(LESSONS):
            if answer.status not in TAKEN:
                break
            better = drafts.learned(draft.operation, record, answer.text)
            if better == record:
                break
            changed = {name: better[name] for name in better if better[name] != record.get(name)}
            draft = replace(draft, record={**draft.record, **changed})
            record = better
            answer, at, sent = self._sent(draft, record, above)
        return draft, record, (answer, at, sent)

    def _show(self, draft: Draft, made: Made, above: Keys) -> None:
        """Make records that the list shows from now on, where it left out the first one, as drafts
        are. Raises Untried.
        """
        drafts = self.visit.drafts
        if self.place.list is None:
            return
        if not may_be_hidden({**made.sent, **made.shown}):
            return
        fields = drafts.visible(draft, self.place.resource)
        if not fields or self._is_listed(made, above):
            return
        other = replace(draft, record={**draft.record, **fields})
        record = self.record(other, above)
        answer, at, sent = self._sent(other, record, above)
        if not answer.succeeded:
            return
        operation = draft.operation
        last = self.visit.wire.last
        again = self._noted(operation, sent, above, last, at)
        if self._is_listed(again, above):
            drafts.accepted[operation.label] = other

    def _noted(
        self,
        operation: Operation,
        record: Record,
        above: Keys,
        exchange: Exchange,
        at: Keys,
    ) -> Made:
        return noted(
            self.visit,
            self.place,
            Making(operation, record, above, at),
            exchange,
        )

    def _is_listed(self, made: Made, above: Keys) -> bool:
        return made.key in map(
            self.place.key,
            listed(self.visit, self.place, above),
        )

    @property
    def operation(self) -> Operation:
        """What makes a record here. Raises Untried."""
        if self.place.make is None:
            raise Untried("no record can be made here")
        if not self.visit.may_write:
            raise Untried("the run only reads")
        return self.place.make

    def _sent(self, draft: Draft, record: Record, above: Keys) -> tuple[Answer, Keys, Record]:
        """Send what makes a record; a key of its own goes into the path where the client chooses
        it.
        """
        operation, resource = draft.operation, self.place.resource
        if operation.key_param is None:
            return self.visit.send(operation, above, draft.with_record(record)), above, record
        at = {**above, operation.key_param: self._own_key(operation)}
        if self.visit.subject.safety is Safety.OWN:
            self._claim(operation, at)
        name = operation.key_field or resource.key or ""
        if name in record:
            record = {
                **record,
                name: alike(at[operation.key_param], record[name]),
            }
        return self.visit.send(operation, at, draft.with_record(record)), at, record

    def _own_key(self, operation: Operation) -> str:
        """Return a key that nothing has, in the form that the path asks for."""
        drafts, number = self.visit.drafts, self.visit.number
        sample = sample_parameters(
            drafts.spec,
            operation,
            "path",
            drafts.supply,
            f"laws/{number}",
        )
        told = text(sample.get(str(operation.key_param), "law"))
        if told.isdigit():
            return str(70_000 + number)
        if len(told) == 36:
            return drafts.supply.uuid(f"law/{number}")
        return f"law-{number}"

    def _claim(self, operation: Operation, at: Keys) -> None:
        """Take a free key for the run's own. Raises Untried when it is not free."""
        sent = self.visit.granted(operation, at)
        with self.visit.reachable():
            if not self.visit.wire.claim(sent.target, sent.headers):
                raise Untried(f"{sent.target} is there already, so it is not the run's own")


def key_for(visit: Visit, resource: str) -> str | None:
    """Return the key of a record of a resource whose collection is below no other, made if that can
    be; None where none can be had.
    """
    found = [place for place in visit.places.values() if place.resource.name == resource]
    if not found or found[0].parameters or resource in visit.naming:
        return None  # a resource that is being made names others that name it
    place = found[0]
    maker = Maker(visit, place)
    visit.naming.add(resource)
    try:
        if maker.may_make:
            return maker.make({}, {}).key
        return next(map(place.key, listed(visit, place, {})), None)
    except Untried:
        return None
    finally:
        visit.naming.discard(resource)


def _words(schema: Mapping[str, Any]) -> str:
    return str(schema.get("description") or "")
