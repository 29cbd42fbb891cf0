"""Mask the secrets in a body: bytes and their media type in, the same bytes out where there are
none.
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl, urlencode

from mockserver.asgi.jsontext import loads
from mockserver.asgi.xml import is_xml
from mockserver.control.masking import MASK, names_secret
from mockserver.control.plain import plain

_MAY_HOLD_SECRETS = re.compile(
    rb"passw|passphrase|pwd|secret|token|key|authori|credential", re.IGNORECASE
)
_ELEMENT = re.compile(r"(<([\w.:-]+)(?:\s[^<>]*)?>)[^<>]+(?=</\2>)")


def masked_body(content: bytes, media_type: str) -> bytes:
    """Return a body with the values masked whose names tell that they let somebody in."""
    if not _MAY_HOLD_SECRETS.search(content):
        return content
    try:
        return _masked(content.decode(), media_type.partition(";")[0].strip().lower()).encode()
    except UnicodeError:
        return content


def _masked(text: str, media_type: str) -> str:
    if media_type == "application/x-www-form-urlencoded":
        pairs = parse_qsl(text, keep_blank_values=True)
        hidden = [(name, MASK if names_secret(name) else value) for name, value in pairs]
        return text if hidden == pairs else urlencode(hidden, safe="*")
    if is_xml(media_type):
        return _ELEMENT.sub(
            lambda found: found[1] + MASK if names_secret(found[2]) else found[0], text
        )
    try:
        value = loads(text)
    except ValueError:
        return text
    shown = plain(value)
    return text if shown == value else json.dumps(shown, ensure_ascii=False)
