"""Calls that can be varied: an operation, its path keys, body and more in, a call on a mock out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.changes.proof.side import Side, Taping
from contracts.changes.proof.tape import Step, Tape
from contracts.requests.caller import Caller, asking
from contracts.requests.samples import Body
from contracts.requests.spelling import header_texts, query_pairs
from contracts.targets.target import Answer, Sent, Target
from mockserver.model.types import Operation


@dataclass(frozen=True, slots=True)
class Recipe:
    """A call of an operation after others (`prelude`): what it sends beside what the operation
    requires.
    """

    operation: Operation
    keys: Mapping[str, str] = field(default_factory=dict)
    body: Body = field(default_factory=Body)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    prelude: Tape = ()


@dataclass(frozen=True, slots=True)
class _More:
    """A target that adds to each request what a recipe has beside the usual."""

    target: Target
    side: Side
    recipe: Recipe

    def send(self, sent: Sent) -> Answer:
        recipe, there = self.recipe, sent.target.partition("?")
        kept = [
            each
            for each in there[2].split("&")
            if each and each.partition("=")[0] not in recipe.query
        ]
        path = asking(
            "?".join(filter(None, (there[0], "&".join(kept)))),
            query_pairs(recipe.operation, recipe.query),
        )
        more = header_texts(recipe.operation, recipe.headers)
        sent = replace(sent, target=path)
        return self.target.send(sent.with_headers({**sent.headers, **more}))

    def close(self) -> None:
        self.target.close()


def make(
    side: Side, recipe: Recipe, after: Iterable[tuple[Operation, Mapping[str, str]]] = ()
) -> tuple[Tape, Answer]:
    """Make the calls of a recipe in a fresh state; return those that succeeded and the last answer.

    `after` are reads that follow, to see what came of it.
    """
    with closing(side.fresh()) as target:
        for step in recipe.prelude:
            target.send(side.based(step.sent))
        answer, steps = _call(side, _More(target, side, recipe), recipe)
        for operation, keys in after if answer.succeeded else ():
            steps += _call(side, target, Recipe(operation, keys))[1]
    return (*recipe.prelude, *steps), answer


def _call(side: Side, target: Target, recipe: Recipe) -> tuple[Answer, list[Step]]:
    taping = Taping(target if not isinstance(target, _More) else target.target)
    outer = replace(target, target=taping) if isinstance(target, _More) else taping
    answer = Caller(side.model, outer, side.supply, side.base).send(
        recipe.operation, recipe.keys, recipe.body
    )
    steps = [
        Step(recipe.operation.label, side.below(sent), got)
        for sent, got in taping.taped
        if got.succeeded
    ]
    return answer, steps
