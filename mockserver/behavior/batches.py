"""Do something to several records that one request names or sends: the scene in, what became of
each out.

    POST   /things [{...}, {...}]          each is made
    PATCH  /things [{id: 1, size: 2}]      each is changed as it says
    PATCH  /things {ids: [1], size: 2}     those that are named are changed alike
    PATCH  /things?color=red {size: 2}     those that the query chooses are
    DELETE /things {ids: [1, 2]}           those that are named are removed

Where the reply tells what became of each (`Results`), each is tried in a draft of its own, over
that of the call: what cannot be done of one leaves the others. Else all is done, or nothing; but a
key of no record is passed over where the reply counts those that were, and no 404 is documented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from mockserver.behavior.scene import Scene, not_found
from mockserver.behavior.search.query import ask
from mockserver.call import (
    Call,
    ItemOutcome,
    Problem,
    ProblemKind,
    Refused,
    Reply,
    Violation,
)
from mockserver.model.types import Kind
from mockserver.slots import dataclass
from mockserver.state import Collection, Draft, Record, key_of

Behave = Callable[[Scene], Reply]


@dataclass(frozen=True, slots=True)
class BatchTarget:
    """One of several records: what was sent of it, and its key and what it is now where the request
    names it.
    """

    place: int
    sent: Any
    key: Any = None
    named: bool = False


def is_batch(scene: Scene) -> bool:
    """Tell whether a call is about several records, and its reply may tell of each."""
    if scene.operation.results is None:
        return False
    is_choice = scene.operation.chooses or scene.operation.kind is Kind.BULK_DELETE
    return is_choice or targets_of(scene) is not None


def targets_of(scene: Scene) -> list[BatchTarget] | None:
    """Return the records that a call sends or names, None where it does neither."""
    named = named_keys(scene)
    if named is not None:
        return _keyed(named)
    if scene.items is None:
        return None
    targets = []
    for place, item in enumerate(scene.items):
        targets.append(BatchTarget(place, item))
    return targets


def _keyed(keys: Iterable[Any]) -> list[BatchTarget]:
    """Return the records that have some keys."""
    targets = []
    for place, key in enumerate(keys):
        target = BatchTarget(place, key, key, True)
        targets.append(target)
    return targets


def named_keys(scene: Scene) -> list[Any] | None:
    """Return the keys of the records that a body names; None where it names none, or sends them."""
    name, body = scene.operation.named_by, scene.call.body
    if name is not None and isinstance(body, Mapping):
        listed = body.get(name)
        if listed is None:
            return None
        return listed if isinstance(listed, list) else [listed]
    lists_keys = scene.operation.kind is Kind.BULK_DELETE or scene.operation.chooses
    if scene.items is None or not lists_keys:
        return None
    own = scene.resource.key or ""
    keys = []
    for item in scene.items:
        key = item.get(own) if isinstance(item, Mapping) else item
        keys.append(key)
    return keys


def do_each(scene: Scene, behave: Behave) -> Reply:
    """Do what a call asks for with each record, and tell what became of it. Raises Refused where
    something is wrong with the request as a whole, or where all or nothing is done.
    """
    targets = targets_of(scene)
    if targets is None:
        targets = _keyed(_chosen(scene))
    wrong = _by_place(scene.call, len(targets))
    outcomes = []
    for target in targets:
        violations = wrong.get(target.place, [])
        outcome = _outcome(scene, target, behave, violations)
        if outcome.problem is not None and not _may_fail(scene, target, outcome.problem):
            raise Refused(outcome.problem)
        outcomes.append(outcome)
    done = [outcome.value for outcome in outcomes if outcome.problem is None]
    created = any(outcome.deed == "created" for outcome in outcomes)
    return Reply(done, created=created, outcomes=tuple(outcomes))


def _may_fail(scene: Scene, target: BatchTarget, problem: Problem) -> bool:
    """Tell whether what cannot be done of one record leaves the others."""
    operation = scene.operation
    if operation.results is None or operation.results.goes_on:
        return operation.results is not None
    is_absent = target.named and problem.kind is ProblemKind.NOT_FOUND
    return is_absent and not operation.described.documents(HTTPStatus.NOT_FOUND)


def change_chosen(scene: Scene, behave: Behave) -> Reply:
    """Change the records that a body names, or that the query chooses, alike. Raises Refused where
    one of those that are named is not there.
    """
    named = named_keys(scene)
    keys = _chosen(scene) if named is None else named
    changed = []
    for key in keys:
        reply = behave(_at(scene, key, scene.draft))
        changed.append(reply.value)
    return Reply(changed)


def _chosen(scene: Scene) -> list[str]:
    """Return the keys of the records that the query of a call chooses."""
    query, _ = ask(scene)
    selection = scene.draft.select(scene.collection, query)
    return [found.key for found in selection.found]


def _outcome(
    scene: Scene, target: BatchTarget, behave: Behave, violations: Sequence[Violation]
) -> ItemOutcome:
    """Do something with one record, or tell why not."""
    draft = Draft(scene.draft)
    try:
        if violations:
            text = violations[0].message
            raise Refused(Problem(ProblemKind.INVALID, text, (*violations,)))
        if scene.operation.kind is Kind.BULK_DELETE:
            reply = _removed(scene, target, behave, draft)
        elif target.named:
            reply = behave(_at(scene, target.key, draft))
        else:
            reply = behave(_about(scene, target.sent, draft))
    except Refused as refused:
        key = target.key
        if not target.named:
            key = _key_in(scene, target.sent)
        return ItemOutcome(
            target.place,
            target.sent,
            key=key,
            problem=refused.problem,
        )
    scene.draft.take(draft)
    value = reply.value
    return ItemOutcome(
        target.place,
        target.sent,
        _deed(scene, reply),
        _key_in(scene, value),
        value,
    )


def _deed(scene: Scene, reply: Reply) -> str:
    """Return what was done to a record."""
    if scene.operation.kind is Kind.BULK_DELETE:
        return "deleted"
    return "created" if reply.created else "updated"


def _about(scene: Scene, item: Any, draft: Draft) -> Scene:
    """Return the scene of one of the records that a body sends."""
    return replace(scene.about(item), draft=draft)


def _at(scene: Scene, key: Any, draft: Draft) -> Scene:
    """Return the scene at a record that is named. Raises Refused where it is not there."""
    collection, spelled, record = _found(scene, key, draft)
    if record is None:
        raise Refused(not_found(scene.resource, key))
    body = changes_of(scene)
    return replace(
        scene,
        collection=collection,
        key=spelled,
        record=record,
        draft=draft,
        body=body,
        sent=body,
    )


def changes_of(scene: Scene) -> dict[str, Any]:
    """Return what a body that names records changes of them: all but their keys."""
    sent = scene.sent if isinstance(scene.sent, Mapping) else {}
    return {name: value for name, value in sent.items() if name != scene.operation.named_by}


def _removed(scene: Scene, target: BatchTarget, behave: Behave, draft: Draft) -> Reply:
    """Remove a record that is named. Raises Refused where it is not there."""
    collection, spelled, record = _found(scene, target.key, draft)
    if record is None:
        raise Refused(not_found(scene.resource, target.key))
    at_it = replace(
        scene,
        collection=collection,
        key=spelled,
        record=record,
        draft=draft,
    )
    behave(at_it)
    return Reply(record)


def _found(scene: Scene, key: Any, draft: Draft) -> tuple[Collection, str, Record | None]:
    spelled = key_of(key)
    return scene.collection, spelled, draft.get(scene.collection, spelled)


def _key_in(scene: Scene, item: Any) -> Any:
    """Return the key that an object has, None where it has none."""
    if not isinstance(item, Mapping):
        return None
    return item.get(scene.resource.key or "")


def _by_place(call: Call, length: int) -> dict[int, list[Violation]]:
    """Return what is wrong with each item of a body. Raises Refused for what is wrong with the body
    as a whole.
    """
    found: dict[int, list[Violation]] = {}
    whole = []
    for violation in call.violations:
        place = next(_places(call, violation), None)
        if place is None or place >= length:
            whole.append(violation)
        else:
            inner = found.setdefault(place, [])
            inner.append(violation)
    if whole:
        raise Refused(Problem(ProblemKind.INVALID, whole[0].message, tuple(whole)))
    return found


def _places(call: Call, violation: Violation) -> Iterator[int]:
    """Yield the number of the item that a violation is in: that of /3/name, or of /things/3."""
    operation = call.operation
    path = violation.path
    if violation.place != "body" or not path:
        return
    wrapper = operation.named_by or operation.envelope.request
    if isinstance(call.body, Mapping):
        if path[0] != wrapper:
            return
        path = path[1:]
    if path and isinstance(path[0], int):
        yield path[0]
