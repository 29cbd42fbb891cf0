"""Decide each of the items of a call alone: a scene and what is done with one item in, an outcome
for each out.

    POST /books/bulk [{"title": "Kindred"}, {}]
    outcomes: the book 7, and a refusal, for the second has no title

What was wrong with an item refuses that one; only where a body is wrong as a whole, all of it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from mockserver.behavior.scene import Scene, not_found
from mockserver.call import ItemOutcome, Problem, ProblemKind, Refused, Reply, Violation
from mockserver.model.types import Kind
from mockserver.state import Draft

CarryOut = Callable[[Scene], Reply]
"""Does all that a call does, and what follows, in the draft of its scene. Raises Refused."""


def decide_each(scene: Scene, carry_out: CarryOut) -> Reply:
    """Return the outcome of each item. Raises Refused where the body is wrong as a whole."""
    wrong = _by_item(scene)
    outcomes = []
    for index, item in enumerate(scene.items or ()):
        violations = wrong.get(index, ())
        outcome = _decide(scene, index, item, violations, carry_out)
        outcomes.append(outcome)
    return Reply(outcomes)


def _by_item(scene: Scene) -> dict[int, Sequence[Violation]]:
    """Return what is wrong with each item. Raises Refused for what is wrong with all of it."""
    found: dict[int, list[Violation]] = {}
    whole = []
    wrapper = scene.operation.envelope.request
    for violation in scene.call.violations:
        path = violation.path
        if wrapper and path[:1] == (wrapper,):
            path = path[1:]
        if path and isinstance(path[0], int):
            alone = replace(violation, path=path[1:])
            found.setdefault(path[0], []).append(alone)
        else:
            whole.append(violation)
    if whole:
        text = whole[0].message
        raise Refused(Problem(ProblemKind.INVALID, text, (*whole,)))
    return dict(found)


def _decide(
    scene: Scene,
    index: int,
    item: Any,
    violations: Sequence[Violation],
    carry_out: CarryOut,
) -> ItemOutcome:
    """Return what becomes of one item, and note its changes where it is taken."""
    if violations:
        text = violations[0].message
        problem = Problem(ProblemKind.INVALID, text, tuple(violations))
        return ItemOutcome(index, item, problem=problem)
    draft = Draft(scene.draft)
    try:
        reply = carry_out(_alone(scene, item, draft))
    except Refused as refused:
        return ItemOutcome(index, item, problem=refused.problem)
    scene.draft.take(draft.changes)
    record = reply.value
    if isinstance(record, list):
        record = record[0] if record else None
    return ItemOutcome(index, item, record, created=reply.created)


def _alone(scene: Scene, item: Any, draft: Draft) -> Scene:
    """Return the scene of an item as if nothing else had been sent. Raises Refused where a delete
    names a record that is not there.
    """
    if scene.operation.kind is not Kind.BULK_DELETE:
        return replace(scene.about(item), draft=draft)
    key = item
    if isinstance(item, dict):
        key = item.get(scene.resource.key or "")
    if draft.get(scene.collection, str(key)) is None:
        raise Refused(not_found(scene.resource, key))
    return replace(scene, body=[item], draft=draft)
