"""Read what a live server lists, through the proxy: an app in, the mock's state and what could not
be read out.

The reads go the way of all calls, so that they are checked, recorded and taken over as those of
clients are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from mockserver.asgi.edge import Edge
from mockserver.asgi.request import ANSWERED
from mockserver.errors import SettingsError
from mockserver.inventory import Path, collection_paths, lists_of_all, read_of_one
from mockserver.lookup import MISSING
from mockserver.model.paths import parameter_names
from mockserver.model.servers import filled
from mockserver.model.types import Kind, Operation
from mockserver.nextpage import Query, ShownPage, first_query, next_query
from mockserver.seeding.observations import Observation, records_in
from mockserver.slots import dataclass
from mockserver.state import Collection, Found, Record, key_of
from mockserver.state import Query as Asked

MOST = 500
"""Records of a collection that are read."""
MOST_READS = 2000
"""Requests that are made in all, for each API."""


@dataclass(frozen=True, slots=True)
class _LiveReply:
    """What an answer shows: the records in it, its body and its Link header."""

    records: Sequence[Record] = ()
    body: Any = MISSING
    link: str = ""


@dataclass(slots=True)
class FirstReads:
    """Reads the lists of one API. `told` are the reasons why something was not read, by
    operation.
    """

    app: Any
    edge: Edge
    headers: Mapping[str, str]
    told: dict[str, str] = field(default_factory=dict)
    _reads: int = 0

    async def run(self) -> dict[str, int]:
        """Read all lists, those above others first; return how many records each resource has then.

        Raises SettingsError when the live server cannot be reached.
        """
        model = self.edge.space.model
        transport = httpx.ASGITransport(self.app)
        headers = httpx.Headers({"Accept": "application/json"})
        headers.update(self.headers)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://proxy", headers=headers
        ) as client:
            for operation in lists_of_all(model):
                if operation.method == "GET":
                    await self._collections(client, operation)
            for operation in model.operations:
                if (
                    operation.kind is Kind.READ
                    and operation.key_param is None
                    and "{" not in operation.path
                ):
                    await self._asked(client, operation, {}, {})
        counts = {name: self._known(Collection(name)) for name in model.resources}
        return {name: len(found) for name, found in counts.items() if found}

    async def _collections(self, client: httpx.AsyncClient, operation: Operation) -> None:
        """Read every collection that an operation lists, as far as its parents are known."""
        for path in collection_paths(self.edge.space.model, operation, self._known):
            if path is None:
                known = {parent.param for parent in operation.parents if parent.resource}
                unknown = next(
                    name for name in parameter_names(operation.path) if name not in known
                )
                self.told[operation.label] = f"nothing tells which {unknown} there are"
            else:
                await self._collection(client, operation, path)

    async def _collection(
        self, client: httpx.AsyncClient, operation: Operation, path: Path
    ) -> None:
        """Read a collection page by page, and its records one by one where they show more than the
        list.
        """
        resource = self.edge.space.model.resources[str(operation.resource)]
        found: dict[str, Record] = {}
        query: Query | None = first_query(operation)
        pages = seen = 0
        while query is not None and len(found) < MOST:
            reply = await self._asked(client, operation, path, query)
            pages += 1
            seen += len(reply.records)
            before = len(found)
            for record in reply.records:
                found[json.dumps(record, sort_keys=True, default=str)] = record
            if len(found) == before:  # nothing new: the list does not go on
                break
            page = ShownPage(query, reply.body, reply.link, reply.records, pages, seen)
            query = next_query(operation, page, resource.key or "")
        if len(found) >= MOST:
            self.told[operation.label] = f"lists {MOST} records or more; others were not read"
        await self._items(client, operation, path, list(found.values()))

    async def _items(
        self, client: httpx.AsyncClient, listing: Operation, path: Path, found: list[Record]
    ) -> None:
        model = self.edge.space.model
        key = model.resources[str(listing.resource)].key or ""
        read = read_of_one(model, listing)
        for at, record in enumerate(found if read is not None else ()):
            value = record.get((read.key_field if read else None) or key)
            if read is None or value is None:
                continue
            shown = await self._asked(client, read, {**path, str(read.key_param): value}, {})
            if at == 0 and all(each.keys() <= record.keys() for each in shown.records):
                return

    async def _asked(
        self, client: httpx.AsyncClient, operation: Operation, path: Path, query: Mapping[str, Any]
    ) -> _LiveReply:
        """Return what the live server shows; what it refuses is told."""
        if self._reads >= MOST_READS:
            self.told[operation.label] = f"{MOST_READS} reads were made, and no more are"
            return _LiveReply()
        self._reads += 1
        spec = self.edge.space.model.document.spec
        target = filled(spec, self.edge.bases[0]).rstrip("/") + _filled(operation.path, path)
        reply = await client.get(target + (f"?{urlencode(query)}" if query else ""))
        if reply.headers.get(ANSWERED.decode()) == "proxy":
            raise SettingsError(f"--seed-from-live: {reply.json()['detail']}")
        if reply.status_code >= 400:
            self.told[operation.label] = _refused(reply.status_code)
        body = _body(reply)
        records = records_in(Observation(operation, path, reply.status_code, body))
        return _LiveReply(records, body, reply.headers.get("link", ""))

    def _known(self, collection: Collection) -> Sequence[Found]:
        with self.edge.space.store.transaction() as reader:
            return reader.select(collection, Asked()).found


def _unknown(operation: Operation) -> str:
    """Return the first parameter of a path of which no record tells what it may be."""
    known = {parent.param for parent in operation.parents if parent.resource}
    return next(name for name in parameter_names(operation.path) if name not in known)


def _refused(status: int) -> str:
    hint = ": give a credential with --header 'NAME: VALUE'" if status in (401, 403) else ""
    return f"the live server answers {status}{hint}"


def _body(reply: httpx.Response) -> Any:
    try:
        return json.loads(reply.content)
    except ValueError:
        return MISSING


def _filled(path: str, values: Path) -> str:
    for name, value in values.items():
        path = path.replace("{" + name + "}", quote(key_of(value), safe=""))
    return path
