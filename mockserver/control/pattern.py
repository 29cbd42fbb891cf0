"""Find and verify calls: entries and a pattern in, what matches, how often, and what came nearest
out.

A pattern is a JSON object in WireMock's words and our own. Each word becomes a few `_Part`s: what
is looked at, what is wanted, and the test of it. A call matches that passes all tests; the parts
that it does not pass are where it differs.

>>> print(pattern_of({"method": "post", "queryParameters": {"page": "2"}, "status": "2XX"}))
method POST, query parameter page equalTo 2, status 2XX
"""

from __future__ import annotations

import json
import re
import time
import warnings
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from mockserver.control.journal import Entry
from mockserver.errors import SettingsError
from mockserver.exchange import Exchange
from mockserver.model.paths import PARAMETER
from mockserver.slots import dataclass

MOST_S = 1.0
"""What one regular expression takes in all."""
NEAREST = 3
"""Near misses that are told."""
LONGEST = 120
"""Characters of a value that are shown."""
Test = Callable[[Any], bool]
Look = Callable[[Exchange], Any]
"""Takes from a call what a test looks at."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One thing that a pattern says: what is looked at, what is wanted (for people), and the
    test.
    """

    what: str
    wanted: str
    look: Look
    test: Test


Parts = Iterable[_Part]
Reader = Callable[[Any], Parts]
"""Reads the value of a word of patterns. Raises SettingsError."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a call must be like; one that says nothing means every call."""

    parts: tuple[_Part, ...] = ()

    @property
    def looks_at_body(self) -> bool:
        """Whether it says anything of the body."""
        return any(part.what == "body" for part in self.parts)

    def fits(self, exchange: Exchange) -> bool:
        return all(part.test(part.look(exchange)) for part in self.parts)

    def matches(self, entry: Entry) -> bool:
        return self.fits(entry.exchange)

    def differences(self, entry: Entry) -> list[str]:
        """Return where an entry differs, one text for each: `status is 404, not 201`."""
        exchange = entry.exchange
        found = [(part, part.look(exchange)) for part in self.parts]
        wrong = [(part, value) for part, value in found if not part.test(value)]
        return [f"{part.what} is {_shown(value)}, not {part.wanted}" for part, value in wrong]

    def __str__(self) -> str:
        return ", ".join(f"{part.what} {part.wanted}" for part in self.parts) or "any call"


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A call that is not quite what was looked for, and where it differs."""

    entry: Entry
    differences: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.entry}: {'; '.join(self.differences)}"


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether there were as many calls as wanted; `text` explains it to people, `nearest` is empty
    when it holds.
    """

    holds: bool
    count: int
    nearest: tuple[NearMiss, ...]
    text: str


def find(entries: Sequence[Entry], pattern: Pattern) -> list[Entry]:
    """Return the entries that match, the oldest first."""
    return [entry for entry in entries if pattern.matches(entry)]


def near_misses(
    entries: Sequence[Entry], pattern: Pattern, most: int = NEAREST
) -> tuple[NearMiss, ...]:
    """Return the calls that do not match, those with the fewest differences first, then the
    latest.
    """
    missed = [NearMiss(entry, tuple(pattern.differences(entry))) for entry in reversed(entries)]
    missed = [miss for miss in missed if miss.differences]
    return tuple(sorted(missed, key=lambda miss: len(miss.differences))[:most])


def verify(entries: Sequence[Entry], pattern: Pattern, times: int | None = None) -> Verification:
    """Check that so many calls match, at least one when `times` is None."""
    count = len(find(entries, pattern))
    holds = count > 0 if times is None else count == times
    wanted = "at least once" if times is None else _times(times)
    text = f"called {_times(count)}, wanted {wanted}: {pattern}"
    if holds:
        return Verification(True, count, (), text)
    nearest = near_misses(entries, pattern)
    lines = [f"  near: {miss}" for miss in nearest] or [f"  {_in_all(len(entries))}"]
    return Verification(False, count, nearest, "\n".join([text, *lines]))


def pattern_of(said: Any) -> Pattern:
    """Return the pattern that a JSON object spells. Raises SettingsError for an unknown word or a
    wrong value.
    """
    if not isinstance(said, Mapping):
        raise SettingsError(f"a request pattern must be an object, not {_shown(said)}")
    parts: list[_Part] = []
    for word, value in said.items():
        check_word(word, _READERS, "a request pattern")
        parts.extend(_READERS[word](value))
    return Pattern(tuple(parts))


def check_word(word: str, known: Collection[str], where: str) -> None:
    """Raise SettingsError for a word that is not known, with the nearest one."""
    if word in known:
        return
    near = get_close_matches(str(word), list(known), 1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise SettingsError(f"{where} has no word {word!r} ({hint}known: {', '.join(known)})")


def _method(value: Any) -> Parts:
    wanted = str(value).upper()
    if wanted != "ANY":
        yield _Part("method", wanted, _sent_method, lambda method: method == wanted)


def _equal(what: str, look: Look) -> Reader:
    return lambda wanted: [_Part(what, _shown(wanted), look, lambda value: value == wanted)]


def _regular(what: str, look: Look) -> Reader:
    def parts(value: Any) -> Parts:
        compiled = _compiled(value)
        yield _Part(what, f"like {value}", look, compiled.fits)

    return parts


def _template(value: Any) -> Parts:
    """Take a path with parameters, `/shelves/{id}`: each stands for any segment."""
    texts = PARAMETER.split(str(value))[::2]
    return _regular("path", _path)("[^/]+".join(map(re.escape, texts)))


def _operation(value: Any) -> Parts:
    """Take a label, `POST /shelves`, or a path of the document with any method."""
    method, _, path = str(value).rpartition(" ")
    if method:
        yield from _equal("operation", _label)(f"{method.upper()} {path}")
    else:
        yield _Part("operation", path, _label, lambda label: label.partition(" ")[2] == path)


def _status(value: Any) -> Parts:
    wanted = str(value)
    if not re.fullmatch(r"\d(\d\d|XX)", wanted):
        raise SettingsError(f"status must be like 404 or 4XX, not {_shown(value)}")
    yield _Part("status", wanted, _answered, lambda status: _is_status(status, wanted))


def _is_status(status: int, wanted: str) -> bool:
    return wanted in (str(status), f"{str(status)[0]}XX")


def _named(what: str, look: Callable[[Exchange, str], str | None]) -> Reader:
    """Return what reads tests by the names of headers or parameters."""

    def parts(value: Any) -> Parts:
        if not isinstance(value, Mapping):
            raise SettingsError(f"{what}s must map names to what is wanted, not {_shown(value)}")
        for name, test in value.items():
            yield from _tests(f"{what} {name}", test, _by_name(look, name))

    return parts


def _by_name(look: Callable[[Exchange, str], str | None], name: str) -> Look:
    return lambda exchange: look(exchange, name)


def _bodies(value: Any) -> Parts:
    for test in value if isinstance(value, list) else [value]:
        yield from _tests("body", test, _text)


def _tests(what: str, said: Any, look: Look) -> Parts:
    """Yield the tests of one value: a text is what it must equal."""
    tests = said if isinstance(said, Mapping) else {"equalTo": said}
    for word, argument in tests.items():
        check_word(word, _TESTS, f"the test of {what}")
        test = _TESTS[word](argument)
        yield _Part(what, f"{word} {_shown(argument)}", look, test)


def _equal_to(argument: Any) -> Test:
    text = _as_text(argument)
    return lambda value: value == text


def _contains(argument: Any) -> Test:
    text = _as_text(argument)
    return lambda value: value is not None and text in value


def _matches(argument: Any) -> Test:
    compiled = _compiled(_as_text(argument))
    return lambda value: value is not None and compiled.fits(value)


def _absent(argument: Any) -> Test:
    wanted = argument is not False
    return lambda value: (value is None) is wanted


def _equal_to_json(argument: Any) -> Test:
    wanted = _json(argument) if isinstance(argument, str) else argument
    return lambda value: value is not None and _json(value) == wanted


def _not(positive: Callable[[Any], Test]) -> Callable[[Any], Test]:
    def negative(argument: Any) -> Test:
        test = positive(argument)
        return lambda value: not test(value)

    return negative


def _as_text(argument: Any) -> str:
    return argument if isinstance(argument, str) else json.dumps(argument)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return ValueError


class _Expression:
    """A regular expression of a client, which takes so much time in all and no more."""

    def __init__(self, value: str) -> None:
        """Raises SettingsError where it is none."""
        import regex  # takes as long to import as a dozen of our modules

        try:
            self._pattern = regex.compile(value)
        except (regex.error, OverflowError, RecursionError) as error:
            raise SettingsError(f"{value!r} is no regular expression: {error}") from None
        self._left_s = MOST_S

    def fits(self, text: str) -> bool:
        """Tell whether the whole text fits. Raises SettingsError when the time is over."""
        began_s = time.perf_counter()
        try:
            return self._pattern.fullmatch(text, timeout=max(self._left_s, 0.001)) is not None
        except TimeoutError:
            raise SettingsError(
                f"the regular expression {self._pattern.pattern!r} takes longer than {MOST_S} s; "
                "one without a repetition inside a repetition is fast"
            ) from None
        finally:
            self._left_s -= time.perf_counter() - began_s


def _compiled(value: Any) -> _Expression:
    if not isinstance(value, str):
        raise SettingsError(f"{value!r} is no regular expression: give a text")
    with warnings.catch_warnings():
        # of what a later Python may read otherwise, such as `[[a]`
        warnings.simplefilter("ignore")
        return _Expression(value)


def _shown(value: Any) -> str:
    if value is None:
        return "absent"
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    if not text:
        return "empty"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _times(count: int) -> str:
    return "1 time" if count == 1 else f"{count} times"


def _in_all(count: int) -> str:
    return "there was 1 call in all" if count == 1 else f"there were {count or 'no'} calls in all"


def _sent_method(exchange: Exchange) -> str:
    return exchange.sent.method


def _path(exchange: Exchange) -> str:
    return exchange.sent.path


def _url(exchange: Exchange) -> str:
    """Return the path, decoded, and the query as it was sent."""
    sent = exchange.sent
    return f"{sent.path}?{sent.raw_query}" if sent.raw_query else sent.path


def _header(exchange: Exchange, name: str) -> str | None:
    return exchange.sent.headers.get(name)


def _query(exchange: Exchange, name: str) -> str | None:
    return next((value for known, value in exchange.sent.query if known == name), None)


def _text(exchange: Exchange) -> str:
    return exchange.sent.content.decode(errors="replace")


def _api(exchange: Exchange) -> str:
    return exchange.api


def _label(exchange: Exchange) -> str:
    return exchange.operation


def _answered(exchange: Exchange) -> int:
    return exchange.answer.status if exchange.answer else 0


_TESTS: Mapping[str, Callable[[Any], Test]] = {
    "equalTo": _equal_to,
    "contains": _contains,
    "doesNotContain": _not(_contains),
    "matches": _matches,
    "doesNotMatch": _not(_matches),
    "absent": _absent,
    "equalToJson": _equal_to_json,
}
_READERS: Mapping[str, Reader] = {
    "method": _method,
    "url": _equal("url", _url),
    "urlPath": _equal("path", _path),
    "urlPattern": _regular("url", _url),
    "urlPathPattern": _regular("path", _path),
    "urlPathTemplate": _template,
    "headers": _named("header", _header),
    "queryParameters": _named("query parameter", _query),
    "bodyPatterns": _bodies,
    "api": _equal("api", _api),
    "operation": _operation,
    "status": _status,
}
