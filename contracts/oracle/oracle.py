"""The expected reply: a call in, what `decide` makes of it on a state of its own out.

The oracle has no HTTP in it and does not use the edge: it tells status, value and page, and `judge`
looks for them in the body through the envelope that the model declares. So an error of the edge or
of a store cannot hide by being made twice; only an error of `decide` can, and that is what laws,
transcripts and small independent models are for. Refusals are compared by status: the words of a
refusal belong to the edge, and to transcripts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.compare.placeholders import Made, PlaceholderNumbers, PlaceholderSupply
from contracts.openapi import (
    flattened,
    properties,
)
from contracts.oracle.settled import Settled
from mockserver.behavior.decide import decide
from mockserver.call import Call, Page, Problem, ProblemKind, RawBody, Reply, Violation
from mockserver.lookup import MISSING
from mockserver.model.envelopes import many_envelope, one_envelope
from mockserver.model.schema.coercion import coercer_of
from mockserver.model.types import Kind, Model, Operation, Paging
from mockserver.model.types.reading import Sorting
from mockserver.state import Change

LISTS = frozenset({Kind.LIST, Kind.VIEW})
REMOVALS = frozenset({Kind.DELETE, Kind.BULK_DELETE})


@dataclass(frozen=True, slots=True)
class Expected:
    """What the reply must say. `value` is the record, list or number inside the envelope; `problem`
    a refusal.

    `empty` tells that there is no body; `location` is the key of a record that was made and must be
    linked.
    """

    status: int
    value: Any = None
    page: Page | None = None
    empty: bool = False
    location: str | None = None
    problem: Problem | None = None
    changes: tuple[Change, ...] = ()


class Oracle:
    """Knows what each call must bring, from the calls before it."""

    def __init__(self, model: Model, store: PlaceholderNumbers, supply: PlaceholderSupply) -> None:
        self._model = model
        self._store = store
        self._supply = supply

    def expect(self, settled: Settled) -> Expected:
        """Return the expected reply; its changes are for the caller to apply, once the answer is
        known.
        """
        self._supply.call += 1
        operation, spoil = settled.operation, settled.spoil
        if spoil is not None and spoil.part in ("path", "query"):
            return self._refused(
                operation,
                Problem(spoil.problem, f"{spoil.place} is wrong"),
            )
        violations: tuple[Violation, ...] = ()
        if spoil is not None:
            told = f"{spoil.place} is wrong"
            violations = (Violation("body", (spoil.place,), "spoiled", told),)
        query = _defaults(operation)
        query |= _counting(self._model, settled.query)
        headers = dict(settled.headers)
        if settled.body is not MISSING:
            headers["content-type"] = "application/json"
        body = _read(self._model, operation, settled.body)
        if operation.kind is Kind.CREATE:
            body = self._without_empty_key(
                operation,
                body,
            )
        call = Call(operation, settled.path, query, headers, body, None, violations)
        decision = decide(self._model, call, self._store, self._supply)
        if decision.reply.problem is not None:
            return self._refused(operation, decision.reply.problem)
        return self._granted(operation, decision.reply, decision.changes)

    def _without_empty_key(self, operation: Operation, body: Any) -> Any:
        """Return the body of a create without a key that is empty: the server makes one."""
        resource = self._model.resources.get(operation.resource or "")
        if resource is None or not isinstance(body, Mapping):
            return body
        wrapper = operation.envelope.request
        inner: Any = body
        if wrapper:
            inner = body.get(wrapper)
        if not isinstance(inner, Mapping):
            return body
        key = resource.key or ""
        if inner.get(key) != "":
            return body
        rest = dict(inner)
        del rest[key]
        if wrapper:
            return {**body, wrapper: rest}
        return rest

    def expect_all(self, settled: Settled) -> list[Mapping[str, Any]]:
        """Return all records that a list must show on its pages together; none where it is
        refused.
        """
        operation = settled.operation
        paging = operation.paging
        apart = (paging.size, paging.number, operation.sort_param)
        query = {name: value for name, value in settled.query.items() if name not in apart}
        whole = replace(operation, paging=Paging(), sorting=Sorting())
        expected = self.expect(replace(settled, operation=whole, query=query))
        return expected.value if isinstance(expected.value, list) else []

    def _refused(self, operation: Operation, problem: Problem) -> Expected:
        form = self._model.errors[operation.errors].forms[ProblemKind(problem.kind)]
        return Expected(form.status, problem=problem)

    def _granted(self, operation: Operation, reply: Reply, changes: tuple[Change, ...]) -> Expected:
        status = operation.created if reply.created else operation.success
        if reply.is_known:
            return Expected(304, empty=True)
        empty = status == 204
        for_nothing = operation.envelope.empty
        if for_nothing is not None and operation.kind in LISTS and reply.value == []:
            status = for_nothing
            empty = True
        if operation.kind in REMOVALS and operation.envelope.removed is None:
            empty = True
        location = None
        if operation.location and reply.created:
            location = reply.location
        value: Any = reply.value
        if isinstance(value, RawBody):
            value = value.text
        elif operation.kind in REMOVALS:
            value = self._shown(operation, value[0]) if value else None
        elif isinstance(value, list) and operation.resource is not None:
            value = [self._shown(operation, record) for record in value]
        elif isinstance(value, Mapping) and operation.resource is not None:
            value = self._shown(operation, value)
        return Expected(
            status,
            value,
            reply.page,
            empty,
            location,
            None,
            changes,
        )

    def _shown(self, operation: Operation, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a reply shows of a record: what its schema names and is no secret, and all
        that is required.
        """
        resource = self._model.resources[operation.resource or ""]
        fields, required, closed = _item(self._model, operation)
        secret = set(resource.hidden)
        secret.update(name for name, child in fields.items() if child.get("writeOnly"))
        key = record.get(resource.key or "")
        place = f"{resource.name}/{key}"
        made = {name: Made(f"{place}/{name}") for name in required if name not in secret}
        shown = made | {
            name: value
            for name, value in record.items()
            if name not in secret and (name in fields or not closed)
        }
        described = resource.record.properties
        for name in required & described.keys():
            value = shown.get(name, MISSING)
            if value is not None:
                continue
            if not described[name].takes_null:
                shown[name] = Made(f"{place}/{name}")
        for name in resource.moving & fields.keys():
            shown[name] = Made(f"{place}/{name}/{self._supply.call}")
        return shown


def _item(model: Model, operation: Operation) -> tuple[Mapping[str, Any], set[str], bool]:
    """Return the properties of a record in a reply, those required, and whether these are all there
    can be.
    """
    spec = model.document.spec
    resource = model.resources[operation.resource or ""]
    status = operation.created if operation.kind is Kind.CREATE else operation.success
    schema = operation.described.success_schema(status)
    _, shown = one_envelope(schema, resource.name, resource.key)
    if operation.kind in LISTS:
        many = many_envelope(schema, resource.name)
        shown = shown if many is None else many[1]
    item = shown.raw
    flat = flattened(spec, item)
    fields = properties(spec, item)
    choice = isinstance(item, Mapping) and ("oneOf" in item or "anyOf" in item)
    closed = bool(fields) and not shown.is_open and not choice
    return fields, set(flat.get("required") or ()), closed


def _read(model: Model, operation: Operation, body: Any) -> Any:
    """Return a body in the types in which the API reads it."""
    if body is MISSING:
        return body
    coercer = coercer_of(model, operation, operation.described.sent_schema)
    return body if coercer is None else coercer.of(body)


def _counting(model: Model, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the query parameters that count: those without a value do not where the API passes
    them over.
    """
    if model.habits.empty_query == "value":
        return query
    without = ("", [""])
    return {name: value for name, value in query.items() if value not in without}


def _defaults(operation: Operation) -> dict[str, Any]:
    """Return the values that query parameters have when they are not sent."""
    found = {}
    for parameter in operation.described.parameters_in("query"):
        words = parameter.schema.plain
        if "default" in words:
            found[parameter.name] = words["default"]
    return found
