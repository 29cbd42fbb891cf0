"""Judge the answer to a hostile request: a spot, what was sent and what came in, the broken laws
out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema_rs

from contracts.openapi import Spec, is_json, operation_at, operations, response_at
from mockserver.app import App, Settings, wire
from mockserver.asgi.codec.xml import is_xml, read_xml, shape_of
from mockserver.asgi.edge import Edge
from mockserver.model.schema.schemas import Direction, SchemaCompiler
from mockserver.stores.memory import MemoryStore
from tests.conftest import fresh_space
from tests.hostile.spots import Spot
from tests.hostile.wire import Came, Wire, ask

_TEXT = {"type": "string"}
_BIG_ENTRY = {
    "type": "object",
    "required": ["status", "message"],
    "properties": {
        "status": {"type": ["integer", "string"]},
        "message": _TEXT,
        "details": {"type": "object"},
    },
    "additionalProperties": False,
}
_LATER = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": _TEXT, "message": _TEXT},
    "additionalProperties": False,
}
_TEXTS = {"type": "array", "items": _TEXT, "minItems": 1}
FORMS: Mapping[str, Any] = {
    "bookshop": {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": _TEXT,
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
        },
    },
    "omnitron": {"type": "object", "minProperties": 1},
    "bigcommerce-v2": {"type": "array", "minItems": 1, "items": _BIG_ENTRY},
    "shoplazza": {
        "anyOf": [
            {
                "type": "object",
                "required": ["errors"],
                "properties": {"errors": _TEXTS},
                "additionalProperties": False,
            },
            _LATER,
        ]
    },
}
"""The form of an error in each API, from its pages, as JSON Schema."""


@dataclass(frozen=True, slots=True)
class Arena:
    """An API at its start, and the state to go back to."""

    app: App
    store: MemoryStore
    start: MemoryStore
    spec: Spec


@cache
def arena(api: str) -> Arena:
    """Return the arena of an API; its replies are held to the document."""
    settings = Settings(validate_responses=True)
    space = fresh_space(api, settings)
    assert isinstance(space.store, MemoryStore)
    app = wire([Edge(space, space.model.base_paths, validate_responses=True)], settings)
    return Arena(app, space.store, space.store.fork(), space.model.document.spec)


def state_of(api: str) -> str:
    """Return all records and sequences as a text."""
    here = arena(api)
    tables = {
        name: sorted(map(repr, here.store.records(name).items())) for name in fresh_resources(api)
    }
    return repr((tables, sorted(here.store._sequences.items())))


@cache
def fresh_resources(api: str) -> tuple[str, ...]:
    return tuple(fresh_space(api).model.resources)


def faults(spot: Spot, sent: Wire) -> tuple[Came, list[str]]:
    """Send a request to an API at its start. Return what came and every law that this breaks."""
    here = arena(spot.api)
    here.store.restore(here.start)
    before = state_of(spot.api)
    came = ask(here.app, sent)
    found = list(_faults(spot, sent, came))
    if not 200 <= came.status < 300 and state_of(spot.api) != before:
        found.append("the state was changed by a call that was refused")
    return came, found


def _faults(spot: Spot, sent: Wire, came: Came) -> Iterator[str]:
    if came.status >= 500 and came.status != 501:
        yield f"answered with {came.status}"
    if b"Traceback" in came.body or b'File "' in came.body:
        yield "the body shows a traceback"
    if came.status == 501 and _standard(sent.method) and spot.api != "bigcommerce-v2":
        yield "answered 501 where the API does not"
    if (
        came.headers.get("content-length", str(len(came.body))) != str(len(came.body))
        and sent.method != "HEAD"
    ):
        yield "the Content-Length is not that of the body"
    if came.status >= 400 and came.body:
        yield from _form_faults(spot, sent, came)
    elif came.status >= 400 and sent.method != "HEAD":
        yield "a refusal without a body"


def _standard(method: str) -> bool:
    return method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def _form_faults(spot: Spot, sent: Wire, came: Came) -> Iterator[str]:
    """Hold an error to the schema that the operation documents for it, else to the form of the
    API.
    """
    schema = _documented(spot, sent, came)
    try:
        value = _decoded(spot, schema, came)
    except ValueError as error:
        yield f"the body is not {came.media_type}: {error}"
        return
    if schema is None:
        yield from (
            f"not in the form of the API: {each.message}"
            for each in _form(spot.api).iter_errors(value)
        )
    else:
        validator = SchemaCompiler(arena(spot.api).spec).compile(schema, Direction.REPLY)
        yield from (
            f"not as documented for {came.status}: {each.message}"
            for each in validator.iter_errors(value)
        )


def _documented(spot: Spot, sent: Wire, came: Came) -> Any:
    """Return the documented schema of the status and media type, None when there is none or another
    route answered.
    """
    method, _, template = spot.label.partition(" ")
    if came.media_type == "application/problem+json" and _is_ours(sent):
        return FORMS["bookshop"]
    if sent.path != spot.wire.path or sent.method != method:
        return None
    operation = operation_at(arena(spot.api).spec, template, method)
    return (
        (response_at(operation, came.status).get("content") or {})
        .get(came.media_type, {})
        .get("schema")
    )


def _is_ours(sent: Wire) -> bool:
    """Tell whether a request speaks to the mock itself, which answers by RFC 9457."""
    words = b"__" in sent.query or any(name == b"prefer" for name, _ in sent.headers)
    return words or sent.path.startswith((b"/__admin", b"/%5f%5fadmin"))


@cache
def _form(api: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(FORMS[api])


def _decoded(spot: Spot, schema: Any, came: Came) -> Any:
    """Return the value of a body in JSON or XML. Raises ValueError for any other."""
    if is_json(came.media_type):
        return json.loads(came.body)
    if not is_xml(came.media_type):
        raise ValueError("neither JSON nor XML")
    here = fresh_space(spot.api).model
    described = here.schemas.schema(schema or _error_schema(spot.api))
    return read_xml(shape_of(described, here.habits.xml), came.body, {})


def _error_schema(api: str) -> Any:
    """Return some schema of an error in XML that the API documents."""
    for _, _, operation in operations(arena(api).spec):
        for status, response in operation["responses"].items():
            for media_type, media in (
                (response.get("content") or {}).items() if str(status) >= "400" else ()
            ):
                if is_xml(media_type):
                    return media["schema"]
    return {}
