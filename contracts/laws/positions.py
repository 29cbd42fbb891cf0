"""Laws of positions: siblings are numbered without gaps, and a record is put where it was sent to.

Which property is a position is told by its words (`mockserver.model.positions`).
"""

from __future__ import annotations

from contracts.compare.same import shown
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from mockserver.model.types import Kind, Operation, Position

RECORDS = 3


def has_positions(place: Place) -> bool:
    position = place.resource.position
    is_dense = position is not None and position.dense
    return is_dense and place.create is not None and place.list is not None


def positions_are_kept(world: World) -> None:
    """Make records, put one among them, move one, delete one: the numbers stay without gaps."""
    position = world.resource.position
    if position is None or not world.is_alone:
        raise Untried("nothing says in which order siblings are")
    create = world.maker.operation
    for _ in range(RECORDS):
        last = world.make()
    if world.record(last).get(position.field) is None:
        raise Untried("no record shows its position")
    _check(
        world,
        create,
        position,
    )
    put = world.make({position.field: position.first + 1})
    _check_place(
        world,
        create,
        position,
        put,
        position.first + 1,
    )
    for operation in world.place.changes:
        sent = operation.described.sent_schema.properties
        if operation.kind is not Kind.MERGE or position.field not in sent:
            continue
        for wanted in (position.first, position.first + 2):
            if world.change(operation, put, {position.field: wanted}).succeeded:
                _check_place(
                    world,
                    operation,
                    position,
                    put,
                    wanted,
                )
    delete = world.place.delete
    if delete is not None and world.delete(put).succeeded:
        _check(world, delete, position)


def _check_place(
    world: World, operation: Operation, position: Position, made: Made, wanted: int
) -> None:
    """Hold that a record is where it was put, and that the others made room."""
    actual = world.record(made).get(position.field)
    if actual != wanted:
        told = f"{wanted}, as it was sent"
        raise Broken(operation, told, shown(actual), f"/{position.field}")
    _check(world, operation, position)


def _check(world: World, operation: Operation, position: Position) -> None:
    """Hold that the records of the list are numbered without gaps."""
    numbers = [record.get(position.field) for record in world.listed()]
    whole = [number for number in numbers if isinstance(number, int)]
    last = position.first + len(numbers)
    expected = [*range(position.first, last)]
    if sorted(whole) != expected:
        told = f"{position.field} {shown(expected)}, without gaps"
        raise Broken(operation, told, shown(sorted(whole)), f"/{position.field}")
