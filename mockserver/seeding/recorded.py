"""Read a state from what a server answered: a recording (lines of JSON, or a HAR 1.2 file) in, its
records out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mockserver.asgi.bodies import parse_media_type
from mockserver.asgi.routes import routes_of
from mockserver.errors import FixtureError
from mockserver.lookup import MISSING
from mockserver.model.declared import is_json, parameters, type_of
from mockserver.model.types import Model
from mockserver.recording import recorded_calls, recorded_content
from mockserver.seeding.shown import Shown, records_in, take_over
from mockserver.stores.base import Store

SUFFIXES = (".jsonl", ".har")
"""How the name of a file ends that is a recording, not a fixture."""


def is_recording(path: Path) -> bool:
    """Tell whether a file is a recording, by its name."""
    return path.suffix.lower() in SUFFIXES


def seed_recorded(model: Model, store: Store, path: Path) -> frozenset[str]:
    """Put what a recording shows of an API into a store, the later over the earlier; return the
    resources that it tells of, though it may show them empty. Raises FixtureError.
    """
    known: set[str] = set()
    calls = [_call(entry, path, where) for where, entry in recorded_calls(path, FixtureError)]
    if not calls:
        raise FixtureError(
            str(path), "holds no calls: write one with understudy proxy --record FILE"
        )
    told = [each for each in calls if each.api in ("", model.name)]
    replies = list(_replies(model, told))
    if told and not replies:
        raise FixtureError(
            str(path),
            f"none of its {len(told)} calls is one of {model.name}: name the API it is of",
        )
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
    spec = model.document.spec
    routes = routes_of(spec, model.base_paths)
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
        path_values = {
            name: int(text) if name in whole and text.isdecimal() else text
            for name, text in texts.items()
        }
        yield Shown(operation, path_values, call.status, _body(call))


def _body(call: _Line) -> Any:
    if not is_json(call.media_type):
        return MISSING
    try:
        return json.loads(call.content)
    except ValueError:
        return MISSING


def _call(entry: Any, path: Path, where: str) -> _Line:
    try:
        asked, replied = entry["request"], entry["response"]
        headers = {str(name).lower(): str(value) for name, value in replied["headers"].items()}
        media_type = parse_media_type(headers.get("content-type", ""))[0]
        api, method, target = (
            str(entry.get("api", "")),
            str(asked["method"]),
            urlsplit(str(asked["url"])).path,
        )
        return _Line(
            api, method, target, int(replied["status"]), media_type, recorded_content(replied)
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise FixtureError(str(path), f"{where}: is no call of a recording ({what})") from None
