"""A schema of the document, its references followed once and its alternatives kept apart.

A DescribedSchema is one place of the document: asking twice for the same place gives the same
value, and what it tells is worked out when it is first asked for.

    Pet:
      type: object
      required: [kind]
      properties: {kind: {type: string}, name: {type: string}}
      discriminator: {propertyName: kind}
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]

has `properties` kind and name (and those of the first alternative), `alternatives` Cat and Dog with
the tags "Cat" and "Dog", and `all_properties`, which has those of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

import jsonschema_rs

from mockserver.model.types.facts import admits, bounds, is_nullable, type_of
from mockserver.slots import dataclass

DEEPEST = 8
"""Parts within parts of a schema (`allOf`, `oneOf`, `anyOf`) that are looked into."""
CHOICES = ("oneOf", "anyOf")
DESCRIBING = frozenset(
    {"$ref", "type", "properties", "items", *CHOICES, "allOf", "enum", "const", "format"}
)
"""Words that say what values are."""
EMPTY: Mapping[str, Any] = {}


class SchemaTable(Protocol):
    """Where schemas are kept: each place of a document has one."""

    def schema(self, raw: Any) -> DescribedSchema:
        """Return the schema of a place."""
        ...

    def resolve(self, raw: Any) -> Mapping[str, Any]:
        """Follow local references; anything that is no schema is the empty one."""
        ...

    def flatten(self, raw: Any) -> Mapping[str, Any]:
        """Return a schema with the parts of `allOf`, and the first alternative, pulled together."""
        ...

    def validator(self, raw: Any, direction: Any) -> Any:
        """Return what validates values of a schema in a request or a reply."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """One of the schemas that a value may have. `tag` is the value of the discriminator that
    chooses it, if any.
    """

    schema: DescribedSchema
    tag: str | None = None


class DescribedSchema:
    """One schema of the document. `raw` is what stands there, which may be a reference."""

    def __init__(self, table: SchemaTable, raw: Any) -> None:
        self._table = table
        self._joined: dict[tuple[int, ...], DescribedSchema] = {}
        self._tagged: dict[str, DescribedSchema] = {}
        self.raw = raw

    def __repr__(self) -> str:
        return f"DescribedSchema({self.name or self.raw!r:.60})"

    @cached_property
    def name(self) -> str:
        """The name of the component that it refers to, empty where it is none."""
        reference = self.raw.get("$ref") if isinstance(self.raw, Mapping) else None
        return reference.rpartition("/")[2] if isinstance(reference, str) else ""

    @cached_property
    def plain(self) -> Mapping[str, Any]:
        """The schema itself, its references followed."""
        return self._table.resolve(self.raw)

    @cached_property
    def flat(self) -> Mapping[str, Any]:
        """The schema with the parts of `allOf`, and its first object among alternatives, pulled
        together.
        """
        return self._table.flatten(self.raw)

    @property
    def is_described(self) -> bool:
        """Whether there is a schema at all."""
        return isinstance(self.raw, Mapping)

    @property
    def allows_anything(self) -> bool:
        """Whether the schema says nothing of its values, as `{}` does."""
        silent = {"description", "title", "example", "nullable", "x-nullable"}
        return not self.plain.keys() - silent

    @cached_property
    def type(self) -> str | None:
        """The declared type, the first that is not null."""
        return type_of(self.flat)

    @cached_property
    def is_array(self) -> bool:
        return self.type == "array" or ("items" in self.flat and "properties" not in self.flat)

    @cached_property
    def is_object(self) -> bool:
        return self.type == "object" or "properties" in self.flat

    @cached_property
    def own_type(self) -> str | None:
        """The type that the schema declares itself, not one of its parts."""
        return type_of(self.plain)

    @cached_property
    def is_nullable(self) -> bool:
        """Whether null is valid."""
        return is_nullable(self.plain)

    @cached_property
    def takes_null(self) -> bool:
        """Whether null is valid, by all that the schema is made of."""
        choices = [alternative.schema for alternative in self.alternatives]
        if any(choice.takes_null for choice in choices if choice is not self):
            return True
        flat = self.flat
        if is_nullable(flat) or is_nullable(self.plain) or None in (flat.get("enum") or ()):
            return True
        return flat.get("type") in (None, "null") and "properties" not in flat and not choices

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest whole number that is valid."""
        return bounds(self.flat)

    def admits(self, value: Any) -> bool:
        """Tell whether a value is valid, as far as keywords for scalars tell."""
        return admits(self.flat, value)

    @property
    def format(self) -> str | None:
        return self.flat.get("format")

    @property
    def is_read_only(self) -> bool:
        return self.plain.get("readOnly") is True

    @property
    def is_write_only(self) -> bool:
        return self.plain.get("writeOnly") is True

    @cached_property
    def properties(self) -> Mapping[str, DescribedSchema]:
        """The properties of an object, with those of its first alternative."""
        found = self.flat.get("properties")
        declared = found.items() if isinstance(found, Mapping) else ()
        return {str(name): self._table.schema(child) for name, child in declared}

    @cached_property
    def required(self) -> tuple[str, ...]:
        found = self.flat.get("required")
        names = found if isinstance(found, list) else []
        return tuple(name for name in names if isinstance(name, str))

    @cached_property
    def items(self) -> DescribedSchema:
        """The schema of the items of an array; an empty one where nothing is said."""
        return self._table.schema(self.flat.get("items", EMPTY))

    @cached_property
    def additional(self) -> DescribedSchema | None:
        """The schema of properties that have no name here, None where there is none or none may
        be.
        """
        found = self.flat.get("additionalProperties")
        return self._table.schema(found) if isinstance(found, Mapping) else None

    @cached_property
    def is_open(self) -> bool:
        """Whether objects may have properties that the schema does not name, and says so."""
        return bool(self.flat.get("additionalProperties")) or bool(
            self.flat.get("patternProperties")
        )

    @cached_property
    def parts(self) -> tuple[DescribedSchema, ...]:
        """The schemas that this one is made of: those of `allOf`, `oneOf` and `anyOf`."""
        found = []
        for word in ("allOf", *CHOICES):
            found += [self._table.schema(part) for part in listed(self.plain.get(word))]
        return tuple(found)

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        """The schemas of which a value has one, in the order of the document, those of the parts of
        `allOf` too.
        """
        return tuple(self._alternatives(self.plain, DEEPEST))

    def _alternatives(self, plain: Mapping[str, Any], depth: int) -> Iterator[Alternative]:
        for word in CHOICES:
            for choice in listed(plain.get(word)):
                schema = self._table.schema(choice)
                yield Alternative(
                    schema, tag_of(plain.get("discriminator"), schema, self.discriminator)
                )
        for part in listed(plain.get("allOf")) if depth else ():
            yield from self._alternatives(self._table.resolve(part), depth - 1)

    @cached_property
    def discriminator(self) -> str | None:
        """The property that tells which alternative a value has."""
        declared = self.plain.get("discriminator")
        named = declared.get("propertyName") if isinstance(declared, Mapping) else None
        return named if isinstance(named, str) else None

    @cached_property
    def all_properties(self) -> Mapping[str, DescribedSchema]:
        """The properties that an object may have by any of its alternatives; of two with one name
        the first.
        """
        found: dict[str, DescribedSchema] = {}
        for schema in self._with_alternatives(set()):
            for name, child in schema.properties.items():
                found.setdefault(name, child)
        return found

    def _with_alternatives(self, seen: set[int]) -> Iterator[DescribedSchema]:
        """Yield this schema, and those within its alternatives; each once, for a schema may hold
        itself.
        """
        if id(self.plain) in seen:
            return
        seen.add(id(self.plain))
        yield self
        for alternative in self.alternatives:
            yield from alternative.schema._with_alternatives(seen)

    def validator(self, direction: Any) -> Any:
        """Return what validates values, compiled once for requests and once for replies."""
        return self._table.validator(self.raw, direction)

    def derived(self, raw: Any) -> DescribedSchema:
        """Return a schema that stands nowhere; its references are those of the same document.

        It is kept as long as the document is, so it is for what is compiled, not for what a request
        brings.
        """
        return self._table.schema(raw)

    def joined(self, parts: Sequence[DescribedSchema]) -> DescribedSchema:
        """Return the schema of the values that are valid by each of these parts; the same one for
        the same parts.
        """
        names = tuple(id(part.raw) for part in parts)
        if names not in self._joined:
            self._joined[names] = self.derived({"allOf": [part.raw for part in parts]})
        return self._joined[names]

    def tagged(self, tag: str) -> DescribedSchema:
        """Return the schema of the values whose discriminator is a tag; the same one for the same
        tag.
        """
        if tag not in self._tagged:
            fields = {self.discriminator: {"type": "string", "enum": [tag]}}
            self._tagged[tag] = self.derived({"properties": fields})
        return self._tagged[tag]

    @cached_property
    def present(self) -> DescribedSchema:
        """The schema of the values that are there: itself, without `nullable`."""
        if self.plain.get("nullable") is not True:
            return self
        return self.derived({word: said for word, said in self.plain.items() if word != "nullable"})

    @cached_property
    def common(self) -> DescribedSchema:
        """The schema without its parts: what it says itself."""
        words = (*CHOICES, "allOf", "discriminator")
        return self.derived({word: said for word, said in self.plain.items() if word not in words})

    def with_properties(self, properties: Mapping[str, DescribedSchema]) -> DescribedSchema:
        """Return the same schema with other properties."""
        plain = {name: child.plain for name, child in properties.items()}
        return self.derived({**self.flat, "properties": plain})

    def is_same_as(self, other: DescribedSchema) -> bool:
        """Tell whether both describe the same objects: they refer to one component, or say the same
        where one of them is spelled in place, as all are in a document without references.
        """
        if self.name and other.name:
            return self.name == other.name
        return bool(self.properties) and self.plain == other.plain

    def says(self, word: str) -> bool:
        return word in self.flat

    def get(self, word: str, otherwise: Any = None) -> Any:
        """Return what a keyword says, that of the parts of `allOf` too."""
        return self.flat.get(word, otherwise)


class _NoTable:
    """The table of the schema that says nothing."""

    def schema(self, raw: Any) -> DescribedSchema:
        return NO_SCHEMA

    def resolve(self, raw: Any) -> Mapping[str, Any]:
        return EMPTY

    def flatten(self, raw: Any) -> Mapping[str, Any]:
        return EMPTY

    def validator(self, raw: Any, direction: Any) -> Any:
        return jsonschema_rs.Draft202012Validator(True)


NO_SCHEMA = DescribedSchema(_NoTable(), EMPTY)
"""What stands for a schema where a document has none."""


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def tag_of(discriminator: Any, choice: DescribedSchema, name: str | None) -> str | None:
    """Return the value of the discriminator that chooses a schema (OpenAPI 3.0.3, Discriminator
    Object).

    That is the key under which `mapping` leads to it, else what its own property says by `const` or
    a single `enum`, else the name of the component.
    """
    if name is None or not isinstance(discriminator, Mapping):
        return None
    reference = choice.raw.get("$ref") if isinstance(choice.raw, Mapping) else None
    mapping = discriminator.get("mapping")
    for tag, place in mapping.items() if isinstance(mapping, Mapping) else ():
        if reference is not None and place in (reference, choice.name):
            return str(tag)
    own = choice.properties.get(name)
    return (own and only_value(own)) or choice.name or None


def only_value(schema: DescribedSchema) -> str | None:
    """Return the one text that a schema allows, None where it allows more."""
    if isinstance(schema.get("const"), str):
        return str(schema.get("const"))
    options: Sequence[Any] = schema.get("enum") or ()
    return options[0] if len(options) == 1 and isinstance(options[0], str) else None
