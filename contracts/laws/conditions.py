"""Laws of properties that go with the value of another one: they are required with it, refused
without it, and gone when it changes, as the document says.
"""

from __future__ import annotations

from typing import Any

from contracts.compare.same import shown
from contracts.laws.bench.law import Broken, Untried, demand_refusal
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.openapi import of_value
from contracts.requests.companions import Companion, conditions
from contracts.requests.fields import usual
from contracts.targets.target import Answer
from mockserver.lookup import MISSING
from mockserver.model.types import Kind, Operation

_REFUSALS = (400, 409, 422)


def tells_of_conditions(place: Place) -> bool:
    """Tell whether words of a create may say that a property goes with another one."""
    if place.create is None:
        return False
    schemas = place.create.described.sent_schema.properties.values()
    return any(schema.get("description") for schema in schemas)


def conditions_are_kept(world: World) -> None:
    """Send a property with the value that it goes with, and without it; and that value without the
    property.
    """
    tried = False
    for each in conditions(world.visit.drafts.fields(world.maker.operation)):
        value = _value(
            world,
            each,
        )
        other = _other(
            world,
            each,
        )
        if value is MISSING or other is MISSING:
            continue
        world.begin()
        whole = world.offer(
            {each.of: each.value, each.field: value},
        )
        if isinstance(
            whole,
            Answer,
        ):
            continue
        tried = True
        if each.needed:
            _check_needed(
                world,
                each,
                other,
            )
        if each.only:
            _check_only(
                world,
                each,
                value,
                other,
            )
        if each.cleared_by is not None:
            _check_cleared(
                world,
                each,
                whole,
            )
    if not tried:
        raise Untried("the document does not say that a property goes with another one")


def _check_needed(world: World, each: Companion, other: Any) -> None:
    """Send the value without the property, when a record is made and when it is changed."""
    operation = world.maker.operation
    why = f"{each.of} is {shown(each.value)}, where {each.field} is needed"
    if (
        _may_refuse(operation)
        and each.field not in world.maker.draft(operation, world.above).record
    ):
        world.begin()
        made = world.offer({each.of: each.value})
        if not isinstance(made, Answer) and not _has(world, made, each.field):
            raise Broken(operation, f"a refusal, for {why}", "success", f"/{each.field}")
    for change in _merges(world, each.of):
        world.begin()
        made = world.offer({each.of: other})
        if isinstance(made, Answer) or _has(world, made, each.field):
            continue
        answer = world.change(
            change,
            made,
            {each.of: each.value},
        )
        if answer.succeeded and not _has(world, made, each.field):
            demand_refusal(
                change,
                answer,
                why,
                f"/{each.field}",
            )


def _check_only(world: World, each: Companion, value: Any, other: Any) -> None:
    """Send the property with another value: it is refused, or left out."""
    operation = world.maker.operation
    if not _may_refuse(operation):
        return
    world.begin()
    if isinstance(world.offer({each.of: other}), Answer):
        return
    made = world.offer(
        {each.of: other, each.field: value},
    )
    if not isinstance(made, Answer) and _has(world, made, each.field):
        told = f"a refusal, for {each.of} is {shown(other)}, where there is no {each.field}"
        raise Broken(
            operation,
            told,
            "success",
            f"/{each.field}",
        )


def _check_cleared(world: World, each: Companion, made: Made) -> None:
    """Give the other property the value by which this one goes."""
    for change in _merges(world, each.of):
        if not _has(world, made, each.field):
            return
        if not world.change(change, made, {each.of: each.cleared_by}).succeeded:
            continue
        found = world.record(made)
        if found.get(each.field) is not None:
            told = f"no {each.field}, for {each.of} is {shown(each.cleared_by)}"
            raise Broken(change, told, shown(found[each.field]), f"/{each.field}")


def _merges(world: World, name: str) -> list[Operation]:
    """Return the merges that carry a property and may be refused."""
    found = []
    for operation in world.place.changes:
        is_merge = operation.kind is Kind.MERGE and operation.path.endswith("}")
        if is_merge and name in operation.described.sent_schema.properties:
            found.append(operation)
    return [each for each in found if _may_refuse(each)]


def _may_refuse(operation: Operation) -> bool:
    return any(map(operation.described.documents, _REFUSALS))


def _has(world: World, made: Made, name: str) -> bool:
    return world.record(made).get(name) is not None


def _value(world: World, each: Companion) -> Any:
    """Return a value for the property, MISSING where none is known."""
    schema = world.visit.drafts.fields(world.maker.operation)[each.field]
    supply = world.visit.drafts.supply
    found = usual(world.spec, of_value(world.spec, schema), each.field, supply)
    if "integer" in str(schema.get("type")):
        found = sorted(found)
    return found[0] if found else supply.value(schema, f"condition/{each.field}")


def _other(world: World, each: Companion) -> Any:
    """Return another value of the other property, its default first."""
    schema = world.visit.drafts.fields(world.maker.operation)[each.of]
    default = schema.get("default")
    if default is not None and default != each.value:
        return default
    values = schema.get("enum") or [True, False]
    return next((value for value in values if value not in (each.value, None)), MISSING)
