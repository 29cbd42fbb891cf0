"""Laws of totals: a number is the sum that its description says it is.

    total: "Sum of quantity times price of its lines."      of a list in the record itself
    paid:  "Sum of `amount` of its payments."               of the records below it

A description that says more (tax, discounts, only some of them) is none of these.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.compare.same import shown
from contracts.compare.scalars import is_number
from contracts.laws.bench.envelopes import record_of
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.nouns import nouns_of
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.requests.drafts import Record
from contracts.targets.target import Answer
from mockserver.model.types import Operation

_TERM = r"[`'\"]?\w+[`'\"]?"
_SUM = re.compile(
    rf"^(?:is )?(?:the )?(?:sum|total) of (?:the |all )?(?P<one>{_TERM})"
    rf"(?: ?(?:times|multiplied by|\*|×) ?(?:the )?(?P<other>{_TERM}))?"
    r" (?:of|over|in|across) (?:all |each |every |of |the |its )*(?P<list>\w+)\.?$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\s*(read[- ]?only|computed|calculated|worked out)( by the server)?\.\s*", re.I
)
CENT = 0.01
"""What the rounding of one line may make."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A property `name` that is the sum of the products of `terms` over what is called `noun`."""

    name: str
    terms: tuple[str, ...]
    noun: str


def tells_of_sums(place: Place) -> bool:
    """Tell whether a record, or one above it, may say that a number of it is a sum."""
    return place.create is not None


def totals_are_sums(world: World) -> None:
    """Make a record and change what is added up, in it or below it: its total follows."""
    tried = False
    for total in _sums(world.place):
        tried = _check_within(world, total) or tried
    tried = _check_above(world) or tried
    if not tried:
        raise Untried("no description says what a number is the sum of")


def _sums(place: Place) -> Iterator[Sum]:
    for name, schema in place.resource.record.properties.items():
        words = _ASIDE.sub("", str(schema.get("description") or "")).strip()
        match = _SUM.match(words)
        if match is None:
            continue
        terms = [match[group].strip("`'\"") for group in ("one", "other") if match[group]]
        yield Sum(
            name,
            tuple(terms),
            match["list"].lower(),
        )


def _check_within(world: World, total: Sum) -> bool:
    """Hold a total over a list of the record; tell whether there was something to add up."""
    world.begin()
    made = world.make(full=True)
    record = world.record(made)
    lines = _lines(record, total)
    if lines is None:
        return False
    _check(
        world.maker.operation,
        total,
        record,
        lines[1],
    )
    name = lines[0]
    sent = made.sent.get(name)
    if not isinstance(sent, list) or not sent or not isinstance(sent[0], Mapping):
        return bool(lines[1])
    varied = [
        _varied(
            sent[0],
            total,
            2,
        ),
        _varied(
            sent[0],
            total,
            3,
        ),
    ]
    again = world.offer({name: varied})
    if not isinstance(again, Answer):
        _check_record(
            world,
            world.maker.operation,
            total,
            again,
        )
    for operation in world.place.changes:
        if name not in operation.described.sent_schema.properties:
            continue
        world.begin()
        changed = world.make({name: varied[:1]})
        if world.change(
            operation,
            changed,
            {name: varied},
        ).succeeded:
            _check_record(
                world,
                operation,
                total,
                changed,
            )
    return True


def _check_record(world: World, operation: Operation, total: Sum, made: Made) -> None:
    record = world.record(made)
    lines = _lines(record, total)
    if lines is not None:
        _check(
            operation,
            total,
            record,
            lines[1],
        )


def _check(operation: Operation, total: Sum, record: Record, lines: list[Any]) -> None:
    expected = _added(total, lines)
    actual = _number(record.get(total.name))
    if expected is None or actual is None:
        return
    slack = CENT * max(1, len(lines))
    if not math.isclose(
        expected,
        actual,
        rel_tol=1e-6,
        abs_tol=slack,
    ):
        terms = " times ".join(total.terms)
        told = f"{round(expected, 6)}, the sum of {terms} of its {total.noun}"
        raise Broken(
            operation,
            told,
            shown(record.get(total.name)),
            f"/{total.name}",
        )


def _lines(record: Record, total: Sum) -> tuple[str, list[Any]] | None:
    """Return the list of a record that is added up, with its name; None where there is none."""
    for name, value in record.items():
        is_meant = name.lower() in (total.noun, f"{total.noun}s")
        if is_meant and isinstance(value, list):
            return (name, value) if _added(total, value) is not None else None
    return None


def _added(total: Sum, lines: list[Any]) -> float | None:
    """Return the sum over lines, None where one does not show what is added up."""
    found = 0.0
    for line in lines:
        part = _product(total, line) if isinstance(line, Mapping) else None
        if part is None:
            return None
        found += part
    return found


def _product(total: Sum, line: Mapping[str, Any]) -> float | None:
    """Return what one line adds, None where it does not show that."""
    product = 1.0
    for term in total.terms:
        value = _number(line.get(term, line.get(term.removesuffix("s"))))
        if value is None:
            return None
        product *= value
    return product


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _varied(line: Mapping[str, Any], total: Sum, step: int) -> dict[str, Any]:
    """Return a line with other numbers."""
    changed = dict(line)
    for place, term in enumerate(total.terms):
        name = term if term in line else term.removesuffix("s")
        value = line.get(name)
        if is_number(value):
            changed[name] = value + step + place
    return changed


def _check_above(world: World) -> bool:
    """Hold a total that a record shows of those below it; tell whether there is one."""
    owner = world.parents.owner(world.place)
    if owner is None or owner[0].read is None or not world.is_alone:
        return False
    place, param = owner
    nouns = nouns_of(world.place)
    read = place.read
    assert read is not None, "asked before"
    keys = world.parents.keys_for(
        place,
        world.place,
        world.above,
    )
    at = {**keys, str(read.key_param): world.above[param]}
    tried = False
    for total in _sums(place):
        if total.noun not in nouns:
            continue
        world.begin()
        before = _shown(
            world,
            read,
            at,
            total,
        )
        made = world.make(full=True)
        added = _product(total, made.shown)
        if before is None or added is None:
            continue
        tried = True
        _check_shown(
            world,
            read,
            at,
            total,
            before + added,
        )
        delete = world.place.delete
        if delete is not None and world.delete(made).succeeded:
            _check_shown(
                world,
                read,
                at,
                total,
                before,
            )
    return tried


def _check_shown(
    world: World, read: Operation, at: Mapping[str, str], total: Sum, expected: float
) -> None:
    actual = _shown(
        world,
        read,
        at,
        total,
    )
    if actual is not None and not math.isclose(
        actual,
        expected,
        rel_tol=1e-6,
        abs_tol=CENT,
    ):
        told = f"{round(expected, 6)}, the sum of {' times '.join(total.terms)} of its {total.noun}"
        raise Broken(read, told, shown(actual), f"/{total.name}")


def _shown(world: World, read: Operation, at: Mapping[str, str], total: Sum) -> float | None:
    answer = world.send(read, at)
    record = record_of(read, answer) if answer.succeeded else None
    return None if record is None else _number(record.get(total.name))
