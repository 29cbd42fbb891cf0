"""Make a text that matches a regular expression: the pattern, chance and length bounds in, a text
out.
"""

from __future__ import annotations

import re
from random import Random

from rstr import Rstr

TRIES = 64


def text_for(pattern: str, random: Random, shortest: int = 0, longest: float = 1 << 16) -> str:
    """Return a text that the pattern matches and whose length is within bounds, as far as one is
    found.

    A pattern that Python's `re` does not understand (ECMA 262 has a few words more) gives a plain
    word.
    """
    maker = Rstr(random)
    text = "x" * max(shortest, 1)
    for _ in range(TRIES):
        try:
            text = maker.xeger(_bounded(pattern, shortest))
        except (re.error, RecursionError, OverflowError, KeyError, ValueError, NotImplementedError):
            return text
        if shortest <= len(text) <= longest and text.isprintable() and re.search(pattern, text):
            return text
        if len(text) < shortest and not pattern.endswith("$"):
            return text.ljust(shortest, "x")
    return text


def _bounded(pattern: str, shortest: int) -> str:
    """Return the pattern with its unbounded repeats kept short, for texts that a person can
    read.
    """
    most = max(8, shortest)
    bounded = re.sub(r"(?<!\\)((?:\\\\)*[\])\w.])\*", rf"\1{{0,{most}}}", pattern)
    return re.sub(r"(?<!\\)((?:\\\\)*[\])\w.])\+(?![?+])", rf"\1{{1,{most}}}", bounded)
