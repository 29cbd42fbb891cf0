"""Compile schemas of an OpenAPI 3.0 dialect into validators: once per operation, for requests or
for replies.

A request never has to carry a readOnly property and a reply never carries a writeOnly one (OpenAPI
3.0.3, Schema Object). References are followed lazily, so only what an operation can reach is
compiled.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache, partial
from typing import Any

import jsonschema_rs

from mockserver.model.schema.discriminators import demands
from mockserver.model.schema.formats import INTEGER_RANGES, TEXT_FORMATS
from mockserver.model.schema.parts import Composer, resolved

Validator = jsonschema_rs.Draft202012Validator


class Direction(Enum):
    """Whose body a schema describes: what it calls the properties that the other side alone has."""

    REQUEST = "readOnly"
    REPLY = "writeOnly"


_VALUES = frozenset({"enum", "const", "default", "example", "examples"})
_SCHEMAS = frozenset({"properties", "patternProperties", "$defs", "dependentSchemas"})
_DROPPED = frozenset(
    {
        "nullable",
        "example",
        "examples",
        "discriminator",
        "xml",
        "externalDocs",
        "$schema",
        "$id",
        "id",
    }
)


class SchemaCompiler:
    """Compiles the schemas of one document."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self._spec = spec
        self._composer = Composer(partial(resolved, spec))

    def compile(self, schema: Any, direction: Direction) -> Validator:
        """Return a validator; a schema that is none at all lets everything pass."""
        try:
            spelled = self.spelled(schema, direction)
            return Validator(spelled, validate_formats=True, formats=dict(TEXT_FORMATS))
        except (ValueError, jsonschema_rs.ValidationError):
            return Validator(True)

    def spelled(self, schema: Any, direction: Direction) -> Any:
        """Return a schema in JSON Schema 2020-12, what it refers to in `$defs`, without patterns of
        no sense.
        """
        definitions: dict[str, Any] = {}
        wanted: list[str] = []
        root = self._converted(schema, direction, wanted)
        while wanted:
            reference = wanted.pop()
            name = _name(reference)
            if name not in definitions:
                definitions[name] = True
                definitions[name] = self._converted(self._target(reference), direction, wanted)
        return (
            {**root, "$defs": {**root.get("$defs", {}), **definitions}}
            if isinstance(root, dict)
            else root
        )

    def _target(self, reference: str) -> Any:
        target: Any = self._spec
        for step in reference.removeprefix("#/").split("/"):
            step = step.replace("~1", "/").replace("~0", "~")
            target = target.get(step, True) if isinstance(target, Mapping) else True
        return target

    def _converted(self, schema: Any, direction: Direction, wanted: list[str]) -> Any:
        """Return the schema as JSON Schema 2020-12, noting the references it makes."""
        if not isinstance(schema, Mapping):
            return schema if isinstance(schema, bool) else True
        if isinstance(schema.get("$ref"), str):
            wanted.append(schema["$ref"])
            return {"$ref": f"#/$defs/{_name(schema['$ref'])}"}
        converted = {
            word: self._word(word, value, direction, wanted)
            for word, value in schema.items()
            if word not in _DROPPED and not (word == "pattern" and not _compiles(str(value)))
        }
        is_sent = direction is Direction.REQUEST
        is_told = isinstance(schema.get("discriminator"), Mapping)
        chosen = is_sent and (is_told or self._overlap(schema))
        if chosen and "oneOf" in converted and "anyOf" not in converted:
            converted["anyOf"] = converted.pop("oneOf")
        if is_sent and is_told:
            told = demands(
                schema,
                self._fields,
                lambda choice: self._converted(choice, direction, wanted),
            )
            parts = converted.setdefault("allOf", [True])
            parts += told
        _mend_bounds(converted)
        _bound_integers(converted)
        self._mend_required(converted, schema, direction)
        return _nullable(converted, schema)

    def _fields(self, schema: Any) -> Mapping[str, Any]:
        """Return the properties of a schema, their references followed."""
        flat = self._composer.flat(schema)
        found = {}
        for name, child in (flat.get("properties") or {}).items():
            found[name] = resolved(self._spec, child)
        return found

    def _overlap(self, schema: Mapping[str, Any]) -> bool:
        """Tell whether several alternatives demand nothing of an object: hardly anything that is
        sent is one of them alone, so that a choice of exactly one cannot be meant.
        """
        choices = schema.get("oneOf")
        if not isinstance(choices, list):
            return False
        lenient = [choice for choice in choices if self._demands_nothing(choice)]
        return len(lenient) > 1

    def _demands_nothing(self, choice: Any) -> bool:
        """Tell whether an alternative has properties, and every one may be left out or be added."""
        if not isinstance(choice, Mapping):
            return False
        flat = self._composer.flat(choice)
        fields = flat.get("properties")
        if not isinstance(fields, Mapping) or not fields:
            return False
        if flat.get("required") or flat.get("minProperties"):
            return False
        if flat.get("additionalProperties") is False:
            return False
        for child in fields.values():
            listed = resolved(self._spec, child).get("enum")
            if isinstance(listed, list) and len(listed) == 1:
                return False
        return True

    def _word(self, word: str, value: Any, direction: Direction, wanted: list[str]) -> Any:
        if word in _VALUES or word.startswith("x-"):
            return value
        if word == "patternProperties" and isinstance(value, Mapping):
            value = {pattern: child for pattern, child in value.items() if _compiles(pattern)}
        if word in _SCHEMAS and isinstance(value, Mapping):
            return {
                name: self._converted(child, direction, wanted) for name, child in value.items()
            }
        if isinstance(value, Mapping):
            return self._converted(value, direction, wanted)
        if isinstance(value, list) and word in ("allOf", "oneOf", "anyOf", "prefixItems"):
            return [self._converted(child, direction, wanted) for child in value]
        return value

    def _mend_required(
        self, converted: dict[str, Any], schema: Mapping[str, Any], direction: Direction
    ) -> None:
        """Take the properties that only the other side has out of `required`, wherever in `allOf`
        they stand.
        """
        required = converted.get("required")
        if not isinstance(required, list):
            converted.pop("required", None)
            return
        flat = self._composer.flat(schema)
        known = flat.get("properties") or {}
        left = []
        for name in required:
            words = resolved(self._spec, known.get(name))
            if words.get(direction.value) is not True:
                left.append(name)
        converted["required"] = left


def path_of(error: Any, value: Any) -> tuple[str | int, ...]:
    """Return where an error of a validator is in the value that was checked.

    The validator gives the name of a property as a number where it is made of digits alone: `2018`
    of {"2018": {}}.
    """
    path: list[str | int] = []
    for step in error.instance_path:
        if isinstance(value, dict):
            step = str(step)
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step] if step < len(value) else None
        path.append(step)
    return tuple(path)


def _name(reference: str) -> str:
    """Return a name for the target of a reference, a different one for each, that needs no escaping
    in a URI.
    """
    return re.sub(
        r"[^A-Za-z0-9.-]", lambda match: f"_{ord(match[0]):x}_", reference.removeprefix("#/")
    )


def reference_of(name: str) -> str:
    """Return the reference whose target has a name in `$defs`."""
    pointer = re.sub(r"_([0-9a-f]+)_", _letter, name)
    return f"#/{pointer}"


def _letter(match: re.Match[str]) -> str:
    """Return the letter that was escaped."""
    digits = match[1]
    code = int(digits, 16)
    return chr(code)


def _mend_bounds(schema: dict[str, Any]) -> None:
    """Turn the boolean exclusive bounds of OpenAPI 3.0 into numbers."""
    for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        exclusive = schema.get(word)
        if isinstance(exclusive, bool):
            del schema[word]
            if exclusive and bound in schema:
                schema[word] = schema.pop(bound)


def _bound_integers(schema: dict[str, Any]) -> None:
    """Give integers of a format its range."""
    bounds = INTEGER_RANGES.get(str(schema.get("format")))
    if bounds is not None and schema.get("type") in ("integer", None):
        schema.setdefault("minimum", bounds[0])
        schema.setdefault("maximum", bounds[1])


def _nullable(converted: dict[str, Any], schema: Mapping[str, Any]) -> Any:
    """Fold `nullable` into the types."""
    if schema.get("nullable") is not True:
        return converted
    if isinstance(converted.get("enum"), list) and None not in converted["enum"]:
        converted["enum"] = [*converted["enum"], None]
    declared = converted.get("type")
    if isinstance(declared, str):
        converted["type"] = [declared, "null"]
        return converted
    if any(word in converted for word in ("allOf", "anyOf", "oneOf", "$ref")):
        return {"anyOf": [converted, {"type": "null"}]}
    return converted


@lru_cache(maxsize=1024)
def _compiles(pattern: str) -> bool:
    """Tell whether a pattern is a regular expression that the validator knows (ECMA-262)."""
    try:
        Validator({"pattern": pattern})
    except (ValueError, jsonschema_rs.ValidationError):
        return False
    return True
