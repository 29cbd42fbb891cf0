"""State machines: refuse an illegal move, and carry out the steps that a legal one brings about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.behavior.expression import evaluate, find_all, find_one
from mockserver.behavior.records import new_record, touch
from mockserver.behavior.scene import Scene
from mockserver.call import Problem, ProblemKind, Refused, Violation
from mockserver.lookup import MISSING, holds
from mockserver.model.types import States, Step
from mockserver.state import Collection, Condition, Query, Record

Place = tuple[str | int, ...]
"""The path to an item in the body."""


def check_move(scene: Scene, old: Record, record: Record) -> None:
    """Raise Refused when the state machine has no such move, or another record is in the way."""
    states = scene.resource.states
    if states is None:
        return
    before, after = old.get(states.field), record.get(states.field)
    values = {"from": before, "to": after, "field": states.field}
    if after not in states.moves.get(str(before), ()):
        text = f"{states.field} cannot go from {before} to {after}"
        raise Refused(Problem(ProblemKind.TRANSITION, text, values=values))
    if after == states.alone_in and _another_is_there(scene, states, record):
        text = f"another record with the same {', '.join(states.alone)} is in {after}"
        raise Refused(Problem(ProblemKind.TRANSITION, text, values=values))


def _another_is_there(scene: Scene, states: States, record: Record) -> bool:
    where = [Condition(states.field, (states.alone_in,))]
    where += [Condition(name, (record.get(name),)) for name in states.alone]
    found = scene.draft.select(scene.collection, Query(where=tuple(where), limit=2)).found
    return any(other.key != scene.key for other in found)


def follow_move(scene: Scene, record: Record) -> None:
    """Carry out the steps of the move that the record has just made."""
    states = scene.resource.states
    if states is not None:
        _follow(states.steps.get(str(record.get(states.field)), ()), record, scene)


def follow_removal(scene: Scene, record: Record) -> None:
    """Carry out the steps that follow when a record is removed."""
    states = scene.resource.states
    if states is not None:
        _follow(states.removed, record, scene)


def _follow(steps: Sequence[Step], record: Record, scene: Scene) -> None:
    for step in steps:
        scope = {**scene.scope, "record": record}
        if step.every is not None:
            _change_every(step, scope, scene)
            continue
        for place, item in _items(step, scope):
            _carry_out(step, place, {**scope, "item": item}, scene)


def _items(step: Step, scope: Mapping[str, Any]) -> list[tuple[Place, Any]]:
    """Return the items of the list that the step goes over, each with its place in the body."""
    if step.each is None:
        return [((), None)]
    items = evaluate(step.each, scope)
    field = step.each.removeprefix("$body.")
    return [((field, index), item) for index, item in enumerate(items)] if isinstance(items, list) else []


def _change_every(step: Step, scope: Mapping[str, Any], scene: Scene) -> None:
    wanted = {name: evaluate(value, scope) for name, value in (step.every or {}).items()}
    where = tuple(Condition(name, (value,)) for name, value in wanted.items())
    resource = scene.model.resources[step.into]
    for found in scene.draft.select(Collection(step.into), Query(where=where)).found:
        old = scene.draft.get(found.collection, found.key)
        if old is None:
            continue
        changed = {**old, **_values(step, {**scope, "old": old})}
        touch(resource, changed, scene.supply)
        scene.draft.put(found.collection, found.key, changed)


def _carry_out(step: Step, place: Place, scope: Mapping[str, Any], scene: Scene) -> None:
    if step.when is not None and not holds(step.when, scope):
        return
    scope = find_all(scene.draft, step.find, scope)
    _check_found(step, place, scope)
    found = find_one(scene.draft, step.into, step.match, scope)
    resource = scene.model.resources[step.into]
    values = _values(step, {**scope, "old": found[2] if found else None})
    if found:
        collection, key, old = found
        changed = {**old, **values}
        touch(resource, changed, scene.supply)
        scene.draft.put(collection, key, changed)
    elif step.create:
        collection = Collection(resource.name, scene.collection.parents[: len(resource.split)])
        key, made = new_record(resource, collection, values, {**scope, "body": {}}, scene.draft, scene.supply)
        scene.draft.put(collection, key, {**made, **values})


def _check_found(step: Step, place: Place, scope: Mapping[str, Any]) -> None:
    """Raise Refused when a record that the step needs is not there."""
    for name, find in step.find.items():
        required = find.get("required", False)
        if isinstance(required, Mapping):
            required = holds(required, scope)
        if required and scope[name] is None:
            by, expression = next(iter(find["where"].items()))
            value = evaluate(expression, scope)
            value = None if value is MISSING else value
            text = f"no record of {find['in']} has {by} {value!r}"
            path = (*place, find.get("field", by))
            violation = Violation("body", path, "reference", text, {"value": value, "by": by})
            raise Refused(Problem(ProblemKind.INVALID, text, (violation,)))


def _values(step: Step, scope: Mapping[str, Any]) -> dict[str, Any]:
    evaluated = {name: evaluate(expression, scope) for name, expression in step.values.items()}
    return {name: value for name, value in evaluated.items() if value is not MISSING}
