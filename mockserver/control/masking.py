"""Mask what lets a client in: names and values in, the same with secrets replaced by `***` out."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence

from mockserver.model.types import Model

Pairs = Sequence[tuple[str, str]]
MASK = "***"
NOBODYS = "no-such-credential"
"""A credential that nobody has. It stays, so that a recording tells a wrong one from a right
one.
"""
_SECRET = re.compile(
    r"authori[sz]ation|authenticat|oauth|(?<![a-z])auth(?![a-z])|token|secret|passw|api[-_]?key|cookie|session"
    r"|signature|credential",
    re.IGNORECASE,
)
"""In the name of a header or of a query parameter; `author` is none."""
_CHALLENGES = frozenset({"www-authenticate", "proxy-authenticate"})
"""Headers that ask for credentials, and hold none (RFC 9110, section 11.6.1)."""
_SECRET_PROPERTY = re.compile(
    r"(.*[-_.])?(password|passwd|passphrase|pwd|secret|token|(access|refresh|id|auth|bearer|session)[-_]?token"
    r"|(api|private|secret|access)[-_]?key|client[-_]?secret|authorization|credentials?)",
    re.IGNORECASE,
)
"""The whole name of a property; pages have tokens too, and `next_page_token` opens nothing."""
_PAGE = re.compile(r"page|cursor|next|prev|continuation|sync", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def secret_names(models: Iterable[Model]) -> frozenset[str]:
    """Return the names, in small letters, under which the documents have keys sent."""
    found = set()
    for model in models:
        schemes = model.security.schemes
        found |= {
            str(each.get("name")).lower()
            for each in schemes.values()
            if each.get("type") == "apiKey"
        }
    return frozenset(found)


def masked(pairs: Pairs, names: frozenset[str]) -> list[tuple[str, str]]:
    """Return pairs with the values of secrets masked; the word before a credential (`Bearer`)
    stays.
    """
    return [
        (name, mask(value) if name.lower() in names or _is_secret(name) else value)
        for name, value in pairs
    ]


def _is_secret(name: str) -> bool:
    return _SECRET.search(name) is not None and name.lower() not in _CHALLENGES


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
