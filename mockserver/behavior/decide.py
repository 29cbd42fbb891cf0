"""Decide what a call does: the model, the call and a reader of the state in, reply and changes out;
nothing is applied.

The one table of the room, from Kind to function, is here. Whatever a behavior changes goes into a
Draft, so a refused call changes nothing by construction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mockserver.behavior.actions import act
from mockserver.behavior.consequences import follow
from mockserver.behavior.deletes import delete, delete_many
from mockserver.behavior.patch import broken_by
from mockserver.behavior.reads import count, list_records, read
from mockserver.behavior.scene import Scene, check_parents, set_scene
from mockserver.behavior.stateless import reply_from_document
from mockserver.behavior.writes import create, merge, replace, upsert
from mockserver.call import Call, Decision, Problem, ProblemKind, Refused, Reply, Supply, Violation
from mockserver.model.types import Kind, Model
from mockserver.state import Draft, Reader

BEHAVIORS: Mapping[Kind, Callable[[Scene], Reply]] = {
    Kind.LIST: list_records,
    Kind.VIEW: list_records,
    Kind.READ: read,
    Kind.COUNT: count,
    Kind.CREATE: create,
    Kind.REPLACE: replace,
    Kind.MERGE: merge,
    Kind.UPSERT: upsert,
    Kind.DELETE: delete,
    Kind.BULK_DELETE: delete_many,
}
WRITES = frozenset({Kind.CREATE, Kind.REPLACE, Kind.MERGE, Kind.UPSERT})


def decide(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    """Return the reply to a call and the changes that go with it. Never raises for a bad call."""
    try:
        return _decide(model, call, reader, supply)
    except Refused as refused:
        return Decision(Reply(problem=refused.problem))


def _decide(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    kind = call.operation.kind
    if kind is Kind.STATELESS or kind is Kind.ACTION:
        check_parents(model, call, Draft(reader))
        _check_body(call, call.violations)
        return (
            act(model, call, supply) if kind is Kind.ACTION else reply_from_document(call, supply)
        )
    draft = Draft(reader)
    scene = set_scene(model, call, draft, supply)
    if call.violations or scene.resource.refused:
        _check_body(call, (*_read_only_sent(scene), *broken_by(call)))
    reply = BEHAVIORS[kind](scene)
    if draft.changes:
        follow(model, draft, supply)
    return Decision(reply, tuple(draft.changes))


def _check_body(call: Call, violations: tuple[Violation, ...]) -> None:
    if violations:
        raise Refused(Problem(ProblemKind.INVALID, violations[0].message, violations))


def _read_only_sent(scene: Scene) -> list[Violation]:
    """Return a violation for each read-only property in the body, where the API refuses them."""
    if not scene.resource.refused or scene.operation.kind not in WRITES:
        return []
    body = scene.body
    names = sorted(scene.resource.refused & set(body)) if isinstance(body, Mapping) else []
    wrapper = scene.operation.envelope.request
    return [
        Violation(
            "body", (wrapper, name) if wrapper else (name,), "read_only", f"{name} is read-only"
        )
        for name in names
    ]
