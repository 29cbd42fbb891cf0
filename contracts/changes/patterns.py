"""Two sets of patterns in, a text that fits the one and not the other out: so a narrower one is
told.
"""

from __future__ import annotations

import random
import re
from functools import lru_cache

import jsonschema_rs
import rstr

TRIED = 24
"""Texts that are made from a pattern to see whether another one takes them."""
_BESIDE = "Zx-0"
"""What may stand before or behind a match, for a pattern need not be anchored."""


def stray(one: frozenset[str], other: frozenset[str]) -> str | None:
    """Return a text that the first patterns take and the others do not; empty when none is found,
    None if unknown.
    """
    if not one:
        return None
    made = rstr.Rstr(random.Random(0))
    try:
        takes, refuses = _validator(one), _validator(other)
        for _ in range(TRIED):
            text = made.xeger(min(one, key=len))
            for each in (text, text + _BESIDE, _BESIDE + text):
                if takes.is_valid(each) and not refuses.is_valid(each):
                    return each
    except (re.error, ValueError, KeyError, OverflowError, RecursionError, TypeError, IndexError):
        return None
    return ""


@lru_cache(maxsize=64)
def _validator(patterns: frozenset[str]) -> jsonschema_rs.Draft202012Validator:
    """Return what matches as the mock does (ECMA-262), and gives up where a pattern never ends.
    Raises ValueError.
    """
    return jsonschema_rs.Draft202012Validator(
        {"allOf": [{"pattern": each} for each in sorted(patterns)]}
    )
