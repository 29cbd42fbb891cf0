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
from mockserver.inventory import (
    collection_paths,
    listed_records,
    lists_of_all,
    placing,
    read_of_one,
    record_by_key,
    shown_record,
)
from mockserver.lookup import MISSING
from mockserver.model.envelopes import inside
from mockserver.model.types import Kind, Operation, Resource
from mockserver.nextpage import Query, ShownPage, first_query, may_begin_at_zero, next_query
from mockserver.state import Collection, Found, Put, Record
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
        for operation in lists_of_all(self._model):
            resource = self._model.resources[str(operation.resource)]
            if resource.name not in listed and self._collections(operation, resource):
                listed.add(resource.name)
        return set(self._model.resources) - listed - self._singletons()

    def _collections(self, operation: Operation, resource: Resource) -> bool:
        """Read the collections that an operation lists; tell whether all of them were read
        whole.
        """
        whole = True
        for path in collection_paths(self._model, operation, self._known):
            if path is None:
                whole = False
                continue
            records = self._records(operation, path)
            whole = whole and records is not None
            for record in self._completed(operation, resource, path, records or []):
                self._put(resource, path, record)
        return whole

    def _known(self, collection: Collection) -> Sequence[Found]:
        return self._store.select(collection, Wanted()).found

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
            answer = self._called(operation, path, query)
            records = _shown(operation, answer)
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
        answer = self._called(operation, path, query)
        records = _shown(operation, answer)
        return bool(records) and not any(record in found for record in records or ())

    def _completed(
        self,
        operation: Operation,
        resource: Resource,
        path: Mapping[str, Any],
        records: Sequence[Record],
    ) -> Iterator[Record]:
        """Yield the records as an operation on one of them shows them, where a list shows less."""
        read = read_of_one(self._model, operation)
        for number, record in enumerate(records):
            shown = self._read(read, resource, path, record) if read is not None else None
            if shown is not None and number == 0 and shown.keys() <= record.keys():
                read = None
            yield {**record, **(shown or {})}

    def _read(
        self, read: Operation, resource: Resource, path: Mapping[str, Any], record: Record
    ) -> Record | None:
        key = record.get(read.key_field or resource.key or "")
        if key is None:
            return None
        return self._one(read, {**path, str(read.key_param): key})

    def _one(self, read: Operation, path: Mapping[str, Any]) -> Record | None:
        """Return the record that an operation reads, None where it shows none."""
        answer = self._called(read, path, {})
        if answer is None or answer.status != 200:
            return None
        return shown_record(read, answer.body)

    def _put(self, resource: Resource, path: Mapping[str, Any], record: Record) -> None:
        """Store a record where it belongs, unless nothing tells its place."""
        placed = placing(self._model, resource, path, record)
        for put in placed.above:
            self._imply(put)
        if placed.own is not None:
            self._store.apply([placed.own])

    def _imply(self, put: Put | None) -> None:
        """Store a record of which only the key is known, where no other is."""
        if put is not None and self._store.get(put.collection, put.key) is None:
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
                        own = int(key) if number else key
                        self._imply(record_by_key(self._model, parent.resource, above, own))

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
            value = self._one(operation, {})
            if value is not None:
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


def _shown(operation: Operation, answer: Answer | None) -> list[Record] | None:
    """Return the records of a page, None where it shows none."""
    if answer is None or answer.status >= 300:
        return None
    return listed_records(operation, answer.status, answer.body)
