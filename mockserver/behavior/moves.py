"""What the verb of an operation does to a record: the record and what was sent in, the properties
that the operation itself sets out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.behavior.scene import Scene
from mockserver.call import Problem, ProblemKind, Refused
from mockserver.model.types import Flip, Increase, Stamp
from mockserver.state import Record

Values = Mapping[str, Any]


def is_move(scene: Scene, sent: Values) -> bool:
    """Tell whether a change is a move of the state machine: the state is sent, or the operation
    sets it.
    """
    states = scene.resource.states
    if states is None:
        return False
    sets = scene.operation.sets
    return states.field in sent or states.field in sets


def check_origin(scene: Scene, old: Record) -> None:
    """Raise Refused where a verb does not lead out of the state that a record is in."""
    origins = scene.operation.origins
    if origins is None:
        return
    state = old.get(origins.field)
    if state is None or state in origins.states:
        return
    target = scene.operation.sets.get(origins.field)
    values = {"from": state, "to": target, "field": origins.field}
    text = f"{origins.field} cannot go from {state} to {target}"
    raise Refused(Problem(ProblemKind.TRANSITION, text, values=values))


def set_by_verb(scene: Scene, old: Record, sent: Values) -> Values:
    """Return the properties that the operation gives a value of its own: what a body says beats
    that, a moment is the present one, and a count moves where anything else does.
    """
    found: dict[str, Any] = {}
    if scene.operation.is_act:
        found |= _set_alone(scene, sent)
    is_done = _is_done(scene.operation.sets, old)
    turn = scene.operation.turn
    if turn is not None:
        is_done = bool(old.get(turn.field)) == turn.done
        found[turn.field] = turn.done
    for name, value in scene.operation.sets.items():
        if name in sent:
            continue
        if isinstance(value, Flip):
            found[name] = not old.get(name)
            continue
        if not isinstance(value, Increase | Stamp):
            found[name] = value
            continue
        is_there = old.get(name) is not None
        if is_done and (is_there or turn is not None):
            continue
        if isinstance(value, Increase):
            found[name] = _increased(old.get(name), value.by)
        else:
            found[name] = scene.supply.stamp(value.style)
    return found


def _set_alone(scene: Scene, sent: Values) -> Values:
    """Return what an action sets that clients cannot write otherwise."""
    names = scene.resource.read_only & (scene.operation.accepts or frozenset())
    return {name: sent[name] for name in names if name in sent}


def _is_done(sets: Values, old: Record) -> bool:
    """Tell whether a record has all that is set to a constant already."""
    some = False
    for name, value in sets.items():
        if isinstance(value, Increase | Stamp | Flip):
            continue
        known = old.get(name)
        if isinstance(value, bool):
            known = bool(known)
        if known != value:
            return False
        some = True
    return some


def _increased(count: Any, by: int) -> int:
    """Return a count after a change, never below 0."""
    start = 0
    if isinstance(count, int):
        start = count
    return max(0, start + by)
