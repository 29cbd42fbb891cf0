"""Decide what a call does: the model, the call and a reader of the state in, reply and changes out;
nothing is applied.

The one table of the room, from Kind to function, is here. Whatever a behavior changes goes into a
Draft, so a refused call changes nothing by construction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from mockserver.behavior.actions import act
from mockserver.behavior.batches import do_each, is_batch
from mockserver.behavior.deletes import delete, delete_many
from mockserver.behavior.fieldmask import within_mask
from mockserver.behavior.formula.demands import check_demands, check_removals
from mockserver.behavior.handover import run_hook
from mockserver.behavior.issuer.callers import check_log_in, with_caller
from mockserver.behavior.kin.associations import WRITING, change_members, with_parent
from mockserver.behavior.kin.consequences import follow
from mockserver.behavior.kin.family import settled_reply
from mockserver.behavior.life.progress import settle, waiting
from mockserver.behavior.life.retention import discard, expire, note_ends, restore
from mockserver.behavior.patch import broken_by
from mockserver.behavior.preconditions import check_change, tagged, versioned
from mockserver.behavior.reads import count, list_records, read
from mockserver.behavior.replays import answered_before, keeping
from mockserver.behavior.scene import (
    Scene,
    at_key,
    check_parents,
    scene_of_nothing,
    set_scene,
)
from mockserver.behavior.stateless import reply_from_document
from mockserver.behavior.tally import counted
from mockserver.behavior.valuelists import change_values
from mockserver.behavior.visibility import is_for_good
from mockserver.behavior.writes import act_on, create, merge, upsert
from mockserver.behavior.writes import replace as replace_record
from mockserver.call import Call, Decision, Problem, ProblemKind, Refused, Reply, Supply, Violation
from mockserver.model.types import Kind, Model
from mockserver.state import Draft, Reader

BEHAVIORS: Mapping[Kind, Callable[[Scene], Reply]] = {
    Kind.LIST: list_records,
    Kind.VIEW: list_records,
    Kind.READ: read,
    Kind.COUNT: count,
    Kind.CREATE: create,
    Kind.REPLACE: replace_record,
    Kind.MERGE: merge,
    Kind.UPSERT: upsert,
    Kind.DELETE: delete,
    Kind.BULK_DELETE: delete_many,
    Kind.ACTION: act_on,
}
WRITES = frozenset({Kind.CREATE, Kind.REPLACE, Kind.MERGE, Kind.UPSERT})
HELD = frozenset({Kind.REPLACE, Kind.MERGE, Kind.UPSERT, Kind.DELETE})
"""What is done to a record only as long as it is in the version that the caller knows."""


def decide(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    """Return the reply to a call and the changes that go with it. Never raises for a bad call."""
    try:
        if call.operation.idempotency is None or call.violations:
            return _decide(model, call, reader, supply)
        return _decide_once(model, call, reader, supply)
    except Refused as refused:
        return Decision(Reply(problem=refused.problem))


def _decide_once(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    """Decide a call that has a key under which it is carried out once."""
    before = answered_before(call, reader, supply)
    if before is not None:
        return Decision(before)
    decision = _decide(model, call, reader, supply)
    kept = keeping(call, decision.reply, reader, supply)
    changes = (*decision.changes, *kept)
    return replace(decision, changes=changes)


def _decide(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    """Decide a call, whatever was decided before. Raises Refused.

    A record that is not there comes before a version that is not the right one, and that before
    what is wrong with the body (RFC 9110 section 13.2.1).
    """
    call = _named_deed(call)
    operation = call.operation
    kind = operation.kind
    if operation.accounts and not call.violations:
        check_log_in(operation.accounts, call, reader)
    if operation.resource is None or kind is Kind.STATELESS:
        return _decide_without_resource(model, call, reader, supply)
    draft = Draft(reader)
    resource = model.resources[operation.resource or ""]
    if operation.work is not None:
        settle(resource, draft, supply)
    if resource.departure is not None:
        expire(resource, draft, supply)
    scene = set_scene(model, call, draft, supply)
    if kind in HELD and operation.conditions is not None:
        scene = at_key(scene)
        check_change(scene)
    in_batch = operation.results is not None and is_batch(scene)
    if not in_batch and (call.violations or scene.resource.refused):
        wrong = [*_read_only_sent(scene), *broken_by(call)]
        _check_body(call, within_mask(scene, wrong))
    if operation.membership is not None and kind in WRITING:
        reply = _followed(scene, change_members)
    elif operation.values is not None:
        reply = _followed(scene, change_values)
    elif in_batch:
        reply = _batch(scene)
    else:
        reply = _carry_out(scene)
    if draft.changes:
        note_ends(model, draft)
    if operation.work is not None:
        reply = waiting(scene, reply)
    if operation.conditions is not None:
        reply = versioned(scene, reply)
    return Decision(reply, tuple(draft.changes))


def _named_deed(call: Call) -> Call:
    """Return the call of the operation that its body names, where it names one of several."""
    deeds = call.operation.deeds
    if deeds is None or not isinstance(call.body, Mapping):
        return call
    named = call.body.get(deeds.property)
    operation = deeds.operations.get(str(named))
    if operation is None:
        return call
    return replace(call, operation=operation)


def _decide_without_resource(model: Model, call: Call, reader: Reader, supply: Supply) -> Decision:
    """Decide a call that is about no record. Raises Refused."""
    operation = call.operation
    draft = Draft(reader)
    check_parents(model, call, draft)
    _check_body(call, call.violations)
    if operation.hook is not None:
        scene = scene_of_nothing(model, call, draft, supply)
        reply = _carry_out(scene)
        return Decision(reply, tuple(draft.changes))
    if operation.kind is Kind.ACTION:
        return act(model, call, supply)
    decision = reply_from_document(call, supply)
    if operation.own is not None:
        reply = with_caller(operation.own, call, draft, decision.reply)
        decision = replace(decision, reply=reply)
    if operation.figures:
        reply = decision.reply
        shown = counted(model, call, draft, reply.value)
        reply = replace(reply, value=shown)
        decision = replace(decision, reply=reply)
    if operation.conditions is None:
        return decision
    reply = tagged(call, decision.reply)
    return replace(decision, reply=reply)


def _carry_out(scene: Scene) -> Reply:
    """Do what a call does, and what follows from that. Raises Refused."""
    hook = scene.operation.hook
    if hook is None:
        return _followed(scene, usual)
    return _followed(scene, lambda each: run_hook(hook, each))


def _followed(scene: Scene, behave: Callable[[Scene], Reply]) -> Reply:
    """Do something, and what follows from it. Raises Refused where that leaves a record as it must
    not be.
    """
    draft = scene.draft
    operation = scene.operation
    moved = len(draft.changes)
    reply = behave(scene)
    if draft.changes:
        check_removals(scene, draft.changes[moved:])
        follow(scene.model, draft, scene.supply, held=True)
        reply = settled_reply(scene, reply)
    reply = with_parent(scene, reply)
    if draft.changes or operation.demands:
        check_demands(scene, draft.changes[moved:])
    return reply


def usual(scene: Scene) -> Reply:
    """Do what a call does by its kind; a hook may do that, too. Raises Refused."""
    operation = scene.operation
    behave = BEHAVIORS.get(operation.kind)
    if operation.resource is None or behave is None:
        return reply_from_document(scene.call, scene.supply).reply
    return _departed(scene) or behave(scene)


def _batch(scene: Scene) -> Reply:
    """Do what a call asks for with each of several records, each with what follows from it."""
    behave = BEHAVIORS[scene.operation.kind]
    if scene.operation.kind is Kind.BULK_DELETE:
        behave = delete

    def carry_out(one: Scene) -> Reply:
        return _followed(one, behave)

    reply = do_each(scene, carry_out)
    return settled_reply(scene, reply)


def _departed(scene: Scene) -> Reply | None:
    """Return what comes of a record that goes into the trash or back, None where it does
    neither.
    """
    operation = scene.operation
    departure = scene.resource.departure
    if departure is None or not departure.trash or scene.record is None:
        return None
    sight = operation.sight
    comes_back = sight is not None and sight.restores
    if comes_back:
        return restore(scene, departure)
    if operation.kind is not Kind.DELETE or is_for_good(scene.call):
        return None
    return discard(scene, departure)


def _check_body(call: Call, violations: Sequence[Violation]) -> None:
    """Raise Refused where something is wrong with what was sent."""
    if violations:
        text = violations[0].message
        problem = Problem(ProblemKind.INVALID, text, (*violations,))
        raise Refused(problem)


def _read_only_sent(scene: Scene) -> list[Violation]:
    """Return a violation for each read-only property in the body, where the API refuses them."""
    refused, body = scene.resource.refused, scene.body
    if not refused or scene.operation.kind not in WRITES or not isinstance(body, Mapping):
        return []
    names = sorted(refused & body.keys())
    wrapper = scene.operation.envelope.request
    found = []
    for name in names:
        path = (wrapper, name) if wrapper else (name,)
        text = f"{name} is read-only"
        violation = Violation("body", path, "read_only", text)
        found.append(violation)
    return found
