"""Read a state from what a server answered: a recording (lines of JSON, or a HAR 1.2 file) in, its
records out.

Calls are read in their order, so that of what two replies show the later wins, and what was
deleted is gone. Calls of other APIs, and those that no operation answers, are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mockserver.asgi.routes import routes_of
from mockserver.errors import FixtureError
from mockserver.exchange import Answer, Exchange
from mockserver.lookup import MISSING
from mockserver.model.types import Model, Operation
from mockserver.model.types.described import is_json
from mockserver.recording import read_exchanges
from mockserver.seeding.observations import Observation, records_in, take_over
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
    own_calls = [call for call in calls if call.api in ("", model.name)]
    replies = list(_replies(model, own_calls))
    if own_calls and not replies:
        raise FixtureError(
            str(path),
            f"none of its {len(own_calls)} calls is one of {model.name}: name the API it is of",
        )
    for reply in replies:
        take_over(model, store, reply)
        name = reply.operation.resource
        is_whole = reply.operation.view is None
        if reply.is_success and name and (is_whole or records_in(reply)):
            known.add(name)
    return frozenset(known)


def _replies(model: Model, calls: list[Exchange]) -> Iterator[Observation]:
    """Yield the replies to operations of an API."""
    routes = routes_of(model.document.spec, model.base_paths)
    by_label = {each.label: each for each in model.operations}
    for call in calls:
        answer = call.answer
        match = routes.find(call.sent.raw_path)
        route = match.routes.get(call.sent.method) if match else None
        operation = by_label.get(route.name) if route else None
        if match is None or route is None or operation is None or answer is None:
            continue
        texts = dict(zip(route.params, match.values, strict=True))
        path = _path_values(operation, texts)
        yield Observation(operation, path, answer.status, _body(answer))


def _path_values(operation: Operation, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the parameters of a path, whole numbers where the document says so."""
    values: dict[str, Any] = dict(texts)
    for parameter in operation.described.parameters_in("path"):
        text = texts.get(parameter.name, "")
        if parameter.schema.type == "integer" and text.isdecimal():
            values[parameter.name] = int(text)
    return values


def _body(answer: Answer) -> Any:
    if not is_json(answer.headers.media_type):
        return MISSING
    try:
        return json.loads(answer.content)
    except ValueError:
        return MISSING
