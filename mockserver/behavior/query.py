"""Turn the query parameters of a call into a Query and a Page: filters, order and slice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mockserver.behavior.rules import check_references
from mockserver.behavior.scene import Scene
from mockserver.behavior.slices import page_of, placed, spread
from mockserver.behavior.visibility import condition as visible
from mockserver.call import Page, Problem, ProblemKind, Refused
from mockserver.lookup import MISSING, value_at
from mockserver.model.lists import IN
from mockserver.model.paths import bare
from mockserver.model.types import Filter, Kind, Resource
from mockserver.state import Condition, Query


def ask(scene: Scene) -> tuple[Query, Page]:
    """Return what a list call asks of the store, and the page it names (its total still
    unknown).
    """
    operation, values = scene.operation, _asked(scene)
    _check_references(scene)
    named = spread(values)
    page = page_of(operation.paging, named)
    query = Query(
        where=tuple(_conditions(scene, values)),
        order=_order(scene),
        view=operation.view,
        arguments=tuple(scene.call.path.items()) if operation.view else (),
    )
    return placed(scene, query, page, named), page


def _conditions(scene: Scene, values: Mapping[str, Any]) -> Iterator[Condition]:
    """Yield what the records must be that a call asks for."""
    for each in scene.operation.filters:
        condition = _condition(each, values)
        if condition:
            yield condition
    if scene.resource.departure is not None:
        yield visible(scene.call)


def _asked(scene: Scene) -> Mapping[str, Any]:
    """Return what is asked for: the query, and in a search by POST the properties of the body."""
    body = scene.call.body
    in_body = isinstance(body, Mapping) and scene.operation.kind is Kind.LIST
    return {**scene.call.query, **body} if in_body else scene.call.query


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


def _condition(each: Filter, values: Mapping[str, Any]) -> Condition | None:
    value = values[each.param] if each.param in values else value_at(values, each.param)
    if value is None or value is MISSING or isinstance(value, Mapping):
        return None
    if isinstance(value, str) and value in each.everything:
        return None
    if isinstance(value, str) and "," in value and IN.search(each.param):
        value = value.split(",")
    wanted = value if isinstance(value, list) else [value]
    return Condition(each.field, tuple(spelling for one in wanted for spelling in _spellings(one)))


def _spellings(value: Any) -> tuple[Any, ...]:
    """Return a value with the number or the text that may be stored for it: a filter is often
    declared as text.
    """
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return (value, int(value))
    return (
        (value, str(value)) if isinstance(value, int) and not isinstance(value, bool) else (value,)
    )


def _order(scene: Scene) -> tuple[str, ...]:
    """Return the order asked for, else the resource's own: name, -name, name:desc, name desc, with
    sort_order=desc.
    """
    asked = scene.call.query.get(scene.operation.sort_param) if scene.operation.sort_param else None
    if not asked:
        return scene.resource.order
    properties = scene.resource.schema.get("properties", {})
    backwards = any(
        bare(name) in _DIRECTIONS and str(value).lower() == "desc"
        for name, value in scene.call.query.items()
    )
    names = [
        _ordered(str(each))
        for each in (asked if isinstance(asked, list) else str(asked).split(","))
    ]
    names = [_named(name, scene.resource) for name in names]
    known: dict[str, str] = {}
    for name in names:
        if name.lstrip("-") in properties:
            known.setdefault(name.lstrip("-"), name)  # of a name given twice the first one counts
    return (
        *(_turned(name) if backwards else name for name in known.values()),
        *scene.resource.order,
    )


def _named(name: str, resource: Resource) -> str:
    """Return a name to sort by with the property in place of `id`, where a record calls its key
    otherwise.
    """
    is_key = name.lstrip("-") == "id" and "id" not in resource.schema.get("properties", {})
    return name.replace("id", resource.key) if is_key and resource.key else name


def _ordered(asked: str) -> str:
    """Return a name with a leading `-` for descending."""
    name, sign, direction = asked.strip().replace(" ", ":").partition(":")
    return _turned(name) if sign and direction.lower().startswith("desc") else name.lstrip("+")


def _turned(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})")
_DIRECTIONS = frozenset(
    {"direction", "sortdirection", "sortorder", "orderdirection", "order", "dir", "sortdir"}
)
