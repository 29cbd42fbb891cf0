"""Infer what surrounds records: the schema of a body in, a template with `$value` and the record's
schema out.

In a template of one record, `["$value"]` is an array that holds the record alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.model.declared import Spec, flattened, is_array, properties, resolved, type_of
from mockserver.model.paths import bare, singular
from mockserver.model.roles import has_role, role_of

ARRAYS = (
    "data",
    "items",
    "results",
    "content",
    "list",
    "records",
    "entries",
    "values",
    "result",
    "elements",
)
OBJECTS = ("data", "item", "result", "record", "object", "response", "payload")
COUNTS = (
    "count",
    "total",
    "totalcount",
    "totalitems",
    "totalelements",
    "totalresults",
    "totalrecords",
    "totalsize",
)
IDS = ("id", "uuid", "guid")
SCALARS = ("string", "integer", "number", "boolean")
OUTCOMES = frozenset(
    {
        "success",
        "ok",
        "status",
        "statuscode",
        "code",
        "message",
        "msg",
        "error",
        "errormessage",
        "errorcode",
    }
    | {"firstid", "lastid"}
)
"""What replies say of themselves, beside what they are about."""


def many_envelope(spec: Spec, schema: Any, name: str, depth: int = 0) -> tuple[Any, Any] | None:
    """Return the template of a list and the schema of its items; None when there is no array of
    records.

    [...], {data: [...], total: 2}, {products: [...]}, {_embedded: {products: [...]}}
    """
    if is_array(spec, schema):
        return "$value", flattened(spec, schema).get("items", {})
    fields = properties(spec, schema)
    chosen = _array_property(spec, fields, name)
    if chosen is not None:
        items = flattened(spec, fields[chosen]).get("items", {})
        return _around(spec, schema, fields, chosen, "$value"), items
    if "data" in fields and _says_nothing(fields["data"]):
        return _around(spec, schema, fields, "data", "$value"), {}
    if depth < 2:
        for wrapper in fields:
            if bare(wrapper) in (*OBJECTS, *ARRAYS, bare(name), "embedded") and type_of(
                fields[wrapper]
            ) in (
                "object",
                None,
            ):
                inner = many_envelope(spec, fields[wrapper], name, depth + 1)
                if inner is not None and inner[0] != "$value":
                    return _around(spec, schema, fields, wrapper, inner[0]), inner[1]
    return None


def map_items(spec: Spec, schema: Any) -> Any:
    """Return the schema of the values of a map, None when the schema is none:
    {additionalProperties: {...}}.
    """
    flat = flattened(spec, schema)
    items = flat.get("additionalProperties")
    return items if isinstance(items, Mapping) and not flat.get("properties") else None


def one_envelope(
    spec: Spec, schema: Any, name: str, key: str | None, depth: int = 0
) -> tuple[Any, Any]:
    """Return the template of one record and the record's schema; a bare record is its own.

    {id: 1, ...}, {data: {...}}, {product: {...}, links: {...}}, [{...}], {Items: [{...}]}
    """
    if is_array(spec, schema):
        items = flattened(spec, schema).get("items", {})
        return (["$value"], items) if _is_object(spec, items) else ("$value", schema)
    fields = properties(spec, schema)
    if not fields or depth > 1 or _identifies(spec, fields, key):
        return "$value", schema
    chosen = _object_property(spec, fields, name, key)
    if chosen is not None:
        inner, record = one_envelope(spec, fields[chosen], name, key, depth + 1)
        return _around(spec, schema, fields, chosen, inner), record
    chosen = _array_property(spec, fields, name)
    if chosen is not None and depth == 0 and not _tells_of_itself(fields):
        items = flattened(spec, fields[chosen]).get("items", {})
        if _identifies(spec, properties(spec, items), key):
            return _around(spec, schema, fields, chosen, ["$value"]), items
    return "$value", schema


def request_envelope(spec: Spec, schema: Any, name: str, known: Any = ()) -> str | None:
    """Return the property that wraps a request body, None when the record is sent as it is.

    {product: {...}}, {data: {...}}, {product: {...}, authorization: {...}}, {products: [{...}]}. A
    property that the record itself has, of those in `known`, wraps nothing.
    """
    fields = properties(spec, schema)
    wanted = {bare(name), bare(singular(name)), "data"}
    fitting = [field for field in fields if field not in known and _is_wrapper(spec, fields[field])]
    if len(fields) == 1 and fitting:
        child = fields[fitting[0]]
        if bare(fitting[0]) in wanted or (known and _overlaps(spec, child, known)):
            return fitting[0]
        return fitting[0] if is_array(spec, child) and bare(fitting[0]) in ARRAYS else None
    named = [
        field for field in fitting if bare(field) in wanted and _is_object(spec, fields[field])
    ]
    required = flattened(spec, schema).get("required") or ()
    if len(named) != 1 or named[0] not in required:
        return None
    return named[0] if bare(named[0]) != "data" or not set(known) & fields.keys() else None


def count_envelope(spec: Spec, schema: Any, depth: int = 0) -> Any:
    """Return the template of a count: the integer property of the reply, or the number alone."""
    fields = properties(spec, schema)
    for field, child in fields.items():
        if bare(field) in COUNTS and type_of(child) in ("integer", "number", None):
            return _around(spec, schema, fields, field, "$value")
    for field, child in fields.items():
        if depth < 2 and _is_object(spec, child):
            return _around(spec, schema, fields, field, count_envelope(spec, child, depth + 1))
    return "$value"


def _tells_of_itself(fields: Mapping[str, Any]) -> bool:
    """Tell whether an object has values of its own, and so surrounds no other: {name: "a", items:
    []}.
    """
    told = [
        (field, child)
        for field, child in fields.items()
        if type_of(child) in SCALARS and bare(field) not in OUTCOMES
    ]
    return any(
        role_of(field, child) is None and len(child.get("enum") or ()) != 1 for field, child in told
    )


def _identifies(spec: Spec, fields: Mapping[str, Any], key: str | None) -> bool:
    """Tell whether these properties hold the key of a record."""
    wanted = {*IDS, *([bare(key)] if key else ())}
    return any(
        bare(field) in wanted and not _is_object(spec, child) and not is_array(spec, child)
        for field, child in fields.items()
    )


def _object_property(
    spec: Spec, fields: Mapping[str, Any], name: str, key: str | None
) -> str | None:
    """Return the object that is the record: the one named for it, the only one, the only one with a
    key.
    """
    wanted = {bare(name), bare(singular(name)), *OBJECTS}
    objects = [field for field in fields if _is_object(spec, fields[field])]
    objects += [field for field in ("data",) if field in fields and _says_nothing(fields[field])]
    named = [field for field in objects if bare(field) in wanted]
    if named or (len(fields) == 1 and len(objects) == 1):
        return (named or objects)[0]
    keyed = [field for field in objects if _identifies(spec, properties(spec, fields[field]), key)]
    return keyed[0] if len(keyed) == 1 and len(fields) <= 3 else None


def _array_property(spec: Spec, fields: Mapping[str, Any], name: str) -> str | None:
    """Return the array of records: the one named for them or as lists are, else the only one."""
    arrays = [field for field, child in fields.items() if is_array(spec, child)]
    wanted = (bare(name), *ARRAYS, f"{bare(singular(name))}list")
    named = [field for want in wanted for field in arrays if bare(field) == want]
    if named:
        return named[0]
    if len(arrays) > 1:
        arrays = [
            field
            for field in arrays
            if _is_object(spec, flattened(spec, fields[field]).get("items", {}))
        ]
    return arrays[0] if len(arrays) == 1 else None


def _says_nothing(schema: Mapping[str, Any]) -> bool:
    """Tell whether a schema allows everything, as {data: {}} does."""
    return not schema.keys() - {"description", "title", "example", "nullable", "x-nullable"}


def _is_wrapper(spec: Spec, schema: Any) -> bool:
    items = flattened(spec, schema).get("items", {}) if is_array(spec, schema) else schema
    return _is_object(spec, items)


def _overlaps(spec: Spec, schema: Any, known: Any) -> bool:
    """Tell whether an object, or the items of an array, have properties in common with the
    record.
    """
    items = flattened(spec, schema).get("items", {}) if is_array(spec, schema) else schema
    return len(properties(spec, items).keys() & set(known)) >= 1


def _is_object(spec: Spec, schema: Any) -> bool:
    flat = flattened(spec, schema)
    return type_of(flat) == "object" or "properties" in flat


def _around(
    spec: Spec, schema: Any, fields: Mapping[str, Any], chosen: str, inner: Any
) -> dict[str, Any]:
    """Return the template with the chosen property and what is beside it, in the order of the
    schema.
    """
    rest = _rest(spec, schema, fields, chosen)
    return {
        field: inner if field == chosen else rest[field]
        for field in fields
        if field == chosen or field in rest
    }


def _rest(
    spec: Spec,
    schema: Any,
    fields: Mapping[str, Any],
    chosen: str,
    above: tuple[Any, ...] = (),
) -> dict[str, Any]:
    """Return the template of the other properties: a role, or `$made` of their schema when it is
    needed. An object that holds itself has a template only once, of what is `above`.
    """
    required = flattened(spec, schema).get("required") or ()
    rest: dict[str, Any] = {}
    for field, child in fields.items():
        if field == chosen:
            continue
        role = role_of(field, child, field in required)
        own = resolved(spec, child)
        is_new = all(own is not other for other in above)
        if role is not None:
            rest[field] = role
        elif is_new and _is_object(spec, child) and has_role(spec, child):
            rest[field] = _rest(spec, child, properties(spec, child), "", (*above, own))
        elif field in required or {"const", "enum", "example", "default"} & set(child):
            rest[field] = {"$made": resolved(spec, child), "$name": field}
    return rest
