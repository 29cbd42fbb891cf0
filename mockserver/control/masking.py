"""Mask what lets a client in: names and values in, the same with secrets replaced by `***` out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mockserver.model.types import Model

Pairs = Sequence[tuple[str, str]]
MASK = "***"
_SECRET = re.compile(r"auth|token|secret|passw|api[-_]?key|cookie|session|signature|credential", re.IGNORECASE)


def secret_names(models: Iterable[Model]) -> frozenset[str]:
    """Return the names, in small letters, under which the documents have keys sent."""
    found = set()
    for model in models:
        schemes = (model.document.spec.get("components") or {}).get("securitySchemes") or {}
        found |= {str(each.get("name")).lower() for each in schemes.values() if each.get("type") == "apiKey"}
    return frozenset(found)


def masked(pairs: Pairs, names: frozenset[str]) -> list[tuple[str, str]]:
    """Return pairs with the values of secrets masked; the word before a credential (`Bearer`) stays."""
    return [(name, _mask(value) if name.lower() in names or _SECRET.search(name) else value) for name, value in pairs]


def _mask(value: str) -> str:
    word, sign, _ = value.partition(" ")
    return f"{word} {MASK}" if sign and word.isalpha() and len(word) <= 10 else MASK
