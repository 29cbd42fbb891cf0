"""Take secrets out of what a run tells: events in, the same with `***` for each secret out.

A secret whose value is known is found in every spelling that a request or a reply gives it:
percent-encoded in any mix, escaped as in JSON or in Python, in base64 at any offset (so also inside
Basic credentials). What is a secret by its name, its place or its shape is masked by the code that
masks a journal. It is done to the values of events before any report sees them, so that no report
can forget it.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote_plus

from contracts.events import Event
from contracts.findings import Finding
from contracts.targets.exchanges import OTHERS, Exchange
from contracts.targets.target import Answer, Sent
from mockserver.control.bodymask import masked_body
from mockserver.control.masking import MASK, masked, masked_path, masked_target
from mockserver.control.shapes import masked_shapes

_SHORTEST_CORE = 6
"""Characters of base64 that are looked for; fewer would be found everywhere."""
_BACKSLASH = r"\\|%(?:25)*5[Cc]"
_IN_BASE64 = {"+": r"(?:[+-]|%(?:25)*2[Bb])", "/": r"(?:[/_]|\\+/|%(?:25)*2[Ff])"}
_FIELD = re.compile(r'"(\w[^"\\]*)"\s*:\s*(?:"(?:[^"\\]|\\.)*"?|[^\s,}\]]+)')
_BASIC = re.compile(r"\bBasic\s+([A-Za-z0-9+/_-]+={0,2})", re.IGNORECASE)
_MASKED_WHOLE = frozenset(
    {
        "message",
        "expected",
        "actual",
        "place",
        "accepted",
        "untried",
        "reason",
        "early",
        "target",
        "origin",
        "could_not",
        "too_little",
    }
)
"""Members of events that hold texts in which secrets may stand."""


@dataclass(frozen=True)
class Secrets:
    """What must not be told: `values`, and all that stands under `names`.

    Where there are `names`, all that is masked in a journal is masked as well. They are those of
    headers, query parameters and properties of JSON bodies, in any case: for
    what a server issues (`Set-Cookie`, `access_token`), of which nobody knows the value before.
    `others` are the values of a second user, which a story tells apart.
    """

    values: Collection[str] = ()
    names: Collection[str] = ()
    others: Collection[str] = ()
    _search: re.Pattern[str] | None = field(init=False, repr=False, default=None)
    _theirs: re.Pattern[str] | None = field(init=False, repr=False, default=None)
    _lower: frozenset[str] = field(init=False, repr=False, default=frozenset())
    _parameter: re.Pattern[str] | None = field(init=False, repr=False, default=None)
    _field: re.Pattern[str] | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_search", _any_of(self.values))
        object.__setattr__(self, "_theirs", _any_of(self.others))
        object.__setattr__(self, "_lower", frozenset(each.lower() for each in self.names))
        named = "|".join(re.escape(each) for each in self.names)
        found = re.compile(rf"(?<=[?&])({named})=[^&#\s]*", re.IGNORECASE) if named else None
        object.__setattr__(self, "_parameter", found)
        object.__setattr__(self, "_field", re.compile(named, re.IGNORECASE) if named else None)

    def masked(self, exchange: Exchange) -> Exchange:
        """Return an exchange without secrets."""
        if self._search is None and not self.names:
            return exchange
        answer = None if exchange.answer is None else self._answer(exchange.answer)
        sent = self._sent(exchange.sent, exchange.operation)
        return replace(exchange, sent=sent, answer=answer)

    def event(self, event: Event) -> Event:
        """Return an event without secrets."""
        if self._search is None and not self.names:
            return event
        changes: dict[str, Any] = {}
        for each in dataclasses.fields(event):
            value = getattr(event, each.name)
            masked = self._of_event(each.name, value)
            if masked is not value:
                changes[each.name] = masked
        return replace(event, **changes)

    def _of_event(self, name: str, value: Any) -> Any:
        """Return what an event has under a name, without secrets."""
        if isinstance(value, Exchange):
            return self.masked(value)
        if isinstance(value, Finding):
            return self.finding(value)
        if name == "findings":
            return tuple(map(self.finding, value))
        if name == "paths":
            return tuple(map(self.text, value))
        if isinstance(value, str) and name in _MASKED_WHOLE:
            return self.text(value)
        return value

    def finding(self, finding: Finding) -> Finding:
        """Return a finding without secrets."""
        told: dict[str, Any] = {
            name: self.text(getattr(finding, name))
            for name in ("message", "expected", "actual", "place")
        }
        causes = tuple(map(self.text, finding.causes))
        calls = tuple(map(self.masked, finding.calls))
        return replace(finding, calls=calls, causes=causes, **told)

    def text(self, text: str) -> str:
        """Return a text, a path or a URL without secrets."""
        if self._theirs is not None:
            text = self._theirs.sub(OTHERS, text)
        if self._search is not None:
            text = self._search.sub(MASK, _BASIC.sub(self._basic, text))
        if self.names:
            text = masked_shapes(text)
        if self._parameter is None or "=" not in text:
            return text
        return self._parameter.sub(rf"\1={MASK}", text)

    def _sent(self, sent: Sent, operation: str) -> Sent:
        content = self._body(sent)
        target = self._target(sent.target, operation)
        shown = replace(sent, target=target, content=content)
        return shown.with_headers(self._headers(sent.headers))

    def _answer(self, answer: Answer) -> Answer:
        headers = self._headers(answer.headers)
        return Answer(answer.status, headers, self._body(answer))

    def _target(self, target: str, operation: str) -> str:
        """Return path and query as they were sent."""
        told = self.text(target)
        if OTHERS in told or not self.names:
            return told
        path, sign, query = told.partition("?")
        path = masked_path(path, operation, self._lower)
        return masked_target(f"{path}{sign}{query}", self._lower)

    def _body(self, message: Sent | Answer) -> bytes:
        """Return a body, in which the values that are known are looked for first."""
        content = self._content(message.content)
        if OTHERS.encode() in content or not self.names:
            return content
        return masked_body(content, message.headers.get("content-type", ""))

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        return {self.text(name): self._header(name, value) for name, value in headers.items()}

    def _header(self, name: str, value: str) -> str:
        told = self.text(value)
        if OTHERS in told or not self.names:
            return told
        ((_, shown),) = masked([(name, told)], self._lower)
        return shown

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(name)): self._under(name, each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._value(each) for each in value]
        if isinstance(value, bool) or value is None:
            return value
        masked = self.text(str(value))
        return masked if MASK in masked else value

    def _under(self, name: Any, value: Any) -> Any:
        """Return what stands under a name in JSON."""
        if str(name).lower() in self._lower:
            return MASK
        return self._value(value)

    def _content(self, content: bytes) -> bytes:
        """Return the bytes of a body without secrets; what is no text stays as it is. JSON stays
        JSON.
        """
        text = content.decode("utf-8", "surrogateescape")
        if self._field is not None and self._field.search(text):
            text = self._without_fields(text)
        masked = self.text(text)
        if masked != text and _is_json(text) and not _is_json(masked):
            masked = json.dumps(self._value(json.loads(text)))
        return masked.encode("utf-8", "surrogateescape")

    def _without_fields(self, text: str) -> str:
        """Return a body without what stands under the names, as JSON where it is that, else as a
        form.
        """
        try:
            return json.dumps(self._value(json.loads(text)))
        except (ValueError, RecursionError):
            broken = re.sub(
                _FIELD, lambda found: self._told(found[1], found[0]), text
            )  # JSON that was cut off
            return re.sub(r"[^&]*", lambda part: self._form(part[0]), broken)

    def _told(self, name: str, field: str) -> str:
        return f'"{name}": "{MASK}"' if name.lower() in self._lower else field

    def _form(self, part: str) -> str:
        name, sign, _ = part.partition("=")
        return f"{name}={MASK}" if sign and unquote_plus(name).lower() in self._lower else part

    def _basic(self, match: re.Match[str]) -> str:
        """Mask Basic credentials that hold a secret."""
        try:
            inside = base64.b64decode(match[1] + "==", altchars=None).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return match[0]
        return (
            match[0].replace(match[1], MASK)
            if self._search and self._search.search(inside)
            else match[0]
        )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _any_of(values: Collection[str]) -> re.Pattern[str] | None:
    """Return a pattern for any of some texts in any spelling, the longest first; None for none."""
    known = sorted(set(values) - {""}, key=len, reverse=True)
    patterns = [*map(_spelled, known)]
    for value in known:
        patterns += _cores(value)
    return re.compile("|".join(patterns)) if patterns else None


def _spelled(value: str) -> str:
    """Return a pattern for a text, of which each character may be escaped in its own way."""
    return "".join(map(_character, value))


def _character(char: str) -> str:
    """Return a pattern for a character with or without backslashes before it, raw, by its code or
    its letter.
    """
    if char == "\\":
        return rf"(?:{_BACKSLASH}){{1,8}}"
    codes = [ord(char)] if ord(char) < 0x10000 else _surrogates(char)
    ways = [
        re.escape(char),
        "".join(rf"%(?:25)*(?i:{byte:02x})" for byte in char.encode("utf-8", "surrogatepass")),
        f"(?:{_BACKSLASH}){{1,8}}".join(f"(?i:u{code:04x})" for code in codes),
        rf"(?i:x{ord(char):02x}|u{ord(char):08x})",
        *_LETTERS.get(char, ()),
    ]
    return rf"(?:{_BACKSLASH}){{0,8}}(?:{'|'.join(ways)})"


_LETTERS = {
    "\n": ["n"],
    "\r": ["r"],
    "\t": ["t"],
    "\b": ["b"],
    "\f": ["f"],
    " ": [r"\+", "%(?:25)*2[Bb]"],
    "'": [re.escape("'\"'\"'"), "&#x27;", "&#39;"],
}
"""Other ways to write a character: escapes of JSON (RFC 8259, section 7), forms, shells and
HTML.
"""


def _surrogates(char: str) -> list[int]:
    content = char.encode("utf-16-be")
    return [int.from_bytes(content[:2]), int.from_bytes(content[2:])]


def _cores(value: str) -> list[str]:
    """Return patterns for what base64 makes of a text wherever it stands in the content that is
    encoded.
    """
    content, found = value.encode("utf-8", "surrogatepass"), []
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + content).decode().rstrip("=")
        first = (offset * 8 + 5) // 6  # characters that depend on what is before
        last = (
            len(encoded) if (offset + len(content)) % 3 == 0 else len(encoded) - 1
        )  # and on what comes after
        core = encoded[first:last]
        if len(core) >= _SHORTEST_CORE:
            found.append("".join(_IN_BASE64.get(each, each) for each in core) + "[A-Za-z0-9+/_=-]*")
    return found
