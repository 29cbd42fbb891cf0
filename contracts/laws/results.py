"""Laws of replies that tell of each of several records (207): what is told of one is so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from contracts.compare.same import shown
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.creating import kept_of
from contracts.requests.caller import value_of
from contracts.requests.drafts import Record
from contracts.targets.target import Answer
from mockserver.model.types import Operation

_STATUS = re.compile(r"^(status|code|status_?code|http_?status)$", re.IGNORECASE)
_ORDER = re.compile(r"\border\b", re.IGNORECASE)
DEEPEST = 3


def tells_of_each(place: Place) -> bool:
    """Tell whether records of a place are made by a call that tells of each of them."""
    return any(each.described.documents(207) for each in place.batches)


def results_are_true(world: World) -> None:
    """Send records together, one of which is there already, and then one of which something is
    missing: those of which success is told are there, those of which a refusal is told are not.
    """
    tried = False
    for operation, is_lacking in product(world.place.batches, (False, True)):
        if not operation.described.documents(207) or not world.is_alone:
            continue
        world.begin()
        there = world.make()
        sent = _records(world, operation, there)
        if is_lacking:
            sent = _lacking(world, sent)
        before = _count(world)
        draft = world.draft(operation, world.above)
        answer = world.send(operation, world.above, draft.with_record(sent))
        results = [*_results(answer)]
        if answer.status != 207 or len(results) != len(sent):
            continue
        tried = True
        _check(
            world,
            operation,
            sent,
            results,
            before,
        )
    if not tried:
        raise Untried("no reply tells of each of several records")


def _records(world: World, operation: Operation, there: Made) -> list[Record]:
    """Return records to send: one that is new, one that is there already, one that is new."""
    drafts = world.visit.drafts
    alone = world.maker.draft(world.maker.operation, world.above)
    own = []
    for _ in range(2):
        record = world.maker.record(alone, world.above)
        own.append(drafts.apart(alone, record, world.visit.number))
    return [own[0], there.sent, own[1]]


def _lacking(world: World, sent: list[Record]) -> list[Record]:
    """Return the records with one in their midst that lacks what it must have."""
    operation = world.maker.operation
    needed = world.visit.drafts.least(operation, sent[0])
    left = {name: value for name, value in sent[0].items() if name not in needed}
    return [sent[0], left, sent[2]]


def _check(
    world: World,
    operation: Operation,
    sent: list[Record],
    results: list[tuple[int, Mapping[str, Any]]],
    before: int | None,
) -> None:
    made = []
    for record, (status, row) in zip(sent, results, strict=True):
        if status >= 300:
            continue
        key = _key(world, row)
        made.append(record)
        if key is None:
            continue
        told = Made(
            key,
            world.above,
            record,
            Answer(status),
            row,
        )
        world.visit.made.append((world.place, told))
        found = world.find(told)
        if found is None:
            raise Broken(
                operation, f"the record {key}, of which {status} is told", "it is not there"
            )
        if not _ORDER.search(operation.described.description):
            continue
        for loss in world.losses(
            kept_of(world, told),
            found,
        ):
            expected = f"{shown(loss.expected)}, as it was sent in this place"
            raise Broken(
                operation,
                expected,
                shown(loss.actual),
                loss.place,
            )
    now = _count(world)
    successes = {status for status, _ in results if status < 300}
    if len(successes) > 1:
        return  # some were made, and others changed
    if before is not None and now is not None and now != before + len(made):
        told_ = f"{before + len(made)} records, {len(made)} more than before"
        raise Broken(operation, told_, str(now))


def _count(world: World) -> int | None:
    return len(world.listed()) if world.place.list is not None else None


def _results(answer: Answer) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield what is told of each record, its status first."""
    for row in _rows(value_of(answer), 0):
        for name, value in row.items():
            if _STATUS.match(name) and str(value).isdigit():
                yield int(value), row
                break


def _rows(value: Any, depth: int) -> list[Mapping[str, Any]]:
    """Return the first list of objects in a value."""
    if isinstance(value, list):
        return [each for each in value if isinstance(each, Mapping)]
    if isinstance(value, Mapping) and depth < DEEPEST:
        for child in value.values():
            found = _rows(child, depth + 1)
            if found:
                return found
    return []


def _key(world: World, row: Mapping[str, Any]) -> str | None:
    """Return the key of the record that a result is about, None where it shows none."""
    for place in (row, *(each for each in row.values() if isinstance(each, Mapping))):
        key = world.key(place)
        if key:
            return key
    return None
