"""Mask what a body holds that lets somebody in, in whatever it is written: JSON, JSON Lines, forms,
multipart, XML, what was meant to be JSON, and any of these in a content coding.

>>> masked_body(b'{"name": "ada", "token": {"value": "abc"}}', "application/json")
b'{"name": "ada", "token": {"value": "***"}}'
>>> masked_body(b"user[password]=abc", "application/x-www-form-urlencoded")
b'user%5Bpassword%5D=***'
"""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

from mockserver.asgi.codec.bodies import Malformed
from mockserver.asgi.codec.encoding import UnknownCoding, decoded
from mockserver.asgi.codec.xml import is_xml
from mockserver.asgi.request import TooLarge
from mockserver.control.shapes import MASK, masked_shapes
from mockserver.jsontext import loads
from mockserver.lookup import MISSING
from mockserver.mediatype import plain_media_type

Names = Collection[str]
"""What a user calls a secret beside what is usual, in small letters."""
NO_NAMES: Names = frozenset()
_SECRET_PROPERTY = re.compile(
    r"(.*[-_.])?((password|passwd|passphrase|pwd|secret|token|jwt|t?otp|one[-_]?time[-_]?code"
    r"|(api|private|secret|access|signing|encryption)[-_]?key|credential)s?"
    r"|(access|refresh|id|auth|bearer|session)[-_]?tokens?|session[-_]?(id|key)|sid"
    r"|client[-_]?secret|authorization|set[-_]?cookie|cookie|cvv2?|cvc2?|card[-_]?number)",
    re.IGNORECASE,
)
"""The whole name of a property; pages have tokens too, and `next_page_token` opens nothing."""
_PAGE = re.compile(r"page|cursor|next|prev|continuation|sync", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ELEMENT = re.compile(r"(<([\w.:-]+)(?:\s[^<>]*)?>)[^<>]+(?=</\2>)")
_MEMBER = re.compile(r'("([\w.-]{1,64})"\s*:\s*")((?:[^"\\]|\\.)*)')
"""A member of a JSON object with a text, in what is no JSON as a whole."""
_BOUNDARY = re.compile(r'boundary="?([^";,]+)', re.IGNORECASE)
_PART_NAME = re.compile(r'content-disposition:[^\r\n]*[;\s]name="?([^";\r\n]+)', re.IGNORECASE)


def masked_body(
    content: bytes, media_type: str, coding: str = "", names: Names = NO_NAMES
) -> bytes:
    """Return a body without the values whose names or shapes tell that they let somebody in; the
    same bytes where there are none.

    A body in a content coding comes back in gzip where something was masked, and one that cannot be
    decoded is masked whole.
    """
    try:
        plain = decoded(content, coding)
    except (Malformed, TooLarge, UnknownCoding):
        return MASK.encode()
    text = plain.decode("utf-8", "surrogateescape")
    shown = _masked_text(text, media_type, names)
    if shown == text:
        return content
    changed = shown.encode("utf-8", "surrogateescape")
    return changed if plain is content else gzip.compress(changed, mtime=0)


def masked_value(value: Any, names: Names = NO_NAMES, is_hidden: bool = False) -> Any:
    """Return a value as JSON has it: bytes in base64, values of secrets masked. `names` are
    further ones; of what `is_hidden` every text is masked.
    """
    match value:
        case Mapping():
            shown = {}
            for key, child in value.items():
                if child is not MISSING:
                    name = str(key)
                    is_below = is_hidden or names_secret(name, names)
                    shown[name] = masked_value(child, names, is_below)
            return shown
        case list() | tuple():
            return [masked_value(child, names, is_hidden) for child in value]
        case bytes():
            return MASK if is_hidden else b64encode(value).decode()
        case str():
            return MASK if is_hidden and value else masked_shapes(value)
        case None | int() | float():
            return value
        case _:
            return str(value)


def _masked_text(text: str, media_type: str, names: Names) -> str:
    plain_type = plain_media_type(media_type)
    if plain_type == "application/x-www-form-urlencoded":
        return _masked_form(text, names)
    if plain_type.startswith("multipart/"):
        return _masked_parts(text, media_type, names)
    if is_xml(plain_type):
        return masked_shapes(_ELEMENT.sub(partial(_masked_match, names), text))
    shown = _masked_json(text, names)
    if shown is not None:
        return shown
    lines = [_masked_line(line, names) for line in text.split("\n")]
    return "\n".join(lines)


def _masked_json(text: str, names: Names) -> str | None:
    """Return a JSON text, masked; None where it is none."""
    try:
        value = loads(text)
    except ValueError:
        return None
    shown = masked_value(value, names)
    return text if shown == value else json.dumps(shown, ensure_ascii=False)


def _masked_line(line: str, names: Names) -> str:
    """Return a line of JSON Lines, of what was meant to be JSON, or of any text."""
    shown = _masked_json(line, names) if line.lstrip().startswith(("{", "[")) else None
    if shown is not None:
        return shown
    return masked_shapes(_MEMBER.sub(partial(_masked_match, names), line))


def _masked_match(names: Names, found: re.Match[str]) -> str:
    """Return what begins with a name and ends with its value, whose beginning and name it has as
    groups.
    """
    return found[1] + MASK if names_secret(found[2], names) else found[0]


def _masked_form(text: str, names: Names) -> str:
    pairs = parse_qsl(text, keep_blank_values=True)
    hidden = [(name, _masked_form_value(name, value, names)) for name, value in pairs]
    return text if hidden == pairs else urlencode(hidden, safe="*")


def _masked_form_value(name: str, value: str, names: Names) -> str:
    inner = name.rpartition("[")[2].rstrip("]") or name  # user[password]=...
    return MASK if names_secret(inner, names) else masked_shapes(value)


def _masked_parts(text: str, media_type: str, names: Names) -> str:
    """Return a multipart body whose secret parts have `***` for content (RFC 7578, section 4)."""
    boundary = _BOUNDARY.search(media_type)
    if boundary is None:
        return masked_shapes(text)
    delimiter = f"--{boundary[1].strip()}"
    parts = text.split(delimiter)
    return delimiter.join(_masked_part(part, names) for part in parts)


def _masked_part(part: str, names: Names) -> str:
    head, blank, content = part.partition("\r\n\r\n")
    name = _PART_NAME.search(head)
    if not blank or name is None:
        return part
    if names_secret(name[1], names):
        return f"{head}{blank}{MASK}\r\n"
    end = "\r\n" if content.endswith("\r\n") else ""
    shown = _masked_json(content, names) if content.lstrip().startswith(("{", "[")) else None
    return f"{head}{blank}{masked_shapes(content) if shown is None else shown + end}"


def names_secret(name: str, names: Names = NO_NAMES) -> bool:
    """Tell whether a property of a body, by its name, lets somebody in: `password`, `access_token`,
    `apiKey`, or one of `names`, which are in small letters.
    """
    if name.lower() in names:
        return True
    return (
        _SECRET_PROPERTY.fullmatch(_CAMEL.sub("_", name)) is not None and _PAGE.search(name) is None
    )
