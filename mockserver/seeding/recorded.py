"""Read a state from what a server answered: a recording (lines of JSON, or a HAR 1.2 file) in, its
records out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mockserver.asgi.routes import routes_of
from mockserver.errors import FixtureError
from mockserver.exchange import Answer, Exchange
from mockserver.lookup import MISSING
from mockserver.model.declared import is_json, parameters, type_of
from mockserver.model.types import Model
from mockserver.recording import read_exchanges
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
    calls = read_exchanges(path, FixtureError)
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


def _replies(model: Model, calls: list[Exchange]) -> Iterator[Shown]:
    """Yield the replies to operations of an API."""
    spec = model.document.spec
    routes = routes_of(spec, model.base_paths)
    by_label = {each.label: each for each in model.operations}
    for call in calls:
        match = routes.find(call.sent.raw_path)
        route = match.routes.get(call.sent.method) if match else None
        operation = by_label.get(route.name) if route else None
        answer = call.answer
        if match is None or route is None or operation is None or answer is None:
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
        yield Shown(operation, path_values, answer.status, _body(answer))


def _body(answer: Answer) -> Any:
    if not is_json(answer.headers.media_type):
        return MISSING
    try:
        return json.loads(answer.content)
    except ValueError:
        return MISSING
