"""Read a state from what a server answered: a recording (lines of JSON, or a HAR 1.2 file) in, its records out."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mockserver.asgi.bodies import parse_media_type
from mockserver.asgi.routes import Routes
from mockserver.errors import FixtureError, reason_of
from mockserver.lookup import MISSING
from mockserver.model.declared import is_json, operations, parameters, type_of
from mockserver.model.types import Model
from mockserver.seeding.shown import Shown, records_in, take_over
from mockserver.stores.base import Store

SUFFIXES = (".jsonl", ".har")
"""How the name of a file ends that is a recording, not a fixture."""


def is_recording(path: Path) -> bool:
    """Tell whether a file is a recording, by its name."""
    return path.suffix.lower() in SUFFIXES


def seed_recorded(model: Model, store: Store, path: Path) -> frozenset[str]:
    """Put what a recording shows of an API into a store, the later over the earlier; return the resources that it
    tells of, though it may show them empty. Raises FixtureError."""
    known: set[str] = set()
    calls = _calls(path)
    told = [each for each in calls if each.api in ("", model.name)]
    replies = list(_replies(model, told))
    if told and not replies:
        raise FixtureError(str(path), f"none of its {len(told)} calls is one of {model.name}: name the API it is of")
    for shown in replies:
        take_over(model, store, shown)
        if (
            200 <= shown.status < 300
            and shown.operation.resource
            and (records_in(shown) or shown.operation.view is None)
        ):
            known.add(shown.operation.resource)
    return frozenset(known)


@dataclass(frozen=True, slots=True)
class _Line:
    """A call of a recording: its API where that is told, and what came back."""

    api: str
    method: str
    path: str
    status: int
    media_type: str
    content: bytes


def _replies(model: Model, calls: list[_Line]) -> Iterator[Shown]:
    """Yield the replies to operations of an API."""
    spec, routes = model.document.spec, Routes()
    for base in model.base_paths:
        for path, method, _ in operations(spec):
            routes.add(base, path, method, f"{method} {path}")
    by_label = {each.label: each for each in model.operations}
    for call in calls:
        match = routes.find(call.path)
        route = match.routes.get(call.method) if match else None
        operation = by_label.get(route.name) if route else None
        if match is None or route is None or operation is None:
            continue
        whole = {
            str(each.get("name"))
            for each in parameters(spec, operation.path, operation.method)
            if each.get("in") == "path" and type_of(each.get("schema") or {}) == "integer"
        }
        texts = dict(zip(route.params, match.values, strict=True))
        path_values = {name: int(text) if name in whole and text.isdecimal() else text for name, text in texts.items()}
        yield Shown(operation, path_values, call.status, _body(call))


def _body(call: _Line) -> Any:
    if not is_json(call.media_type):
        return MISSING
    try:
        return json.loads(call.content)
    except ValueError:
        return MISSING


def _calls(path: Path) -> list[_Line]:
    """Return the calls of a recording. A last line that was cut off, because a proxy was killed, is left out."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FixtureError(str(path), f"cannot be read: {reason_of(error)}") from None
    if path.suffix.lower() == ".har":
        found = [_call(_from_har(each), path, f"entry {at}") for at, each in enumerate(_entries(text, path), 1)]
    else:
        lines = [(at, line) for at, line in enumerate(text.split("\n"), 1) if line.strip()]
        whole = lines if text.endswith("\n") or not lines or _is_json(lines[-1][1]) else lines[:-1]
        found = [_call(_loaded(line, path, at), path, f"line {at}") for at, line in whole]
    if not found:
        raise FixtureError(str(path), "holds no calls: write one with understudy proxy --record FILE")
    return found


def _call(entry: Any, path: Path, where: str) -> _Line:
    try:
        asked, replied = entry["request"], entry["response"]
        headers = {str(name).lower(): str(value) for name, value in replied["headers"].items()}
        packed = replied.get("bodyAsBase64")
        content = base64.b64decode(packed) if packed is not None else str(replied.get("body", "")).encode()
        media_type = parse_media_type(headers.get("content-type", ""))[0]
        target = urlsplit(str(asked["url"])).path
        return _Line(
            str(entry.get("api", "")), str(asked["method"]), target, int(replied["status"]), media_type, content
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise FixtureError(str(path), f"{where}: is no call of a recording ({what})") from None


def _loaded(line: str, path: Path, at: int) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise FixtureError(str(path), f"line {at}: is no JSON ({error}); each line is one call") from None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _entries(text: str, path: Path) -> list[Any]:
    try:
        found = json.loads(text)["log"]["entries"]
    except (ValueError, KeyError, TypeError):
        found = None
    if not isinstance(found, list):
        raise FixtureError(str(path), "is no HAR file: it has no list log.entries")
    return found


def _from_har(entry: Any) -> Any:
    """Return an entry of HAR as a line of a recording; what is wrong with it shows when it is read."""
    if not isinstance(entry, Mapping) or not isinstance(entry.get("response"), Mapping):
        return entry
    replied = entry["response"]
    content = replied.get("content") or {}
    body = {"bodyAsBase64" if content.get("encoding") else "body": content.get("text", "")}
    named = {each["name"]: each["value"] for each in replied.get("headers") or ()}
    return {"request": entry.get("request"), "response": {"status": replied.get("status"), "headers": named, **body}}
