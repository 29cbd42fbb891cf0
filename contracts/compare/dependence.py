"""Find the properties that depend on others of their record by the words of the document: names
with their descriptions in, names out.

    sale_price   Required while on_sale is true; removed when on_sale becomes false.
    ends_at      Not before starts_at.

A change of `on_sale` may take `sale_price` along, one of `starts_at` leaves `ends_at` as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_MOVES = re.compile(
    r"\b(remov|clear|reset|unset|empt|dropp|delet|null|set (to|from|by|when|if|once)|derived|"
    r"comput|calculat|recalculat|follows?\b|defaults? to|same as|updated (when|with|from)|"
    r"copied|taken from)",
    re.IGNORECASE,
)


_ALONE = re.compile(
    r"\b(at most one|only one|no more than one|exactly one|one \w+( \w+)? at (most|a time))\b|"
    r"\bone\b.{0,40}\bat most\b|"
    r"\b(the |any |all )?(others?|another( one)?|previous( one)?|rest)\b.{0,40}"
    r"\b(no more|no longer|false|unset|clear(ed|s)|loses?|reset|stops?)",
    re.IGNORECASE,
)


def is_of_one(words: str) -> bool:
    """Tell whether words say that one record at most has a flag: "at most one post is pinned; the
    others are pinned no more".
    """
    return _ALONE.search(words) is not None


def dependents(words: Mapping[str, str], changed: Collection[str]) -> set[str]:
    """Return the properties that may change with others that a client changes, by name."""
    found = set()
    for name, own in words.items():
        for other in changed:
            if (other != name and _is_told(own, other)) or _is_told(words.get(other, ""), name):
                found.add(name)
    return found


def _is_told(words: str, name: str) -> bool:
    """Tell whether words that speak of something which is set, or goes, name a property."""
    spelled = re.escape(name).replace("_", "[_ ]")
    return bool(_MOVES.search(words)) and bool(re.search(rf"\b{spelled}\b", words, re.IGNORECASE))
