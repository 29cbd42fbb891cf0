"""Infer what surrounds records: the schema of a body in, a template with `$value` and the record's schema out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.model.declared import Spec, flattened, is_array, properties, resolved, type_of
from mockserver.model.paths import bare, singular

ARRAYS = ("data", "items", "results", "content", "list", "records", "entries", "values", "result", "elements")
OBJECTS = ("data", "item", "result", "record", "object", "response", "payload")
ROLES = {
    "$total": (
        "count",
        "total",
        "totalcount",
        "totalitems",
        "totalelements",
        "totalresults",
        "totalrecords",
        "totalsize",
    ),
    "$next": ("next", "nexturl", "nextpageurl", "nextlink", "nexthref"),
    "$previous": ("previous", "prev", "previousurl", "prevurl", "previouslink"),
    "$page": ("page", "currentpage", "pagenumber", "pageindex"),
    "$size": ("limit", "perpage", "pagesize", "size"),
    "$pages": ("totalpages", "pagecount", "lastpage", "numpages"),
    "$offset": ("offset", "skip", "start"),
    "$has_next": ("hasmore", "hasnext", "more", "hasnextpage"),
    "$length": ("currentcount", "resultcount", "numberofelements"),
}


def many_envelope(spec: Spec, schema: Any, name: str, depth: int = 0) -> tuple[Any, Any] | None:
    """Return the template of a list and the schema of its items; None when there is no array of records."""
    if is_array(spec, schema):
        return "$value", flattened(spec, schema).get("items", {})
    fields = properties(spec, schema)
    chosen = _array_property(spec, fields, name)
    if chosen is not None:
        items = flattened(spec, fields[chosen]).get("items", {})
        return _around(spec, schema, fields, chosen, "$value"), items
    if depth < 2:
        for wrapper in fields:
            if bare(wrapper) in (*OBJECTS, *ARRAYS) and type_of(fields[wrapper]) in ("object", None):
                inner = many_envelope(spec, fields[wrapper], name, depth + 1)
                if inner is not None and inner[0] != "$value":
                    return _around(spec, schema, fields, wrapper, inner[0]), inner[1]
    return None


def one_envelope(spec: Spec, schema: Any, name: str, key: str | None, depth: int = 0) -> tuple[Any, Any]:
    """Return the template of one record and the record's schema; a bare record is its own."""
    fields = properties(spec, schema)
    names = {bare(field) for field in fields}
    if not fields or "id" in names or (key and bare(key) in names) or depth > 1:
        return "$value", schema
    wanted = {bare(name), bare(singular(name)), *OBJECTS}
    objects = [field for field in fields if _is_object(spec, fields[field])]
    chosen = next((field for field in objects if bare(field) in wanted), None)
    if chosen is None and len(fields) == 1 and len(objects) == 1:
        chosen = objects[0]
    if chosen is None:
        return "$value", schema
    inner, record = one_envelope(spec, fields[chosen], name, key, depth + 1)
    return _around(spec, schema, fields, chosen, inner), record


def request_envelope(spec: Spec, schema: Any, name: str) -> str | None:
    """Return the property that wraps a request body: the only one, named for the resource or `data`."""
    fields = properties(spec, schema)
    if len(fields) != 1:
        return None
    field = next(iter(fields))
    fits = bare(field) in {bare(name), bare(singular(name)), "data"}
    return field if fits and _is_object(spec, fields[field]) else None


def count_envelope(spec: Spec, schema: Any, depth: int = 0) -> Any:
    """Return the template of a count: the integer property of the reply, or the number alone."""
    fields = properties(spec, schema)
    for field, child in fields.items():
        if bare(field) in ROLES["$total"] and type_of(child) in ("integer", "number", None):
            return _around(spec, schema, fields, field, "$value")
    for field, child in fields.items():
        if depth < 2 and _is_object(spec, child):
            return _around(spec, schema, fields, field, count_envelope(spec, child, depth + 1))
    return "$value"


def _array_property(spec: Spec, fields: Mapping[str, Any], name: str) -> str | None:
    arrays = [field for field, child in fields.items() if is_array(spec, child)]
    wanted = (bare(name), *ARRAYS)
    named = [field for want in wanted for field in arrays if bare(field) == want]
    if named:
        return named[0]
    return arrays[0] if len(arrays) == 1 else None


def _is_object(spec: Spec, schema: Any) -> bool:
    flat = flattened(spec, schema)
    return type_of(flat) == "object" or "properties" in flat


def _around(spec: Spec, schema: Any, fields: Mapping[str, Any], chosen: str, inner: Any) -> dict[str, Any]:
    """Return the template with the chosen property and what is beside it, in the order of the schema."""
    rest = _rest(spec, schema, fields, chosen)
    return {field: inner if field == chosen else rest[field] for field in fields if field == chosen or field in rest}


def _rest(spec: Spec, schema: Any, fields: Mapping[str, Any], chosen: str) -> dict[str, Any]:
    """Return the template of the other properties: a role, or `$made` of their schema when it is needed."""
    required = flattened(spec, schema).get("required") or ()
    rest: dict[str, Any] = {}
    for field, child in fields.items():
        if field == chosen:
            continue
        role = _role(field, child)
        if role is not None:
            rest[field] = role
        elif _is_object(spec, child) and _has_role(spec, child):
            rest[field] = _rest(spec, child, properties(spec, child), "")
        elif field in required or {"const", "enum", "example", "default"} & set(child):
            rest[field] = {"$made": resolved(spec, child), "$name": field}
    return rest


def _role(field: str, child: Mapping[str, Any]) -> str | None:
    kind = type_of(child)
    for role, names in ROLES.items():
        if bare(field) in names:
            textual = role in ("$next", "$previous")
            if (textual and kind in ("string", None)) or (not textual and kind in ("integer", "number", "boolean")):
                return role
    return None


def _has_role(spec: Spec, schema: Any) -> bool:
    return any(
        _role(field, child) is not None or _is_object(spec, child) for field, child in properties(spec, schema).items()
    )
