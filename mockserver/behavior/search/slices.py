"""Find where the page of a list begins, and what leads to the ones beside it.

    page=3                 so many records in, as is an offset
    cursor=WzE...          at the place that an opaque text tells
    after=cst_5, from=cst_5   at the record of a key, or behind it
    before=cst_5           so that it ends there

A page that begins at a place stays right while records come and go: what is behind that place is
shown, however many are before it. The record itself need not be there any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.behavior.scene import Scene
from mockserver.behavior.search.cursors import Cursor, cursor_text, read_cursor
from mockserver.call import Page, Problem, ProblemKind, Refused, Violation
from mockserver.model.keys import CREATION
from mockserver.model.paths import bare
from mockserver.model.search.paging import ORDERING
from mockserver.model.types import BY_PLACE, PageWay, Paging
from mockserver.state import Condition, Found, Query, Selection, key_of

LAST_KEY = "\U0010ffff"
"""A key behind all others."""
EVERYTHING = 1 << 31
"""As good as no limit."""

Values = Mapping[str, Any]
"""What is asked for, by the names of the parameters."""


def page_of(paging: Paging, values: Values) -> Page:
    """Return the page that the parameters name, with the API's defaults for what is absent; one
    that begins at a place has no offset yet.
    """
    if paging.style == "none":
        return Page(1, None, 0)
    size = _whole(
        values.get(paging.size or ""),
        0,
        paging.default,
    )
    if paging.maximum is not None and size is not None:
        size = min(size, paging.maximum)
    way, value = asked_way(paging, values)
    first = paging.first
    if way.style == "page":
        number = _whole(value, first, first)
        return Page(
            first if number is None else number,
            size,
            0,
            first=first,
        )
    origin = paging.origin
    start = _whole(value, origin, origin) if way.style == "offset" else origin
    return Page(
        first,
        size,
        0,
        first=first,
        start=(start or origin) - origin,
        origin=origin,
    )


def spread(values: Values) -> Values:
    """Return what is asked for with the members of objects by the names under which they are sent:
    page[size], pagination.size, size.
    """
    found = dict(values)
    for name, value in values.items():
        if not isinstance(value, Mapping):
            continue
        for inner, child in value.items():
            found[f"{name}[{inner}]"] = found[f"{name}.{inner}"] = child
            found.setdefault(inner, child)
    return found


def asked_way(paging: Paging, values: Values) -> tuple[PageWay, Any]:
    """Return the way in which a page is asked for, and the value that names it: the usual way, with
    None, where there is nothing to tell.
    """
    usual = PageWay(paging.style, paging.number or "")
    back = PageWay("before", paging.back or "")
    for way in (usual, back, *paging.others):
        value = values.get(way.param)
        if value is not None and value != "":
            return way, value
    return usual, None


def placed(scene: Scene, query: Query, page: Page, values: Values) -> Query:
    """Return the query for a page: where it begins, and how many records it has. Raises Refused for
    a cursor that tells no place in this list.
    """
    order = _usual_order(scene, query.order, values)
    query = replace(
        query,
        order=order,
        offset=page.offset,
        limit=page.size,
    )
    paging = scene.operation.paging
    _check_size(scene, values)
    way, value = asked_way(paging, values)
    if value is None or way.style not in (*BY_PLACE, "before"):
        return query
    cursor = read_cursor(
        scene.operation.label,
        scene.resource.name,
        str(value),
    )
    if cursor is not None:
        order = _order_of(scene, query, cursor, way)
        query = replace(query, order=order)
        return _ending(query, cursor.found) if cursor.backwards else _at(query, cursor.found, way)
    found = None if way.style == "cursor" else _named(scene, query, value, paging)
    if found is None:
        raise Refused(_no_place(scene, way, value))
    return _ending(query, found) if way.style == "before" else _at(query, found, way)


def _usual_order(
    scene: Scene,
    order: tuple[str, ...],
    values: Values,
) -> tuple[str, ...]:
    """Return the order of a list, turned around where it begins with what was made last and no
    other one is asked for.
    """
    is_asked = any(ORDERING.fullmatch(bare(name)) for name in values)
    if not scene.operation.newest_first or is_asked or order != scene.resource.order:
        return order
    return tuple(f"-{name}" for name in order)


def _is_by(order: tuple[str, ...], name: str) -> bool:
    """Tell whether a list is in the order of one property alone, whichever comes first."""
    return order in ((name,), (f"-{name}",))


def _check_size(scene: Scene, values: Values) -> None:
    """Raise Refused for a page that is larger than the API gives, where it refuses one."""
    paging = scene.operation.paging
    size = _whole(values.get(paging.size or ""), 0, None)
    if not paging.strict or paging.maximum is None or size is None or size <= paging.maximum:
        return
    text = f"{paging.size} is {size}, and {paging.maximum} at most"
    limits = {"limit": paging.maximum}
    violation = Violation(
        "query",
        (paging.size or "",),
        "maximum",
        text,
        limits,
    )
    raise Refused(Problem(ProblemKind.LIMIT_EXCEEDED, text, (violation,), limits))


def _at(query: Query, found: Found, way: PageWay) -> Query:
    """Return a query that begins behind a record, or with it."""
    return replace(query, start=found, beyond=way.style != "from")


def _ending(query: Query, found: Found) -> Query:
    """Return a query that ends before a record."""
    limit = EVERYTHING if query.limit is None else query.limit
    return replace(
        query,
        start=found,
        beyond=False,
        offset=-limit,
        limit=limit,
    )


def _order_of(scene: Scene, query: Query, cursor: Cursor, way: PageWay) -> tuple[str, ...]:
    """Return the order of the list that a cursor goes on with. Raises Refused where another one is
    asked for.
    """
    param = scene.operation.sort_param
    asked = scene.call.query.get(param) if param else None
    described = scene.operation.described.parameter("query", param) if param else None
    usual = described.schema.get("default") if described is not None else None
    if cursor.order == query.order or asked is None or asked == usual:
        return cursor.order
    text = f"{way.param} belongs to another order than {param} asks for"
    raise Refused(_problem(scene, way, text))


def _named(scene: Scene, query: Query, value: Any, paging: Paging) -> Found | None:
    """Return the record that a key names, with its place when it is no longer there."""
    if paging.whole and _is_by(query.order, CREATION):
        return _numbered(scene, value)
    key = key_of(value)
    record = scene.draft.get(scene.collection, key)
    if record is None:
        record = scene.draft.removed(scene.collection, key)
    if record is not None:
        return Found(scene.collection, key, record)
    name = scene.resource.key
    if name is None:
        return None
    where = (Condition(name, (value, key)),)
    found = scene.draft.select(scene.collection, Query(where=where, limit=1)).found
    if found:
        return found[0]
    if paging.whole and _is_by(query.order, name):
        return Found(scene.collection, key, {name: value})
    return None


def _numbered(scene: Scene, value: Any) -> Found | None:
    """Return the place of the record that has a number by the order of creation."""
    number = _whole(value, 0, None)
    return None if number is None else Found(scene.collection, LAST_KEY, {CREATION: number})


def _no_place(scene: Scene, way: PageWay, value: Any) -> Problem:
    """Return the refusal of a cursor that tells no place in a list."""
    text = f"{way.param} is no cursor of this list: send one that a page of it has told"
    if way.style != "cursor":
        text = f"{way.param} is the key of no record of this list: {value}"
    return _problem(scene, way, text)


def _problem(scene: Scene, way: PageWay, text: str) -> Problem:
    place = "query" if way.param in scene.call.query else "body"
    violation = Violation(place, (way.param,), "cursor", text)
    return Problem(ProblemKind.INVALID_QUERY, text, (violation,))


def settled_page(scene: Scene, query: Query, page: Page, selection: Selection) -> Page:
    """Return a page with what the selection tells: how many records there are, where it begins and
    what leads on and back.
    """
    found = selection.found
    page = replace(page, total=selection.total)
    if query.start is not None:
        page = replace(page, start=selection.offset, length=len(found))
    paging = scene.operation.paging
    if paging.style not in BY_PLACE:
        return page
    return replace(
        page,
        onward=_onward(scene, query, page, found) if page.has_next else None,
        backward=_backward(scene, query, found) if page.has_previous else None,
    )


def _onward(scene: Scene, query: Query, page: Page, found: Sequence[Found]) -> str | None:
    """Return what asks for the next page: a cursor, or the key of the last record or of the one
    after it.
    """
    paging = scene.operation.paging
    if paging.style == "from":
        behind = replace(
            query,
            start=None,
            offset=page.offset + len(found),
            limit=1,
        )
        following = scene.draft.select(scene.collection, behind).found
        return following[0].key if following else None
    if not found:
        return None
    if paging.style == "cursor":
        return _told(scene, query, found[-1], backwards=False)
    return _key(paging, query, found[-1])


def _backward(scene: Scene, query: Query, found: Sequence[Found]) -> str | None:
    """Return what asks for the page before; nothing does where that is a key and only leads on."""
    paging = scene.operation.paging
    if not found:
        return None
    if paging.style == "cursor":
        return _told(scene, query, found[0], backwards=True)
    return None if paging.back is None else _key(paging, query, found[0])


def _key(paging: Paging, query: Query, found: Found) -> str:
    if paging.whole and _is_by(query.order, CREATION):
        return key_of(found.record.get(CREATION, 0))
    return found.key


def _told(scene: Scene, query: Query, found: Found, *, backwards: bool) -> str:
    """Return a record as a cursor."""
    cursor = Cursor(query.order, found, backwards)
    return cursor_text(scene.operation.label, cursor)


def _whole(value: Any, least: int, otherwise: int | None) -> int | None:
    """Return a whole number of at least so much, also from a text, as documents may declare it;
    else the other one.
    """
    try:
        return max(least, int(value))
    except (TypeError, ValueError, OverflowError):
        return otherwise
