"""Semantic faults to plant into a behavior: each a name, the APIs in which it can show, and how to
plant it.

A fault is in the served app alone: the oracle and the small models decide without it. So the
machine is given a space whose `decide` is wrong, and nothing else is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mockserver.behavior.decide import decide
from mockserver.call import Call, Decision, Page, Supply
from mockserver.model.types import Kind, Model
from mockserver.state import Advance, Collection, Put, Query, Reader, Selection
from mockserver.stores.memory import MemoryStore

Decide = Callable[[Model, Call, Reader, Supply], Decision]


@dataclass(frozen=True, slots=True)
class Fault:
    """`decide` goes wrong in this way; `apis` are those whose behavior has what it breaks."""

    name: str
    apis: tuple[str, ...]
    decide: Decide


@dataclass(frozen=True, slots=True)
class Asking:
    """A reader that puts another question to the state than it is asked."""

    reader: Reader
    asked: Callable[[Collection, Query], tuple[Collection, Query]]

    def get(self, collection: Collection, key: str) -> Any:
        return self.reader.get(collection, key)

    def removed(self, collection: Collection, key: str) -> Any:
        return self.reader.removed(collection, key)

    def select(self, collection: Collection, query: Query) -> Selection:
        return self.reader.select(*self.asked(collection, query))

    def last(self, sequence: str) -> int:
        return self.reader.last(sequence)


def _of(kinds: tuple[Kind, ...], change: Callable[[Call, Decision], Decision]) -> Decide:
    """Return a `decide` that changes the decisions on calls of these kinds that are not refused."""

    def wrong(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
        decision = decide(model, call, reader, supply)
        if call.operation.kind not in kinds or decision.reply.problem is not None:
            return decision
        return change(call, decision)

    return wrong


def _delete_nothing(call: Call, decision: Decision) -> Decision:
    return Decision(decision.reply)


def _first_only(call: Call, decision: Decision) -> Decision:
    """Remove one record where several must go: those of a page, or those below the one that is
    named.
    """
    return Decision(decision.reply, decision.changes[:1])


def _lose_a_property(call: Call, decision: Decision) -> Decision:
    """Store a changed record without the last property that was sent; the reply shows it all the
    same.
    """
    sent = [
        name
        for name in _sent(call)
        if any(name in c.record for c in decision.changes if isinstance(c, Put))
    ]
    if not sent:
        return decision
    last = sent[-1]
    changes = [
        Put(c.collection, c.key, {name: value for name, value in c.record.items() if name != last})
        if isinstance(c, Put)
        else c
        for c in decision.changes
    ]
    return Decision(decision.reply, tuple(changes))


def _count_one_more(call: Call, decision: Decision) -> Decision:
    reply = decision.reply
    if call.operation.kind is Kind.COUNT:
        return Decision(replace(reply, value=reply.value + 1))
    page = reply.page
    return Decision(
        replace(reply, page=replace(page, total=page.total + 1) if isinstance(page, Page) else page)
    )


def _half_apply(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    """Keep what was changed before a refusal: the children sent before the one that is wrong.

    A refusal applies nothing, so it is put into the store behind the back of the decision.
    """
    decision = decide(model, call, reader, supply)
    if (
        decision.reply.problem is None
        or call.operation.kind is not Kind.UPSERT
        or not isinstance(call.body, Mapping)
    ):
        return decision
    for fewer in range(len(call.body.get("images") or ()) - 1, 0, -1):
        part = replace(
            call, body={**call.body, "images": call.body["images"][:fewer]}, violations=()
        )
        half = decide(model, part, reader, supply)
        if half.reply.problem is None:
            if isinstance(reader, MemoryStore):
                reader.apply(half.changes)
            return decision
    return decision


def _keep_omitted_children(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    """Send along the children that the client left out."""
    if (
        call.operation.kind is not Kind.UPSERT
        or not isinstance(call.body, Mapping)
        or call.violations
    ):
        return decide(model, call, reader, supply)
    kept = reader.get(Collection(call.operation.resource or ""), str(call.body.get("product_sku")))
    sent = call.body.get("images") or []
    urls = {image.get("url") for image in sent}
    more = [image for image in (kept or {}).get("images", ()) if image["url"] not in urls]
    return decide(
        model, replace(call, body={**call.body, "images": [*sent, *more]}), reader, supply
    )


def _overlap_pages(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    """Begin every page but the first one record too early."""
    if call.operation.kind not in (Kind.LIST, Kind.VIEW):
        return decide(model, call, reader, supply)
    early = Asking(
        reader,
        lambda collection, query: (collection, replace(query, offset=max(0, query.offset - 1))),
    )
    return decide(model, call, early, supply)


def _ignore_filters(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    if call.operation.kind is not Kind.LIST:
        return decide(model, call, reader, supply)
    return decide(
        model, replace(call, operation=replace(call.operation, filters=())), reader, supply
    )


@dataclass(frozen=True, slots=True)
class Careless:
    """A reader that finds a record under any parent."""

    reader: Reader

    def get(self, collection: Collection, key: str) -> Any:
        every = self.reader.select(Collection(collection.resource), Query()).found
        return next((found.record for found in every if found.key == key), None)

    def removed(self, collection: Collection, key: str) -> Any:
        return self.reader.removed(collection, key)

    def select(self, collection: Collection, query: Query) -> Selection:
        return self.reader.select(collection, query)

    def last(self, sequence: str) -> int:
        return self.reader.last(sequence)


def _look_under_any_parent(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    wrong = Careless(reader) if call.operation.kind is Kind.READ else reader
    return decide(model, call, wrong, supply)


def _list_under_any_parent(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    if call.operation.kind is not Kind.LIST:
        return decide(model, call, reader, supply)
    wide = Asking(reader, lambda collection, query: (Collection(collection.resource), query))
    return decide(model, call, wide, supply)


def _reuse_keys(call: Call, decision: Decision) -> Decision:
    """Forget which numbers were given out, so that the key of the last record comes again once it
    is deleted.
    """
    return Decision(
        decision.reply, tuple(c for c in decision.changes if not isinstance(c, Advance))
    )


def _move_creation(call: Call, decision: Decision) -> Decision:
    """Touch what must stay: the date of creation moves with every change."""
    changes = tuple(
        Put(c.collection, c.key, {**c.record, **_moved(c.record)}) if isinstance(c, Put) else c
        for c in decision.changes
    )
    return Decision(decision.reply, changes)


def _moved(change: Put) -> Put:
    names = [
        name
        for name in ("created_at", "created_date", "added_at", "date_created")
        if name in change.record
    ]
    moved = {name: str(change.record[name]).replace("20", "19", 1) for name in names}
    return replace(change, record={**change.record, **moved})


def _forget_defaults(call: Call, decision: Decision) -> Decision:
    """Store a new record without the values that it has when they are not sent."""
    names = {"in_stock", "is_thumbnail", "sort_order", "alt"} - set(_sent(call))
    value = decision.reply.value
    if not isinstance(value, Mapping):
        return decision
    kept = {name: child for name, child in value.items() if name not in names}
    changes = [
        Put(c.collection, c.key, {n: v for n, v in c.record.items() if n not in names})
        if isinstance(c, Put)
        else c
        for c in decision.changes
    ]
    return Decision(replace(decision.reply, value=kept), tuple(changes))


def _forget_siblings(call: Call, decision: Decision) -> Decision:
    """Change the record that was named and none beside it: positions and flags get out of step."""
    first = [
        c for c in decision.changes if isinstance(c, Put) and c.record.get("id") == _key(decision)
    ]
    others = [c for c in decision.changes if not isinstance(c, Put)]
    return Decision(decision.reply, (*others, *first))


def _key(decision: Decision) -> Any:
    return decision.reply.value.get("id") if isinstance(decision.reply.value, Mapping) else None


def _sent(call: Call) -> list[str]:
    body = call.body
    wrapper = call.operation.envelope.request
    inner = body.get(wrapper, body) if wrapper and isinstance(body, Mapping) else body
    return list(inner) if isinstance(inner, Mapping) else []


FAULTS = (
    Fault(
        "a delete deletes nothing", ("bookshop", "shoplazza"), _of((Kind.DELETE,), _delete_nothing)
    ),
    Fault("a bulk delete deletes one", ("bigcommerce-v2",), _of((Kind.BULK_DELETE,), _first_only)),
    Fault(
        "an update loses a property",
        ("bookshop", "bigcommerce-v2"),
        _of((Kind.MERGE,), _lose_a_property),
    ),
    Fault("an upsert keeps omitted children", ("omnitron",), _keep_omitted_children),
    Fault("a refused batch is half applied", ("omnitron",), _half_apply),
    Fault("a count is one too high", ("shoplazza",), _of((Kind.COUNT,), _count_one_more)),
    Fault("a total is one too high", ("omnitron",), _of((Kind.LIST,), _count_one_more)),
    Fault("pages overlap", ("bookshop", "omnitron", "bigcommerce-v2"), _overlap_pages),
    Fault("a filter is ignored", ("bookshop", "omnitron"), _ignore_filters),
    Fault(
        "a child is read under another parent", ("bookshop", "shoplazza"), _look_under_any_parent
    ),
    Fault(
        "a child is listed under another parent",
        ("bookshop", "bigcommerce-v2"),
        _list_under_any_parent,
    ),
    Fault("a key is given twice", ("bookshop", "bigcommerce-v2"), _of((Kind.CREATE,), _reuse_keys)),
    Fault(
        "an update moves the date of creation", ("shoplazza",), _of((Kind.MERGE,), _move_creation)
    ),
    Fault(
        "a default is not applied",
        ("bookshop", "bigcommerce-v2"),
        _of((Kind.CREATE,), _forget_defaults),
    ),
    Fault(
        "siblings are forgotten",
        ("shoplazza", "bigcommerce-v2"),
        _of((Kind.MERGE, Kind.CREATE), _forget_siblings),
    ),
)
