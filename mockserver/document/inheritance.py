"""Say inheritance as a choice: a normalized document in, the same where a schema that others extend
is one of those in.

    Pet: {discriminator: {propertyName: kind}, properties: {kind: ..., name: ...}}
    Cat: {allOf: [{$ref: Pet}, {properties: {lives: ...}}]}

Wherever a Pet is wanted it may be a Cat (OpenAPI 3.0.3, Discriminator Object), and only there its
`lives` are known. So this becomes

    Pet: {anyOf: [{$ref: Cat}, {$ref: Pet.own}], discriminator: {propertyName: kind, mapping: ...}}
    Pet.own: {properties: {kind: ..., name: ...}}
    Cat: {allOf: [{$ref: Pet.own}, {properties: {lives: ...}}]}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_PLACE = "#/components/schemas/"
_TOLD = ("title", "description", "example", "externalDocs", "deprecated")
"""What stays with the name of a schema."""

Schemas = dict[str, Any]


def spread(document: dict[str, Any]) -> None:
    """Rewrite each schema with a discriminator that others extend; idempotent."""
    components = document.get("components") or {}
    schemas = components.get("schemas")
    if not isinstance(schemas, dict):
        return
    bases = [name for name, schema in schemas.items() if _is_base(schema)]
    for name in bases:
        heirs = _heirs(schemas, name)
        if heirs:
            _spread(schemas, name, heirs)


def _is_base(schema: Any) -> bool:
    """Tell whether a schema tells those that extend it apart, and does not list them itself."""
    if not isinstance(schema, dict) or "oneOf" in schema or "anyOf" in schema:
        return False
    return isinstance(schema.get("discriminator"), dict)


def _heirs(schemas: Schemas, name: str) -> list[str]:
    """Return the names of the schemas that extend one, or one that does."""
    found: list[str] = []
    above = [name]
    while above:
        base = above.pop()
        for heir in _extending(schemas, base):
            if heir in found or heir == name:
                continue
            found.append(heir)
            above.append(heir)
    return found


def _extending(schemas: Schemas, name: str) -> Iterator[str]:
    """Yield the names of the schemas that have one among the parts of their `allOf`."""
    wanted = _PLACE + name
    for heir, schema in schemas.items():
        references = [part.get("$ref") for part in _parts(schema)]
        if wanted in references:
            yield heir


def _parts(schema: Any) -> list[dict[str, Any]]:
    """Return the parts of `allOf` of a schema."""
    if not isinstance(schema, Mapping):
        return []
    parts = schema.get("allOf")
    if not isinstance(parts, list):
        return []
    return [part for part in parts if isinstance(part, dict)]


def _spread(schemas: Schemas, name: str, heirs: list[str]) -> None:
    """Make a schema a choice of those that extend it and of what it is itself."""
    base = schemas[name]
    own = f"{name}.own"
    while own in schemas:
        own += ".own"
    alone = dict(base)
    discriminator = dict(alone.pop("discriminator"))
    schemas[own] = alone
    choices = [{"$ref": _PLACE + own}]
    for heir in reversed(heirs):
        choices.insert(0, {"$ref": _PLACE + heir})
        for part in _parts(schemas[heir]):
            if part.get("$ref") == _PLACE + name:
                part["$ref"] = _PLACE + own
    discriminator["mapping"] = _mapping(discriminator, name, own)
    choice = {"anyOf": choices, "discriminator": discriminator}
    for word in _TOLD:
        if word in base:
            choice[word] = base[word]
    schemas[name] = choice


def _mapping(discriminator: Schemas, name: str, own: str) -> Schemas:
    """Return which tag leads where, once a schema by itself has another name."""
    by_itself = (name, _PLACE + name)
    mapping = dict(discriminator.get("mapping") or {})
    known = set(mapping.values())
    if known.isdisjoint(by_itself):
        mapping.setdefault(name, name)
    for tag, target in mapping.items():
        if target in by_itself:
            mapping[tag] = _PLACE + own
    return mapping
