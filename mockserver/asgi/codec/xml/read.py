"""Read XML by a shape: bytes in, a JSON value out, or why it is malformed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from mockserver.asgi.codec.bodies import MOST_VALUES, Malformed
from mockserver.asgi.codec.xml.names import unescape_name
from mockserver.asgi.codec.xml.shape import DEEPEST, XSI, XmlShape
from mockserver.asgi.request import TooLarge

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,300})(\.\d{1,300})?([eE][-+]?\d{1,3})?", re.ASCII)
LONGEST_TAG = 64 * 1024
"""Bytes of a tag with its attributes."""
_LONG_TAG = re.compile(rb"<[A-Za-z_:\x80-\xff][^<>]{%d}" % LONGEST_TAG)
_BOOLEANS = {"true": True, "false": False}


def read_xml(shape: XmlShape, body: bytes, options: Mapping[str, str], *_: Any) -> Any:
    """Return the value that a document spells. Raises Malformed; entities and DTDs are malformed
    too. Raises TooLarge for one of more than MOST_VALUES elements.
    """
    _check_tags(body)
    try:
        text = body.decode(options["charset"]).lstrip("\ufeff") if "charset" in options else body
        parser = DefusedXMLParser(target=_Shallow(), forbid_dtd=True)
        parser.feed(text)
        root = parser.close()
    except DefusedXmlException:
        raise Malformed(
            "a document type declaration is not taken; send the document without it"
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise Malformed(str(error)) from None
    return _value(shape, root)


def _check_tags(body: bytes) -> None:
    """Raise Malformed for a tag of more than LONGEST_TAG bytes: each of its attributes is compared
    with all others.
    """
    if _LONG_TAG.search(body) is not None:
        raise Malformed(f"a tag has more than {LONGEST_TAG} bytes")


class _Shallow(TreeBuilder):
    """Builds elements; stops at the first that is too deep, or one too many."""

    depth = 0
    count = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self.depth += 1
        self.count += 1
        if self.count > MOST_VALUES:
            raise TooLarge(f"the body has more than {MOST_VALUES:,} elements; send it in parts")
        if self.depth > DEEPEST:
            raise Malformed(f"elements are nested deeper than {DEEPEST} levels")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(tag)


def _value(shape: XmlShape, element: Element) -> Any:
    """Return what an element spells."""
    text = element.text or ""
    inner = len(element) > 0
    if element.get(f"{{{XSI}}}nil") in ("true", "1"):
        return None
    if not inner and text.strip():
        return _scalar(shape, text)
    if shape.is_array:
        return [_value(shape.item, child) for child in element]
    return _object(shape, element) if shape.is_object or inner else _scalar(shape, text)


def _object(shape: XmlShape, element: Element) -> dict[str, Any]:
    """Return the object that an element spells; what comes twice and is no array becomes a list, to
    be refused.
    """
    made: dict[str, Any] = {}
    seen: dict[str, list[Any]] = {}
    for tag, text in element.attrib.items():
        known = shape.attributes.get(tag.rpartition("}")[2])
        if known:
            made[known[0]] = _scalar(known[1], text)
    for child in element:
        _, _, tag = child.tag.rpartition("}")
        known_field = shape.by_tag.get(child.tag) or shape.by_tag.get(tag)
        other = unescape_name(tag)
        name, field = known_field or (other, shape.other(other))
        bare = field.is_array and not field.wrapped
        values = seen.setdefault(name, [])
        values.append(_value(field.item if bare else field, child))
        made[name] = values if bare or len(values) > 1 else values[0]
    return made


def _scalar(shape: XmlShape, text: str) -> Any:
    """Return what a text spells in the kinds of a shape, the text itself when that is nothing
    else.
    """
    bare = text.strip()
    if shape.nullable and bare == shape.habits.null:
        return None
    if shape.kinds & {"integer", "number"} and _NUMBER.fullmatch(bare):
        if bare.lstrip("-").isdigit():
            return int(bare)
        return float(bare) if "number" in shape.kinds else text
    return _BOOLEANS.get(bare, text) if "boolean" in shape.kinds else text
