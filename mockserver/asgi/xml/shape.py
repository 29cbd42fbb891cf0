"""How the values of a schema are spelled in XML (OpenAPI 3.0.3, XML Object): a schema in, a Shape
out.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from mockserver.asgi.xml.names import escape_name
from mockserver.model.declared import Spec, flattened, properties, resolved
from mockserver.model.types import XmlHabits

DEEPEST = 100
"""Levels of elements that are read; deeper ones are refused."""
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def is_xml(media_type: str) -> bool:
    """Tell whether a media type is XML (RFC 7303)."""
    bare = media_type.partition(";")[0].strip().lower()
    return bare in ("application/xml", "text/xml") or bare.endswith("+xml")


def shape_of(spec: Spec, schema: Any, habits: XmlHabits) -> Shape:
    """Return the shape of a whole body; its root is named by the schema, else as its component,
    else `root`.
    """
    reference = schema.get("$ref") if isinstance(schema, Mapping) else None
    name = reference.rpartition("/")[2] if isinstance(reference, str) else "root"
    return Shape(spec, schema, name, habits)


class Shape:
    """How the values of one schema are spelled. Inner shapes are made when they are first met:
    schemas recur.
    """

    def __init__(
        self, spec: Spec, schema: Any, name: str, habits: XmlHabits, renames: bool = True
    ) -> None:
        self._spec, self._schema, self.habits = spec, schema, habits
        self._flat = flattened(spec, schema)
        said = self._flat.get("xml")
        xml: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
        self.name = escape_name(str(xml.get("name") or name) if renames else name)
        self.namespace, prefix = str(xml.get("namespace") or ""), str(xml.get("prefix") or "")
        self.prefix = escape_name(prefix) if prefix and not prefix.lower().startswith("xml") else ""
        self.kinds = _kinds(spec, schema)
        self.nullable = self._flat.get("nullable") is True or None in (self._flat.get("enum") or ())
        self.is_array = self.kinds == {"array"} or (not self.kinds and "items" in self._flat)
        self.is_object = self.kinds == {"object"} or (not self.kinds and "properties" in self._flat)
        self.attribute = xml.get("attribute") is True and not (self.is_array or self.is_object)
        self.wrapped = bool(xml.get("wrapped", habits.array_item is not None))

    @cached_property
    def item(self) -> Shape:
        """The shape of an array's items."""
        usual = self.habits.array_item if self.wrapped and self.habits.array_item else self.name
        return Shape(
            self._spec, self._flat.get("items", {}), usual if self.is_array else "item", self.habits
        )

    @cached_property
    def fields(self) -> Mapping[str, Shape]:
        """The shapes of an object's properties, those of every choice of its schema too."""
        choices = [
            each for word in ("oneOf", "anyOf") for each in _choices(self._spec, self._schema, word)
        ]
        found = {
            name: each
            for choice in choices
            for name, each in properties(self._spec, choice).items()
        }
        found |= properties(self._spec, self._schema)
        return {name: Shape(self._spec, each, name, self.habits) for name, each in found.items()}

    @cached_property
    def by_tag(self) -> Mapping[str, tuple[str, Shape]]:
        """Property and shape by the tag of the element that holds it, with and without its
        namespace.
        """
        found: dict[str, tuple[str, Shape]] = {}
        for name, field in self.fields.items():
            spelled = field if field.wrapped or not field.is_array else field.item
            if not field.attribute:
                found.setdefault(f"{{{spelled.namespace}}}{spelled.name}", (name, field))
                found.setdefault(spelled.name, (name, field))
        return found

    @cached_property
    def attributes(self) -> Mapping[str, tuple[str, Shape]]:
        return {field.name: (name, field) for name, field in self.fields.items() if field.attribute}

    def other(self, name: str) -> Shape:
        """Return the shape of a property that the schema does not name."""
        rest = self._flat.get("additionalProperties")
        return Shape(
            self._spec, rest if isinstance(rest, Mapping) else {}, name, self.habits, renames=False
        )


def _choices(spec: Spec, schema: Any, word: str) -> list[Any]:
    found = resolved(spec, schema).get(word)
    return found if isinstance(found, list) else []


def _kinds(spec: Spec, schema: Any, depth: int = 0) -> frozenset[str]:
    """Return the types that a value may have, null aside; none when the schema does not say."""
    declared = resolved(spec, schema).get("type")
    if declared or depth > 8:
        return frozenset(declared if isinstance(declared, list) else [declared]) - {"null", None}
    choices = [
        each for word in ("allOf", "oneOf", "anyOf") for each in _choices(spec, schema, word)
    ]
    return frozenset().union(*(_kinds(spec, each, depth + 1) for each in choices))
