"""Read and write XML by a schema: bytes and a shape in, a JSON value out, and back.

A shape says how a schema spells its values (OpenAPI 3.0.3, XML Object): names, attributes, wrapped arrays and
namespaces. JSON has what XML lacks, so what nobody declares follows fixed rules: a null property is left out
and a null anywhere else is `xsi:nil`, unless the API has a word for null (an array without an element of its own
is left out when it is null or empty); a property name that is no XML name
has its odd characters as `_x0024_`; characters that XML cannot hold become U+FFFD. Reading is lenient with the
root's name, with namespaces and with attributes it does not know; a value that is not of the declared type
stays text, so that the schema's validator refuses it by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from mockserver.asgi.bodies import Decoder, Malformed
from mockserver.model.declared import Spec, flattened, properties, resolved, response_at
from mockserver.model.types import XmlHabits

Writer = Callable[[Any], bytes]
Writers = Mapping[tuple[int, str], Writer]

DEEPEST = 100
"""Levels of elements that are read; deeper ones are refused."""
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,300})(\.\d{1,300})?([eE][-+]?\d{1,3})?", re.ASCII)
_BOOLEANS = {"true": True, "false": False}
_NO_NAME = re.compile(r"[^A-Za-z0-9_.\-À-ÖØ-öø-ÿ一-龥]|^[0-9.\-]|_(?=x[0-9A-Fa-f]{4,6}_)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4,6})_")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"})


class Shape:
    """How the values of one schema are spelled. Inner shapes are made when they are first met: schemas recur."""

    def __init__(self, spec: Spec, schema: Any, name: str, habits: XmlHabits, renames: bool = True) -> None:
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
        return Shape(self._spec, self._flat.get("items", {}), usual if self.is_array else "item", self.habits)

    @cached_property
    def fields(self) -> Mapping[str, Shape]:
        """The shapes of an object's properties, those of every choice of its schema too."""
        choices = [each for word in ("oneOf", "anyOf") for each in _choices(self._spec, self._schema, word)]
        found = {name: each for choice in choices for name, each in properties(self._spec, choice).items()}
        found |= properties(self._spec, self._schema)
        return {name: Shape(self._spec, each, name, self.habits) for name, each in found.items()}

    @cached_property
    def by_tag(self) -> Mapping[str, tuple[str, Shape]]:
        """Property and shape by the tag of the element that holds it, with and without its namespace."""
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
        return Shape(self._spec, rest if isinstance(rest, Mapping) else {}, name, self.habits, renames=False)


def is_xml(media_type: str) -> bool:
    """Tell whether a media type is XML (RFC 7303)."""
    bare = media_type.partition(";")[0].strip().lower()
    return bare in ("application/xml", "text/xml") or bare.endswith("+xml")


def shape_of(spec: Spec, schema: Any, habits: XmlHabits) -> Shape:
    """Return the shape of a whole body; its root is named by the schema, else as its component, else `root`."""
    reference = schema.get("$ref") if isinstance(schema, Mapping) else None
    name = reference.rpartition("/")[2] if isinstance(reference, str) else "root"
    return Shape(spec, schema, name, habits)


def xml_writers(spec: Spec, responses: Mapping[str, Any], statuses: Iterable[int], habits: XmlHabits) -> Writers:
    """Return what writes the bodies of these statuses, by status and media type."""
    found: dict[tuple[int, str], Writer] = {}
    for status in statuses:
        for media_type, media in (response_at({"responses": responses}, status).get("content") or {}).items():
            if is_xml(media_type):
                found[status, media_type] = partial(write_xml, shape_of(spec, (media or {}).get("schema"), habits))
    return found


def xml_decoders(spec: Spec, schemas: Mapping[str, Any], habits: XmlHabits) -> dict[str, Decoder]:
    """Return the decoders of the media types that are XML; each has its schema in it."""
    return {
        media_type: partial(read_xml, shape_of(spec, schema, habits))
        for media_type, schema in schemas.items()
        if is_xml(media_type)
    }


def read_xml(shape: Shape, body: bytes, options: Mapping[str, str], *_: Any) -> Any:
    """Return the value that a document spells. Raises Malformed; entities and DTDs are malformed too."""
    try:
        text = body.decode(options["charset"]).lstrip("\ufeff") if "charset" in options else body
        parser = DefusedXMLParser(target=_Shallow(), forbid_dtd=True)
        parser.feed(text)
        root = parser.close()
    except DefusedXmlException:
        raise Malformed("a document type declaration is not taken; send the document without it") from None
    except (ParseError, ValueError, LookupError) as error:
        raise Malformed(str(error)) from None
    return _value(shape, root)


class _Shallow(TreeBuilder):
    """Builds elements; stops at the first that is too deep."""

    depth = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Malformed(f"elements are nested deeper than {DEEPEST} levels")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(tag)


def write_xml(shape: Shape, value: Any) -> bytes:
    """Return the document for a value, in UTF-8."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    _write(parts, shape, value, {})
    return "".join(parts).encode()


def _value(shape: Shape, element: Element) -> Any:
    text, inner = element.text or "", len(element) > 0
    if element.get(f"{{{_XSI}}}nil") in ("true", "1"):
        return None
    if not inner and text.strip():
        return _scalar(shape, text)
    if shape.is_array:
        return [_value(shape.item, child) for child in element]
    return _object(shape, element) if shape.is_object or inner else _scalar(shape, text)


def _object(shape: Shape, element: Element) -> dict[str, Any]:
    """Return the object that an element spells; what comes twice and is no array becomes a list, to be refused."""
    made: dict[str, Any] = {}
    seen: dict[str, list[Any]] = {}
    for tag, text in element.attrib.items():
        known = shape.attributes.get(tag.rpartition("}")[2])
        if known:
            made[known[0]] = _scalar(known[1], text)
    for child in element:
        tag = child.tag.rpartition("}")[2]
        named = shape.by_tag.get(child.tag) or shape.by_tag.get(tag)
        name, field = named or (unescape_name(tag), shape.other(unescape_name(tag)))
        bare = field.is_array and not field.wrapped
        values = seen.setdefault(name, [])
        values.append(_value(field.item if bare else field, child))
        made[name] = values if bare or len(values) > 1 else values[0]
    return made


def _scalar(shape: Shape, text: str) -> Any:
    """Return what a text spells in the kinds of a shape, the text itself when that is nothing else."""
    bare = text.strip()
    if shape.nullable and bare == shape.habits.null:
        return None
    if shape.kinds & {"integer", "number"} and _NUMBER.fullmatch(bare):
        if bare.lstrip("-").isdigit():
            return int(bare)
        return float(bare) if "number" in shape.kinds else text
    return _BOOLEANS.get(bare, text) if "boolean" in shape.kinds else text


def _write(parts: list[str], shape: Shape, value: Any, scope: Mapping[str, str], depth: int = 1) -> None:
    """Write an element; `scope` are the namespaces around it by prefix. Below DEEPEST levels it stays empty."""
    bound: dict[str, str] = {}
    tag = _qualified(shape, scope, bound)
    attributes, elements = "", []
    if value is None and shape.habits.null is None:
        bound["xsi"], attributes = _XSI, ' xsi:nil="true"'
    for name, child in value.items() if isinstance(value, Mapping) else ():
        field = shape.fields.get(name) or shape.other(name)
        bare = field.is_array and not field.wrapped
        if child is None and (bare or field.habits.null is None):
            continue
        if field.attribute and not isinstance(child, Mapping | list):
            attributes += f' {_qualified(field, scope, bound)}="{_spelled(child, field.habits).translate(_ATTRIBUTE)}"'
        elif isinstance(child, list) and bare:
            elements += [(field.item, item) for item in child]
        else:
            elements.append((field, child))
    if isinstance(value, list):
        elements = [(shape.item, item) for item in value]
    spaces = [f' xmlns{":" * bool(each)}{each}="{uri.translate(_ATTRIBUTE)}"' for each, uri in bound.items()]
    parts.append(f"<{tag}{''.join(spaces)}{attributes}>")
    inner = {**scope, **bound} if bound else scope
    for field, child in elements if depth < DEEPEST else ():
        _write(parts, field, child, inner, depth + 1)
    if not isinstance(value, Mapping | list):
        parts.append(_spelled(value, shape.habits).translate(_TEXT))
    parts.append(f"</{tag}>")


def _qualified(shape: Shape, scope: Mapping[str, str], bound: dict[str, str]) -> str:
    """Return a name with its prefix, binding that when it is not bound; a prefix that means nothing is left out."""
    prefix, known = shape.prefix, bound.get(shape.prefix, scope.get(shape.prefix))
    if shape.attribute and not prefix:
        return shape.name
    if shape.namespace and known != shape.namespace:
        bound[prefix] = shape.namespace
    elif known is None:
        return shape.name
    return f"{prefix}:{shape.name}" if prefix else shape.name


def _spelled(value: Any, habits: XmlHabits) -> str:
    if value is None:
        return habits.null or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _ILLEGAL.sub("\ufffd", str(value))


def escape_name(name: str) -> str:
    """Return a name with every character that XML names do not take spelled as `_x0024_` (ISO 9075-14)."""
    return _NO_NAME.sub(lambda match: f"_x{ord(match[0]):04X}_", name) or "_"


def unescape_name(name: str) -> str:
    """Return the name that `escape_name` spelled."""
    return _ESCAPED.sub(_unescaped, name)


def _unescaped(match: re.Match[str]) -> str:
    """Return the character of an escape; one that is none, or half a surrogate, stays as it is spelled."""
    code = int(match[1], 16)
    return chr(code) if code < 0xD800 or 0xE000 <= code < 0x110000 else match[0]


def _choices(spec: Spec, schema: Any, word: str) -> list[Any]:
    found = resolved(spec, schema).get(word)
    return found if isinstance(found, list) else []


def _kinds(spec: Spec, schema: Any, depth: int = 0) -> frozenset[str]:
    """Return the types that a value may have, null aside; none when the schema does not say."""
    declared = resolved(spec, schema).get("type")
    if declared or depth > 8:
        return frozenset(declared if isinstance(declared, list) else [declared]) - {"null", None}
    choices = [each for word in ("allOf", "oneOf", "anyOf") for each in _choices(spec, schema, word)]
    return frozenset().union(*(_kinds(spec, each, depth + 1) for each in choices))
