"""Say which calls are meant: a pattern in WireMock's words and our own in, where an entry differs
from it out.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from mockserver.control.journal import Entry
from mockserver.errors import SettingsError
from mockserver.model.paths import PARAMETER

Test = Callable[[Any], bool]
_WORDS = (
    "equalTo",
    "contains",
    "doesNotContain",
    "matches",
    "doesNotMatch",
    "absent",
    "equalToJson",
)


@dataclass(frozen=True, slots=True)
class _Part:
    """One thing that a pattern says: what is looked at, what is wanted (for people), and the
    test.
    """

    what: str
    wanted: str
    read: Callable[[Entry], Any]
    test: Test


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a call must be like; one that says nothing means every call."""

    parts: tuple[_Part, ...] = ()

    def matches(self, entry: Entry) -> bool:
        return all(part.test(part.read(entry)) for part in self.parts)

    def differences(self, entry: Entry) -> list[str]:
        """Return where an entry differs, one text for each: `status is 404, not 201`."""
        told = []
        for part in self.parts:
            value = part.read(entry)
            if not part.test(value):
                told.append(f"{part.what} is {_shown(value)}, not {part.wanted}")
        return told

    def __str__(self) -> str:
        return ", ".join(f"{part.what} {part.wanted}" for part in self.parts) or "any call"


def pattern_of(said: Any) -> Pattern:
    """Return the pattern that a JSON object spells. Raises SettingsError for an unknown word or a
    wrong value.
    """
    if not isinstance(said, Mapping):
        raise SettingsError(f"a request pattern must be an object, not {_shown(said)}")
    parts: list[_Part] = []
    for word, value in said.items():
        check_word(word, _READERS, "a request pattern")
        parts += _READERS[word](value)
    return Pattern(tuple(parts))


def check_word(word: str, known: Any, where: str) -> None:
    """Raise SettingsError for a word that is not known, with the nearest one."""
    if word not in known:
        near = get_close_matches(str(word), list(known), 1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise SettingsError(f"{where} has no word {word!r} ({hint}known: {', '.join(known)})")


def _method(value: Any) -> list[_Part]:
    wanted = str(value).upper()
    return (
        []
        if wanted == "ANY"
        else [_Part("method", wanted, lambda entry: entry.method, lambda is_: is_ == wanted)]
    )


def _equal(what: str, read: Callable[[Entry], Any]) -> Callable[[Any], list[_Part]]:
    return lambda value: [_Part(what, _shown(value), read, lambda is_: is_ == value)]


def _regular(what: str, read: Callable[[Entry], Any]) -> Callable[[Any], list[_Part]]:
    def parts(value: Any) -> list[_Part]:
        compiled = _compiled(value)
        return [_Part(what, f"like {value}", read, lambda is_: compiled.fullmatch(is_) is not None)]

    return parts


def _template(value: Any) -> list[_Part]:
    steps = "".join(
        re.escape(text) if at % 2 == 0 else "[^/]+"
        for at, text in enumerate(PARAMETER.split(str(value)))
    )
    return _regular("path", lambda entry: entry.path)(steps)


def _operation(value: Any) -> list[_Part]:
    """Take a label, `POST /shelves`, or a path of the document with any method."""
    method, _, path = str(value).rpartition(" ")
    wanted = f"{method.upper()} {path}" if method else path

    def test(label: Any) -> bool:
        return bool(label == wanted if method else label.partition(" ")[2] == wanted)

    return [_Part("operation", wanted, lambda entry: entry.operation, test)]


def _status(value: Any) -> list[_Part]:
    wanted = str(value)
    if not re.fullmatch(r"\d(\d\d|XX)", wanted):
        raise SettingsError(f"status must be like 404 or 4XX, not {_shown(value)}")
    return [
        _Part("status", wanted, lambda entry: entry.status, lambda is_: _is_status(is_, wanted))
    ]


def _is_status(status: int, wanted: str) -> bool:
    return str(status) == wanted or f"{str(status)[0]}XX" == wanted


def _named(what: str, read: Callable[[Entry, str], str | None]) -> Callable[[Any], list[_Part]]:
    def parts(value: Any) -> list[_Part]:
        if not isinstance(value, Mapping):
            raise SettingsError(f"{what}s must map names to what is wanted, not {_shown(value)}")
        return [
            part
            for name, test in value.items()
            for part in _value(f"{what} {name}", test, _reader(read, name))
        ]

    return parts


def _reader(read: Callable[[Entry, str], str | None], name: str) -> Callable[[Entry], str | None]:
    return lambda entry: read(entry, name)


def _header(entry: Entry, name: str) -> str | None:
    values = [value for each, value in entry.headers if each.lower() == name.lower()]
    return ", ".join(values) if values else None


def _query(entry: Entry, name: str) -> str | None:
    return next((value for each, value in entry.query if each == name), None)


def _bodies(value: Any) -> list[_Part]:
    listed = value if isinstance(value, list) else [value]
    return [
        part
        for each in listed
        for part in _value("body", each, lambda entry: entry.body.decode(errors="replace"))
    ]


def _value(what: str, said: Any, read: Callable[[Entry], Any]) -> list[_Part]:
    """Return the tests of one value: a text is what it must equal."""
    tests = said if isinstance(said, Mapping) else {"equalTo": said}
    parts = []
    for word, argument in tests.items():
        check_word(word, _WORDS, f"the test of {what}")
        parts.append(_Part(what, f"{word} {_shown(argument)}", read, _test(word, argument)))
    return parts


def _test(word: str, argument: Any) -> Test:
    text = argument if isinstance(argument, str) else json.dumps(argument)
    match word:
        case "contains":
            return lambda value: value is not None and text in value
        case "doesNotContain":
            return lambda value: value is None or text not in value
        case "matches" | "doesNotMatch":
            compiled, wanted = _compiled(text), word == "matches"
            return lambda value: (
                (value is not None and compiled.fullmatch(value) is not None) is wanted
            )
        case "absent":
            return lambda value: (value is None) is (argument is not False)
        case "equalToJson":
            json_value = _json(argument) if isinstance(argument, str) else argument
            return lambda value: value is not None and _json(value) == json_value
    return lambda value: value == text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return ValueError


def _compiled(value: Any) -> re.Pattern[str]:
    if not isinstance(value, str):
        raise SettingsError(f"{value!r} is no regular expression: give a text")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # of what a later Python may read otherwise, such as `[[a]`
            return re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise SettingsError(f"{value!r} is no regular expression: {error}") from None


def _shown(value: Any) -> str:
    text = (
        "absent"
        if value is None
        else str(value)
        if isinstance(value, str)
        else json.dumps(value, default=str)
    )
    text = text or "empty"
    return text if len(text) <= 120 else f"{text[:120]}…"


def _url(entry: Entry) -> str:
    query = entry.scope["query_string"].decode("latin-1")
    return f"{entry.path}?{query}" if query else entry.path


_READERS: Mapping[str, Callable[[Any], list[_Part]]] = {
    "method": _method,
    "url": _equal("url", _url),
    "urlPath": _equal("path", lambda entry: entry.path),
    "urlPattern": _regular("url", _url),
    "urlPathPattern": _regular("path", lambda entry: entry.path),
    "urlPathTemplate": _template,
    "headers": _named("header", _header),
    "queryParameters": _named("query parameter", _query),
    "bodyPatterns": _bodies,
    "api": _equal("api", lambda entry: entry.api),
    "operation": _operation,
    "status": _status,
}
