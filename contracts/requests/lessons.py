"""What words say of values that no schema says: a description or a refusal in, words of JSON
Schema, and records that keep them, out.

    3-20 characters from [a-z0-9_]      {"pattern": "^[a-z0-9_]{3,20}$", "minLength": 3, ...}
    must hold an @ sign                 {"format": "email"}
    must be one of red, green           {"enum": ["red", "green"]}
    start must be before end            the two are exchanged where they are not
    (e.g. "example.com.")               {"pattern": "^[a-z]{7}\\.[a-z]{3}\\.$"}, of the same form
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contracts.compare.likeness import moment
from contracts.compare.scalars import is_number
from contracts.requests.fields import Schema
from mockserver.call import Supply
from mockserver.lookup import MISSING
from mockserver.model.types.facts import admits

_SPAN = re.compile(
    r"(\d+)\s*(?:-|–|to|and|\.\.)\s*(\d+)\s*(?:char|letter|digit|symbol)",
    re.I,
)
_LEAST = re.compile(r"(?:at least|minimum(?: of)?|no fewer than)\s*(\d+)\s*(?:char|letter)", re.I)
_MOST = re.compile(r"(?:at most|maximum(?: of)?|no more than)\s*(\d+)\s*(?:char|letter)", re.I)
_CLASS = re.compile(r"\[[^\[\]\s]{2,60}\]")
_PATTERN = re.compile(r"(?:pattern|match(?:es)?|regex|format)\W{0,4}(\^[^\s'\"`]{1,200}\$)", re.I)
_MAIL = re.compile(r"@ sign|an @|\be-?mail address|valid e-?mail", re.IGNORECASE)
_CHOICE = re.compile(
    r"(?:one of|either|allowed values?(?: are)?):?\s*([\w\-, '\"`|]+)", re.IGNORECASE
)
_QUOTED = re.compile(r"['\"`](\w+)['\"`](?:\s*(?:,|or|\|)\s*['\"`](\w+)['\"`])+", re.IGNORECASE)
_WORD = re.compile(r"['\"`](\w+)['\"`]")
_FIXED = re.compile(
    r"^\W*(?:always|set to|must be|constant|fixed)\W+['\"`](\w+)['\"`]\W*$", re.IGNORECASE
)
"""Words that say of a text that it is always the same, and nothing else."""
_ORDER = re.compile(
    r"[`'\"]?(\w+)[`'\"]?\s+(?:must|has to|should|may)\s+(not\s+)?(?:be|lie|come)\s+"
    r"(before|earlier than|less than|smaller than|below|after|later than|greater than|above)\s+"
    r"(?:the\s+)?[`'\"]?(\w+)",
    re.IGNORECASE,
)
_HIGHER = frozenset({"after", "later than", "greater than", "above"})
_EXAMPLE = re.compile(
    r"(?:\be\.g\.,?|\bfor example,?:?|\bexample:|\bsuch as)\s*"
    r"(?:(['\"`])(?P<quoted>[^'\"`\s]{2,60})\1|(?P<bare>\w[^\s,;()'\"`]{0,58}[-._:@/]\w[^\s,;()]{0,20}))",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"\bmissing\b|\brequired\b|\bnot (?:present|given|provided|specified|set)\b|"
    r"\b(?:must|has to|needs to) be (?:present|given|provided|specified|set|sent|supplied)\b|"
    r"\bneither\b|\bno \S+ (?:given|provided|specified|supplied)\b|"
    r"\b(?:can't|cannot|can not|may not|must not) be (?:blank|empty|null|none|missing)\b",
    re.IGNORECASE,
)
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_BOUNDS = (
    ("minimum", rf"(?:greater|more|larger) than or equal to {_NUMBER}|>= ?{_NUMBER}"),
    ("minimum", rf"(?:at least|no less than|minimum(?: value)?(?: is| of|:)?) {_NUMBER}"),
    ("exclusiveMinimum", rf"(?:greater|more|larger|higher) than {_NUMBER}|> ?{_NUMBER}"),
    ("maximum", rf"(?:less|fewer|smaller) than or equal to {_NUMBER}|<= ?{_NUMBER}"),
    ("maximum", rf"(?:at most|no more than|maximum(?: value)?(?: is| of|:)?) {_NUMBER}"),
    ("exclusiveMaximum", rf"(?:less|fewer|smaller|lower) than {_NUMBER}|< ?{_NUMBER}"),
)
"""Words of a schema, each with what says it of a number."""
NEARBY = 60
"""Characters around a name in which a refusal says what is wrong with it."""
_RUN = re.compile(r"[a-z]+|[A-Z]+|\d+|.", re.DOTALL)
_QUOTES = str.maketrans("“”„‘’", '"""\'\'')
LONGEST = 40
"""Characters of a text where words say no more than which ones."""


def schema_in(words: str) -> dict[str, Any]:
    """Return what words say of a text, as words of a schema; nothing where they say nothing."""
    words = words.translate(_QUOTES)
    pattern = _PATTERN.search(words)
    if pattern is not None and _is_pattern(pattern[1]):
        return {"pattern": pattern[1]}
    fixed = _FIXED.search(words)
    if fixed is not None:
        return {"enum": [fixed[1]]}
    least, most = _lengths(words)
    letters = _CLASS.search(words)
    if letters is not None and _is_pattern(letters[0]):
        span = f"{{{least or 1},{most or LONGEST}}}"
        return {
            "minLength": least or 1,
            "maxLength": most or LONGEST,
            "pattern": f"^{letters[0]}{span}$",
        }
    if _MAIL.search(words):
        return {"format": "email"}
    choice = _CHOICE.search(words)
    if choice is not None:
        found = [
            each.strip(" '\"`.")
            for each in re.split(
                r",|\||\bor\b",
                choice[1],
            )
        ]
        return {"enum": [each for each in found if each]}
    quoted = _QUOTED.search(words)
    if quoted is not None:
        return {"enum": _WORD.findall(quoted[0])}
    told = {"minLength": least, "maxLength": most}
    lengths = {word: length for word, length in told.items() if length is not None}
    return lengths or _like_example(words)


def _like_example(words: str) -> dict[str, Any]:
    """Return the form of an example that is told in words, nothing where there is none: a moment
    and an address are taken as they are, for not all of their form are some.
    """
    match = _EXAMPLE.search(words)
    if match is None:
        return {}
    example = (match["quoted"] or match["bare"]).rstrip(":")
    if moment(example) is not None or "://" in example:
        return {"enum": [example]}
    form = "".join(_form_of(run) for run in _RUN.findall(example))
    return {"pattern": f"^{form}$"} if len(form) > len(example) else {}


def _form_of(run: str) -> str:
    """Return the pattern of a run of characters that are alike."""
    if run[0].isdigit():
        return f"[1-9]{{{len(run)}}}"
    if run.isascii() and run.isalpha():
        return f"[{'a-z' if run[0].islower() else 'A-Z'}]{{{len(run)}}}"
    return re.escape(run)


def bounds_in(words: str) -> dict[str, Any]:
    """Return what words say of a number, as words of a schema; nothing where they say nothing."""
    found: dict[str, Any] = {}
    for word, pattern in _BOUNDS:
        match = re.search(pattern, words, re.IGNORECASE)
        is_said = word.removeprefix("exclusive").lower() in found
        if match is not None and not is_said:
            told = float(next(filter(None, match.groups())))
            found[word] = int(told) if told.is_integer() else told
    return found


def lessons(
    text: str, names: list[str], read: Callable[[str], dict[str, Any]] = schema_in
) -> dict[str, dict[str, Any]]:
    """Return what a refusal says of the properties that it names, as words of a schema, which
    `read` finds in the words about each.
    """
    places = sorted(_places(text, names))
    found: dict[str, dict[str, Any]] = {}
    for at, (begin, name) in enumerate(places):
        end = places[at + 1][0] if at + 1 < len(places) else len(text)
        told = read(text[begin:end])
        if told:
            found.setdefault(name, told)
    return found


def missing_in(text: str, names: list[str]) -> list[str]:
    """Return the properties of which a refusal says that they must be sent."""
    found = []
    for begin, name in sorted(_places(text, names)):
        around = text[max(0, begin - NEARBY) : begin + len(name) + NEARBY]
        if _MISSING.search(around):
            found.append(name)
    return found


def orders_in(text: str, names: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of properties of which words say that the first one must be less."""
    for match in _ORDER.finditer(text):
        first, negated, relation, second = match.groups()
        if first not in names or second not in names or first == second:
            continue
        is_higher = relation.lower() in _HIGHER
        yield (second, first) if is_higher is not bool(negated) else (first, second)


def mended(
    record: Mapping[str, Any],
    told: Mapping[str, Schema],
    orders: Iterator[tuple[str, str]],
    supply: Supply,
) -> dict[str, Any]:
    """Return a record whose texts and numbers keep what was told of them, and whose pairs are in
    order.
    """
    made = dict(record)
    for name, schema in told.items():
        old = made.get(name)
        if not (isinstance(old, str) or is_number(old)) or admits(schema, old):
            continue
        value = supply.value(
            {**schema, "example": None},
            f"lesson/{name}",
        )
        if value is not MISSING and admits(schema, value):
            made[name] = value
    for low, high in orders:
        if not is_before(
            made.get(low),
            made.get(high),
        ):
            made |= _in_order(
                made.get(low),
                made.get(high),
                low,
                high,
            )
    return made


def is_before(one: Any, other: Any) -> bool:
    """Tell whether a number or a moment is before another one."""
    first, second = rank_of(one), rank_of(other)
    return first is not None and second is not None and first < second


DECIMAL = re.compile(r"-?\d+\.\d+")
"""A decimal number as a text, as money is often told."""


def rank_of(value: Any) -> float | None:
    """Return a number by which numbers, decimals as texts and moments are ordered, None where it is
    none of them.
    """
    if is_number(value):
        return float(value)
    if isinstance(value, str) and DECIMAL.fullmatch(value):
        return float(value)
    found = moment(value)
    return None if found is None else found.timestamp()


def _in_order(one: Any, other: Any, low: str, high: str) -> dict[str, Any]:
    """Return two values in order: exchanged, others where they are the same."""
    if is_before(other, one):
        return {low: other, high: one}
    if is_number(one):
        return {high: one + 1}
    if isinstance(one, str) and "T" in one:
        return {low: "2030-01-02T08:00:00Z", high: "2030-01-02T09:00:00Z"}
    return {low: "2030-01-02", high: "2030-01-03"}


def _lengths(words: str) -> tuple[int | None, int | None]:
    span = _SPAN.search(words)
    if span is not None:
        return int(span[1]), int(span[2])
    least, most = _LEAST.search(words), _MOST.search(words)
    return (int(least[1]) if least else None), (int(most[1]) if most else None)


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def _places(text: str, names: list[str]) -> Iterator[tuple[int, str]]:
    """Yield where a text names properties."""
    for name in names:
        spelled = re.escape(name).replace(
            "_",
            "[_ -]",
        )
        match = re.search(
            rf"\b{spelled}\b",
            text,
            re.IGNORECASE,
        )
        if match is not None:
            yield match.start(), name
