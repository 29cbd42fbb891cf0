"""Where requests and replies break a document: a call and an answer in, the places out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from contracts.changes.carried import (
    body_of,
    content_of,
    covers,
    headers_of,
    is_required,
    parameters_of,
    replies_of,
    reply_like,
    schema_of,
    shown,
)
from contracts.changes.operations import Listed
from contracts.changes.types import Spot, Where
from contracts.changes.walk import ANY
from contracts.targets.reading import Readings
from contracts.targets.target import NO_BODY, Answer, Sent
from mockserver.lookup import MISSING
from mockserver.mediatype import plain_media_type
from mockserver.model.schema.schemas import Direction, SchemaCompiler, Validator
from mockserver.model.types import Model

Path = tuple[str, ...]
Fault = tuple[str, Path, str]
"""Where a value stands (`body`, `reply`, or the name of a parameter), the path inside it, and what
is wrong.
"""
CHOICE = "|"
"""Ends the path of a fault that is somewhere in a choice of schemas."""


class Faults:
    """Finds what is wrong by one document. Schemas are compiled once, when they are first
    needed.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._validators: dict[tuple[str, Direction], Validator] = {}

    @cached_property
    def readings(self) -> Readings:
        """What reads requests whose path has no base."""
        return Readings(self._model, "")

    @cached_property
    def _compiler(self) -> SchemaCompiler:
        return SchemaCompiler(self._model.document.spec)

    def of_request(self, each: Listed, sent: Sent) -> list[Fault]:
        """Return what is wrong with a request of an operation."""
        found = [
            (fault.partition(" is ")[0], (), fault) for fault in self.readings.read(sent).faults
        ]
        there = {name.lower() for name in sent.headers}
        for (where, name), spot in parameters_of(each).items():
            if where is Where.HEADER and is_required(spot) and name not in there:
                found.append((shown(where, spot), (), f"the header {name} is missing"))
        return [
            *(fault for fault in found if not fault[0].startswith("the body")),
            *self._of_body(each, sent),
        ]

    def _of_body(self, each: Listed, sent: Sent) -> list[Fault]:
        body = body_of(each)
        if body is None:
            return [("body", (), "no body is taken")] if sent.content else []
        if not sent.content:
            return [("body", (), "a body is required")] if is_required(body) else []
        sent_as = {name.lower(): value for name, value in sent.headers.items()}.get(
            "content-type", ""
        )
        media = _media(content_of(body), sent_as)
        if media is None:
            return [("body", (), f"{sent_as or 'its media type'} is not taken")]
        value = json_of(sent.content)
        return (
            []
            if value is MISSING
            else self._of_value("body", schema_of(media), value, Direction.REQUEST)
        )

    def of_reply(self, each: Listed, answer: Answer) -> list[Fault]:
        """Return what a client that was written for this document cannot take of an answer."""
        replies = replies_of(each)
        reply = reply_like(replies, str(answer.status))
        if reply is None:
            return [("status", (), f"{answer.status} is not documented")] if replies else []
        missing: list[Fault] = [
            (name, (), f"the header {name} is missing")
            for name, spot in headers_of(reply).items()
            if is_required(spot) and name not in answer.headers
        ]
        content = content_of(reply)
        if not content or answer.body is NO_BODY:
            return [*missing, *([("reply", (), "the body is missing")] if content else [])]
        media = _media(content, answer.headers.get("content-type", ""))
        if media is None:
            return [
                *missing,
                (
                    "media",
                    (),
                    f"{answer.headers.get('content-type', 'its media type')} is not expected",
                ),
            ]
        is_json = "json" in answer.headers.get("content-type", "")
        return [
            *missing,
            *(
                self._of_value("reply", schema_of(media), answer.body, Direction.REPLY)
                if is_json
                else []
            ),
        ]

    def takes(self, spot: Spot, value: Any, direction: Direction) -> bool:
        """Tell whether a value fits a schema."""
        return bool(self._validator(spot, direction).is_valid(value))

    def _of_value(self, where: str, spot: Spot, value: Any, direction: Direction) -> list[Fault]:
        errors = self._validator(spot, direction).iter_errors(value)
        return [
            (where, path, f"{_pointer(path)}: {error.message}")
            for error in errors
            for path in _paths(error)
        ]

    def _validator(self, spot: Spot, direction: Direction) -> Validator:
        key = (spot.pointer, direction)
        if key not in self._validators:
            self._validators[key] = self._compiler.compile(spot.value, direction)
        return self._validators[key]


def _media(content: Mapping[str, Spot], named: str) -> Spot | None:
    bare = plain_media_type(named)
    return content.get(bare) or next(
        (spot for each, spot in content.items() if covers(each, bare)), None
    )


def json_of(content: bytes | None) -> Any:
    """Return the value of a JSON text, MISSING when it is none."""
    try:
        return json.loads(content or b"")
    except ValueError:
        return MISSING


def _paths(error: Any) -> Iterable[Path]:
    """Return where a validation error is: at the property that is missing or not wanted, if it is
    about one.
    """
    path = tuple(ANY if isinstance(step, int) else str(step) for step in error.instance_path)
    kind = error.kind
    if kind.name == "required":
        return [(*path, str(kind.property))]
    if kind.name in ("additionalProperties", "unevaluatedProperties"):
        return [(*path, str(name)) for name in kind.unexpected]
    return [(*path, CHOICE)] if kind.name in ("anyOf", "oneOf", "not") else [path]


def _pointer(path: Path) -> str:
    return "".join(f"/{step}" for step in path if step != CHOICE) or "/"
