"""The body of a request, as the argument of a tool gives it: a value in, what httpx sends out."""

from __future__ import annotations

from collections.abc import Mapping
from json import dumps
from typing import Any
from urllib.parse import urlencode

from mockserver.model.types.described import DescribedMedia, is_json
from mockserver.parameter_texts import text_of

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_JSON = "application/json"
_FILE = "application/octet-stream"

Sending = Mapping[str, Any]
"""Arguments of httpx.Request: `headers`, and `content` or `files`."""


def sent_body(media: DescribedMedia, value: Any) -> Sending:
    """Return a body in a media type: JSON as it is, an object as a form where forms are taken, all
    else as text.
    """
    media_type = media.media_type
    if is_json(media_type):
        named = _JSON if "*" in media_type else media_type
        text = dumps(value, ensure_ascii=False)
        return _whole(text, named)
    is_object = isinstance(value, Mapping)
    if is_object and media_type == _FORM:
        fields = _fields(value)
        return _whole(urlencode(fields), _FORM)
    if is_object and media_type == _MULTIPART:
        return {"files": _parts(media, value)}
    return _whole(text_of(value), media_type)


def _whole(text: str, media_type: str) -> Sending:
    headers = {"Content-Type": media_type}
    return {"headers": headers, "content": text.encode()}


def _fields(value: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the fields of a form; a list is several of one name."""
    fields = []
    for name, member in value.items():
        items = member if isinstance(member, list) else [member]
        for item in items:
            text = text_of(item)
            fields.append((name, text))
    return fields


def _parts(media: DescribedMedia, value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the parts of a multipart form; what the document calls binary is a file."""
    parts: list[tuple[str, Any]] = []
    for name, text in _fields(value):
        content = text.encode()
        if _is_file(media, name):
            parts.append((name, (name, content, _FILE)))
        else:
            parts.append((name, (None, content)))
    return parts


def _is_file(media: DescribedMedia, name: str) -> bool:
    schema = media.schema.properties.get(name)
    if schema is None:
        return False
    formats = (schema.format, schema.items.format)
    return "binary" in formats
