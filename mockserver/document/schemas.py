"""One schema of any dialect in, the same in the words of OpenAPI 3.0.3 out; its subschemas are done
before.

`nullable: true` says that null is accepted by that schema as a whole, with or without a `type`
beside it. Keywords of JSON Schema that 3.0 does not know (`patternProperties`, `if`, `prefixItems`,
...) stay in place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]

TYPES = ("null", "boolean", "object", "array", "number", "integer", "string")
_DROPPED = (
    *("$schema", "$id", "$anchor", "$comment", "$vocabulary", "$defs"),
    *("$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef"),
)
_BINARY = ("application/octet-stream", "image/", "audio/", "video/")
_DEFINITIONS = "#/definitions/"


def is_null(schema: Any) -> bool:
    """Tell a schema that accepts null only."""
    if not isinstance(schema, dict):
        return False
    accepted = schema.get("enum")
    return schema.get("type") in ("null", ["null"]) or (
        accepted == [None] and schema.keys() <= {"enum", "nullable", "description", "title"}
    )


def to_3_0(schema: Any) -> Schema:
    """Rewrite a schema, which is the caller's own and may be changed; idempotent."""
    if schema is True:
        return {}
    if schema is False:
        return {"not": {}}
    rewritten: Schema = schema
    for keyword in [keyword for keyword in _REWRITES if keyword in rewritten]:
        if keyword in rewritten:
            _REWRITES[keyword](rewritten)
    return rewritten


def _reference(schema: Schema) -> None:
    reference = schema["$ref"]
    if isinstance(reference, str) and reference.startswith(_DEFINITIONS):
        schema["$ref"] = "#/components/schemas/" + reference[len(_DEFINITIONS) :]


def _dropped(schema: Schema) -> None:
    for keyword in _DROPPED:
        schema.pop(keyword, None)


def _definitions(schema: Schema) -> None:
    if isinstance(schema["definitions"], dict):
        del schema["definitions"]


def _const(schema: Schema) -> None:
    value = schema.pop("const")
    schema.setdefault("enum", [value])
    if value is None:
        schema["nullable"] = True


def _type(schema: Schema) -> None:
    kind = schema["type"]
    if kind == "file":
        schema |= {"type": "string", "format": "binary"}
    elif kind == "null":
        _only_null(schema)
    elif isinstance(kind, list):
        _types(schema, [name for name in kind if name in TYPES])


def _only_null(schema: Schema) -> None:
    del schema["type"]
    schema |= {"enum": [None], "nullable": True}


def _types(schema: Schema, kinds: list[str]) -> None:
    """Say a list of types (JSON Schema 2020-12 validation, section 6.1.1) with nullable and
    anyOf.
    """
    del schema["type"]
    others = [kind for kind in dict.fromkeys(kinds) if kind != "null"]
    if "null" in kinds and not others:
        schema |= {"enum": [None]}
    if "null" in kinds:
        schema["nullable"] = True
    if len(others) == 1:
        schema["type"] = others[0]
    elif others:
        _choose(
            schema,
            [{"type": kind, "items": {}} if kind == "array" else {"type": kind} for kind in others],
        )


def _choose(schema: Schema, branches: list[Schema]) -> None:
    """Add a choice to a schema that may have one already."""
    if "anyOf" in schema:
        schema["allOf"] = [*schema.get("allOf", []), {"anyOf": schema.pop("anyOf")}]
    schema["anyOf"] = branches


def _nullable_choice(keyword: str) -> Callable[[Schema], None]:
    def rewrite(schema: Schema) -> None:
        branches = schema[keyword]
        if not isinstance(branches, list) or not any(map(is_null, branches)):
            return
        rest = [branch for branch in branches if not is_null(branch)]
        schema["nullable"] = True
        schema[keyword] = rest
        if not rest:
            del schema[keyword]
            schema["enum"] = [None]
        elif len(rest) == 1:
            _inline(schema, keyword, rest[0])

    return rewrite


def _inline(schema: Schema, keyword: str, branch: Any) -> None:
    """Put the only branch of a choice in its place: by its keywords, or by `allOf` where they would
    clash.
    """
    del schema[keyword]
    if (
        isinstance(branch, dict)
        and "$ref" not in branch
        and not (branch.keys() & schema.keys() - {"nullable"})
    ):
        schema |= branch | {"nullable": True}
    else:
        schema["allOf"] = [*schema.get("allOf", []), branch]


def _limit(
    keyword: str, bound: str, tighter: Callable[[float, float], float]
) -> Callable[[Schema], None]:
    def rewrite(schema: Schema) -> None:
        limit = schema[keyword]
        if isinstance(limit, bool) or not isinstance(limit, int | float):
            return
        other = schema.get(bound)
        if isinstance(other, int | float) and tighter(limit, other) == other and limit != other:
            del schema[keyword]
        else:
            schema |= {bound: limit, keyword: True}

    return rewrite


def _examples(schema: Schema) -> None:
    examples = schema.pop("examples")
    if isinstance(examples, dict):
        examples = [
            value.get("value", value) if isinstance(value, dict) else value
            for value in examples.values()
        ]
    if isinstance(examples, list) and examples:
        schema.setdefault("example", examples[0])


def _x_nullable(schema: Schema) -> None:
    schema["nullable"] = bool(schema.pop("x-nullable")) or schema.get("nullable") is True


def _x_example(schema: Schema) -> None:
    schema.setdefault("example", schema.pop("x-example"))


def _discriminator(schema: Schema) -> None:
    if isinstance(schema["discriminator"], str):
        schema["discriminator"] = {"propertyName": schema["discriminator"]}


def _encoding(schema: Schema) -> None:
    if schema.get("type", "string") == "string":
        schema.setdefault("format", "byte" if schema["contentEncoding"] == "base64" else "binary")


def _media_type(schema: Schema) -> None:
    media_type = str(schema["contentMediaType"])
    if media_type.startswith(_BINARY) and schema.get("type", "string") == "string":
        schema.setdefault("format", "binary")


_REWRITES: dict[str, Callable[[Schema], None]] = {
    "$ref": _reference,
    **dict.fromkeys(_DROPPED, _dropped),
    "definitions": _definitions,
    "const": _const,
    "x-nullable": _x_nullable,
    "x-example": _x_example,
    "type": _type,
    "anyOf": _nullable_choice("anyOf"),
    "oneOf": _nullable_choice("oneOf"),
    "exclusiveMinimum": _limit("exclusiveMinimum", "minimum", max),
    "exclusiveMaximum": _limit("exclusiveMaximum", "maximum", min),
    "examples": _examples,
    "discriminator": _discriminator,
    "contentEncoding": _encoding,
    "contentMediaType": _media_type,
}
