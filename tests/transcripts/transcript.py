"""Read transcripts: Markdown with pairs of http fences in, sections of requests and expected
replies out.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

FENCE = re.compile(r"^```http\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"<([\w-]+)>")


@dataclass(frozen=True, slots=True)
class Message:
    """One fence: its first line, its headers and its body as text."""

    first: str
    headers: tuple[tuple[str, str], ...]
    body: str


@dataclass(frozen=True, slots=True)
class Section:
    """A law, and the requests with the replies that show it."""

    api: str
    law: str
    pairs: tuple[tuple[Message, Message], ...]


def read_transcript(path: Path) -> list[Section]:
    """Return the sections of a file."""
    text = path.read_text("utf-8")
    api = re.search(r"^api: (\S+)$", text, re.MULTILINE)
    if api is None:
        raise ValueError(f"{path}: the front matter names no api")
    sections = []
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        messages = [_message(fence) for fence in FENCE.findall(part)]
        if len(messages) % 2 or not messages:
            raise ValueError(f"{path}: {part.splitlines()[0]!r} has a request without a reply")
        pairs = tuple(zip(messages[::2], messages[1::2], strict=True))
        document = path.parent / api[1]
        name = str(document) if document.is_file() else api[1]
        sections.append(Section(name, part.splitlines()[0].strip(), pairs))
    return sections


def _message(fence: str) -> Message:
    head, _, body = fence.partition("\n\n")
    first, *lines = head.strip("\n").split("\n")
    headers = tuple(
        (name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines)
    )
    return Message(first.strip(), headers, body.strip("\n"))


class Bindings:
    """The values that names in angle brackets stand for."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}

    def fill(self, text: str) -> str:
        """Return a request's text with its bound names replaced; a quoted name takes the whole JSON
        value.
        """
        text = re.sub(
            r'"<([\w-]+)>"',
            lambda match: (
                json.dumps(self._values[match[1]]) if match[1] in self._values else match[0]
            ),
            text,
        )
        return NAME.sub(
            lambda match: str(self._values[match[1]]) if match[1] in self._values else match[0],
            text,
        )

    def difference(self, expected: Any, actual: Any, at: str = "$") -> str | None:
        """Return where two values differ, None when they agree; a new name takes the value that it
        meets.
        """
        if isinstance(expected, str) and NAME.fullmatch(expected):
            name = expected[1:-1]
            if name not in self._values:
                self._values[name] = actual
            return (
                None
                if self._values[name] == actual
                else f"{at}: {actual!r} is not {self._values[name]!r}"
            )
        if isinstance(expected, dict) and isinstance(actual, dict):
            if expected.keys() != actual.keys():
                missing, surplus = expected.keys() - actual.keys(), actual.keys() - expected.keys()
                return f"{at}: lacks {sorted(missing)}, has {sorted(surplus)} too"
            found = (self.difference(expected[key], actual[key], f"{at}.{key}") for key in expected)
            return next((each for each in found if each), None)
        if isinstance(expected, list) and isinstance(actual, list):
            if len(expected) != len(actual):
                return f"{at}: has {len(actual)} items, not {len(expected)}: {actual!r}"
            found = (
                self.difference(*pair, f"{at}[{i}]")
                for i, pair in enumerate(zip(expected, actual, strict=True))
            )
            return next((each for each in found if each), None)
        if expected == actual and isinstance(expected, bool) is isinstance(actual, bool):
            return None
        if (
            isinstance(expected, str)
            and isinstance(actual, str)
            and NAME.search(self.fill(expected))
        ):
            return self._match_inside(self.fill(expected), actual, at)
        filled = self.fill(expected) if isinstance(expected, str) else expected
        return None if filled == actual else f"{at}: {actual!r} is not {expected!r}"

    def _match_inside(self, expected: str, actual: str, at: str) -> str | None:
        names = NAME.findall(expected)
        pattern = "".join(
            "(.+?)" if index % 2 else re.escape(part)
            for index, part in enumerate(NAME.split(expected))
        )
        match = re.fullmatch(pattern, actual)
        if match is None:
            return f"{at}: {actual!r} is not {expected!r}"
        self._values.update(zip(names, match.groups(), strict=True))
        return None


def compare(bindings: Bindings, expected: Message, reply: httpx.Response, call: str) -> None:
    """Hold a reply against what a transcript says of it. Raises AssertionError."""
    told = f"{call} -> {reply.status_code} {reply.text[:600]}"
    assert str(reply.status_code) == expected.first.split()[0], told
    for name, value in expected.headers:
        assert name.lower() in reply.headers, f"{told}\nlacks the header {name}"
        actual = reply.headers[name]
        assert bindings.difference(value, actual) is None, (
            f"{told}\n{name}: {actual} is not {value}"
        )
    if not expected.body:
        assert reply.content == b"", told
        return
    is_json = "json" in reply.headers.get("content-type", "")
    wanted, body = (
        (json.loads(expected.body), reply.json()) if is_json else (expected.body, reply.text)
    )
    difference = bindings.difference(wanted, body)
    assert difference is None, f"{told}\n{difference}"
