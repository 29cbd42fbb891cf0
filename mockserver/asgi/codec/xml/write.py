"""Write XML by a shape: a JSON value in, bytes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from mockserver.asgi.codec.xml.shape import DEEPEST, XSI, XmlShape, is_xml, shape_of
from mockserver.model.types import DescribedMedia, XmlHabits

Writer = Callable[[Any], bytes]

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)


def xml_writer(media: DescribedMedia, habits: XmlHabits) -> Writer | None:
    """Return what writes bodies in a media type, None where that is not XML."""
    if not is_xml(media.media_type):
        return None
    return partial(write_xml, shape_of(media.schema, habits))


def write_xml(shape: XmlShape, value: Any) -> bytes:
    """Return the document for a value, in UTF-8; a text that is a document already stays as it
    is.
    """
    if isinstance(value, str) and _is_document(value):
        return value.encode()
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    _write(parts, shape, value, {})
    return "".join(parts).encode()


def _is_document(text: str) -> bool:
    """Tell whether a text is a document already, as an example may be."""
    if not text.lstrip().startswith("<"):
        return False
    try:
        fromstring(text)
    except (ParseError, DefusedXmlException, ValueError):
        return False
    return True


def _write(
    parts: list[str], shape: XmlShape, value: Any, scope: Mapping[str, str], depth: int = 1
) -> None:
    """Write an element; `scope` are the namespaces around it by prefix. Below DEEPEST levels it
    stays empty.
    """
    bound: dict[str, str] = {}
    tag = _qualified(shape, scope, bound)
    attributes, elements = "", []
    if value is None and shape.habits.null is None:
        bound["xsi"], attributes = XSI, ' xsi:nil="true"'
    for name, child in value.items() if isinstance(value, Mapping) else ():
        field = shape.fields.get(name) or shape.other(name)
        bare = field.is_array and not field.wrapped
        if child is None and (bare or field.habits.null is None):
            continue
        if field.attribute and not isinstance(child, Mapping | list):
            text = _spelled(child, field.habits).translate(_ATTRIBUTE)
            attributes += f' {_qualified(field, scope, bound)}="{text}"'
        elif isinstance(child, list) and bare:
            elements += [(field.item, item) for item in child]
        else:
            elements.append((field, child))
    if isinstance(value, list):
        elements = [(shape.item, item) for item in value]
    spaces = [
        f' xmlns{":" * bool(each)}{each}="{uri.translate(_ATTRIBUTE)}"'
        for each, uri in bound.items()
    ]
    parts.append(f"<{tag}{''.join(spaces)}{attributes}>")
    inner = {**scope, **bound} if bound else scope
    for field, child in elements if depth < DEEPEST else ():
        _write(parts, field, child, inner, depth + 1)
    if not isinstance(value, Mapping | list):
        parts.append(_spelled(value, shape.habits).translate(_TEXT))
    parts.append(f"</{tag}>")


def _qualified(shape: XmlShape, scope: Mapping[str, str], bound: dict[str, str]) -> str:
    """Return a name with its prefix, binding that when it is not bound; a prefix that means nothing
    is left out.
    """
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
