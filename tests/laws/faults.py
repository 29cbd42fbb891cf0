"""Servers that break one law each: the mock of the warehouse, with a wrong decision or with a wrong
edge around it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.targets.target import App
from mockserver.behavior.decide import decide
from mockserver.call import Call, Decision, Supply
from mockserver.model.types import Kind, Model
from mockserver.state import Collection, Put, Query, Reader, Record
from mockserver.stores.memory import MemoryStore

Decide = Callable[[Model, Call, Reader, Supply], Decision]
Change = Callable[[Call, Reader, Put], Record]
KEY = (b"x-key", b"warehouse-key")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and the law that it breaks: `decide` decides so, or `around` stands before the
    app.
    """

    law: str
    name: str
    decide: Decide = decide
    around: Callable[[App], App] = lambda app: app


def storing(kinds: tuple[Kind, ...], change: Change, resource: str = "") -> Decide:
    """Return a `decide` that stores other records than it should for calls of these kinds."""

    def wrong(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
        decision = decide(model, call, reader, supply)
        if call.operation.kind not in kinds or (resource and call.operation.resource != resource):
            return decision
        changes = [
            replace(c, record=change(call, reader, c)) if isinstance(c, Put) else c
            for c in decision.changes
        ]
        return replace(decision, changes=tuple(changes))

    return wrong


def deciding(
    kinds: tuple[Kind, ...], change: Callable[[Decision], Decision], resource: str = ""
) -> Decide:
    """Return a `decide` that changes its decisions on calls of these kinds."""

    def wrong(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
        decision = decide(model, call, reader, supply)
        meant = call.operation.kind in kinds and (
            not resource or call.operation.resource == resource
        )
        return change(decision) if meant and decision.reply.problem is None else decision

    return wrong


def calling(kinds: tuple[Kind, ...], change: Callable[[Call], Call]) -> Decide:
    """Return a `decide` that understands another call than was made."""
    return lambda model, call, reader, supply: decide(
        model, change(call) if call.operation.kind in kinds else call, reader, supply
    )


def _old(call: Call, reader: Reader, put: Put) -> Mapping[str, Any]:
    return reader.get(put.collection, put.key) or {}


def _lose_umlauts(call: Call, reader: Reader, put: Put) -> Record:
    return {
        n: v.encode("ascii", "replace").decode() if isinstance(v, str) else v
        for n, v in put.record.items()
    }


def _forge(call: Call, reader: Reader, put: Put) -> Record:
    sent = call.body if isinstance(call.body, Mapping) else {}
    return {**put.record, **{name: sent[name] for name in ("created_at",) if name in sent}}


def _same_again(call: Call, reader: Reader, put: Put) -> Record:
    """Change a record when it is put as it is already."""
    old = {name: value for name, value in _old(call, reader, put).items() if name != "updated_at"}
    same = old == {name: value for name, value in put.record.items() if name != "updated_at"}
    return {**put.record, "color": "red"} if old and same else put.record


def _not_unique(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    racks = replace(model.resources["racks"], unique=())
    return decide(
        replace(model, resources={**model.resources, "racks": racks}), call, reader, supply
    )


def _keep_children(call: Call, reader: Reader, put: Put) -> Record:
    kept = {
        line["sku"]: line
        for line in [*_old(call, reader, put).get("lines", ()), *put.record.get("lines", ())]
    }
    return {**put.record, "lines": [*kept.values()]}


def _small(call: Call) -> Call:
    return replace(
        call, path={n: v.lower() if isinstance(v, str) else v for n, v in call.path.items()}
    )


def _orphans(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    """Let the boxes of a rack that is deleted be read all the same."""
    parents = tuple(replace(each, resource=None) for each in call.operation.parents)
    orphaned = call.operation.resource == "boxes" and call.operation.kind is Kind.READ
    call = replace(call, operation=replace(call.operation, parents=parents)) if orphaned else call
    decision = decide(model, call, reader, supply)
    if call.operation.kind is not Kind.DELETE or call.operation.resource != "racks":
        return decision
    boxes = reader.select(Collection("boxes", (str(call.path["rack_id"]),)), Query()).found
    return replace(
        decision, changes=(*decision.changes, *(Put(b.collection, b.key, b.record) for b in boxes))
    )


def _half(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    """Keep what is right of a change that is refused.

    A refusal applies nothing, so it is put into the store behind the back of the decision.
    """
    decision = decide(model, call, reader, supply)
    if (
        decision.reply.problem is None
        or call.operation.kind is not Kind.MERGE
        or not isinstance(call.body, Mapping)
    ):
        return decision
    right = {
        name: call.body[name] for name in ("name", "color") if isinstance(call.body.get(name), str)
    }
    half = decide(model, replace(call, body=right, violations=()), reader, supply)
    if isinstance(reader, MemoryStore):
        reader.apply(half.changes)
    return decision


def _touch_siblings(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    decision = decide(model, call, reader, supply)
    if call.operation.kind is not Kind.MERGE or not decision.changes:
        return decision
    found = reader.select(Collection("boxes", (str(call.path["rack_id"]),)), Query()).found
    others = [each for each in found if each.key != str(call.path["box_id"])]
    spoiled = [
        Put(each.collection, each.key, {**each.record, "color": "spoiled"}) for each in others
    ]
    return replace(decision, changes=(*decision.changes, *spoiled))


@dataclass(frozen=True, slots=True)
class _Asking:
    """A reader that finds records below any parent, or asks for other pages than it should."""

    reader: Reader
    anywhere: bool = False
    early: int = 0
    order: Callable[[tuple[str, ...]], tuple[str, ...]] = lambda order: order
    counted: bool = False

    def get(self, collection: Collection, key: str) -> Record | None:
        found = self.reader.select(Collection(collection.resource), Query()).found
        if self.anywhere and collection.resource == "boxes":
            return next((each.record for each in found if each.key == key), None)
        return self.reader.get(collection, key)

    def removed(self, collection: Collection, key: str) -> Record | None:
        return self.reader.removed(collection, key)

    def select(self, collection: Collection, query: Query) -> Any:
        offset = max(0, query.offset - self.early)
        return self.reader.select(
            collection, replace(query, offset=offset, order=self.order(query.order))
        )

    def last(self, sequence: str) -> int:
        if not self.counted or sequence not in ("racks", "boxes"):
            return self.reader.last(sequence)
        return max(
            (int(each.key) for each in self.reader.select(Collection(sequence), Query()).found),
            default=0,
        )


def asking(kinds: tuple[Kind, ...], **how: Any) -> Decide:
    """Return a `decide` that asks the state another question for calls of these kinds."""
    return lambda model, call, reader, supply: decide(
        model, call, _Asking(reader, **how) if call.operation.kind in kinds else reader, supply
    )


def _lose_the_last(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    decision = decide(model, call, reader, supply)
    puts = [each for each in decision.changes if isinstance(each, Put)]
    kept = (
        [each for each in decision.changes if each is not puts[-1]]
        if isinstance(call.body, list) and puts
        else None
    )
    return decision if kept is None else replace(decision, changes=tuple(kept))


def _lose_changes_when_busy(app: App) -> App:
    """Store what a change read before another one was done: the other one's change is lost."""
    busy: list[int] = []

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        changing = scope["method"] == "PATCH"
        busy.extend([1] * changing)
        await asyncio.sleep(0)
        first = changing and len(busy) > 1
        if changing:
            busy.pop()
        await app(scope, _empty if first else receive, send)

    return answer


async def _empty() -> Any:
    return {"type": "http.request", "body": b"{}", "more_body": False}


def _count_looks(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    decision = decide(model, call, reader, supply)
    if (
        call.operation.kind is not Kind.READ
        or call.operation.resource != "racks"
        or decision.reply.problem
    ):
        return decision
    record = decision.reply.value
    looked = Put(
        Collection("racks"), str(record["id"]), {**record, "floor": (record.get("floor") or 0) + 1}
    )
    return replace(decision, changes=(looked,))


def _open(app: App) -> App:
    """Let everybody ask for heads."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        opened = scope["method"] == "HEAD"
        await app(
            {**scope, "headers": [*scope["headers"], KEY]} if opened else scope, receive, send
        )

    return answer


def _other_head(app: App) -> App:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        async def other(message: Any) -> None:
            started = message["type"] == "http.response.start" and scope["method"] == "HEAD"
            kept = [
                each for each in message.get("headers", ()) if each[0].lower() != b"content-length"
            ]
            await send(
                {**message, "headers": [*kept, (b"content-length", b"0")]} if started else message
            )

        await app(scope, receive, other)

    return answer


def _lose_when_busy(app: App) -> App:
    """Forget records that are made while others are made."""
    busy: list[int] = []

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        messages: list[Any] = []

        async def keep(message: Any) -> None:
            messages.append(message)

        busy.append(1)
        await asyncio.sleep(0)
        crowded = len(busy) > 1 and scope["method"] == "POST"
        await app(scope, receive, keep)
        busy.pop()
        made = json.loads(b"".join(each.get("body", b"") for each in messages[1:]) or b"{}")
        if crowded and "id" in made:
            path = f"{scope['path']}/{made['id']}"
            await app(
                {**scope, "method": "DELETE", "path": path, "raw_path": path.encode()},
                receive,
                _nowhere,
            )
        for message in messages:
            await send(message)

    return answer


async def _nowhere(message: Any) -> None:
    """Send nothing."""


def _one_more(decision: Decision) -> Decision:
    return replace(decision, reply=replace(decision.reply, value=decision.reply.value + 1))


FAULTS = (
    Fault(
        "created-is-readable",
        "nothing is stored",
        deciding((Kind.CREATE,), lambda d: replace(d, changes=()), "boxes"),
    ),
    Fault("sent-is-read", "umlauts are lost", storing((Kind.CREATE,), _lose_umlauts)),
    Fault(
        "defaults-apply",
        "a default is forgotten",
        storing(
            (Kind.CREATE,),
            lambda c, r, p: {**p.record, "note": (c.body or {}).get("note")},
            "boxes",
        ),
    ),
    Fault("read-only-cannot-be-written", "a moment can be forged", storing((Kind.CREATE,), _forge)),
    Fault("keys-are-not-reused", "a key comes again", asking((Kind.CREATE,), counted=True)),
    Fault("unique-is-kept", "two have the same name", _not_unique),
    Fault(
        "batch-makes-all",
        "the last of a batch is lost",
        _lose_the_last,
    ),
    Fault(
        "merge-keeps-the-rest",
        "a merge forgets the color",
        storing((Kind.MERGE,), lambda c, r, p: {**p.record, "color": (c.body or {}).get("color")}),
    ),
    Fault(
        "replace-resets-the-rest",
        "a replace keeps the color",
        storing((Kind.REPLACE,), lambda c, r, p: {"color": _old(c, r, p).get("color"), **p.record}),
    ),
    Fault(
        "same-call-twice",
        "the second of two calls changes more",
        storing((Kind.REPLACE,), _same_again),
    ),
    Fault(
        "moments-go-forward",
        "a change moves the moment of creation",
        storing((Kind.MERGE,), lambda c, r, p: {**p.record, "created_at": "2001-01-01T00:00:00Z"}),
    ),
    Fault(
        "upsert-is-idempotent",
        "the second upsert changes more",
        storing(
            (Kind.UPSERT,), lambda c, r, p: {**p.record, "hue": "x"} if _old(c, r, p) else p.record
        ),
    ),
    Fault(
        "upsert-replaces",
        "an upsert keeps the text",
        storing(
            (Kind.UPSERT,),
            lambda c, r, p: {**p.record, "text": _old(c, r, p).get("text", p.record["text"])},
        ),
    ),
    Fault(
        "upsert-replaces-children",
        "lines that are left out stay",
        storing((Kind.UPSERT,), _keep_children),
    ),
    Fault(
        "near-keys-are-others",
        "keys in capitals are taken for small ones",
        calling((*Kind,), _small),
    ),
    Fault(
        "deleted-is-gone",
        "nothing is deleted",
        deciding((Kind.DELETE,), lambda d: replace(d, changes=()), "racks"),
    ),
    Fault(
        "bulk-delete-takes-what-is-selected",
        "one of many is deleted",
        deciding((Kind.BULK_DELETE,), lambda d: replace(d, changes=d.changes[:1])),
    ),
    Fault("parent-takes-its-children", "boxes outlive their rack", _orphans),
    Fault("refused-changes-nothing", "a refused change is half done", _half),
    Fault("siblings-are-untouched", "a change spoils the siblings", _touch_siblings),
    Fault(
        "other-parents-are-untouched",
        "a box is read in any rack",
        asking((Kind.READ,), anywhere=True),
    ),
    Fault("concurrent-creates-survive", "some are lost in a crowd", around=_lose_when_busy),
    Fault(
        "concurrent-changes-survive", "one of two changes is lost", around=_lose_changes_when_busy
    ),
    Fault("pages-partition", "pages overlap", asking((Kind.LIST,), early=1)),
    Fault("count-is-the-sum", "a count is one too high", deciding((Kind.COUNT,), _one_more)),
    Fault(
        "filters-choose",
        "filters are ignored",
        calling(
            (Kind.LIST,), lambda call: replace(call, operation=replace(call.operation, filters=()))
        ),
    ),
    Fault("order-holds", "no order is kept", asking((Kind.LIST,), order=lambda order: order[-1:])),
    Fault("auth-is-enforced", "anybody may ask for heads", around=_open),
    Fault("safe-methods-are-safe", "a look changes the rack", _count_looks),
    Fault("head-is-get", "heads tell another length", around=_other_head),
)
