"""Find the filters and the pages of a list in its parameters, by the names that are common for
them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from contracts.openapi import Spec, properties, resolved, type_of
from mockserver.model.paths import bare

SIZES = (
    *("limit", "perpage", "pagesize", "pagelimit", "size", "maxresults", "take", "top", "first"),
    *("itemsperpage", "resultsperpage", "pageitems", "count", "maxitems", "max"),
)
PAGES = ("page", "pagenumber", "pageno", "pagenum", "pageindex", "currentpage")
OFFSETS = ("offset", "pageoffset", "skip", "startat", "startindex")
TOKENS = (
    *("cursor", "pagetoken", "nexttoken", "pagecursor", "continuationtoken", "continue"),
    *("nextpagetoken", "startcursor", "scrollid"),
)
NEXT = ("next", "nextcursor", "nextpagetoken", "nexttoken", "cursor", "continue", "continuation")
LASTS = ("startingafter", "after", "afterid", "lastid")
MOMENTS = ("date", "date-time")
FROM_ONE = re.compile(r"\b(one|1)[- ]?based|(starts?|index) (at|from|is) (one|1)\b", re.I)
"""Words by which an offset counts from 1."""
LINK = re.compile(r"links?\.next$|next_?(url|uri|link)$", re.I)
"""Where a reply tells the address of the next page."""
MANY = 100
"""The rows that are asked for at once, where a list takes so many."""
MOST_ROWS = 2
"""The smallest page that is tried: two records are made."""
MOST_FILTERS = 3
DEEPEST = 3


def paging_of(
    spec: Spec, parameters: Sequence[Mapping[str, Any]], reply: Any
) -> Mapping[str, Any] | None:
    """Return how a list is visited page by page, in the judge's words; None where its parameters do
    not tell.
    """
    asked = {bare(str(each["name"])): each for each in parameters if each.get("in") == "query"}
    size = next((asked[name] for name in SIZES if name in asked), None)
    if size is None:
        return None
    schema = resolved(spec, size.get("schema", {}))
    least = int(schema.get("minimum") or 1)
    if max(least, 1) > MOST_ROWS or type_of(schema) not in ("integer", "number", None):
        return None
    told: dict[str, Any] = {"size": size["name"]}
    if least > 1:
        told["rows"] = least
    way = _onward(spec, asked, reply)
    return None if way is None else {**told, **way}


def whole_list(spec: Spec, parameters: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return the query that brings all records on one page, as far as the list has one."""
    asked = {bare(str(each["name"])): each for each in parameters if each.get("in") == "query"}
    size = next((asked[name] for name in SIZES if name in asked), None)
    schema = resolved(spec, size.get("schema", {})) if size else {}
    if size is None or type_of(schema) not in ("integer", "number"):
        return {}
    return {str(size["name"]): min(MANY, int(schema.get("maximum") or MANY))}


def usual_values(
    spec: Spec, parameters: Sequence[Mapping[str, Any]], fields: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values that records have in a list that is asked for nothing: the defaults of the
    choices among its parameters, by the names of the properties.
    """
    found = {}
    names = {bare(name): name for name in fields}
    for each in parameters:
        name = names.get(bare(str(each["name"])))
        schema = resolved(spec, each.get("schema", {}))
        is_choice = "enum" in schema or type_of(schema) == "boolean"
        if each.get("in") == "query" and name is not None and is_choice and "default" in schema:
            found[name] = schema["default"]
    return found


def _onward(
    spec: Spec, asked: Mapping[str, Mapping[str, Any]], reply: Any
) -> dict[str, Any] | None:
    """Return what names the next page."""
    page = next((asked[name] for name in PAGES if name in asked), None)
    if page is not None:
        schema = resolved(spec, page.get("schema", {}))
        if type_of(schema) not in ("integer", "number", None):
            page = None
        else:
            start = schema.get("default", schema.get("minimum", 1))
            return {"page": page["name"], **({"start": 0} if start == 0 else {})}
    offset = next((asked[name] for name in OFFSETS if name in asked), None)
    counted = resolved(spec, offset.get("schema", {})) if offset else {}
    is_text = offset is not None and type_of(counted) == "string"
    if offset is not None and not is_text:
        if 1 in (counted.get("default"), counted.get("minimum")) or _counts_from_one(offset):
            return None
        return {"offset": offset["name"]}
    token = offset or next((asked[name] for name in TOKENS if name in asked), None)
    if token is not None:
        at = next(_tokens(spec, reply, token["name"], "", 0), None)
        if at is None:
            return None
        is_link = LINK.search(at) is not None
        return {"link": at} if is_link else {"token": token["name"], "at": at}
    last = next((asked[name] for name in LASTS if name in asked), None)
    if last is None or resolved(spec, last.get("schema", {})).get("format") in MOMENTS:
        return None
    return _by_last(spec, last, reply)


def _counts_from_one(offset: Mapping[str, Any]) -> bool:
    """Tell whether the first record is that of 1, which the judge cannot ask for."""
    return FROM_ONE.search(str(offset.get("description"))) is not None


def _by_last(spec: Spec, last: Mapping[str, Any], reply: Any) -> dict[str, Any]:
    more = next((name for name in properties(spec, reply) if bare(name) == "hasmore"), None)
    return {"last": last["name"], **({"more": more} if more else {})}


def _tokens(spec: Spec, schema: Any, param: str, at: str, depth: int) -> Iterator[str]:
    """Yield where a reply tells the token of the next page."""
    fields = properties(spec, schema)
    for name, child in fields.items():
        if type_of(child) in ("string", None) and bare(name) in (*NEXT, bare(param)):
            yield f"{at}.{name}".lstrip(".")
    for name, child in fields.items() if depth < DEEPEST else ():
        if type_of(child) == "object" or "properties" in child:
            yield from _tokens(spec, child, param, f"{at}.{name}".lstrip("."), depth + 1)


def filters_of(
    spec: Spec,
    parameters: Sequence[Mapping[str, Any]],
    first: Mapping[str, Any],
    second: Mapping[str, Any],
    fits: Callable[[Any, Any], bool],
) -> list[dict[str, Any]]:
    """Return the queries that find the second record and not the first: parameters that are called
    as a property in which they differ.
    """
    found = []
    by_name = {bare(name): name for name in second}
    for each in parameters:
        name = by_name.get(bare(str(each["name"])))
        if each.get("in") != "query" or name is None or bare(name) in (*SIZES, *PAGES, *OFFSETS):
            continue
        here, there = first.get(name), second[name]
        kind = type_of(resolved(spec, each.get("schema", {})))
        is_scalar = isinstance(there, str | int | float) and kind in (_type(there), "array", None)
        asked = [there] if kind == "array" else there
        if is_scalar and here != there and fits(each.get("schema", {}), asked):
            found.append({"query": {each["name"]: there}})
    return found[:MOST_FILTERS]


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "integer" if isinstance(value, int) else "number"
