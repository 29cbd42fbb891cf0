"""Measure how any server plays a document over HTTP: a model and a URL in, what of it works out.

Each operation is called once as its document asks: those that create come first, those that delete
last, and keys are those that the server's own replies have told. The reply has to be one of
success, with a documented status, in a documented media type and valid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracts.compare.scalars import may_be_key
from contracts.openapi import is_json, operation_at, response_at
from contracts.requests.caller import Caller, value_of
from contracts.requests.samples import sample_bodies, sample_parameters, text
from contracts.targets.remote import NoAnswer, UrlTarget
from contracts.targets.target import Answer, Sent, Target
from mockserver.generation.supply import SeededSupply
from mockserver.model.schema.schemas import Direction, SchemaCompiler
from mockserver.model.types import Kind, Model, Operation
from mockserver.state import key_of

ORDER = ("GET", "HEAD", "OPTIONS", "QUERY", "POST", "PUT", "PATCH", "TRACE", "DELETE")
TELLING = frozenset({Kind.CREATE, Kind.UPSERT, Kind.LIST, Kind.VIEW})
"""Operations whose replies tell keys."""
LEVELS = 4
"""Levels of a reply on which a key may be."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many operations and lives a document has, and how many of them a server plays."""

    operations: int
    conforming: int
    lives: int
    whole: int = 0


class Client:
    """A server at a URL, asked the way common clients ask: for JSON first, for anything else
    too.
    """

    def __init__(self, url: str) -> None:
        self._target = UrlTarget(url, timeout_s=20)

    def send(self, sent: Sent) -> Answer:
        return self._target.send(
            replace(sent, headers={"Accept": "application/json, */*;q=0.8", **sent.headers})
        )

    def close(self) -> None:
        self._target.close()


def conforming(model: Model, url: str, base: str) -> int:
    """Return how many operations of a model a server at a URL plays under a base path."""
    target = Client(url)
    try:
        return sum(Calls(model, target, base).all())
    finally:
        target.close()


class Calls:
    """Calls every operation of a server once; keys are learned on the way."""

    def __init__(self, model: Model, target: Target, base: str) -> None:
        self._model = model
        self._spec = model.document.spec
        self._supply = SeededSupply(self._spec, 1)
        self._caller = Caller(model, target, self._supply, base)
        self._schemas = SchemaCompiler(self._spec)
        self._known: dict[str, str] = {}
        self._guessed: dict[str, str] = {}

    def all(self) -> Iterator[bool]:
        """Yield for each operation whether its reply conforms."""
        for each in sorted(self._model.operations, key=_turn):
            try:
                yield self.conforms(each)
            except NoAnswer:
                yield False

    def conforms(self, operation: Operation) -> bool:
        """Tell whether the reply to a valid call conforms. Raises NoAnswer."""
        answer: Answer | None = None
        for body in sample_bodies(self._spec, operation, self._supply, operation.label):
            answer = self._caller.send(operation, self._keys(operation), body)
            if answer.succeeded:
                break
        if answer is None or not answer.succeeded:
            return False
        if operation.kind in TELLING:
            self._learn(operation, value_of(answer))
        return self._fits(operation, answer)

    def _keys(self, operation: Operation) -> dict[str, str]:
        """Return a key for each path parameter: the one that was told, else a made one, the same
        from then on.
        """
        made = sample_parameters(self._spec, operation, "path", self._supply, operation.label)
        found = {name: text(value) for name, value in made.items()}
        at = {name: _upto(operation.path, name) for name in found}
        return {
            name: self._known.get(at[name]) or self._guessed.setdefault(at[name], found[name])
            for name in found
        }

    def _learn(self, operation: Operation, body: Any) -> None:
        """Note the first key in a reply for the operations on the same things."""
        for each in self._model.operations:
            if each.resource != operation.resource or each.key_param is None:
                continue
            resource = self._model.resources[str(each.resource)]
            names = [name for name in (each.key_field, resource.key, each.key_param) if name]
            told = _key_in(body, names)
            if told is not None:
                self._known.setdefault(_upto(each.path, each.key_param), told)

    def _fits(self, operation: Operation, answer: Answer) -> bool:
        declared = operation_at(self._spec, operation.path, operation.method)
        response = response_at(declared, answer.status)
        content: Mapping[str, Any] = response.get("content") or {}
        if not response or not content:
            return bool(response)
        given = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        media = next((each for name, each in content.items() if _matches(name, given)), None)
        if media is None or not is_json(given) or "schema" not in (media or {}):
            return media is not None
        return bool(self._schemas.compile(media["schema"], Direction.REPLY).is_valid(answer.body))


def _turn(operation: Operation) -> tuple[bool, int, int, bool]:
    """Return when an operation is called: what tells keys first, parents before children, deletes
    last and upwards.
    """
    depth = operation.path.count("/")
    telling = operation.kind in TELLING
    order = depth if telling else -depth if operation.method == "DELETE" else depth
    return (
        not telling,
        ORDER.index(operation.method) * (not telling),
        order,
        operation.kind is not Kind.CREATE,
    )


def _upto(path: str, name: str) -> str:
    """Return a path up to a parameter, without the names of parameters."""
    return re.sub(r"\{[^{}]*\}", "{}", path.partition("{" + name + "}")[0] + "{}")


def _matches(declared: str, given: str) -> bool:
    name = declared.partition(";")[0].strip().lower()
    return name in (given, "*/*", f"{given.partition('/')[0]}/*")


def _key_in(reply: Any, names: Sequence[str]) -> str | None:
    """Return what may be the key of a record in a reply: the reply itself or its first item where
    that is a scalar, else the value under the first of these names that has one.
    """
    first = reply[0] if isinstance(reply, list) and reply else reply
    if may_be_key(first) and first != "":
        return key_of(first)
    there = [*_objects(reply)]
    for name in names:
        for each in there:
            value = each.get(name)
            if may_be_key(value) and value != "":
                return key_of(value)
    return None


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of the outermost levels of a value, the outer ones first."""
    level = [value]
    for _ in range(LEVELS):
        items = [item for each in level for item in (each if isinstance(each, list) else [each])]
        there = [item for item in items if isinstance(item, Mapping)]
        yield from there
        level = [child for each in there for child in each.values()]
