"""The records that a run sends to make others: an operation in, valid records without their wrapper
out.

What a server takes is learned from it: the first record that it accepts is the one that all others
are made from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import Any

from contracts.compare.scalars import is_identical
from contracts.expiry import is_span, visible_value
from contracts.openapi import Spec, properties, type_of
from contracts.requests.bodies import Bodies
from contracts.requests.caller import Keys
from contracts.requests.fields import Schema, kind_of, record_schema, scalars, takes_array, values
from contracts.requests.lessons import bounds_in, lessons, mended, missing_in, orders_in, schema_in
from contracts.requests.samples import Body
from mockserver.call import Supply
from mockserver.lookup import MISSING
from mockserver.model.types import Kind, Operation, Resource
from mockserver.model.types.facts import bounds

Record = Mapping[str, Any]
DAY_S = 86_400
CLOSED = frozenset({"enum", "const", "pattern"})
"""Words of a schema that say all of a text."""
NUMBERS = frozenset({"integer", "number"})
FREE_FORMS = (None, "email", "uuid")
"""Formats of texts of which another one is easily made."""


ENOUGH = 2
"""Times that all drafts of an operation are refused before it is left alone."""


@dataclass(frozen=True, slots=True)
class DraftRefusal:
    """How often all drafts of an operation were refused while the run knew no more operations that
    take one than `known`, and what was told the last time.
    """

    times: int
    known: int
    told: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A body and the record in it."""

    operation: Operation
    body: Body
    record: Record

    def with_record(self, record: Any) -> Body:
        """Return the body with another record, or with an array of them."""
        if self.body.value is MISSING:
            return self.body
        inner = record
        if isinstance(self.inner, list) and not isinstance(record, list):
            inner = [record]
        return replace(self.body, value=self.wrapped(inner))

    def with_lesson(self, before: Record, after: Record) -> Draft:
        """Return the draft with what had to be changed in a record of it."""
        whole = dict(self.record)
        for name, value in after.items():
            if value != before.get(name):
                whole[name] = value
        return replace(self, record=whole)

    @property
    def inner(self) -> Any:
        """The body without its wrapper."""
        wrapper = self.operation.envelope.request
        if wrapper and isinstance(self.body.value, Mapping):
            return self.body.value.get(wrapper)
        return self.body.value

    def wrapped(self, inner: Any) -> Any:
        wrapper = self.operation.envelope.request
        if wrapper and isinstance(self.body.value, Mapping):
            return {**self.body.value, wrapper: inner}
        return inner


def gives_other_key(name: str, resource: Resource) -> bool:
    """Tell whether a property gives a record another key, so that it is no more at its old one:
    `new_name` of what is at its name.
    """
    bare = name.replace("_", "").lower()
    key = str(resource.key).replace("_", "").lower()
    return bare in (f"new{key}", "renameto")


@dataclass(slots=True)
class Drafts:
    """Makes records for the operations of one API, the same for the same seed.

    `accepted` are drafts that the server took, by the label of their operation; `crowded` are the
    operations that took a record, or made a new one, only when its texts were others than those of
    the one before, `created` those that said of one that it was made (201),
    `naming` those that took one only with keys of records that are there, `wearing` those of them
    that took another one only with keys of other records, `prepared` what is done to records before
    others name them or stand below, by the path of their place, `refused` the properties that made
    them refuse one, `taught` what words say of the values of properties, `refusals` the operations
    of which all drafts were refused.
    """

    spec: Spec
    supply: Supply
    bodies: Bodies
    accepted: dict[str, Draft] = field(default_factory=dict)
    crowded: set[str] = field(default_factory=set)
    created: set[str] = field(default_factory=set)
    naming: set[str] = field(default_factory=set)
    wearing: set[str] = field(default_factory=set)
    prepared: dict[str, Operation] = field(default_factory=dict)
    taught: dict[str, dict[str, Schema]] = field(default_factory=dict)
    refused: dict[str, frozenset[str]] = field(default_factory=dict)
    refusals: dict[str, DraftRefusal] = field(default_factory=dict)

    def note_refusal(self, label: str, told: str) -> None:
        """Note that an operation refused all drafts."""
        before = self.refusals.get(label)
        known = len(self.accepted)
        is_same = before is not None and before.known == known
        times = before.times + 1 if before is not None and is_same else 1
        self.refusals[label] = DraftRefusal(times, known, told)

    def is_given_up(self, label: str) -> bool:
        """Tell whether an operation refused all drafts more than once, and no other one has taken
        one since, of which it could name a record.
        """
        refusal = self.refusals.get(label)
        if refusal is None or refusal.times < ENOUGH:
            return False
        return refusal.known == len(self.accepted)

    def of(self, operation: Operation, above: Keys) -> Iterator[Draft]:
        """Yield drafts for an operation, the smallest first, those of Schemathesis last."""
        if operation.described.request is None:
            yield Draft(operation, Body(), {})
            return
        bodies = self.bodies.of(
            operation,
            f"laws/{operation.label}",
            above,
        )
        first = list(self._valid(operation, islice(bodies, 2)))
        first.sort(key=lambda each: len(each.record))
        yield from first
        yield from self._valid(
            operation,
            bodies,
        )

    def fields(self, operation: Operation) -> Mapping[str, Schema]:
        """Return the schemas of the properties that a request carries, with what words say of
        their values.
        """
        known = properties(self.spec, record_schema(self.spec, operation))
        if operation.label not in self.taught:
            told: dict[str, Schema] = {}
            for name, schema in known.items():
                words = schema_in(str(schema.get("description") or ""))
                if words and kind_of(schema) == "string" and not CLOSED & schema.keys():
                    told[name] = words
            self.taught[operation.label] = told
        taught = self.taught[operation.label]
        return {name: {**schema, **taught.get(name, {})} for name, schema in known.items()}

    def lasting(self, operation: Operation, record: Record) -> Record:
        """Return the times that a record is to have, by the names of its properties, long enough
        for any law.
        """
        known = self.fields(operation)
        found: dict[str, Any] = {}
        for name in record:
            if is_span(name) and kind_of(known.get(name, {})) in ("integer", "number"):
                most = bounds(known[name])[1]
                found[name] = int(min(most, DAY_S))
        return found

    def learned(self, operation: Operation, record: Record, text: str) -> dict[str, Any]:
        """Return the record as a refusal says that it must be."""
        known = self.fields(operation)
        taught = self.taught[operation.label]
        absent = [name for name in known if name not in record]
        added = {
            name: self._value(
                operation,
                name,
            )
            for name in missing_in(text, absent)
        }
        record = {**record, **{n: value for n, value in added.items() if value is not MISSING}}
        texts = [name for name in record if kind_of(known.get(name, {})) == "string"]
        numbers = [name for name in record if kind_of(known.get(name, {})) in NUMBERS]
        told = {**lessons(text, texts), **lessons(text, numbers, bounds_in)}
        for name, words in told.items():
            if not CLOSED & known[name].keys() - taught.get(name, {}).keys():
                taught[name] = {**taught.get(name, {}), **words}
        return self.mended(
            operation,
            record,
            text,
        )

    def _value(self, operation: Operation, name: str) -> Any:
        """Return a value for a property, MISSING where none can be made or a client sends none."""
        schema = self.fields(operation)[name]
        if schema.get("readOnly"):
            return MISSING
        return self.supply.value(
            schema,
            f"laws/{operation.label}/{name}",
        )

    def mended(self, operation: Operation, record: Record, text: str = "") -> dict[str, Any]:
        """Return the record as the words of its properties, and a text, say that it must be."""
        known = self.fields(operation)
        told = {name: known[name] for name in self.taught[operation.label]}
        sentences = [text]
        for name, schema in known.items():
            words = schema.get("description") or ""
            sentences.append(f"{name} {words}")
        orders = orders_in(". ".join(sentences), [*known])
        return mended(
            record,
            told,
            orders,
            self.supply,
        )

    def full(self, draft: Draft, resource: Resource) -> Record:
        """Return the record with a value for every property that takes a scalar, another one than
        its default.
        """
        full = {**draft.record}
        refused = self.refused.get(draft.operation.label, frozenset())
        fields = scalars(
            self.spec,
            draft.operation,
            resource,
        )
        told = self.fields(draft.operation)
        for name in fields:
            value = self._telling(
                told[name],
                name,
                resource,
            )
            if value is not None and name not in refused:
                full[name] = value
        return self.mended(
            draft.operation,
            full,
        )

    def least(self, operation: Operation, record: Record) -> Record:
        """Return what must be sent of a record."""
        schema = record_schema(self.spec, operation)
        least = {}
        for name in schema.get("required") or ():
            if name in record:
                least[name] = record[name]
        return least

    def others(self, operation: Operation, resource: Resource) -> dict[str, list[Any]]:
        """Return the values that the properties of a full record do not have, by property."""
        found: dict[str, list[Any]] = {}
        fields = scalars(
            self.spec,
            operation,
            resource,
        )
        for name, schema in fields.items():
            if gives_other_key(name, resource):
                continue
            choices = self._values(schema, name)
            full = self._telling(
                schema,
                name,
                resource,
            )
            found[name] = [each for each in choices if not is_identical(each, full)]
        return found

    def _values(self, schema: Mapping[str, Any], name: str) -> list[Any]:
        """Return values that a property may have."""
        return values(
            self.spec,
            schema,
            name,
            self.supply,
        )

    def _telling(self, schema: Mapping[str, Any], name: str, resource: Resource) -> Any:
        """Return a value that can be told from nothing and from the default, None when there is
        none.
        """
        default = schema.get("default", resource.defaults.get(name))
        choices = self._values(schema, name)
        told = []
        for value in choices:
            if value is not None and not is_identical(value, default):
                told.append(value)
        found = told or choices
        for value in found:
            if value:
                return value
        return found[0] if found else None

    def distinct(self, draft: Draft, resource: Resource, number: int) -> Record:
        """Return the record of a draft with values of its own where no two records may agree."""
        names = set(chain.from_iterable(resource.unique))
        refers = {each.field for each in resource.references}
        for name in (resource.key, natural_key(draft.operation)):
            if name is not None and name in draft.record:
                names.add(name)
        known = self.fields(draft.operation)
        own: dict[str, Any] = {}
        for name in names - refers:
            schema = known.get(name, {})
            own[name] = _other(
                schema,
                draft.record.get(name),
                name,
                number,
                self.supply,
            )
        own |= _lasting(resource, draft.record)
        record = {**draft.record}
        for name, value in own.items():
            if value is not MISSING:
                record[name] = value
        return record

    def visible(self, draft: Draft, resource: Resource) -> Record:
        """Return values by which a record is not put away, where properties tell of that."""
        found: dict[str, Any] = {}
        fields = scalars(
            self.spec,
            draft.operation,
            resource,
        )
        for name, schema in fields.items():
            choices = self._values(schema, name)
            value = visible_value(name, choices)
            if value is not None:
                found[name] = value
        return found

    def apart(self, draft: Draft, record: Record, number: int) -> Record:
        """Return the record with other texts wherever one is free, for servers that refuse what is
        there already.
        """
        known = self.fields(draft.operation)
        free: list[str] = []
        for name, value in record.items():
            schema = known.get(name, {})
            is_chosen = "enum" in schema or "const" in schema
            has_free_form = schema.get("format") in FREE_FORMS
            if isinstance(value, str) and not is_chosen and has_free_form:
                free.append(name)
        own: dict[str, Any] = {}
        for name in free:
            schema = known.get(name, {})
            own[name] = _other(
                schema,
                record[name],
                name,
                number,
                self.supply,
            )
        return {**record, **own}

    def _valid(self, operation: Operation, bodies: Iterator[Body]) -> Iterator[Draft]:
        for body in bodies:
            draft = self._draft(operation, body)
            if draft is not None:
                yield draft

    def _draft(self, operation: Operation, body: Body) -> Draft | None:
        """Return the draft of a JSON body that carries a record."""
        if "json" not in body.media_type:
            return None
        if not isinstance(body.value, Mapping | list):
            return None
        draft = Draft(operation, body, {})
        inner = draft.inner
        if takes_array(self.spec, operation):
            if not isinstance(inner, list) or not inner:
                return None
            inner = inner[0]
        if not isinstance(inner, Mapping):
            return None
        return replace(draft, record=self.mended(operation, inner))


def natural_key(operation: Operation) -> str | None:
    """Return the property by which an upsert finds a record that its path does not name, None where
    that is the key.
    """
    is_upsert = operation.kind is Kind.UPSERT and operation.key_param is None
    return operation.key_field if is_upsert else None


def _lasting(resource: Resource, record: Record) -> Record:
    """Return the time that a record is to have, long enough for any law, where it says one."""
    departure = resource.departure
    name = None if departure is None else departure.expires
    if departure is None or name is None or name not in record:
        return {}
    if departure.counts:
        return {name: 86_400}
    is_text = isinstance(record[name], str)
    return {name: "2999-12-31T23:59:59Z" if is_text else 32_503_679_999}


def _other(schema: Mapping[str, Any], old: Any, name: str, number: int, supply: Supply) -> Any:
    """Return another value of the same kind, as long as its schema lets it be."""
    kind = type_of(schema)
    if isinstance(old, bool) or schema.get("enum"):
        return old if old is not None else MISSING
    if isinstance(old, int) or kind == "integer":
        return (old if isinstance(old, int) else 0) + 7_000 + number
    if schema.get("format") == "uuid":
        return supply.uuid(f"{name}/{number}")
    if not isinstance(old, str) and kind != "string":
        return old if old is not None else MISSING
    if "pattern" in schema or schema.get("format") in ("date", "date-time"):
        return supply.value({**schema, "example": None}, f"own-{number}/{name}")
    text, most = old if isinstance(old, str) else name, schema.get("maxLength", 10_000)
    if schema.get("format") == "email":
        return f"n{number}.{text}"
    return f"{text[: most - 5]}-{number}" if most > 6 else f"{number}"[:most]
