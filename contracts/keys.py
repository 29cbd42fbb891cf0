"""Learn from a server's own replies where keys are, where its document leaves that out: a subject
in, words of semantics out.

    POST /buckets {"data": {...}}  ->  201 {"data": {"id": "b7"}, "permissions": {}}
    GET /buckets/b7                ->  200                    so `id` in `data` is the key

A document that says of `data` only that it is an object leaves everything below its items out of
reach: no path of an item can be made. A property is taken for the key only where the record is read
by it, and nothing is read by another value.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

from contracts.compare.scalars import may_be_key
from contracts.errors import Stopped, Withheld
from contracts.requests.bodies import Bodies
from contracts.requests.caller import Caller
from contracts.targets.target import Answer
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from contracts.wire.wire import Budget, Lost, Wire
from mockserver.generation.supply import SeededSupply
from mockserver.model.keys import HIDDEN_KEY
from mockserver.model.paths import bare
from mockserver.model.types import Kind, Model, Operation, Resource
from mockserver.state import key_of

LONGEST_S = 10.0
"""Seconds that are spent on it at most."""
MOST = 4
"""Bodies by which a record is tried to be made."""
USUAL = ("id", "_id", "uuid", "key", "name", "slug", "code")
"""Names of keys, the likeliest first."""
NEVER = "0-no-such-key-0"
Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeyTold:
    """Where a reply tells the key of a record: its property, and what that is in; empty where it is
    in the reply itself.
    """

    name: str
    wrapper: str
    value: str


def has_unknown_keys(model: Model) -> bool:
    """Tell whether the document leaves out where the keys of some records are."""
    return any(resource.key == HIDDEN_KEY for resource in model.resources.values())


def learned_words(subject: Subject, seed: int) -> Words:
    """Return what a server tells of its keys as words of semantics, nothing where it tells nothing.
    Raises Unreachable.
    """
    budget = Budget(time.monotonic() + LONGEST_S)
    with closing(subject.wire("keys", lambda event: None, budget)) as wire:
        supply = SeededSupply(subject.model.document.spec, seed)
        caller = Caller(subject.model, wire, supply, subject.base, subject.granted)
        look = _Look(subject, wire, caller, Bodies(subject.model, supply))
        with suppress(Stopped, Withheld, Lost):
            return look.words()
    return {}


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at a server."""

    subject: Subject
    wire: Wire
    caller: Caller
    bodies: Bodies

    def words(self) -> Words:
        """Return the words for all resources whose keys are unknown, by the first that is told."""
        model = self.subject.model
        unknown = [each for each in model.resources.values() if each.key == HIDDEN_KEY]
        for resource in unknown:
            if resource.split:
                continue
            told = self._told(resource)
            if told is None:
                continue
            resources = {each.name: {"key": told.name} for each in unknown}
            if not told.wrapper:
                return {"resources": resources}
            envelope = {"one": told.wrapper, "request": told.wrapper}
            many = self._many(resource, told)
            if many:
                envelope["many"] = many
            return {"defaults": {"envelope": envelope}, "resources": resources}
        return {}

    def _told(self, resource: Resource) -> KeyTold | None:
        """Return where the key of a record is told, None where no reply tells it."""
        read = self._first(resource, Kind.READ)
        if read is None or read.key_param is None:
            return None
        for body in self._shown(resource):
            for told in _candidates(body, read.key_param):
                if self._reads(read, told.value) and not self._reads(read, NEVER):
                    return told
        return None

    def _shown(self, resource: Resource) -> Iterator[Any]:
        """Yield what replies show of records, as they show one alone: of one that is made, where
        that may be.
        """
        create = self._first(resource, Kind.CREATE)
        if create is None or self.subject.safety is not Safety.ALL:
            return
        for body in islice(self.bodies.of(create, f"keys/{create.label}", {}), MOST):
            answer = self.caller.send(create, {}, body)
            if answer.succeeded:
                yield answer.body
                return

    def _many(self, resource: Resource, told: KeyTold) -> str:
        """Return the property of a list that its records are in, empty where there is none."""
        listing = self._first(resource, Kind.LIST)
        if listing is None:
            return ""
        body = self.caller.send(listing, {}).body
        if not isinstance(body, Mapping):
            return ""
        for name, value in body.items():
            rows = value if isinstance(value, list) else []
            if any(isinstance(row, Mapping) and told.name in row for row in rows):
                return str(name)
        return ""

    def _reads(self, read: Operation, key: str) -> bool:
        answer: Answer = self.caller.send(read, {str(read.key_param): key})
        return answer.succeeded

    def _first(self, resource: Resource, kind: Kind) -> Operation | None:
        for operation in self.subject.model.operations:
            if operation.resource == resource.name and operation.kind is kind:
                return operation
        return None


def _candidates(body: Any, param: str) -> Iterator[KeyTold]:
    """Yield where a reply may tell a key, the likeliest first: in an object that it is, or one
    inside.
    """
    if not isinstance(body, Mapping):
        return
    inner = [(str(name), value) for name, value in body.items() if isinstance(value, Mapping)]
    wanted = dict.fromkeys([bare(param), *map(bare, USUAL)])
    for name in wanted:
        for wrapper, record in [("", body), *inner]:
            for own, value in record.items():
                if bare(str(own)) == name and may_be_key(value):
                    yield KeyTold(str(own), wrapper, key_of(value))
