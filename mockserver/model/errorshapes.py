"""Infer how a documented error says what is wrong: its media type object in, a body template out.

A template holds the parts that a refusal fills in (`{message}`, `{status}`, `{property}`, ...),
`$each` where a list has an entry for each violation, `$named` where an object has messages by
property, `$one_of` where the document lists the values, and `$made` where it asks for something
else, which is made from its schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.model.declared import Spec, flattened, properties, resolved, type_of
from mockserver.model.errorparts import (
    LISTS,
    MESSAGES,
    NESTS,
    Level,
    carrier_of,
    is_text,
    made_of,
    plain,
    text,
)
from mockserver.model.paths import bare
from mockserver.model.types import Schema, Template

DEEPEST = 3


def infer_shape(spec: Spec, media: Mapping[str, Any]) -> Template:
    """Return the template of an error body, None when the document says nothing of its form."""
    schema = media.get("schema")
    if not _says_something(spec, schema):
        example = _example(media)
        if example is None:
            return {"$made": schema} if _is_whole(spec, schema) else None
        schema = _schema_of(example)
    return _shape(spec, schema, Level()) or {"$made": schema}


def _says_something(spec: Spec, schema: Any) -> bool:
    flat = flattened(spec, schema)
    return (
        bool(flat.get("properties"))
        or type_of(flat) in ("string", "array")
        or "additionalProperties" in flat
    )


def _is_whole(spec: Spec, schema: Any) -> bool:
    """Tell whether a schema without members says what the body is all the same: by an example, or a
    plain type.
    """
    flat = flattened(spec, schema)
    return "example" in flat or type_of(flat) in ("integer", "number", "boolean")


def _shape(spec: Spec, schema: Any, level: Level) -> Template:
    """Return the template of a schema that can carry a message, None for one that cannot."""
    flat = flattened(spec, schema)
    if flat.get("properties") and type_of(flat) != "array":
        return _object(spec, flat, level)
    match type_of(flat):
        case "array":
            return _list(spec, flat, level, sole=True)
        case "object":
            return _by_property(spec, flat) or {"message": "{messages}"}
        case "string":
            return text(flat, "{message}" if level.entry else "{messages}")
    return None


def _object(spec: Spec, schema: Schema, level: Level) -> Template:
    """Return the template of an object, None when no member carries the message."""
    fields = properties(spec, schema)
    required = {name for name in schema.get("required") or () if isinstance(name, str)}
    if level.depth > DEEPEST:
        return None
    carrier = carrier_of(fields)
    lists = _lists(spec, fields, required, level, sole=carrier is None)
    shape = {**_known(spec, fields, carrier, level, bool(lists)), **lists}
    if not lists and _is_problem(schema, fields):
        shape |= {carrier: "{message}"} if carrier else {}
        shape["errors"] = {"$each": {"pointer": "{pointer}", "detail": "{message}"}}
    if carrier is None and not lists:
        shape |= _nested(spec, fields, level)
        if not _tells(shape):
            carrier = next(
                (name for name in fields if name not in shape and is_text(fields[name])), None
            )
            shape |= {carrier: text(fields[carrier], "{messages}")} if carrier else {}
    if not _tells(shape):
        return None
    left = {name: made_of(fields.get(name, {}), name) for name in required if name not in shape}
    found = {**shape, **left}
    return {name: found[name] for name in [*fields, *found] if name in found}


def _is_problem(schema: Schema, fields: Mapping[str, Schema]) -> bool:
    """Tell problem details that take members of their own (RFC 9457 section 3.2)."""
    return {"type", "title", "detail"} <= fields.keys() and schema.get(
        "additionalProperties"
    ) is not False


def _known(
    spec: Spec, fields: Mapping[str, Schema], carrier: str | None, level: Level, listed: bool
) -> dict[str, Template]:
    """Return the templates of the plain members whose names tell what they hold."""
    shape: dict[str, Template] = {}
    names = {bare(name) for name in fields}
    for name, child in fields.items():
        if name == carrier:
            shape[name] = text(child, "{message}" if level.entry or listed else "{messages}")
            continue
        found = plain(bare(name), child, level, names)
        if (
            found is None
            and level.entry
            and bare(name) == "source"
            and "properties" in flattened(spec, child)
        ):
            found = _source(spec, child)
        if found is not None:
            shape[name] = found
    return shape


def _source(spec: Spec, schema: Schema) -> Template:
    """Return the template of JSON:API's `source` (JSON:API 1.1, Error Objects)."""
    parts = {"pointer": "{body_pointer}", "parameter": "{parameter}"}
    return {
        name: parts[bare(name)] for name in properties(spec, schema) if bare(name) in parts
    } or None


def _lists(
    spec: Spec, fields: Mapping[str, Schema], required: set[str], level: Level, *, sole: bool
) -> dict[str, Template]:
    """Return the templates of the members with an entry for each violation, or with messages by
    property.
    """
    shape: dict[str, Template] = {}
    for name, child in fields.items():
        flat = flattened(spec, child)
        telling = bare(name) in (*LISTS, *MESSAGES) or bare(name).endswith(("errors", "violations"))
        if shape or not telling or level.entry:
            continue
        if type_of(flat) == "array" or ("items" in flat and "properties" not in flat):
            made = _list(spec, flat, level, sole=sole, required=name in required)
        elif type_of(flat) in ("object", None) and not flat.get("properties") and not is_text(flat):
            made = None if sole and bare(name) not in LISTS else _by_property(spec, flat)
        else:
            made = None
        if made is not None:
            shape[name] = made
    return shape


def _list(
    spec: Spec, schema: Schema, level: Level, *, sole: bool, required: bool = True
) -> Template:
    """Return the template of a list; where nothing else tells the message, it has an entry even
    so.
    """
    told = {word: schema[word] for word in ("properties", "required") if word in schema}
    items = schema.get("items") or ({"type": "object", **told} if told else {"type": "string"})
    entry = _shape(spec, items, Level(level.depth + 1, True))
    whole = _shape(spec, items, Level(level.depth + 1, True, False))
    if entry is None:
        return None
    if not sole and not required:
        return {"$each": entry}
    least = schema.get("minItems", 0)
    return {
        "$each": entry,
        "$none": [whole] if sole or (isinstance(least, int) and least > 0) else [],
    }


def _by_property(spec: Spec, schema: Schema) -> Template:
    """Return the template of an object with messages by property, None when its values are
    something else.
    """
    values = flattened(spec, schema.get("additionalProperties"))
    if type_of(values) == "array" and type_of(resolved(spec, values.get("items"))) in (
        "string",
        None,
    ):
        return {"$named": "{message}", "$list": True}
    return {"$named": "{message}", "$list": False} if type_of(values) == "string" else None


def _nested(spec: Spec, fields: Mapping[str, Schema], level: Level) -> dict[str, Template]:
    """Return the template of the first member that is an object with a message of its own."""
    for name in sorted(
        fields, key=lambda each: NESTS.index(bare(each)) if bare(each) in NESTS else len(NESTS)
    ):
        if "properties" in flattened(spec, fields[name]):
            inner = _object(
                spec,
                flattened(spec, fields[name]),
                Level(level.depth + 1, level.entry, level.placed),
            )
            if inner is not None:
                return {name: inner}
    return {}


def _tells(template: Template) -> bool:
    """Tell whether a template says what is wrong."""
    if isinstance(template, Mapping):
        return "$named" in template or any(_tells(child) for child in template.values())
    return template in ("{message}", "{messages}") or (
        isinstance(template, list) and any(map(_tells, template))
    )


def _example(media: Mapping[str, Any]) -> Any:
    if "example" in media:
        return media["example"]
    examples = media.get("examples")
    values = examples.values() if isinstance(examples, Mapping) else ()
    return next(
        (each["value"] for each in values if isinstance(each, Mapping) and "value" in each), None
    )


def _schema_of(value: Any) -> dict[str, Any]:
    """Return the schema that an example suggests."""
    match value:
        case bool():
            return {"type": "boolean", "example": value}
        case int() | float():
            return {"type": "integer" if isinstance(value, int) else "number", "example": value}
        case str():
            return {"type": "string"}
        case list():
            return {"type": "array", "items": _schema_of(value[0]) if value else {"type": "string"}}
        case dict():
            fields = {str(name): _schema_of(child) for name, child in value.items()}
            return {"type": "object", "properties": fields, "required": list(fields)}
    return {"example": value}
