"""Hold a decision to what the semantics demand of records: a call is refused that would leave one
otherwise.

    refunds.conditions: [{must: amount <= order.total}]
    POST /orders/1/refunds {amount: 99}     refused, where order 1 has a total of 20
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mockserver.behavior.formula.figures import Figure, Unknowable
from mockserver.behavior.scene import Scene
from mockserver.behavior.template import fill
from mockserver.call import Problem, ProblemKind, Refused, Violation
from mockserver.model.keys import GONE
from mockserver.model.types import Demand, Operation
from mockserver.state import Advance, Change, Collection, Draft, Found, Record

CREATE, CHANGE, DELETE = "create", "change", "delete"
"""What may be held to conditions."""


def check_removals(scene: Scene, changes: Sequence[Change]) -> None:
    """Raise Refused where a record that goes by these changes must not, while what goes with it is
    still there.
    """
    for place, key in dict.fromkeys(_addresses(changes)):
        if _event(scene.draft, place, key) == DELETE:
            _check(scene, place, key)


def check_demands(scene: Scene, changes: Sequence[Change]) -> None:
    """Raise Refused where a record that these changes leave, or that the operation only looked at,
    is not as it must be.
    """
    addresses = dict.fromkeys(_addresses(changes))
    if scene.operation.demands and scene.record is not None:
        addresses.setdefault((scene.collection, scene.key or ""))
    for place, key in addresses:
        if _event(scene.draft, place, key) != DELETE:
            _check(scene, place, key)


def _addresses(changes: Sequence[Change]) -> Iterator[tuple[Collection, str]]:
    for change in changes:
        if not isinstance(change, Advance):
            yield change.collection, change.key


def _check(
    scene: Scene,
    place: Collection,
    key: str,
) -> None:
    """Raise Refused where a record is not as it must be."""
    resource = scene.model.resources[place.resource]
    demands = resource.demands
    if resource.name == scene.operation.resource:
        demands += scene.operation.demands
    if not demands:
        return
    draft = scene.draft
    at = _event(draft, place, key)
    old = draft.reader.get(place, key)
    record = old if at == DELETE else draft.get(place, key)
    if record is None:
        return
    figure = Figure(scene.model, draft, scene.supply, Found(place, key, record), old)
    for demand in demands:
        if at in demand.at and _is_broken(demand, figure):
            raise Refused(_problem(demand, record, scene.operation))


def _event(
    draft: Draft,
    place: Collection,
    key: str,
) -> str:
    """Return what happens to a record; it is removed, too, where it goes into a trash."""
    new = draft.get(place, key)
    if new is None or new.get(GONE) is not None:
        return DELETE
    return CHANGE if draft.reader.get(place, key) is not None else CREATE


def _is_broken(demand: Demand, figure: Figure) -> bool:
    """Tell whether a demand is certainly not met."""
    try:
        return figure.raw(demand.must) is False
    except Unknowable:
        return False


def _problem(
    demand: Demand,
    record: Record,
    operation: Operation,
) -> Problem:
    """Return the refusal that a demand has for itself."""
    kind = ProblemKind(demand.kind)
    text = f"it must hold that {demand.must.text}"
    if demand.message:
        text = str(fill(demand.message, record))
    violations: tuple[Violation, ...] = ()
    if kind is ProblemKind.INVALID:
        wrapper = operation.envelope.request
        path = tuple(filter(None, (wrapper, demand.field)))
        values = {"condition": demand.must.text, "value": record.get(demand.field or "")}
        violations = (Violation("body", path, "condition", text, values),)
    return Problem(kind, text, violations, {"condition": demand.must.text})
