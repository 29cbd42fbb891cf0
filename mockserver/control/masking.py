"""Mask what lets a client in: exchanges, headers, bodies and values in, the same with secrets
replaced by `***` out.

A secret is known by the name of the header, parameter or property that holds it, by the names under
which a document has keys sent, and by its shape. All that stands below such a name is masked, in
whatever the body is written.

>>> masked([("Authorization", "Bearer abc"), ("page", "2")], frozenset())
[('Authorization', 'Bearer ***'), ('page', '2')]
>>> masked_target("/a?api_key=abc&page=2", frozenset())
'/a?api_key=***&page=2'
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote, unquote_plus, urlencode

from mockserver.control.bodymask import masked_body, names_secret
from mockserver.control.shapes import MASK as MASK
from mockserver.control.shapes import masked_shapes
from mockserver.exchange import Answer, Exchange, Headers, Pairs, Sent
from mockserver.model.paths import PARAMETER, segments
from mockserver.model.types import Model

NOBODYS = "no-such-credential"
"""A credential that nobody has. It stays, so that a recording tells a wrong one from a right
one.
"""
_SECRET = re.compile(
    r"authori[sz]ation|authenticat|oauth|(?<![a-z])auth(?![a-z])|token|secret|passw|api[-_]?key"
    r"|cookie|session|signature|credential|jwt|(?<![a-z])otp(?![a-z])",
    re.IGNORECASE,
)
"""In the name of a header or of a query parameter; `author` is none."""
_CHALLENGES = frozenset({"www-authenticate", "proxy-authenticate"})
"""Headers that ask for credentials, and hold none (RFC 9110, section 11.6.1)."""
_ADDRESSES = frozenset({"referer", "location", "content-location", "origin", "link", "refresh"})
"""Headers that hold URLs, whose queries may have secrets."""
_QUERY = re.compile(r"\?[^#\s<>\"]+")


def secret_names(models: Iterable[Model]) -> frozenset[str]:
    """Return the names, in small letters, under which the documents have keys sent."""
    found: set[str] = set()
    for model in models:
        schemes = model.security.schemes.values()
        keys = [scheme for scheme in schemes if scheme.get("type") == "apiKey"]
        found.update(str(scheme.get("name")).lower() for scheme in keys)
    return frozenset(found)


def masked_exchange(
    exchange: Exchange, names: frozenset[str], own: frozenset[str] = frozenset()
) -> Exchange:
    """Return an exchange without secrets in query, headers and bodies. `names` are those of
    documents, and `own` those that a user calls secret, wherever they stand.
    """
    exchange = without_credentials(exchange, names | own)
    sent = exchange.sent
    sent = replace(sent, content=_masked_content(sent, own))
    answer = exchange.answer
    if answer is not None:
        answer = replace(answer, content=_masked_content(answer, own))
    return replace(exchange, sent=sent, answer=answer)


def without_credentials(exchange: Exchange, names: frozenset[str]) -> Exchange:
    """Return an exchange without secrets in query and headers; its bodies stay. The target is
    spelled anew, in the usual way.
    """
    sent = exchange.sent
    path = masked_path(sent.path, exchange.operation, names)
    query = masked(sent.query, names)
    target = target_of(path, query)
    sent = replace(sent, target=target, headers=_masked_headers(sent, names))
    answer = exchange.answer
    if answer is not None:
        answer = replace(answer, headers=_masked_headers(answer, names))
    return replace(exchange, sent=sent, answer=answer)


def _masked_headers(message: Sent | Answer, names: frozenset[str]) -> Headers:
    pairs = message.headers.pairs
    return Headers(masked(pairs, names))


def target_of(path: str, query: Pairs) -> str:
    """Return a decoded path and a query as they go over the wire."""
    spelled = quote(path, safe="/*")
    text = urlencode(list(query), safe="*")
    return f"{spelled}?{text}" if text else spelled


def masked_target(target: str, names: frozenset[str]) -> str:
    """Return path and query, as they were sent, without secrets."""
    path, sign, query = target.partition("?")
    path = masked_shapes(path)
    if not sign:
        return path
    pairs = []
    for pair in query.split("&"):
        shown = _masked_pair(pair, names)
        pairs.append(shown)
    return path + "?" + "&".join(pairs)


def masked_path(path: str, operation: str, names: frozenset[str] = frozenset()) -> str:
    """Return a decoded path without the parameters that are secrets by the template of an
    operation, `POST /resets/{token}`.
    """
    path = masked_shapes(path)
    _, _, template = operation.partition(" ")
    found = path.split("/")
    pairs = zip(reversed(segments(template)), reversed(found), strict=False)
    for place, (segment, _) in enumerate(pairs, 1):
        parameter = PARAMETER.fullmatch(segment)
        if parameter is not None and names_secret(parameter[1], names):
            found[-place] = MASK
    return "/".join(found)


def masked(pairs: Pairs, names: frozenset[str]) -> list[tuple[str, str]]:
    """Return pairs with the values of secrets masked; the word before a credential (`Bearer`)
    stays.
    """
    shown = []
    for name, value in pairs:
        hidden = _masked_field(name, value, names)
        shown.append((name, hidden))
    return shown


def _masked_field(name: str, value: str, names: frozenset[str]) -> str:
    if is_secret(name, names):
        return mask(value)
    if name.lower() not in _ADDRESSES:
        return masked_shapes(value)

    def hide(query: re.Match[str]) -> str:
        return masked_target(query[0], names)

    return masked_shapes(_QUERY.sub(hide, value))


def _masked_pair(pair: str, names: frozenset[str]) -> str:
    """Return a pair of a query as it was sent; its value only where that is no secret."""
    name, _, written = pair.partition("=")
    value = unquote_plus(written)
    shown = _masked_field(unquote_plus(name), value, names)
    if shown == value or not written:
        return pair
    return f"{name}={quote(shown, safe='*')}"


def is_secret(name: str, names: frozenset[str]) -> bool:
    """Tell whether a header or parameter lets somebody in, by its name or as one of `names`."""
    lowered = name.lower()
    if lowered in names:
        return True
    return _SECRET.search(name) is not None and lowered not in _CHALLENGES


def _masked_content(message: Sent | Answer, own: frozenset[str]) -> bytes:
    headers = message.headers
    media_type = headers.get("content-type", "")
    return masked_body(message.content, media_type, headers.get("content-encoding", ""), own)


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
