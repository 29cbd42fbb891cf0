"""Read what a server holds, page by page, into the oracle's store, so that the oracle knows where a
run begins.

Collections come before those below them. What cannot be read whole (no operation lists it, there is
too much of it, a parent is not known) is `partial`: the oracle then says nothing about what may or
may not be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from contracts.compare.placeholders import Keeper
from contracts.errors import Withheld
from contracts.openapi import parameters, type_of
from contracts.requests.spelling import spell
from contracts.targets.target import Answer, Sent
from contracts.wire.subject import Subject
from contracts.wire.wire import Lost
from mockserver.lookup import MISSING, value_at
from mockserver.model.envelopes import inside
from mockserver.model.types import Kind, Operation, Resource
from mockserver.nextpage import Query, ShownPage, first_query, may_begin_at_zero, next_query
from mockserver.state import Collection, Put, Record, key_of
from mockserver.state import Query as Wanted

MOST = 500
"""Records of a collection that are read; a larger one is partial."""


class Sender(Protocol):
    """What requests are sent through."""

    def send(self, sent: Sent) -> Answer: ...


class Survey:
    """Reads one server."""

    def __init__(self, subject: Subject, wire: Sender, store: Keeper) -> None:
        """Take what is read, through what, and where it is put."""
        self._subject, self._wire, self._store = subject, wire, store
        self._model = subject.model

    def run(self) -> set[str]:
        """Read everything that can be; return the resources that are partial. Raises Stopped or
        Unreachable.
        """
        self._put_given_parents()
        listed: set[str] = set()
        lists = []
        for operation in self._model.operations:
            is_whole = operation.kind is Kind.LIST and operation.view is None
            if is_whole and operation.resource:
                lists.append(operation)
        lists.sort(key=lambda operation: (operation.path.count("/"), operation.path))
        for operation in lists:
            resource = self._model.resources[str(operation.resource)]
            if resource.name not in listed and self._collections(operation, resource):
                listed.add(resource.name)
        return set(self._model.resources) - listed - self._singletons()

    def _collections(self, operation: Operation, resource: Resource) -> bool:
        """Read the collections that an operation lists; tell whether all of them were read
        whole.
        """
        whole = True
        for path in self._paths(operation):
            if path is None:
                whole = False
                continue
            records = self._records(operation, path)
            whole = whole and records is not None
            for record in self._completed(operation, resource, path, records or []):
                self._put(operation, resource, path, record)
        return whole

    def _paths(self, operation: Operation) -> Iterator[Mapping[str, Any] | None]:
        """Yield the path parameters of every collection that an operation lists; None for what
        cannot be known.
        """
        declared = parameters(self._model.document.spec, operation.path, operation.method)
        yield from self._below(
            operation,
            [str(each["name"]) for each in declared if each.get("in") == "path"],
            {},
        )

    def _below(
        self, operation: Operation, names: Sequence[str], above: Mapping[str, Any]
    ) -> Iterator[Mapping[str, Any] | None]:
        if not names:
            yield above
            return
        parent = next(
            (each for each in operation.parents if each.param == names[0] and each.resource),
            None,
        )
        if parent is None:
            yield None
            return
        resource = self._model.resources[str(parent.resource)]
        keys = tuple(map(key_of, above.values()))[: len(resource.split)]
        for each in self._store.select(Collection(resource.name, keys), Wanted()).found:
            key = each.record.get(resource.key or "", each.key)
            yield from self._below(operation, names[1:], {**above, names[0]: key})

    def _records(self, operation: Operation, path: Mapping[str, Any]) -> list[Record] | None:
        """Return all records of a collection, None when there are more than MOST or they cannot be
        read.
        """
        key = self._model.resources[str(operation.resource)].key or ""
        found: list[Record] = []
        query: Query | None = first_query(operation)
        pages = 0
        shift = 0
        seen = 0
        while query is not None:
            answer = self._answered(operation, path, query)
            records = None if answer is None else self._shown(operation, answer)
            if answer is None or records is None:
                return found if found and pages else None
            new = [record for record in records if record not in found]
            if not new:
                return found
            found += new
            if len(found) > MOST:
                return None
            pages += 1
            seen += len(records)
            link = answer.headers.get("link", "")
            page = ShownPage(
                query,
                answer.body,
                link,
                records,
                pages + shift,
                seen,
            )
            query = next_query(operation, page, key)
            total = inside(operation.envelope.many, answer.body, "$total")
            if query is None and isinstance(total, int) and total > len(found):
                return None
            if query is not None and pages == 1 and may_begin_at_zero(operation):
                second = {**page.query, str(operation.paging.number): 1}
                if self._is_another(operation, path, second, found):
                    query, shift = second, -1
        return found

    def _is_another(
        self,
        operation: Operation,
        path: Mapping[str, Any],
        query: Query,
        found: Sequence[Record],
    ) -> bool:
        """Tell whether a page shows records, and none that were found."""
        answer = self._answered(operation, path, query)
        records = None if answer is None else self._shown(operation, answer)
        return bool(records) and not any(record in found for record in records or ())

    def _answered(
        self, operation: Operation, path: Mapping[str, Any], query: Mapping[str, Any]
    ) -> Answer | None:
        """Return the answer of a list, None where it has none that shows records."""
        answer = self._called(operation, path, query)
        if answer is None or answer.status >= 300:
            return None
        return answer

    def _shown(self, operation: Operation, answer: Answer) -> list[Record] | None:
        """Return the records of a page, None where it shows none."""
        if answer.status == operation.envelope.empty or answer.status == 204:
            return []
        value = inside(operation.envelope.many, answer.body)
        if not isinstance(value, list):
            return None
        records: list[Record] = []
        for item in value:
            record = inside(operation.envelope.item, item)
            if isinstance(record, dict):
                records.append(record)
        return records

    def _completed(
        self,
        operation: Operation,
        resource: Resource,
        path: Mapping[str, Any],
        records: Sequence[Record],
    ) -> Iterator[Record]:
        """Yield the records as an operation on one of them shows them, where a list shows less."""
        read = next((each for each in self._model.operations if _reads(each, operation)), None)
        for number, record in enumerate(records):
            shown = self._read(read, resource, path, record) if read is not None else None
            if shown is not None and number == 0 and shown.keys() <= record.keys():
                read = None
            yield {**record, **(shown or {})}

    def _read(
        self, read: Operation, resource: Resource, path: Mapping[str, Any], record: Record
    ) -> dict[str, Any] | None:
        key = record.get(read.key_field or resource.key or "")
        if key is None:
            return None
        answer = self._called(read, {**path, str(read.key_param): key}, {})
        value = (
            inside(read.envelope.one, answer.body)
            if answer is not None and answer.status == 200
            else None
        )
        return value if isinstance(value, dict) else None

    def _put(
        self, operation: Operation, resource: Resource, path: Mapping[str, Any], record: Record
    ) -> None:
        """Store a record where it belongs, unless nothing tells its place."""
        parents: list[str] = []
        for parent in resource.split:
            value = path.get(parent.param, record.get(parent.field or parent.param))
            if value is None:
                return
            self._put_parent(str(parent.resource), tuple(parents), value)
            parents.append(key_of(value))
        key = value_at(record, resource.key) if resource.key else ""
        if key is MISSING or key is None:
            return
        self._store.apply([Put(Collection(resource.name, tuple(parents)), key_of(key), record)])

    def _put_parent(self, name: str, above: tuple[str, ...], key: Any) -> None:
        """Note a record of which nothing is known but that others are below it."""
        resource = self._model.resources.get(name)
        if resource is None or resource.key is None or len(above) < len(resource.split):
            return
        owners = above[: len(resource.split)]
        collection = Collection(name, owners)
        text = key_of(key)
        if self._store.get(collection, text) is None:
            put = Put(collection, text, {resource.key: key})
            self._store.apply([put])

    def _put_given_parents(self) -> None:
        """Note the records below which the run may make others."""
        spec = self._model.document.spec
        for path in self._subject.parents:
            for operation in self._model.operations:
                for parent in operation.parents:
                    head, sign, _ = operation.path.partition("{" + parent.param + "}")
                    found = re.fullmatch(
                        re.sub(r"\{[^{}]+\}", "([^/]+)", self._subject.base + head) + "([^/]+)",
                        path,
                    )
                    if found and sign and parent.resource:
                        declared = parameters(spec, operation.path, operation.method)
                        number = any(
                            each["name"] == parent.param
                            and type_of(each.get("schema") or {}) == "integer"
                            for each in declared
                        )
                        *above, key = found.groups()
                        self._put_parent(
                            parent.resource,
                            tuple(above),
                            int(key) if number else key,
                        )

    def _singletons(self) -> set[str]:
        """Read the resources that have no key, and return their names."""
        found = set()
        for operation in self._model.operations:
            resource = self._model.resources.get(operation.resource or "")
            if (
                resource is None
                or resource.key is not None
                or operation.kind is not Kind.READ
                or operation.parents
            ):
                continue
            answer = self._called(operation, {}, {})
            value = (
                inside(operation.envelope.one, answer.body)
                if answer is not None and answer.status == 200
                else None
            )
            if isinstance(value, dict):
                self._store.apply([Put(Collection(resource.name), "", value)])
                found.add(resource.name)
        return found

    def _called(
        self, operation: Operation, path: Mapping[str, Any], query: Mapping[str, Any]
    ) -> Answer | None:
        sent = spell(operation, self._subject.base, path, query, MISSING, {})
        try:
            return self._wire.send(self._subject.granted(operation, sent))
        except (Lost, Withheld):
            return None


def _reads(operation: Operation, listing: Operation) -> bool:
    """Tell whether an operation reads one of the records that another one lists."""
    return (
        operation.kind is Kind.READ
        and operation.resource == listing.resource
        and operation.key_param is not None
        and operation.path.rstrip("/").rpartition("/")[0] == listing.path.rstrip("/")
    )
