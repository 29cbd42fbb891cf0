"""Turn the query parameters of a call into a Query and a Page: filters, order and slice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.behavior.kin.rules import check_references
from mockserver.behavior.scene import Scene, conditions, spellings
from mockserver.behavior.search.choices import asked_of, where
from mockserver.behavior.search.languages import Conditions
from mockserver.behavior.search.order import order_of
from mockserver.behavior.search.slices import page_of, placed, spread
from mockserver.behavior.visibility import condition as visible
from mockserver.call import Page, Problem, ProblemKind, Refused
from mockserver.state import Condition, Query


def ask(scene: Scene) -> tuple[Query, Page]:
    """Return what a list call asks of the store, and the page it names (its total still
    unknown).
    """
    operation = scene.operation
    values = asked_of(operation, scene.call)
    if any(each.must_exist for each in operation.filters):
        _check_references(scene)
    named = spread(values)
    page = page_of(operation.paging, named)
    query = Query(
        where=_where(scene, values),
        order=order_of(scene, values),
        view=operation.view,
        arguments=tuple(scene.call.path.items()) if operation.view else (),
    )
    return placed(scene, query, page, named), page


def _where(scene: Scene, values: Mapping[str, Any]) -> Conditions:
    """Return what the records must be that a call asks for, and sees."""
    found = (*where(scene.operation, values), *conditions(scene.linked), *_named(scene))
    if scene.resource.departure is None:
        return found
    return (*found, visible(scene.call))


def _named(scene: Scene) -> Conditions:
    """Return that the records are those whose keys a body names: {inputs: [{id: 1}, {id: 2}]}."""
    key = scene.resource.key or ""
    keys: list[Any] = []
    for item in scene.items or ():
        if not isinstance(item, Mapping) or key not in item:
            return ()
        keys += spellings(item[key])
    if not keys:
        return ()
    named = Condition(key, tuple(keys))
    return (named,)


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
