"""Tell of records in numbers: what an operation counts and the state in, its reply out."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Mapping
from typing import Any

from mockserver.behavior.visibility import HERE
from mockserver.call import Call
from mockserver.conditions import Condition
from mockserver.lookup import put_at, value_at
from mockserver.model.types import FigureWay, Model, RecordFigure
from mockserver.state import Collection, Draft, Query, key_of

Conditions = tuple[Condition, ...]
DIGITS = 9
"""Places behind the point of a sum that are no error of adding."""


def counted(model: Model, call: Call, draft: Draft, shown: Any) -> Any:
    """Return what an operation shows, with what it tells of records as they are."""
    figures = call.operation.figures
    if not figures or not isinstance(shown, Mapping):
        return shown
    told = copy.deepcopy(dict(shown))
    for figure in figures:
        put_at(told, figure.place, _worked_out(model, figure, call, draft))
    return told


def _worked_out(
    model: Model,
    figure: RecordFigure,
    call: Call,
    draft: Draft,
) -> Any:
    """Return the number that tells of records as they are."""
    collection = _collection(model, figure, call)
    where = _where(model, figure)
    if figure.way is FigureWay.COUNT:
        counting = Query(where=where, limit=0)
        selection = draft.select(collection, counting)
        return selection.total
    everything = Query(where=where)
    selection = draft.select(collection, everything)
    values = []
    for found in selection.found:
        value = value_at(found.record, figure.field)
        values.append(value)
    if figure.way is FigureWay.EACH:
        named = [str(value) for value in values if isinstance(value, str | int)]
        return dict(Counter(named))
    numbers = [value for value in values if isinstance(value, int | float)]
    return round(sum(numbers), DIGITS)


def _collection(
    model: Model,
    figure: RecordFigure,
    call: Call,
) -> Collection:
    """Return the collection of which a figure tells, below what the path names."""
    resource = model.resources[figure.resource]
    keys = []
    for parent in resource.split:
        if parent.param in call.path:
            key = key_of(call.path[parent.param])
            keys.append(key)
    return Collection(resource.name, tuple(keys))


def _where(
    model: Model,
    figure: RecordFigure,
) -> Conditions:
    """Return what the records are of which a figure tells."""
    resource = model.resources[figure.resource]
    found = []
    if resource.departure is not None:
        found.append(HERE)
    if figure.field and figure.way is FigureWay.COUNT:
        condition = Condition(figure.field, (figure.value,))
        found.append(condition)
    return tuple(found)
