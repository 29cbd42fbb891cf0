"""How the values of a schema are spelled in XML (OpenAPI 3.0.3, XML Object): a schema in, an
XmlShape out.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from mockserver.asgi.codec.xml.names import escape_name
from mockserver.mediatype import plain_media_type
from mockserver.model.types import DescribedSchema, XmlHabits
from mockserver.model.types.schema import NO_SCHEMA

DEEPEST = 100
"""Levels of elements that are read; deeper ones are refused."""
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_MOST_PARTS = 8
"""Parts of schemas inside each other that are looked into for a type."""


def is_xml(media_type: str) -> bool:
    """Tell whether a media type is XML (RFC 7303)."""
    bare = plain_media_type(media_type)
    return bare in ("application/xml", "text/xml") or bare.endswith("+xml")


def shape_of(schema: DescribedSchema, habits: XmlHabits) -> XmlShape:
    """Return the shape of a whole body; its root is named by the schema, else as its component,
    else `root`.
    """
    return XmlShape(schema, schema.name or "root", habits)


class XmlShape:
    """How the values of one schema are spelled. Inner shapes are made when they are first met:
    schemas recur.
    """

    def __init__(
        self, schema: DescribedSchema, name: str, habits: XmlHabits, renames: bool = True
    ) -> None:
        self._schema, self.habits = schema, habits
        declared = schema.get("xml")
        xml: Mapping[str, Any] = declared if isinstance(declared, Mapping) else {}
        own_name = xml.get("name") if renames else None
        self.name = escape_name(str(own_name or name))
        self.namespace, prefix = str(xml.get("namespace") or ""), str(xml.get("prefix") or "")
        is_reserved = prefix.lower().startswith("xml")
        self.prefix = escape_name(prefix) if prefix and not is_reserved else ""
        self.kinds = _kinds(schema)
        says_null = None in (schema.get("enum") or ())
        self.nullable = schema.get("nullable") is True or says_null
        self.is_array = self.kinds == {"array"} or (not self.kinds and schema.says("items"))
        self.is_object = self.kinds == {"object"}
        if not self.kinds:
            self.is_object = schema.says("properties")
        is_scalar = not self.is_array and not self.is_object
        self.attribute = xml.get("attribute") is True and is_scalar
        self.wrapped = bool(xml.get("wrapped", habits.array_item is not None))

    @cached_property
    def item(self) -> XmlShape:
        """The shape of an array's items."""
        name = self.name if self.is_array else "item"
        if self.is_array and self.wrapped and self.habits.array_item:
            name = self.habits.array_item
        return XmlShape(self._schema.items, name, self.habits)

    @cached_property
    def fields(self) -> Mapping[str, XmlShape]:
        """The shapes of an object's properties, those of every alternative of its schema too."""
        found: dict[str, DescribedSchema] = {}
        for alternative in self._schema.alternatives:
            found |= alternative.schema.properties
        found |= self._schema.properties
        shapes = {}
        for name, schema in found.items():
            shapes[name] = XmlShape(schema, name, self.habits)
        return shapes

    @cached_property
    def by_tag(self) -> Mapping[str, tuple[str, XmlShape]]:
        """Property and shape by the tag of the element that holds it, with and without its
        namespace.
        """
        found: dict[str, tuple[str, XmlShape]] = {}
        for name, field in self.fields.items():
            spelled = field if field.wrapped or not field.is_array else field.item
            if not field.attribute:
                found.setdefault(f"{{{spelled.namespace}}}{spelled.name}", (name, field))
                found.setdefault(spelled.name, (name, field))
        return found

    @cached_property
    def attributes(self) -> Mapping[str, tuple[str, XmlShape]]:
        """Property and shape by the name of the attribute that holds it."""
        found = {}
        for name, field in self.fields.items():
            if field.attribute:
                found[field.name] = (name, field)
        return found

    def other(self, name: str) -> XmlShape:
        """Return the shape of a property that the schema does not name."""
        rest = self._schema.additional or NO_SCHEMA
        return XmlShape(rest, name, self.habits, renames=False)


def _kinds(schema: DescribedSchema, depth: int = 0) -> frozenset[str]:
    """Return the types that a value may have, null aside; none when the schema does not say."""
    declared = schema.plain.get("type")
    if declared or depth > _MOST_PARTS:
        kinds = declared if isinstance(declared, list) else [declared]
        return frozenset(kinds) - {"null", None}
    found: frozenset[str] = frozenset()
    for part in schema.parts:
        found |= _kinds(part, depth + 1)
    return found
