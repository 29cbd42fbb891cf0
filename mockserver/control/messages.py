"""What a function of the control API takes and what it gives: an AdminRequest in, an Answer out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from mockserver.control.control import Control
from mockserver.control.pattern import check_word
from mockserver.errors import SettingsError
from mockserver.exchange import Answer
from mockserver.jsontext import dumps
from mockserver.slots import dataclass


@dataclass(frozen=True, slots=True)
class AdminRequest:
    """A request to the control API; `body` is None where there was none."""

    control: Control
    space: str
    path: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    def object(self, *known: str) -> Mapping[str, Any]:
        """Return the body as an object with no other words. Raises SettingsError."""
        value = {} if self.body is None else self.body
        if not isinstance(value, Mapping):
            raise SettingsError(f"the body must be an object, not {type(value).__name__}")
        for word in value if known else ():
            check_word(word, known, "the body")
        return value

    def last(self, name: str, default: str) -> str:
        """Return a query parameter; where it is given more than once, the last one counts."""
        return self.query.get(name, [default])[-1]

    def whole(self, name: str, default: int | None = None) -> int | None:
        """Return a query parameter that is a whole number from 0. Raises SettingsError."""
        if name not in self.query:
            return default
        text = self.query[name][-1]
        is_whole = text.isascii() and text.isdigit()
        if not is_whole or len(text) > 15:
            raise SettingsError(f"{name} must be a whole number from 0, not {text!r}")
        return int(text)


def is_asked(name: str, request: AdminRequest) -> bool:
    """Tell whether a query parameter is true. Raises SettingsError for a word that is neither."""
    word = request.last(name, "false")
    if word not in ("true", "false"):
        raise SettingsError(f"{name} must be true or false, not {word!r}")
    return word == "true"


class Unknown(Exception):
    """What is asked about is not there; the text tells what is."""


def reply(value: Any, status: int = 200) -> Answer:
    """Return an answer with a JSON value."""
    headers = {"content-type": "application/json"}
    return Answer(status, headers, dumps(value))


def problem(
    status: int,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Return a problem of nobody's own (RFC 9457)."""
    value = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
    }
    media_type = {"content-type": "application/problem+json"}
    return Answer(status, media_type | dict(headers or {}), dumps(value))


async def send_whole(send: Any, answer: Answer, is_head: bool) -> None:
    """Send an answer; to HEAD without its body, but with its length (RFC 9110, section 9.3.2)."""
    headers = answer.headers.to_wire()
    if answer.status not in (204, 304):
        length = str(len(answer.content))
        headers.append((b"content-length", length.encode()))
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": headers,
        }
    )
    content = b"" if is_head else answer.content
    await send({"type": "http.response.body", "body": content})
