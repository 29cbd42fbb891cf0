"""Mask what lets a client in: exchanges, headers, bodies and values in, the same with secrets
replaced by `***` out.

A secret is known by the name of the header, parameter or property that holds it, and by the names
under which a document has keys sent.

>>> masked([("Authorization", "Bearer abc"), ("page", "2")], frozenset())
[('Authorization', 'Bearer ***'), ('page', '2')]
>>> masked_body(b'{"name": "ada", "password": "abc"}', "application/json")
b'{"name": "ada", "password": "***"}'
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from mockserver.asgi.jsontext import loads
from mockserver.asgi.xml import is_xml
from mockserver.exchange import Answer, Exchange, Headers, Pairs, Sent
from mockserver.lookup import MISSING
from mockserver.mediatype import plain_media_type
from mockserver.model.types import Model

MASK = "***"
NOBODYS = "no-such-credential"
"""A credential that nobody has. It stays, so that a recording tells a wrong one from a right
one.
"""
_SECRET = re.compile(
    r"authori[sz]ation|authenticat|oauth|(?<![a-z])auth(?![a-z])|token|secret|passw|api[-_]?key"
    r"|cookie|session|signature|credential",
    re.IGNORECASE,
)
"""In the name of a header or of a query parameter; `author` is none."""
_CHALLENGES = frozenset({"www-authenticate", "proxy-authenticate"})
"""Headers that ask for credentials, and hold none (RFC 9110, section 11.6.1)."""
_SECRET_PROPERTY = re.compile(
    r"(.*[-_.])?(password|passwd|passphrase|pwd|secret|token"
    r"|(access|refresh|id|auth|bearer|session)[-_]?token"
    r"|(api|private|secret|access)[-_]?key|client[-_]?secret|authorization|credentials?)",
    re.IGNORECASE,
)
"""The whole name of a property; pages have tokens too, and `next_page_token` opens nothing."""
_PAGE = re.compile(r"page|cursor|next|prev|continuation|sync", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MAY_HOLD_SECRETS = re.compile(
    rb"passw|passphrase|pwd|secret|token|key|authori|credential", re.IGNORECASE
)
_ELEMENT = re.compile(r"(<([\w.:-]+)(?:\s[^<>]*)?>)[^<>]+(?=</\2>)")


def secret_names(models: Iterable[Model]) -> frozenset[str]:
    """Return the names, in small letters, under which the documents have keys sent."""
    found: set[str] = set()
    for model in models:
        schemes = model.security.schemes.values()
        keys = [scheme for scheme in schemes if scheme.get("type") == "apiKey"]
        found.update(str(scheme.get("name")).lower() for scheme in keys)
    return frozenset(found)


def masked_exchange(exchange: Exchange, names: frozenset[str]) -> Exchange:
    """Return an exchange without secrets in query, headers and bodies."""
    exchange = without_credentials(exchange, names)
    sent, answer = exchange.sent, exchange.answer
    sent = replace(sent, content=_masked_content(sent))
    answer = answer and replace(answer, content=_masked_content(answer))
    return replace(exchange, sent=sent, answer=answer)


def without_credentials(exchange: Exchange, names: frozenset[str]) -> Exchange:
    """Return an exchange without secrets in query and headers; its bodies stay. The target is
    spelled anew, in the usual way.
    """
    sent, answer = exchange.sent, exchange.answer
    target = target_of(sent.path, masked(sent.query, names))
    sent = replace(sent, target=target, headers=Headers(masked(sent.headers.pairs, names)))
    answer = answer and replace(answer, headers=Headers(masked(answer.headers.pairs, names)))
    return replace(exchange, sent=sent, answer=answer)


def target_of(path: str, query: Pairs) -> str:
    """Return a decoded path and a query as they go over the wire."""
    text = urlencode(list(query), safe="*")
    return f"{quote(path)}?{text}" if text else quote(path)


def masked(pairs: Pairs, names: frozenset[str]) -> list[tuple[str, str]]:
    """Return pairs with the values of secrets masked; the word before a credential (`Bearer`)
    stays.
    """
    return [(name, mask(value) if is_secret(name, names) else value) for name, value in pairs]


def is_secret(name: str, names: frozenset[str]) -> bool:
    """Tell whether a header or parameter lets somebody in, by its name or as one of `names`."""
    lowered = name.lower()
    if lowered in names:
        return True
    return _SECRET.search(name) is not None and lowered not in _CHALLENGES


def masked_body(content: bytes, media_type: str) -> bytes:
    """Return a body with the values masked whose names tell that they let somebody in; the same
    bytes where there are none.
    """
    if not _MAY_HOLD_SECRETS.search(content):
        return content
    try:
        return _masked_text(content.decode(), media_type).encode()
    except UnicodeError:
        return content


def masked_value(value: Any) -> Any:
    """Return a value as JSON has it: bytes in base64, values of secrets masked."""
    match value:
        case Mapping():
            items = [(str(name), child) for name, child in value.items() if child is not MISSING]
            return {name: _masked_property(name, child) for name, child in items}
        case list() | tuple():
            return [masked_value(child) for child in value]
        case bytes():
            return b64encode(value).decode()
        case None | str() | int() | float():
            return value
        case _:
            return str(value)


def _masked_property(name: str, value: Any) -> Any:
    return MASK if isinstance(value, str) and names_secret(name) else masked_value(value)


def _masked_content(message: Sent | Answer) -> bytes:
    return masked_body(message.content, message.headers.get("content-type", ""))


def _masked_text(text: str, media_type: str) -> str:
    plain_type = plain_media_type(media_type)
    if plain_type == "application/x-www-form-urlencoded":
        return _masked_form(text)
    if is_xml(plain_type):
        return _ELEMENT.sub(_masked_element, text)
    try:
        value = loads(text)
    except ValueError:
        return text
    shown = masked_value(value)
    return text if shown == value else json.dumps(shown, ensure_ascii=False)


def _masked_form(text: str) -> str:
    pairs = parse_qsl(text, keep_blank_values=True)
    hidden = [(name, MASK if names_secret(name) else value) for name, value in pairs]
    return text if hidden == pairs else urlencode(hidden, safe="*")


def _masked_element(element: re.Match[str]) -> str:
    return element[1] + MASK if names_secret(element[2]) else element[0]


def names_secret(name: str) -> bool:
    """Tell whether a property of a body, by its name, lets somebody in: `password`, `access_token`,
    `apiKey`.
    """
    return (
        _SECRET_PROPERTY.fullmatch(_CAMEL.sub("_", name)) is not None and _PAGE.search(name) is None
    )


def mask(value: str) -> str:
    """Return what is left of a credential: the word before it (`Bearer`), and what nobody has."""
    if is_nobodys(value):
        return value
    word, sign, _ = value.partition(" ")
    return f"{word} {MASK}" if sign and word.isalpha() and len(word) <= 10 else MASK


def is_nobodys(value: str) -> bool:
    """Tell whether a header says who is calling by the credential that nobody has, alone or as name
    and password.
    """
    return value.rpartition(" ")[2] in _NOBODYS


_PAIR = f"{NOBODYS}:{NOBODYS}"
_NOBODYS = frozenset({NOBODYS, _PAIR, b64encode(_PAIR.encode()).decode()})
