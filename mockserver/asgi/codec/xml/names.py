"""Spell any property name as an XML name, and back."""

from __future__ import annotations

import re

_NO_NAME = re.compile(r"[^A-Za-z0-9_.\-À-ÖØ-öø-ÿ一-龥]|^[0-9.\-]|_(?=x[0-9A-Fa-f]{4,6}_)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4,6})_")


def escape_name(name: str) -> str:
    """Return a name with every character that XML names do not take spelled as `_x0024_` (ISO
    9075-14).
    """
    return _NO_NAME.sub(lambda match: f"_x{ord(match[0]):04X}_", name) or "_"


def unescape_name(name: str) -> str:
    """Return the name that `escape_name` spelled."""
    return _ESCAPED.sub(_unescaped, name)


def _unescaped(match: re.Match[str]) -> str:
    """Return the character of an escape; one that is none, or half a surrogate, stays as it is
    spelled.
    """
    code = int(match[1], 16)
    return chr(code) if code < 0xD800 or 0xE000 <= code < 0x110000 else match[0]
