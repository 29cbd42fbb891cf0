"""Make records in one collection: properties in, a record that the server keeps out, with the key
that it has there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from contracts.compare.scalars import is_number
from contracts.expiry import may_be_hidden
from contracts.laws.bench.delivery import Tryout, delivered
from contracts.laws.bench.envelopes import record_of
from contracts.laws.bench.keyforms import key_like
from contracts.laws.bench.law import Untried
from contracts.laws.bench.lists import listed
from contracts.laws.bench.nouns import named_place
from contracts.laws.bench.places import Place, verbs_at
from contracts.laws.bench.register import Making, is_known, noted
from contracts.laws.bench.visit import Made, Named, Visit
from contracts.mentions import with_keys
from contracts.openapi import type_of
from contracts.requests.bodies import alike
from contracts.requests.caller import Keys
from contracts.requests.drafts import Draft, Record
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Answer
from mockserver.model.types import Kind, Operation
from mockserver.model.types.facts import bounds

TAKEN = (400, 409, 422, 500)
"""Statuses by which a server may say that there is such a record already: some leave it to their
database, and break.
"""
UNKNOWN = (400, 404, 409, 422, 500)
"""Statuses by which a server may say that there is nothing of a name that was sent."""
CLASHES = (403, 409, 500)
"""Statuses by which a server may say so of values that a law chose, or that keep their schemas; or
that there are enough of a kind.
"""
NESTS = ("array", "object")
MOST_VERBS = 6
"""What is done to a record at most, one after another, until others can name it."""
OTHERS = 3
"""How often a record that is refused is sent with other values at most."""
AMPLE = 1000
"""How much a record is given at most of what others take from it."""
_SUPPLIES = re.compile(
    r"(\w+_)?(balance|funds|stock|inventory|available|remaining|left|points|credits?|capacity|"
    r"seats|places|quota|limit|quantity|copies|max_?\w+)(_\w+)?",
    re.IGNORECASE,
)
"""Names of what others take from a record."""
_IN_USE = re.compile(
    r"(is_?)?(active|enabled|open|available|published|in_stock|valid|public)", re.IGNORECASE
)
"""Names of flags that say that a record can be used."""
LESSONS = 4
"""Refusals that are learned from before another draft is tried."""


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
        if isinstance(made, Answer) and self._may_be_worn(made):
            self.visit.aside.add(self.visit.wire.last.number)
            self.visit.named.clear()
            made = self.offer(fields, above, full)
            if not isinstance(made, Answer):
                self.visit.drafts.wearing.add(self.operation.label)
        if isinstance(made, Answer):
            raise Untried(
                f"{self.operation.label} refuses to make a record: {made.status} {made.text[:200]}"
            )
        return made

    def make_for_others(self, above: Keys) -> Made:
        """Make a record that others can name, or stand below: it has as much as it may have of what
        they take from it. Raises Untried.
        """
        offered = self.offer(self._ample(), above, full=False)
        made = self.make({}, above) if isinstance(offered, Answer) else offered
        verb = self.visit.drafts.prepared.get(self.place.path)
        if verb is not None:
            self._do(
                verb,
                {**above, str(verb.key_param): made.key},
            )
        return made

    def _do(self, verb: Operation, keys: Keys) -> bool:
        """Do something to a record; tell whether it was taken."""
        return self.visit.send(verb, keys).succeeded

    def _ample(self) -> dict[str, Any]:
        """Return as much as a record may have of what others take, and the flags by which it is in
        use.
        """
        found: dict[str, Any] = {}
        for name, schema in self.visit.drafts.fields(self.operation).items():
            kind = type_of(schema)
            if kind == "boolean" and _IN_USE.fullmatch(name):
                found[name] = True
            elif kind in ("integer", "number") and _SUPPLIES.fullmatch(name):
                found[name] = int(min(bounds(schema)[1], AMPLE))
        return found

    def _may_be_worn(self, answer: Answer) -> bool:
        """Tell whether a record may be refused for what it names: others have used that up, or
        deleted it.
        """
        is_naming = self.operation.label in self.visit.drafts.naming
        return is_naming and answer.status in UNKNOWN and bool(self.visit.named)

    def offer(self, fields: Mapping[str, Any], above: Keys, full: bool) -> Made | Answer:
        """Make a record, or return the answer that refuses it. Raises Untried."""
        draft = self.draft(self.operation, above)
        record = self.record(draft, above, full)
        first = self.visit.wire.budget.calls + 1
        attempt = self._sent(draft, {**record, **fields}, above)
        for _ in range(OTHERS):
            status = attempt.answer.status
            if status not in (*TAKEN, *CLASHES) or (fields and status not in CLASHES):
                break
            self.visit.aside.add(first)
            first = self.visit.wire.budget.calls + 1
            self.visit.number += 1
            other = self._other(draft, record, fields)
            if other == attempt.sent:
                break
            attempt = self._sent(draft, other, above)
            if attempt.answer.succeeded:
                self.visit.drafts.crowded.add(draft.operation.label)
        last = self.visit.wire.last
        if not attempt.answer.succeeded:
            self.visit.aside.discard(last.number)
            return attempt.answer
        if self._may_be_found(draft, attempt.answer, above):
            other = self._other(draft, record, fields)
            anew = self._made_apart(attempt, other, above)
            if anew is not None:
                self.visit.aside.add(last.number)
                attempt = replace(attempt, sent=other)
                last = anew
            elif (
                attempt.answer.status != 201 and draft.operation.label in self.visit.drafts.created
            ):
                raise Untried("the server gives back the record that is there, and makes no other")
        return self._noted(attempt, above, last)

    def _other(self, draft: Draft, record: Record, fields: Mapping[str, Any]) -> Record:
        """Return a record with other values than one that is there, but for these."""
        other = self.visit.drafts.apart(draft, record, self.visit.number)
        return {**other, **fields}

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

    def _made_apart(self, attempt: Tryout, other: Record, above: Keys) -> Exchange | None:
        """Return the call that made a record with other values, where the server gives back the one
        that is there for what it has seen: it does so again. None where it does not.
        """
        draft = attempt.draft
        operation = draft.operation
        found = self._shown_key(operation, attempt.answer)
        with self.visit.off_stage():
            second = self._sent(draft, attempt.sent, above)
        again = self._shown_key(operation, second.answer)
        first = self.visit.wire.last.number
        answer = self._sent(draft, other, above).answer
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
        shown = record_of(operation, answer)
        return self.place.key(shown or {})

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
                making = Making(operation, record, above, above)
                found.append(noted(self.visit, self.place, making, exchange))
        return found

    def record(self, draft: Draft, above: Keys, full: bool = False) -> dict[str, Any]:
        """Return a record to send, with values of its own where no two may agree."""
        self.visit.number += 1
        drafts = self.visit.drafts
        number = self.visit.number
        label = draft.operation.label
        resource = self.place.resource
        made: dict[str, Any] = {}
        if full:
            made.update(self._whole(draft))
        made.update(drafts.distinct(draft, resource, number))
        if label in drafts.crowded:
            apart = drafts.apart(draft, made, number)
            refers = {reference.field for reference in resource.references}
            for name, value in apart.items():
                if name not in refers or name not in made:
                    made[name] = value
        made.update(drafts.lasting(draft.operation, made))
        if label in drafts.naming:
            if label in drafts.wearing:
                self.visit.named.clear()
            made = self._with_keys(draft, made)
        return self.placed(made, above)

    def _whole(self, draft: Draft) -> Record:
        """Return a record with a value for every property that takes one, but for those that name
        other records and can be left out.
        """
        drafts = self.visit.drafts
        known = drafts.fields(draft.operation)
        kept: dict[str, Any] = {}
        for name, value in drafts.full(draft, self.place.resource).items():
            schema = known.get(name, {})
            if name in draft.record or self._named(name, schema) is None:
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
        named: dict[str, Any] = with_keys(model, own, record, self._key_like)
        for name, schema in self.visit.drafts.fields(draft.operation).items():
            if name not in record or named[name] != record[name]:
                continue
            place = self._named(name, schema)
            if place is None:
                continue
            key = self._key_like(place.resource.name, record[name], name)
            if key is not None:
                named[name] = alike(key, record[name])
        return named

    def _key_like(self, resource: str, old: Any, name: str = "") -> str | None:
        """Return the key of a record to name in the place of an old one, in the form of that."""
        there = self._key_there(resource, name)
        if there is None:
            return None
        key, record = there
        return key_like(key, record, old)

    def _named(self, name: str, schema: Mapping[str, Any]) -> Place | None:
        """Return the place whose records a property names, None where it names none."""
        words = str(schema.get("description") or "")
        return named_place(
            self.visit.places.values(),
            self.place,
            name,
            words,
        )

    def _key_there(self, resource: str, name: str) -> Named | None:
        """Return a record that was made for others to name, made now if there is none.

        What is named by several properties is another record by each.
        """
        known = self.visit.named
        place = f"{resource}/{name}"
        if place not in known:
            found = _record_for(self.visit, resource)
            if found is None:
                return None
            known[place] = found
        return known[place]

    def placed(self, record: Record, above: Keys) -> dict[str, Any]:
        """Return the record with the keys of its parents where it names them as the path does."""
        placed = dict(record)
        for name, key in above.items():
            there = record.get(name)
            if name != "id" and isinstance(there, str | int):
                placed[name] = alike(key, there)
        return placed

    def draft(self, operation: Operation, above: Keys) -> Draft:
        """Return what the server takes, learned by trying at first. Raises Untried."""
        drafts = self.visit.drafts
        label = operation.label
        if label in drafts.accepted:
            return drafts.accepted[label]
        if drafts.is_given_up(label):
            known = drafts.refusals[label]
            raise Untried(f"{label} refuses to make a record: {known.told}")
        told = "its body is no JSON"
        for draft in islice(drafts.of(operation, above), self.visit.most_drafts):
            with self.visit.off_stage():
                attempt = self._tried(draft, above)
                answer = attempt.answer
                told = f"{answer.status} {answer.text[:200]}"
                if answer.succeeded:
                    self._accept(attempt, above)
                    return drafts.accepted[label]
        drafts.note_refusal(label, told)
        raise Untried(f"{label} refuses to make a record: {told}")

    def _tried(self, draft: Draft, above: Keys) -> Tryout:
        """Send a record of a draft, and again as long as something can be learned from its
        refusal: by its words, with keys of others that are there, with the least numbers, with
        values that nothing has.
        """
        drafts = self.visit.drafts
        label = draft.operation.label
        record = self.record(draft, above)
        attempt = self._taught(draft, record, above)
        named = None
        if attempt.answer.status in UNKNOWN:
            named = self._naming(attempt)
        if named is not None:
            attempt = self._taught(*named, above)
        if attempt.answer.status in TAKEN:
            lowered = self._lowered(attempt.draft, attempt.record)
            if lowered != attempt.record:
                least = self._lowered(attempt.draft, attempt.draft.record)
                lower = replace(attempt.draft, record=least)
                attempt = self._sent(lower, lowered, above)
        if attempt.answer.status in CLASHES:
            other = drafts.apart(attempt.draft, attempt.record, self.visit.number)
            attempt = self._sent(attempt.draft, other, above)
            if attempt.answer.succeeded:
                drafts.crowded.add(label)
        if attempt.answer.status in UNKNOWN:
            attempt = self._prepared(attempt, above)
        if named is not None and attempt.answer.succeeded:
            drafts.naming.add(label)
        return attempt

    def _prepared(self, attempt: Tryout, above: Keys) -> Tryout:
        """Send a record that is refused again, after something was done to what it names or is
        below, such as `POST /shows/{id}/open`: the one thing that helps is done from then on.
        """
        visit, model = self.visit, self.visit.subject.model
        draft = attempt.draft
        for place, keys in self._others(draft, above):
            for verb in islice(verbs_at(model, place), MOST_VERBS):
                visit.drafts.prepared[place.path] = verb
                if keys is not None:
                    self._do(verb, {**keys, **_last(verb, keys)})
                visit.named.clear()
                record = self._with_keys(draft, attempt.record)
                again = self._taught(draft, record, above)
                if again.answer.succeeded:
                    return again
                del visit.drafts.prepared[place.path]
        return attempt

    def _others(self, draft: Draft, above: Keys) -> Iterator[tuple[Place, Keys | None]]:
        """Yield the places of what a record names, and of what it is below with what leads
        there.
        """
        for name, schema in self.visit.drafts.fields(draft.operation).items():
            place = self._named(name, schema)
            if place is not None and name in draft.record:
                yield place, None
        if self.place.parameters:
            prefix = self.place.path.rpartition("/{")[0]
            owner = self.visit.places.get(prefix)
            if owner is not None and owner.path not in self.visit.drafts.prepared:
                yield owner, above

    def _accept(self, attempt: Tryout, above: Keys) -> None:
        """Remember what the server takes, and the record that was made of it."""
        drafts = self.visit.drafts
        draft = attempt.draft
        operation = draft.operation
        drafts.accepted[operation.label] = draft
        replaces = len(operation.described.success_statuses) > 1
        if replaces and operation.kind is Kind.CREATE:
            drafts.crowded.add(operation.label)  # it may replace what is alike
        with suppress(Untried):
            made = self._noted(attempt, above, self.visit.wire.last)
            self._show(draft, made, above)

    def _lowered(self, draft: Draft, record: Record) -> dict[str, Any]:
        """Return the record with the least numbers that it may have, for servers that refuse what
        is more than there is.
        """
        known = self.visit.drafts.fields(draft.operation)
        lowered = dict(record)
        for name, value in record.items():
            schema = known.get(name, {})
            least = schema.get("minimum")
            is_key = self._named(name, schema) is not None
            if is_number(value) and least is not None and not is_key:
                lowered[name] = least
        return lowered

    def _naming(self, attempt: Tryout) -> tuple[Draft, dict[str, Any]] | None:
        """Return a draft and a record that name records of other resources which are there, None
        where they name none.
        """
        draft = attempt.draft
        named = self._with_keys(draft, draft.record)
        if named == draft.record:
            return None
        record = self._with_keys(draft, attempt.record)
        return replace(draft, record=named), record

    def _taught(self, draft: Draft, record: Record, above: Keys) -> Tryout:
        """Send a record that is refused again, as the refusal says that it must be."""
        drafts = self.visit.drafts
        attempt = self._sent(draft, record, above)
        for _ in range(LESSONS):
            answer = attempt.answer
            if answer.status not in TAKEN:
                break
            better = drafts.learned(draft.operation, record, answer.text)
            if better == record:
                break
            draft = draft.with_lesson(record, better)
            record = better
            attempt = self._sent(draft, record, above)
        return attempt

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
        attempt = self._sent(other, record, above)
        if not attempt.answer.succeeded:
            return
        again = self._noted(attempt, above, self.visit.wire.last)
        if self._is_listed(again, above):
            drafts.accepted[draft.operation.label] = other

    def _noted(self, attempt: Tryout, above: Keys, exchange: Exchange) -> Made:
        operation = attempt.draft.operation
        making = Making(operation, attempt.sent, above, attempt.at)
        return noted(self.visit, self.place, making, exchange)

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

    def _sent(self, draft: Draft, record: Record, above: Keys) -> Tryout:
        return delivered(
            self.visit,
            self.place,
            draft,
            record,
            above,
        )


def key_for(visit: Visit, resource: str) -> str | None:
    """Return the key of a record of a resource whose collection is below no other, made if that can
    be; None where none can be had.
    """
    found = _record_for(visit, resource)
    return None if found is None else found[0]


def _record_for(visit: Visit, resource: str) -> Named | None:
    """Return a record of a resource whose collection is below no other, with its key; None where
    none can be had.
    """
    found = [place for place in visit.places.values() if place.resource.name == resource]
    if not found or resource in visit.naming:
        return None  # a resource that is being made names others that name it
    place = next((each for each in found if each.create is not None), found[0])
    maker = Maker(visit, place)
    visit.naming.add(resource)
    try:
        above = _made_above(visit, place)
        if maker.may_make:
            with suppress(Untried):
                made = maker.make_for_others(above)
                shown = dict(made.sent)
                shown.update(made.shown)
                return made.key, shown
        records = listed(visit, place, above)
        if not records:
            return None
        first = records[0]
        key = place.key(first)
        return key, first
    except Untried:
        return None
    finally:
        visit.naming.discard(resource)


def _made_above(visit: Visit, place: Place) -> Keys:
    """Return the parameters of a collection below new records. Raises Untried."""
    above: dict[str, str] = {}
    for param in place.parameters:
        owner = visit.places.get(place.path.partition("/{" + param + "}")[0])
        if owner is None or owner.make is None:
            raise Untried(f"nothing makes what is above {place.path}")
        names = zip(owner.parameters, place.parameters, strict=False)
        keys = {theirs: above[ours] for theirs, ours in names}
        above[param] = Maker(visit, owner).make_for_others(keys).key
    return above


def _last(verb: Operation, keys: Keys) -> dict[str, str]:
    """Return the key of what a collection is right below, by the name that a verb has for it."""
    return {str(verb.key_param): [*keys.values()][-1]}
