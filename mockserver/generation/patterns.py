"""Make a text that matches a regular expression: the pattern, chance and length bounds in, a text
out.

Theory: a pattern is written freely at first, its unbounded repeats kept short, for texts that a
person can read. Where no such text has a length within the bounds, it is fitted: each part of the
pattern has a span of lengths that it can take, and a wanted length is shared out among the parts.

    ^[a-z]+@[a-z]+[.]com$       spans: 1 or more, 1, 1 or more, 1, 3
    a text of 50 letters        for instance 20 + 1 + 25 + 1 + 3

Whether a text matches is asked of the validator that will judge it, which gives up on a pattern
that would take it too long.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from random import Random
from re import _parser
from typing import Any

import jsonschema_rs
from rstr import Rstr

from mockserver.slots import dataclass

TRIES = 64
"""How many texts are written freely, and how many lengths are tried after them."""
LONGEST = 1 << 16
"""Letters in a text at most."""
READABLE = 1000
"""Letters of a text that is written freely at most, unless more are asked for."""
MOST_STEPS = 1 << 16
"""Parts that a writer writes at most, all its tries together."""
WIDEST = 1 << 12
"""Letters of a range such as `[ -\\uffff]` that are chosen from."""
BACKTRACKS = 10_000
"""Steps back that a match may take."""
UNWRITABLE = (
    re.error,
    RecursionError,
    OverflowError,
    KeyError,
    ValueError,
    IndexError,
    NotImplementedError,
)
"""What writing raises for words that `re` or the writer do not know, and for what is too long."""

Part = tuple[Any, Any]
"""An operation of a parsed pattern and its arguments, such as MAX_REPEAT and (1, 5, parts)."""
Parts = Sequence[Part]
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_VISIBLE = "".join(letter for letter in string.printable if letter.isprintable())


def text_for(pattern: str, random: Random, shortest: int = 0, longest: float = LONGEST) -> str:
    """Return a text that the pattern matches and whose length is within bounds, as far as one is
    found.

    A pattern that Python's `re` does not understand (ECMA 262 has a few words more) gives a plain
    word.
    """
    shortest = min(shortest, LONGEST)
    bounds = _Span(shortest, min(longest, LONGEST))
    closed = pattern.endswith("$")
    found = ""
    for text in _candidates(pattern, random, bounds):
        found = text
        if text.isprintable() and _matches(pattern, text) and bounds.holds(len(text)):
            return text
        if len(text) < shortest and not closed:
            return text.ljust(shortest, "x")
    return found or "x" * max(shortest, 1)


@dataclass(frozen=True, slots=True)
class _Span:
    """The lengths that a text may have."""

    least: int
    most: float

    def holds(self, length: int) -> bool:
        return self.least <= length <= self.most


_NOTHING = _Span(0, 0)
_LETTER = _Span(1, 1)


def _candidates(pattern: str, random: Random, bounds: _Span) -> Iterator[str]:
    """Yield texts of a pattern: free ones, then some of lengths within the bounds, shortest
    first.
    """
    writer = _PatternWriter(random)
    try:
        parts = _parser.parse(pattern)
        bounded = _parser.parse(_bounded(pattern, bounds.least))
        span = writer.span(parts)
    except UNWRITABLE:
        return
    if span.least > bounds.most:
        return
    first = max(span.least, bounds.least)
    free_writer = _PatternWriter(random)
    for _ in range(TRIES):
        try:
            text = free_writer.free(bounded)
        except UNWRITABLE:
            break
        if len(text) <= max(READABLE, 2 * first):
            yield text
    last = min(span.most, bounds.most, first + TRIES)
    for length in range(first, int(last) + 1):
        try:
            yield writer.fitted(parts, length)
        except UNWRITABLE:
            return


def _bounded(pattern: str, shortest: int) -> str:
    """Return the pattern with its unbounded repeats kept short, for texts that a person can
    read.
    """
    most = max(8, shortest)
    bounded = re.sub(r"(?<!\\)((?:\\\\)*[\])\w.])\*", rf"\1{{0,{most}}}", pattern)
    return re.sub(r"(?<!\\)((?:\\\\)*[\])\w.])\+(?![?+])", rf"\1{{1,{most}}}", bounded)


def _matches(pattern: str, text: str) -> bool:
    """Tell whether the validator finds the pattern in a text; one that it does not know is not
    asked of it either.
    """
    judge = _judge(pattern)
    return judge is None or judge.is_valid(text)


@lru_cache(maxsize=1024)
def _judge(pattern: str) -> jsonschema_rs.Draft202012Validator | None:
    """Return what tells whether a text matches, None for a pattern that cannot be compiled."""
    options = jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACKS)
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options)
    except (ValueError, jsonschema_rs.ValidationError):
        return None


class _PatternWriter(Rstr):
    """Writes texts of a parsed pattern; raises OverflowError when that takes too many steps."""

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self._cases = {**self._cases, "range": _letters_between}
        self._steps = 0
        self._classes: dict[int, list[str]] = {}
        self._spans: dict[int, _Span] = {}
        self._groups: dict[int, _Span] = {}

    def free(self, parts: Parts) -> str:
        """Return a text of any length."""
        text: str = self._build_string(parts)
        self._cache.clear()
        return text

    def fitted(self, parts: Parts, length: int) -> str:
        """Return a text of a wanted length, as far as the spans of the parts tell."""
        text = self._sequence(parts, length)
        self._cache.clear()
        return text

    def _step(self) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise OverflowError

    def _handle_state(self, state: Part) -> Any:
        self._step()
        return super()._handle_state(state)

    def _handle_in(self, value: Any) -> str:
        return self._random.choice(self._letters_of(value))

    def _letters_of(self, value: Any) -> list[str]:
        """Return the letters of a class such as `[a-z_]` or `[^@]`, in the same order in each
        process.
        """
        known = self._classes.get(id(value))
        if known is not None:
            return known
        letters: list[Any] = []
        for part in value:
            letters.extend(self._handle_state(part))
        if letters[0] is False:
            excluded = frozenset(letters[1:])
            letters = [letter for letter in string.printable if letter not in excluded]
        self._classes[id(value)] = letters
        return letters

    def _visible(self, value: Any) -> list[str]:
        """Return the letters of a class that can be printed, all when there are none."""
        letters = self._letters_of(value)
        return [letter for letter in letters if letter.isprintable()] or letters

    def _sequence(self, parts: Parts, length: int) -> str:
        spans = [self._span_of(part) for part in parts]
        shares = self._shares(spans, length)
        texts = []
        for part, share in zip(parts, shares, strict=True):
            text = self._part(part, share)
            texts.append(text)
        return "".join(texts)

    def _part(self, part: Part, length: int) -> str:
        """Return a text of one part, with letters that can be printed where there is a choice."""
        self._step()
        name, value = part[0].name, part[1]
        if name in _REPEATS:
            least, most, body = value
            return self._repeat(least, most, body, length)
        match name:
            case "SUBPATTERN":
                text = self._sequence(value[-1], length)
                self._cache[value[0]] = text
                return text
            case "BRANCH":
                return self._sequence(self._branch(value[1], length), length)
            case "ATOMIC_GROUP":
                return self._sequence(value, length)
            case "ASSERT" | "ASSERT_NOT":
                return ""
            case "ANY":
                return self._random.choice(_VISIBLE)
            case "NOT_LITERAL":
                return self._random.choice(_VISIBLE.replace(chr(value), ""))
            case "IN":
                return self._random.choice(self._visible(value))
        return str(self._handle_state(part))

    def _repeat(self, least: int, most: int, body: Parts, length: int) -> str:
        """Return as many texts of a body as are needed for a length."""
        span = self.span(body)
        if span.most == 0:
            return ""
        fewest = max(least, math.ceil(length / span.most))
        shortest = max(span.least, 1)
        times = self._random.randint(fewest, max(fewest, min(most, length // shortest)))
        if times > LONGEST:
            raise OverflowError
        name, value = body[0]
        if len(body) == 1 and name.name == "IN":
            letters = self._random.choices(self._visible(value), k=times)
            return "".join(letters)
        spans = [span] * times
        texts = []
        for share in self._shares(spans, length):
            texts.append(self._sequence(body, share))
        return "".join(texts)

    def _branch(self, branches: Sequence[Parts], length: int) -> Parts:
        """Return one of the alternatives, one that can have this length if there is any."""
        fitting = [branch for branch in branches if self.span(branch).holds(length)]
        return self._random.choice(fitting or branches)

    def _shares(self, spans: Sequence[_Span], length: int) -> list[int]:
        """Share a length out: each part has its least, and chance gives away what is left."""
        shares = [span.least for span in spans]
        rooms = [span.most - span.least for span in spans]
        spare = length - sum(shares)
        later_rooms = [*accumulate(reversed(rooms), initial=0.0)]
        for at, room in enumerate(rooms):
            room_after = later_rooms[-at - 2]
            most = max(0, min(room, spare))
            least = min(most, max(0, spare - room_after))
            more = self._random.randint(int(least), int(most))
            shares[at] += more
            spare -= more
        return shares

    def span(self, parts: Parts) -> _Span:
        """Return the lengths of texts of a sequence of parts."""
        known = self._spans.get(id(parts))
        if known is None:
            known = _sum(self._span_of(part) for part in parts)
            self._spans[id(parts)] = known
        return known

    def _span_of(self, part: Part) -> _Span:
        name, value = part[0].name, part[1]
        if name in _REPEATS:
            least, most, body = value
            return _repeated(self.span(body), least, most)
        match name:
            case "SUBPATTERN":
                span = self.span(value[-1])
                self._groups[value[0]] = span
                return span
            case "BRANCH":
                return _widest(self.span(branch) for branch in value[1])
            case "ATOMIC_GROUP":
                return self.span(value)
            case "GROUPREF":
                return self._groups.get(value, _NOTHING)
            case "AT" | "ASSERT" | "ASSERT_NOT":
                return _NOTHING
        return _LETTER


def _sum(spans: Iterable[_Span]) -> _Span:
    """Return the lengths of texts one after the other."""
    least, most = 0, 0.0
    for span in spans:
        least += span.least
        most += span.most
    return _Span(least, most)


def _widest(spans: Iterable[_Span]) -> _Span:
    """Return the lengths of one text of several."""
    listed = list(spans)
    least = min(span.least for span in listed)
    most = max(span.most for span in listed)
    return _Span(least, most)


def _repeated(span: _Span, least: int, most: int) -> _Span:
    """Return the lengths of a text that is repeated."""
    if span.most == 0 or most == 0:
        return _NOTHING
    shortest = span.least * least
    if most is _parser.MAXREPEAT or span.most == math.inf:
        return _Span(shortest, math.inf)
    return _Span(shortest, span.most * most)


def _letters_between(bounds: tuple[int, int]) -> list[str]:
    """Return the letters of a range, the first of them when there are very many."""
    first, last = bounds
    last = min(last, first + WIDEST)
    return [chr(code) for code in range(first, last + 1)]
