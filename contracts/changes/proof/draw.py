"""The mock of a document in, calls out that it answers with success: for each operation the plain
one and variations.

Keys are those of the records that the mock starts with; where there are none, a record lives
through its resource's lifecycle first, and what led to the operation comes before it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

from contracts.changes.proof.faults import json_of
from contracts.changes.proof.recipe import Recipe, make
from contracts.changes.proof.side import Side
from contracts.changes.proof.tape import Step, Tape
from contracts.errors import ContractError
from contracts.laws.bench.law import Untried
from contracts.laws.bench.life import live
from contracts.laws.bench.places import Place, places
from contracts.laws.bench.visit import Visit
from contracts.laws.bench.world import World
from contracts.openapi import parameters
from contracts.requests.bodies import Bodies
from contracts.requests.drafts import Drafts
from contracts.requests.samples import NOT_PARAMETERS, Body, sample_parameters, text
from contracts.targets.reading import Readings
from contracts.targets.target import Answer, Sent
from contracts.wire.wire import Budget
from mockserver.lookup import MISSING, value_at
from mockserver.model.types import Kind, Operation
from mockserver.state import Found, key_of

MOST = 8
"""Bodies that are tried until one is taken."""
VARIED = 3
"""Bodies of one operation that are sent."""
SECOND = frozenset({Kind.CREATE, Kind.UPSERT, Kind.REPLACE, Kind.MERGE, Kind.ACTION})


class Draw:
    """Draws calls for one mock."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self._model = side.model
        self._operations = {each.label: each for each in side.model.operations}
        self._bodies = Bodies(side.model, side.supply)
        self._readings = Readings(side.model, "")
        self._recipes: dict[str, list[Recipe]] = {}
        self._lives: list[Tape] | None = None
        self.refusals: dict[str, str] = {}

    def recipes(self, label: str) -> list[Recipe]:
        """Return calls of an operation that succeed, the plain one first; none when there is no way
        to make one.
        """
        if label not in self._recipes:
            operation = self._operations.get(label)
            self._recipes[label] = [] if operation is None else self._plain(operation)
        return self._recipes[label]

    def tapes(self, label: str) -> Iterator[Tape]:
        """Yield the calls of an operation, each with reads of what came of it: as they are, then
        varied.
        """
        for recipe in self.recipes(label):
            yield self.taped(recipe)
        for recipe in self.recipes(label)[:1]:
            for varied in self._varied(recipe):
                tape = self.taped(varied)
                if tape:
                    yield tape

    def taped(self, recipe: Recipe) -> Tape:
        """Return the calls of a recipe, none when it does not succeed."""
        tape, answer = make(self.side, recipe, self._after(recipe))
        return tape if answer.succeeded else ()

    def _plain(self, operation: Operation) -> list[Recipe]:
        keys = self._keys(operation)
        found = [] if keys is None else self._taken(Recipe(operation, keys))
        return found or list(self._lived(operation))

    def _taken(self, recipe: Recipe) -> list[Recipe]:
        """Return the recipe with those bodies that the mock takes."""
        found: list[Recipe] = []
        bodies = self._bodies.of(recipe.operation, f"{recipe.operation.label}/diff", recipe.keys)
        for body in itertools.islice(bodies, MOST):
            tried = replace(recipe, body=body)
            _, answer = make(self.side, tried)
            if answer.succeeded and all(tried != each for each in found):
                found.append(tried)
            elif not answer.succeeded:
                self.refusals[recipe.operation.label] = f"{answer.status} {answer.text[:120]}"
            if len(found) == VARIED or (found and body.value is MISSING):
                break
        return found

    def _keys(self, operation: Operation) -> dict[str, str] | None:
        """Return path parameters that lead to records of the start, None when there are none."""
        samples = sample_parameters(
            self._model.document.spec, operation, "path", self.side.supply, operation.label
        )
        keys = {name: text(value) for name, value in samples.items()}
        record = self._first(operation.resource)
        if operation.key_param is not None and operation.resource is not None:
            if record is None:
                return None
            resource = self._model.resources[operation.resource]
            named = operation.key_field or resource.key or ""
            keys[operation.key_param] = key_of(record.record.get(named, record.key))
        above = [parent for parent in operation.parents if parent.splits]
        for at, parent in enumerate(above):
            if record is not None and at < len(record.collection.parents):
                keys[parent.param] = record.collection.parents[at]
            elif not self._is_known(parent.resource, keys, parent.param):
                return None
        for parent in operation.parents:
            if not parent.splits and not self._is_known(parent.resource, keys, parent.param):
                return None
        return keys

    def _is_known(self, resource: str | None, keys: dict[str, str], param: str) -> bool:
        """Fill in the key of a parent's first record; tell whether the path can be had."""
        record = self._first(resource)
        if record is not None:
            keys[param] = record.key
        return record is not None or resource is None

    def _first(self, resource: str | None) -> Found | None:
        return next(
            (each for each in self.side.start if each.collection.resource == resource), None
        )

    def _lived(self, operation: Operation) -> Iterator[Recipe]:
        """Yield the call of an operation out of a life, with what led to it."""
        for tape in self._all_lives():
            at = next(
                (at for at, step in enumerate(tape) if step.operation == operation.label), None
            )
            if at is not None:
                sent = tape[at].sent
                keys = {name: text(value) for name, value in self._readings.read(sent).path.items()}
                value = json_of(sent.content) if sent.content else MISSING
                media = next(
                    (v for n, v in sent.headers.items() if n.lower() == "content-type"),
                    "application/json",
                )
                yield Recipe(operation, keys, Body(value, media), prelude=tape[:at])
                return

    def _all_lives(self) -> list[Tape]:
        if self._lives is None:
            found = places(self._model)
            self._lives = [self._life(found, place) for place in found.values()]
        return self._lives

    def _life(self, found: Mapping[str, Place], place: Place) -> Tape:
        """Let a record live in a fresh state; return the calls that succeeded."""
        subject = self.side.subject
        wire = subject.wire("diff", lambda event: None, Budget())
        drafts = Drafts(self._model.document.spec, self.side.supply, self._bodies)
        world = World(Visit(subject, wire, found, drafts), place)
        with closing(wire), suppress(Untried, ContractError):
            live(world)
        steps = []
        for exchange in wire.history:
            answer = exchange.answer
            if answer is not None and answer.succeeded:
                steps.append(self._step(exchange.sent, answer))
        return tuple(steps)

    def _step(self, sent: Sent, answer: Answer) -> Step:
        below = self.side.below(sent)
        return Step(self._readings.read(below).label or "", below, answer)

    def _after(self, recipe: Recipe) -> Iterator[tuple[Operation, Mapping[str, str]]]:
        """Yield the read that shows what a write did."""
        if recipe.operation.kind in SECOND or recipe.operation.method in ("PUT", "PATCH", "POST"):
            read = self._operations.get(f"GET {recipe.operation.path}")
            if read is not None:
                yield read, recipe.keys

    def _varied(self, recipe: Recipe) -> Iterator[Recipe]:
        """Yield the recipe with each optional parameter, one at a time."""
        spec, operation = self._model.document.spec, recipe.operation
        for place in ("query", "header"):
            made = sample_parameters(
                spec, operation, place, self.side.supply, operation.label, everything=True
            )
            for each in parameters(spec, operation.path, operation.method):
                name = str(each.get("name"))
                if each.get("in") == place and name in made and name.lower() not in NOT_PARAMETERS:
                    value = 1 if name == operation.paging.size else made[name]
                    yield from self.with_parameter(recipe, place, name, value)

    def with_parameter(self, recipe: Recipe, place: str, name: str, value: Any) -> Iterator[Recipe]:
        """Yield the recipe with one more parameter; of a filter, with a value that finds something
        too.
        """
        if place == "header":
            yield replace(recipe, headers={name: value})
            return
        narrowed = next((each for each in recipe.operation.filters if each.param == name), None)
        record = self._first(recipe.operation.resource)
        if narrowed is not None and record is not None:
            there = value_at(record.record, narrowed.field)
            if isinstance(there, str | int):
                yield replace(recipe, query={name: there})
        if name == recipe.operation.sort_param and record is not None:
            yield from (replace(recipe, query={name: each}) for each in _orders(record.record))
        yield replace(recipe, query={name: value})


def _orders(record: Mapping[str, Any]) -> list[str]:
    """Return a few ways to sort by properties that a record has."""
    names = [name for name, value in record.items() if isinstance(value, str | int)]
    return [*names[:2], *(f"-{name}" for name in names[:2])]
