"""Draw the calls that only read: an API and what its server holds in, requests out, the same ones
for the same seed.

Each operation is asked for what is there, for what is not, with each of its parameters alone and in
pairs, and in the odd ways that clients have, wrong credentials among them. The first request of
each operation comes twice: what differs then changes by itself.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from contracts.drift.start import Start
from contracts.machine.pool import NEVER
from contracts.openapi import parameters, resolved, type_of
from contracts.oracle.settled import keys_above
from contracts.requests.caller import asking
from contracts.requests.samples import sample_parameters, text
from contracts.requests.spelling import header_texts, spell
from contracts.requests.strategies import UUIDS
from contracts.targets.credentials import credentials_for, nobodys
from contracts.targets.target import Sent
from contracts.wire.subject import Subject
from mockserver.call import Supply
from mockserver.lookup import MISSING, value_at
from mockserver.model.types import Kind, Operation, Resource
from mockserver.model.types.facts import bounds

Pairs = Sequence[tuple[str, str]]
MOST_PAIRS = 8
"""Pairs of parameters that are tried for an operation."""
PAST_END = 9_999
HUGE = 100_000


class Reads:
    """Draws the reading calls of one API."""

    def __init__(self, subject: Subject, start: Start, supply: Supply) -> None:
        self._subject = subject
        self._start = start
        self._supply = supply
        self._model = subject.model
        self._spec = subject.model.document.spec
        self._nobodys = nobodys(subject.model)
        self._refusals: set[tuple[Any, ...]] = set()

    def draw(self) -> Iterator[Sent]:
        """Yield the requests."""
        reading = [each for each in self._model.operations if each.method == "GET"]
        for operation in reading:
            paths = self.paths(operation)
            usual = self._sent(operation, paths[0], self._required(operation))
            yield usual
            yield usual
            for path in paths[1:]:
                yield self._sent(operation, path, self._required(operation))
            for query in self._queries(operation):
                yield self._sent(operation, paths[0], query)
            yield from self._odd(operation, usual)
            yield from self._wrong(operation, usual)
        yield from self._elsewhere(reading)

    def guesses(self) -> Iterator[Sent]:
        """Yield requests for what nothing has told of yet, in the hope that a document's examples
        are there.
        """
        for operation in self._model.operations:
            names = [str(each["name"]) for each in self._declared(operation, "path")]
            live = self._live(operation, names, {})
            if operation.method != "GET" or next(live, None) is not None:
                continue
            salt = f"{operation.label}/path"
            values = sample_parameters(self._spec, operation, "path", self._supply, salt)
            path = {**values, **self._given(operation)}
            yield self._sent(operation, path, self._required(operation))

    def _given(self, operation: Operation) -> dict[str, str]:
        """Return the path parameters that lead below a parent which the run was given."""
        found: dict[str, str] = {}
        for parent in operation.parents:
            before = self._subject.base + operation.path.partition("/{" + parent.param + "}")[0]
            given = [each for each in self._subject.parents if each.rpartition("/")[0] == before]
            if given:
                found[parent.param] = unquote(given[0].rpartition("/")[2])
        return found

    def paths(self, operation: Operation) -> list[dict[str, Any]]:
        """Return the path parameters to ask with: of what is there first, then of what is not, then
        malformed ones.
        """
        names = [str(each["name"]) for each in self._declared(operation, "path")]
        live = list(itertools.islice(self._live(operation, names, {}), 40))
        chosen = [live[0], live[-1]] if len(live) > 1 else live
        usual = live[0] if live else {name: self._never(operation, name) for name in names}
        free = [name for name in names if self._resource_of(operation, name) is None]
        wrong = [
            {**usual, name: value}
            for name in names
            if name not in free
            for value in (self._never(operation, name), self._malformed(operation, name))
        ]
        apart = []
        if len(names) > 1 and len(live) > 1:
            last = names[-1]
            crossed = {**live[0], last: live[-1][last]}
            apart = [crossed] if crossed not in live else []
        found = chosen or [usual]
        return [*found, *apart, *wrong]

    def _live(
        self, operation: Operation, names: Sequence[str], above: Mapping[str, Any]
    ) -> Iterator[dict[str, Any]]:
        """Yield the path parameters that lead to records that are there."""
        if not names:
            yield dict(above)
            return
        resource, field = self._resource_of(operation, names[0]) or (None, "")
        if resource is None:
            values = sample_parameters(
                self._spec, operation, "path", self._supply, f"{operation.label}/path"
            )
            yield from self._live(operation, names[1:], {**above, names[0]: values[names[0]]})
            return
        keys = keys_above(resource, operation, above)
        for record in self._start.under(resource.name, keys):
            key = value_at(record, field)
            if key is not MISSING and key is not None:
                yield from self._live(operation, names[1:], {**above, names[0]: key})

    def _resource_of(self, operation: Operation, name: str) -> tuple[Resource, str] | None:
        """Return the resource whose key a path parameter is, and the property that holds it."""
        if name == operation.key_param and operation.resource:
            resource = self._model.resources[operation.resource]
            return resource, operation.key_field or resource.key or ""
        parent = next(
            (each for each in operation.parents if each.param == name and each.resource), None
        )
        if parent is None:
            return None
        resource = self._model.resources[str(parent.resource)]
        return resource, resource.key or ""

    def _never(self, operation: Operation, name: str) -> Any:
        schema = self._schema(operation, name)
        if type_of(schema) in ("integer", "number"):
            return NEVER[0]
        return UUIDS[1] if schema.get("format") == "uuid" else "never-0"

    def _malformed(self, operation: Operation, name: str) -> Any:
        return -1 if type_of(self._schema(operation, name)) == "string" else "no-key"

    def _schema(self, operation: Operation, name: str) -> Mapping[str, Any]:
        found = next(
            (each for each in self._declared(operation, "path") if each["name"] == name), {}
        )
        return resolved(self._spec, found.get("schema"))

    def _declared(self, operation: Operation, place: str) -> list[Mapping[str, Any]]:
        listed = parameters(self._spec, operation.path, operation.method)
        return [each for each in listed if each.get("in") == place and "schema" in each]

    def _required(self, operation: Operation) -> Pairs:
        values = sample_parameters(
            self._spec, operation, "query", self._supply, f"{operation.label}/query"
        )
        return [(name, text(value)) for name, value in values.items()]

    def _queries(self, operation: Operation) -> Iterator[Pairs]:
        """Yield queries: each parameter alone, pairs of them, pages, and what no document names."""
        required = self._required(operation)
        usual: dict[str, str] = {}
        for each in self._declared(operation, "query"):
            name = str(each["name"])
            values = list(
                dict.fromkeys(
                    map(text, self._values(operation, name, resolved(self._spec, each["schema"])))
                )
            )
            rest = [pair for pair in required if pair[0] != name]
            yield from ([*rest, (name, value)] for value in values)
            yield [*rest, (name, "")]
            if values:
                usual[name] = values[min(1, len(values) - 1) if len(usual) % 2 else 0]
        usual = dict(sorted(usual.items(), key=lambda each: each[0] != operation.sort_param))
        for one, other in itertools.islice(itertools.combinations(usual, 2), MOST_PAIRS):
            rest = [pair for pair in required if pair[0] not in (one, other)]
            yield [*rest, (one, usual[one]), (other, usual[other])]
        yield from ([*required, *pages] for pages in self._pages(operation))
        yield [*required, ("no_such_parameter", "x")]

    def _values(self, operation: Operation, name: str, schema: Mapping[str, Any]) -> list[Any]:
        """Return values for a parameter, the plain ones first, then those that are at or past its
        bounds.
        """
        paging, kind = operation.paging, type_of(schema)
        if name == paging.size:
            most = paging.maximum or bounds(schema)[1]
            return [2, 1, 0, -1, "x", *([int(most), int(most) + 1] if most < math.inf else [HUGE])]
        if name == paging.number:
            return [paging.first + 1, paging.first, 0, -1, "x", PAST_END]
        if name == operation.sort_param:
            return self._orders(operation, schema)
        held = self._held(operation, name)
        ends = list(dict.fromkeys([*held[:1], *held[-1:]]))
        swapped = [
            each.swapcase()
            for each in ends[:1]
            if isinstance(each, str) and each.swapcase() != each
        ]
        found = [*ends, *list(schema.get("enum") or ())[:3], *swapped]
        if kind == "boolean":
            return [*found, True, False, "maybe"]
        if kind in ("integer", "number"):
            limits = [edge for edge in bounds(schema) if abs(edge) < math.inf]
            around = [edge + step for edge, step in zip(limits, (-1, 1), strict=False)]
            return [*found, 1, "x", *map(int, (*limits, *around))]
        return [*found, "no-such-value"]

    def _orders(self, operation: Operation, schema: Mapping[str, Any]) -> list[Any]:
        held = self._start.under(operation.resource or "")
        names = [
            name
            for name, value in (held[0] if held else {}).items()
            if isinstance(value, str | int)
        ][:3]
        return [
            *(schema.get("enum") or ()),
            *(f"{sign}{name}" for name in names for sign in ("", "-")),
            "no-such",
        ]

    def _held(self, operation: Operation, name: str) -> list[Any]:
        """Return values that records have where a parameter narrows the list."""
        field = next((each.field for each in operation.filters if each.param == name), name)
        held = [value_at(record, field) for record in self._start.under(operation.resource or "")]
        return [each for each in held if isinstance(each, str | int | float) and each != ""]

    def _pages(self, operation: Operation) -> Iterator[Pairs]:
        paging = operation.paging
        if (
            operation.kind not in (Kind.LIST, Kind.VIEW)
            or paging.size is None
            or paging.number is None
        ):
            return
        held = len(self._start.under(operation.resource or ""))
        last = max(held - 1, 0) if paging.style == "offset" else paging.first + max(held - 1, 0)
        for size, number in (
            (1, paging.first),
            (1, paging.first + 1),
            (2, paging.first + 1),
            (1, last),
            (1, last + 1),
        ):
            yield [(paging.size, str(size)), (paging.number, str(number))]

    def _odd(self, operation: Operation, usual: Sent) -> Iterator[Sent]:
        """Yield a request in other forms: its head, its options, no credentials, another Accept,
        another slash.
        """
        yield Sent("HEAD", usual.target, usual.headers)
        yield Sent("OPTIONS", usual.target, usual.headers)
        yield self._bare(operation, usual)
        yield replace(self._bare(operation, usual), method="HEAD")
        yield Sent("GET", usual.target, {**usual.headers, "Accept": "text/css"})
        path, sign, query = usual.target.partition("?")
        if path.strip("/"):
            yield Sent(
                "GET",
                (path[:-1] if path.endswith("/") else f"{path}/") + sign + query,
                usual.headers,
            )

    def _wrong(self, operation: Operation, usual: Sent) -> Iterator[Sent]:
        """Yield a request with the credential that nobody has: once for each way to be let in and
        to refuse.
        """
        wrong = credentials_for(self._nobodys, operation, self._subject.template).headers
        way = (operation.errors, *wrong.items())
        if wrong and way not in self._refusals:
            self._refusals.add(way)
            bare = self._bare(operation, usual)
            yield bare.with_headers({**bare.headers, **wrong})

    def _bare(self, operation: Operation, usual: Sent) -> Sent:
        granted = self._subject.credentials(operation)
        names = {name.lower() for name in (*granted.headers, *self._subject.headers, "cookie")}
        headers = {
            name: value for name, value in usual.headers.items() if name.lower() not in names
        }
        path, _, query = usual.target.partition("?")
        kept = [
            each
            for each in query.split("&")
            if each and each.partition("=")[0] not in granted.query
        ]
        return Sent("GET", path + (f"?{'&'.join(kept)}" if kept else ""), headers)

    def _elsewhere(self, reading: Sequence[Operation]) -> Iterator[Sent]:
        """Yield a request for a path that no document has."""
        if reading:
            yield self._subject.granted(
                reading[0], Sent("GET", f"{self._subject.base}/no-such-path")
            )

    def _sent(self, operation: Operation, path: Mapping[str, Any], query: Pairs) -> Sent:
        plain = spell(operation, self._subject.base, path, {}, MISSING, {})
        needed = sample_parameters(
            self._spec, operation, "header", self._supply, f"{operation.label}/header"
        )
        headers = header_texts(operation, needed)
        return self._subject.granted(
            operation, Sent(plain.method, asking(plain.target, query), headers)
        )
