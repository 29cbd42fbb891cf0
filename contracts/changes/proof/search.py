"""A change in, calls that may show it out: those made for it first, then the usual ones of its
operation.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.changes.carried import (
    body_of,
    content_of,
    is_required,
    parameters_of,
    replies_of,
    schema_of,
)
from contracts.changes.operations import Listed, OperationPair
from contracts.changes.proof.below import below
from contracts.changes.proof.draw import Draw
from contracts.changes.proof.faults import Faults
from contracts.changes.proof.probes import candidates, put
from contracts.changes.proof.recipe import Recipe
from contracts.changes.proof.tape import Tape
from contracts.changes.shape import Shape, shape_of
from contracts.changes.types import Change, Place, Spot, Where
from contracts.requests.samples import Body
from mockserver.lookup import MISSING
from mockserver.model.schema.schemas import Direction

PLACES = 3
"""Places of one change that are tried."""
PROBED = 4
"""Calls of one place that are made for a change."""


@dataclass(frozen=True, slots=True)
class Search:
    """Knows both documents, and draws calls from each."""

    pairs: Mapping[str, OperationPair]
    draw: Draw
    strangers: Draw
    old: Faults
    new: Faults

    def tapes(self, change: Change) -> Iterator[Tape]:
        """Yield calls, the likeliest first."""
        for place in change.places[:PLACES]:
            if place.where is Where.API:
                for label in list(self.pairs)[:PLACES]:
                    yield from itertools.islice(self.draw.tapes(label), 1)
                continue
            if place.where is Where.BODY:
                yield from self._other_bodies(place)
                yield from itertools.islice(self._bodies(place), PROBED)
            elif change.rule == "reply-media-type-removed":
                yield from self._accepting(place)
            elif place.where.is_parameter:
                yield from itertools.islice(self._parameters(place), PROBED)
            yield from self.draw.tapes(place.operation)
        for place in change.places if change.rule.startswith("reply-") else ():
            if place.where is Where.REPLY:
                yield from itertools.islice(self._strange(place), PROBED)

    def _other_bodies(self, place: Place) -> Iterator[Tape]:
        """Yield calls without a body, where OLD takes that, and in another media type than the
        usual.
        """
        pair = self.pairs[place.operation]
        body = body_of(pair.old) if pair.old is not None else None
        for recipe in self.draw.recipes(place.operation)[:1] if body is not None else ():
            bodies = [Body()] if not is_required(body) and not place.path else []
            if (
                body is not None
                and place.name in content_of(body)
                and place.name != recipe.body.media_type
            ):
                schema = schema_of(content_of(body)[place.name]).value
                made = self.draw.side.supply.value(schema, f"{place.operation}/{place.name}")
                bodies += [Body("x" if made is MISSING else made, place.name)]
            for each in bodies:
                tape = self.draw.taped(replace(recipe, body=each))
                if tape:
                    yield tape

    def _accepting(self, place: Place) -> Iterator[Tape]:
        """Yield calls that ask for a reply in each media type that OLD gives."""
        pair = self.pairs[place.operation]
        reply = replies_of(pair.old).get(place.name) if pair.old is not None else None
        for name in content_of(reply) if reply is not None else ():
            for recipe in self.draw.recipes(place.operation)[:1]:
                tape = self.draw.taped(replace(recipe, headers={"Accept": name}))
                if tape:
                    yield tape

    def _bodies(self, place: Place) -> Iterator[Tape]:
        """Yield calls with a body that OLD takes for right and NEW for wrong."""
        pair = self.pairs[place.operation]
        schemas = [_body_schema(each, place.name) for each in (pair.old, pair.new)]
        for recipe in self.draw.recipes(place.operation) if None not in schemas else ():
            old, new = (each or Spot({}, "") for each in schemas)
            for value in self._candidates(pair, old, new, place):
                body = put(recipe.body.value, place.path, value)
                if (
                    body is MISSING
                    or not self.old.takes(old, body, _REQUEST)
                    or self.new.takes(new, body, _REQUEST)
                ):
                    continue
                tape = self.draw.taped(replace(recipe, body=replace(recipe.body, value=body)))
                if tape:
                    yield tape

    def _parameters(self, place: Place) -> Iterator[Tape]:
        """Yield calls with a parameter that OLD takes for right and NEW for wrong."""
        pair = self.pairs[place.operation]
        if pair.both is None:
            return
        schemas = [_parameter_schema(each, place) for each in pair.both]
        for recipe in self.draw.recipes(place.operation)[:1] if None not in schemas else ():
            old, new = (each or Spot({}, "") for each in schemas)
            for value in self._candidates(pair, old, new, Place()):
                fits = value not in (MISSING, None, "", []) and self.old.takes(old, value, _REQUEST)
                if fits and not self.new.takes(new, value, _REQUEST):
                    for varied in self._with(recipe, place, value):
                        tape = self.draw.taped(varied)
                        if tape:
                            yield tape

    def _with(self, recipe: Recipe, place: Place, value: Any) -> Iterator[Recipe]:
        if place.where is Where.PATH:
            yield replace(recipe, keys={**recipe.keys, place.name: str(value)})
        elif place.where in (Where.QUERY, Where.HEADER):
            yield from self.draw.with_parameter(recipe, str(place.where), place.name, value)

    def _candidates(self, pair: OperationPair, old: Spot, new: Spot, place: Place) -> Iterator[Any]:
        shapes = [
            _shape(each, spot, place)
            for each, spot in ((pair.old, old), (pair.new, new))
            if each is not None
        ]
        seen: list[str] = []
        for value in candidates(
            shapes[0], shapes[-1], self.draw.side.supply, f"{place.operation}/probe"
        ):
            text = "-" if value is MISSING else json.dumps(value, default=str)
            if text not in seen:
                seen.append(text)
                yield value

    def _strange(self, place: Place) -> Iterator[Tape]:
        """Yield calls of OLD that read what a client of NEW has written: a value that OLD has no
        room for.
        """
        for tape in itertools.islice(self.draw.tapes(place.operation), 1):
            for written in self._written(place):
                yield (*written, *tape)

    def _written(self, place: Place) -> Iterator[Tape]:
        pair = self.pairs[place.operation]
        if pair.both is None or pair.both[0].method != "GET":
            return
        for label in self._writers(pair.both[1].path):
            listed = next(
                each.new
                for each in self.pairs.values()
                if each.new is not None and each.new.label == label
            )
            schema = _body_schema(listed)
            if schema is not None:
                for recipe in self.strangers.recipes(label):
                    yield from self._strange_calls(listed, schema, recipe, place)

    def _strange_calls(
        self, listed: Listed, schema: Spot, recipe: Recipe, place: Place
    ) -> Iterator[Tape]:
        for start in range(len(place.path)):
            path = place.path[start:]
            spot = below(listed.spec, schema, path, _REQUEST)
            if spot is None:
                continue
            shape = shape_of(listed.spec, spot, _REQUEST)
            for value in candidates(
                shape, shape, self.strangers.side.supply, f"{listed.label}/probe"
            ):
                body = put(recipe.body.value, path, value)
                if (
                    body is not MISSING
                    and not self._has_room(place, value)
                    and self.new.takes(schema, body, _REQUEST)
                    and body != recipe.body.value
                ):
                    tape = self.strangers.taped(
                        replace(recipe, body=replace(recipe.body, value=body))
                    )
                    yield tuple(
                        replace(step, stranger=True) for step in tape[: len(recipe.prelude) + 1]
                    )
            return

    def _has_room(self, place: Place, value: Any) -> bool:
        """Tell whether a reply of OLD may hold a value at a place: a client of it reads that."""
        old = self.pairs[place.operation].old
        if old is None or value is MISSING:
            return False
        reply = replies_of(old).get(place.name)
        if reply is None:
            return False
        for media in content_of(reply).values():
            schema = schema_of(media)
            there = below(old.spec, schema, place.path, Direction.REPLY)
            if there is not None and self.old.takes(there, value, Direction.REPLY):
                return True
        return False

    def _writers(self, path: str) -> list[str]:
        """Return the operations of NEW that write what can be read at a path, or below it."""
        labels = [each.label for each in self.strangers.side.model.operations]
        below_ = [f"{method} {path}" for method in ("PATCH", "PUT", "POST")]
        deeper = [
            label
            for label in labels
            if label.partition(" ")[2].startswith(f"{path}/{{") and label[:2] in ("PA", "PU")
        ]
        above = [f"POST {path.rpartition('/')[0]}"] if path.endswith("}") else []
        return [label for label in (*below_, *deeper, *above) if label in labels]


_REQUEST = Direction.REQUEST


def _shape(listed: Listed, spot: Spot, place: Place) -> Shape:
    there = below(listed.spec, spot, place.path, _REQUEST)
    return shape_of(listed.spec, there or Spot({}, spot.pointer), _REQUEST)


def _body_schema(listed: Listed | None, media_type: str = "") -> Spot | None:
    body = body_of(listed) if listed is not None else None
    content = content_of(body) if body is not None else {}
    media = content.get(media_type) or next(iter(content.values()), None)
    return schema_of(media) if media is not None else None


def _parameter_schema(listed: Listed, place: Place) -> Spot | None:
    for (where, _), spot in parameters_of(listed).items():
        said: Any = spot.value
        if where is place.where and str(said.get("name")).lower() == place.name.lower():
            return schema_of(spot)
    return None
