"""Turn the query parameters of a call into a Query and a Page: filters, order and slice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockserver.behavior.choices import asked_of, where
from mockserver.behavior.order import order_of
from mockserver.behavior.rules import check_references
from mockserver.behavior.scene import Scene
from mockserver.call import Page, Problem, ProblemKind, Refused
from mockserver.model.types import BY_KEY, Paging
from mockserver.state import Query, key_of


def ask(scene: Scene) -> tuple[Query, Page]:
    """Return what a list call asks of the store, and the page it names (its total still
    unknown).
    """
    operation = scene.operation
    values = asked_of(operation, scene.call)
    _check_references(scene)
    page = page_of(operation.paging, values)
    query = Query(
        where=where(operation, values),
        order=order_of(scene, values),
        offset=page.offset,
        limit=page.size,
        view=operation.view,
        arguments=tuple(scene.call.path.items()) if operation.view else (),
    )
    if operation.paging.style in BY_KEY:
        return _at_key(scene, query, page, values.get(operation.paging.number or ""))
    return query, page


def _at_key(scene: Scene, query: Query, page: Page, key: Any) -> tuple[Query, Page]:
    """Return the query and page that begin with, or after, the record of a key; at the first record
    for an unknown one.
    """
    if key is None:
        return query, page
    beyond = 1 if scene.operation.paging.style == "after" else 0
    everything = replace(query, offset=0, limit=None)
    keys = [found.key for found in scene.draft.select(scene.collection, everything).found]
    wanted = key_of(key)
    place = keys.index(wanted) + beyond if wanted in keys else 0
    return replace(query, offset=place), replace(page, start=place)


def _check_references(scene: Scene) -> None:
    """Raise Refused when a filter names a record that must exist and does not."""
    wanted = {each.field: each.param for each in scene.operation.filters if each.must_exist}
    named = {
        field: scene.call.query[param]
        for field, param in wanted.items()
        if param in scene.call.query
    }
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
    if paging.style in ("offset", "cursor", *BY_KEY):
        return Page(0, size, 0, first=0, start=_whole(values.get(paging.number), 0, 0))
    number = _whole(values.get(paging.number), paging.first, paging.first)
    return Page(paging.first if number is None else number, size, 0, first=paging.first)


def _whole(value: Any, least: int, otherwise: int | None) -> int | None:
    """Return a whole number of at least so much, also from a text, as documents may declare it;
    else the other one.
    """
    try:
        return max(least, int(value))
    except (TypeError, ValueError, OverflowError):
        return otherwise
