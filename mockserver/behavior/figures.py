"""Tell of records in numbers: what an operation counts and the state in, its reply out."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Mapping
from typing import Any

from mockserver.behavior.visibility import HERE
from mockserver.call import Call
from mockserver.conditions import AnyOf, Condition
from mockserver.lookup import put_at, value_at
from mockserver.model.types import Figure, FigureWay, Model
from mockserver.state import Collection, Draft, Query, key_of

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


def _worked_out(model: Model, figure: Figure, call: Call, draft: Draft) -> Any:
    resource = model.resources[figure.resource]
    above = [parent.param for parent in resource.split if parent.param in call.path]
    keys = tuple(key_of(call.path[param]) for param in above)
    where: tuple[Condition | AnyOf, ...] = ()
    if resource.departure is not None:
        where = (HERE,)
    if figure.way is FigureWay.COUNT:
        if figure.field:
            where = (*where, Condition(figure.field, (figure.value,)))
        query = Query(where=where, limit=0)
        return draft.select(Collection(resource.name, keys), query).total
    selection = draft.select(Collection(resource.name, keys), Query(where=where))
    values = [value_at(found.record, figure.field) for found in selection.found]
    if figure.way is FigureWay.EACH:
        return dict(Counter(str(value) for value in values if isinstance(value, str | int)))
    numbers = [value for value in values if isinstance(value, int | float)]
    return round(sum(numbers), DIGITS)
