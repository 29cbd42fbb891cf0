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
from contracts.targets.target import Answer, Sent

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
    match value:
        case Exchange():
            return _exchange_form(value)
        case Mapping():
            return {str(name): _plain(child) for name, child in value.items()}
        case list() | tuple():
            return [_plain(child) for child in value]
        case _ if dataclasses.is_dataclass(value):
            return _fields(value)
        case _:
            return value


def _exchange_form(exchange: Exchange) -> dict[str, Any]:
    sent, answer = exchange.sent, exchange.answer
    request = {"method": sent.method, "path": sent.target, "headers": dict(sent.headers)}
    response = answer and {
        "status": answer.status,
        "headers": dict(answer.headers),
        **_content_form(answer.content),
    }
    return {
        "number": exchange.number,
        "phase": exchange.phase,
        "label": exchange.operation or None,
        "sent": request | (_content_form(sent.content) if sent.content else {}),
        "answer": response,
        "began_s": exchange.began_s,
        "took_s": exchange.took_s,
    }


def _content_form(content: bytes) -> dict[str, str]:
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
    lists = {name: tuple(said.get(name, ())) for name in ("causes", "also")}
    return Finding(
        **{
            **said,
            **lists,
            "calls": tuple(
                map(
                    _exchange,
                    said["calls"],
                )
            ),
        }
    )


def _exchange(said: Mapping[str, Any]) -> Exchange:
    request, response = said["sent"], said["answer"]
    sent = Sent(request["method"], request["path"], request["headers"], _content(request))
    answer = response and Answer(response["status"], response["headers"], _content(response))
    return Exchange(
        sent,
        answer,
        said["began_s"],
        said["took_s"],
        number=said["number"],
        phase=said["phase"],
        operation=said["label"] or "",
    )


def _content(said: Mapping[str, Any]) -> bytes | None:
    if "body_base64" in said:
        return base64.b64decode(said["body_base64"])
    return said["body"].encode() if "body" in said else None
