"""Turn the query parameters of a call into a Query and a Page: filters, order and slice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockserver.behavior.records import check_references
from mockserver.behavior.scene import Scene
from mockserver.call import Page, Problem, ProblemKind, Refused
from mockserver.model.types import Filter, Paging
from mockserver.state import Condition, Query


def ask(scene: Scene) -> tuple[Query, Page]:
    """Return what a list call asks of the store, and the page it names (its total still unknown)."""
    operation, values = scene.operation, scene.call.query
    _check_references(scene)
    page = page_of(operation.paging, values)
    query = Query(
        where=tuple(condition for each in operation.filters if (condition := _condition(each, values))),
        order=_order(scene),
        offset=page.offset,
        limit=page.size,
        view=operation.view,
        arguments=tuple(scene.call.path.items()) if operation.view else (),
    )
    return query, page


def _check_references(scene: Scene) -> None:
    """Raise Refused when a filter names a record that must exist and does not."""
    wanted = {each.field: each.param for each in scene.operation.filters if each.must_exist}
    named = {field: scene.call.query[param] for field, param in wanted.items() if param in scene.call.query}
    violations = [
        replace(violation, place="query", path=(wanted[str(violation.path[0])],))
        for violation in check_references(scene.resource, named, scene.draft)
    ]
    if violations:
        raise Refused(Problem(ProblemKind.INVALID_QUERY, violations[0].message, tuple(violations)))


def page_of(paging: Paging, values: Any) -> Page:
    """Return the page that the parameters name, with the API's defaults for what is absent."""
    if paging.style == "none":
        return Page(1, None, 0)
    size = _whole(values.get(paging.size), 0, paging.default)
    if paging.maximum is not None and size is not None:
        size = min(size, paging.maximum)
    if paging.style == "offset":
        return Page(0, size, 0, first=0, start=_whole(values.get(paging.number), 0, 0))
    number = _whole(values.get(paging.number), paging.first, paging.first)
    return Page(paging.first if number is None else number, size, 0, first=paging.first)


def _whole(value: Any, least: int, otherwise: int | None) -> int | None:
    """Return a whole number of at least so much, also from a text, as documents may declare it; else the other one."""
    try:
        return max(least, int(value))
    except (TypeError, ValueError, OverflowError):
        return otherwise


def _condition(each: Filter, values: Any) -> Condition | None:
    value = values.get(each.param)
    if value is None:
        return None
    return Condition(each.field, tuple(value) if isinstance(value, list) else (value,))


def _order(scene: Scene) -> tuple[str, ...]:
    """Return the order asked for, else the resource's own."""
    asked = scene.call.query.get(scene.operation.sort_param) if scene.operation.sort_param else None
    if not asked:
        return scene.resource.order
    names = asked if isinstance(asked, list) else str(asked).split(",")
    properties = scene.resource.schema.get("properties", {})
    known = [name for name in names if name.lstrip("-") in properties]
    return (*known, *scene.resource.order)
