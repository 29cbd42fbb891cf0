"""Settle what is computed of several records: a change in, the records whose formulas look at it
put anew.

    orders.computed.total: {value: sum(lines.amount)}
    POST /orders/7/lines {amount: 3}        order 7 has 3 more
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockserver.behavior.formula.figures import Figure, Unknowable
from mockserver.behavior.formula.ties import follow_tie
from mockserver.call import Supply
from mockserver.model.types import Formula, Model, Resource, Watcher
from mockserver.model.types.schema import NO_SCHEMA
from mockserver.state import Draft, Found, Put, Record, Remove


def settle_figures(
    model: Model,
    change: Put | Remove,
    draft: Draft,
    supply: Supply,
) -> None:
    """Put anew the records that show something computed of what has changed."""
    place, key = change.collection, change.key
    versions = (draft.reader.get(place, key), draft.get(place, key))
    watched = model.resources[place.resource]
    for watcher in watched.watched_by:
        for record in versions:
            if record is None:
                continue
            changed = Found(place, key, record)
            for found in _watching(watcher, changed, model, draft):
                _settle(found, model, draft, supply)


def _watching(
    watcher: Watcher,
    changed: Found,
    model: Model,
    draft: Draft,
) -> Iterable[Found]:
    """Return the records of a resource that look at one that has changed."""
    reached = [changed]
    for tie in watcher.way:
        further: list[Found] = []
        for found in reached:
            further += follow_tie(tie, found, model, draft)
        reached = further
    return reached


def _settle(
    found: Found,
    model: Model,
    draft: Draft,
    supply: Supply,
) -> None:
    """Put a record anew where what is computed of it has another value by now."""
    place, key = found.collection, found.key
    current = draft.get(place, key)
    if current is None:
        return
    resource = model.resources[place.resource]
    record = dict(current)
    for name, formula in resource.formulas.items():
        present = Found(place, key, record)
        figure = Figure(model, draft, supply, present)
        record[name] = _worked_out(figure, resource, name, formula)
    if record != current:
        in_order = _in_order(resource, record)
        draft.put(place, key, in_order)


def _worked_out(
    figure: Figure,
    resource: Resource,
    name: str,
    formula: Formula,
) -> Any:
    """Return the value of a property; where it hangs on what only a server can know, what a server
    would make.
    """
    fields = resource.record.all_properties
    schema = fields.get(name, NO_SCHEMA)
    try:
        return figure.value(formula, schema)
    except Unknowable:
        salt = f"{resource.name}/{figure.found.key}/{name}"
        return figure.supply.value(schema, salt)


def _in_order(resource: Resource, record: Record) -> Record:
    """Return a record with its properties in the order of the schema."""
    order = resource.schema.get("properties", ())
    known = {name: record[name] for name in order if name in record}
    return {**known, **record}
