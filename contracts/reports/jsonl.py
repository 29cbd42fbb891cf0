"""A run as lines of JSON, an event in each, for programs: events in, lines out, and back.

Each line is an object: `event` is the name of a class of `contracts.events`, the other keys are its
fields. A body is `body` where it is UTF-8, else `body_base64`. Statuses are texts where they are
keys. More keys may come; what is here stays.
"""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from contracts.events import Event
from contracts.findings import Finding
from contracts.reports.files import NewFile
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Answer, Sent, decoded

CLASSES: Mapping[str, Any] = {each.__name__: each for each in get_args(Event)}


@dataclass(frozen=True, slots=True)
class Lines:
    """Writes each event when it comes."""

    file: NewFile

    def take(self, event: Event) -> None:
        self.file.write(line(event))

    def close(self) -> None:
        self.file.close()


def line(event: Event) -> str:
    """Return an event as a line."""
    return json.dumps({"event": type(event).__name__, **_fields(event)}) + "\n"


def read_events(lines: Iterable[str]) -> Iterator[Event]:
    """Yield the events of lines. Raises ValueError for a line that holds none."""
    for number, text in enumerate(lines, 1):
        try:
            said = json.loads(text)
            yield _event(said)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number} holds no event of a run: {error!r}") from None


def _fields(value: Any) -> dict[str, Any]:
    return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}


def _plain(value: Any) -> Any:
    if isinstance(value, Sent):
        return {
            "method": value.method,
            "path": value.path,
            "headers": dict(value.headers),
            **_body(value.body),
        }
    if isinstance(value, Answer):
        told: dict[str, Any] = {
            "status": value.status,
            "headers": dict(value.headers),
            **_body(value.content),
        }
        same = value.body == decoded(value.content, value.headers)
        return told if same else {**told, "value": value.body}
    if dataclasses.is_dataclass(value):
        return _fields(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _body(content: bytes | None) -> dict[str, str]:
    if content is None:
        return {}
    try:
        return {"body": content.decode()}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(content).decode()}


def _event(said: Mapping[str, Any]) -> Event:
    kind = CLASSES[said["event"]]
    known = {each.name for each in dataclasses.fields(kind)}
    event: Event = kind(
        **{name: _read(name, value) for name, value in said.items() if name in known}
    )
    return event


def _read(name: str, value: Any) -> Any:
    match name:
        case "exchange":
            return _exchange(value)
        case "finding":
            return _finding(value)
        case "findings":
            return tuple(map(_finding, value))
        case "never_answered":
            return {
                label: {int(status): count for status, count in seen.items()}
                for label, seen in value.items()
            }
    return tuple(value) if isinstance(value, list) else value


def _finding(said: Mapping[str, Any]) -> Finding:
    return Finding(**{**said, "calls": tuple(map(_exchange, said["calls"]))})


def _exchange(said: Mapping[str, Any]) -> Exchange:
    asked, replied = said["sent"], said["answer"]
    sent = Sent(asked["method"], asked["path"], asked["headers"], _content(asked))
    answer = None
    if replied is not None:
        content = _content(replied) or b""
        body = replied["value"] if "value" in replied else decoded(content, replied["headers"])
        answer = Answer(replied["status"], replied["headers"], body, content)
    return Exchange(**{**said, "sent": sent, "answer": answer})


def _content(said: Mapping[str, Any]) -> bytes | None:
    if "body_base64" in said:
        return base64.b64decode(said["body_base64"])
    return said["body"].encode() if "body" in said else None
