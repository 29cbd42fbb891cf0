"""Tell how a server wrote in its own way what it was sent: the value sent and the one shown in, the
way out.

    likeness(" Ann ", "Ann")       is "trimmed"
    likeness("Ann@A.org", "ann@a.org") is "folded"
    likeness(0.1234567, 0.1235)    is "rounded"
    likeness(["b", "a"], ["a", "b"]) is "sorted"
    likeness("+1 (555) 01", "155501") is "bare", as phone numbers are kept
    likeness("Ann", "Bob")         is "", for it is another value

Such a way loses nothing that the document promises to keep; a value that was cut, or another one,
is none of them, unless the words of the property say that it is. Whoever asks recognizes a way once
and expects it from then on.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote

from contracts.compare.scalars import is_number

SAME = "same"
"""The way of a server that shows what it was sent."""
_PHONE = re.compile(r"[-+ ()./]*\d[-+ ()./\d]*$")
_REWRITTEN = re.compile(
    r"normali[sz]|canonical|\bdigits\b|E\.?164|stripp?ed|sanitiz|cleaned|"
    r"(kept|stored|saved|converted|shown|returned|written|put) (as|in|to|into|without|with)\b",
    re.IGNORECASE,
)
_GLOBAL = re.compile(r"E\.?164|international (form|format|notation|number)", re.IGNORECASE)
_MARKED = re.compile(r"\bHTML\b|\bmark-?up\b|\b(script|html)? ?tags? (is|are|get)\b", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>?")
_EMPTIED = re.compile(r"(empty|blank)\b.{0,40}\b(null|none|absent|left out|removed|unset)", re.I)
_CUT = re.compile(r"truncat|\bcut\b|shorten|abbreviat", re.IGNORECASE)
_ROUNDED = re.compile(r"round|nearest|whole number|snapp", re.IGNORECASE)
ANY_CASE = re.compile(
    r"upper and lower case are the same|case[- ]?insensitiv|"
    r"(ignoring|regardless of|without|whatever|in any|irrespective of)( its| the| their)? case|"
    r"without regard (to|for|of)( the)? (upper or lower )?case|differs? (only )?in case|"
    r"case (does not|doesn't|is not|is never) (matter|count|distinguished|relevant)",
    re.IGNORECASE,
)
"""Words by which texts that differ in case alone are the same."""
FINEST = 7
"""Decimals to which numbers are rounded at most."""


def likeness(sent: Any, got: Any, words: str = "") -> str:
    """Return the way in which a value was written anew, SAME where it was not, else nothing.

    `words` are those by which the document describes the property.
    """
    return _usual(sent, got) or _told(sent, got, words)


def _told(sent: Any, got: Any, words: str) -> str:
    """Return the way in which a value was written anew as words say, else nothing."""
    if not words:
        return ""
    if sent == "" and got is None:
        return "emptied" if _EMPTIED.search(words) else ""
    if isinstance(sent, str) and isinstance(got, str):
        if _REWRITTEN.search(words) and _letters(sent) == _letters(got):
            return "rewritten"
        if _MARKED.search(words) and _unmarked(sent) == _unmarked(got):
            return "rewritten"
        if _GLOBAL.search(words) and _is_same_line(sent, got):
            return "rewritten"
        is_part = _folded(sent).startswith(_folded(got))
        if got and is_part and _CUT.search(words):
            return "cut"
    if isinstance(sent, int | float) and isinstance(got, int | float):
        is_near = math.isclose(
            sent,
            got,
            rel_tol=0.1,
            abs_tol=1,
        )
        if is_near and _ROUNDED.search(words):
            return "rounded"
    return ""


def _unmarked(text: str) -> str:
    """Return the letters and digits of a text without its tags (HTML, section 13.1.2)."""
    return _letters(_TAG.sub("", html.unescape(text)))


def _is_same_line(sent: str, got: str) -> bool:
    """Tell whether a phone number was written with the code of its country: 044 12 is +414412."""
    own = _letters(sent).lstrip("0")
    whole = got.startswith("+") and got[1:].isdigit()
    return whole and bool(own) and got.endswith(own)


def _usual(sent: Any, got: Any) -> str:
    if isinstance(sent, bool) or isinstance(got, bool):
        return SAME if sent is got else ""
    if isinstance(sent, str) and isinstance(got, str):
        return _of_texts(sent, got)
    if isinstance(sent, int | float) and isinstance(got, int | float):
        return _of_numbers(sent, got)
    if isinstance(sent, list) and isinstance(got, list):
        return _of_lists(sent, got)
    if isinstance(sent, int | float) and isinstance(got, str):
        return "respelled" if is_same_number(str(sent), got) else ""
    if isinstance(sent, str) and isinstance(got, int | float):
        return "respelled" if is_same_number(sent, str(got)) else ""
    return SAME if sent == got else ""


def _of_texts(sent: str, got: str) -> str:
    if sent == got:
        return SAME
    if _is_same_moment(sent, got) or is_same_number(sent, got):
        return "respelled"
    for way, written in _WAYS:
        if written(sent) == written(got):
            return way
    if _PHONE.match(sent) and _PHONE.match(got) and _letters(sent) == _letters(got):
        return "bare"
    return ""


def _of_numbers(sent: float, got: float) -> str:
    if sent == got:
        return SAME
    if math.isclose(
        sent,
        got,
        rel_tol=1e-6,
    ):
        return "rounded"
    whole = (math.floor(sent), math.ceil(sent)) if math.isfinite(sent) else ()
    nearest = [round(sent, digits) for digits in range(FINEST)] if math.isfinite(sent) else []
    return "rounded" if got in (*whole, *nearest) else ""


def _of_lists(sent: list[Any], got: list[Any]) -> str:
    if sent == got:
        return SAME
    if any(
        isinstance(
            each,
            Mapping | list,
        )
        for each in (*sent, *got)
    ):
        return ""
    if len(sent) == len(got):
        ways = {likeness(one, other) for one, other in zip(sent, got, strict=True)}
        if "" not in ways:
            return next(
                iter(ways - {SAME}),
                SAME,
            )
    found = all(any(likeness(one, other) for other in got) for one in sent)
    known = all(any(likeness(one, other) for one in sent) for other in got)
    return "sorted" if found and known else ""


def _bare(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def _folded(text: str) -> str:
    return _bare(text).casefold()


def _letters(text: str) -> str:
    """Return the letters and digits of a text, in small letters."""
    return "".join(filter(str.isalnum, _folded(text)))


def _joined(text: str) -> str:
    """Return a text without what cannot be seen, and one blank for several."""
    seen = ""
    for each in unicodedata.normalize("NFKC", text):
        if unicodedata.category(each)[0] != "C":
            seen += each
        elif each.isspace():
            seen += " "
    return " ".join(seen.split())


def _unescaped(text: str) -> str:
    plain = html.unescape(html.unescape(text))
    return _joined(unquote(plain.replace("\\", "")))


_WAYS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("trimmed", _bare),
    ("cleaned", _joined),
    ("folded", _folded),
    ("escaped", _unescaped),
)


def moment(value: Any) -> datetime | None:
    """Return the moment that a text (RFC 3339, RFC 2822) or a number of seconds means, None when it
    means none.
    """
    if is_number(value):
        is_moment = 0 < value < 1e11
        return datetime.fromtimestamp(value, UTC) if is_moment else None
    if not isinstance(value, str) or len(value) < 10:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(value)
        except (ValueError, TypeError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def is_same_number(one: str, other: str) -> bool:
    """Tell whether two texts are the same decimal number, of which one has a point at least."""
    if not (one and other and (one + other).isascii()):
        return False
    if "." not in one + other:
        return False
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False


def _is_same_moment(one: str, other: str) -> bool:
    first, second = moment(one), moment(other)
    if first is None or second is None:
        return False
    apart = abs((first - second).total_seconds())
    return apart < 1 and (first.microsecond == 0 or second.microsecond == 0 or apart < 0.001)
