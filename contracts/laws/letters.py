"""Laws of how a text is kept: in small or in large letters, or without the blanks around it, where
the description of the property says so. A number is rounded as it says.

    email: "Kept in lower case."        Ada@Example.com is read as ada@example.com
    title: "Trimmed."                   " Poetry " is read as "Poetry"
    price: "Rounded to cents."          12.017 is read as 12.02
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from contracts.compare.same import shown
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.world import World
from contracts.laws.singletons import is_single, written, written_back
from contracts.requests.drafts import Record
from contracts.requests.fields import takes_operations
from contracts.targets.target import Answer
from mockserver.model.types import Operation
from mockserver.model.types.facts import admits

Form = Callable[[str], str]
_KEPT = r"\b(?:kept|stored|saved|held|shown|returned|converted|turned|changed|normali[sz]ed)\b"
_LOWER = re.compile(rf"{_KEPT}[^.;]{{0,20}}\blower[- ]?case|\blower-?cased\b", re.IGNORECASE)
_UPPER = re.compile(rf"{_KEPT}[^.;]{{0,20}}\bupper[- ]?case|\bupper-?cased\b", re.IGNORECASE)
_BARE = re.compile(
    r"\btrimmed\b|\b(?:blanks?|white ?spaces?|spaces?) (?:around|at (?:its|the|both|either) ends?)"
    r"[^.;]{0,20}\b(?:removed|stripped|cut|dropped|taken off)\b",
    re.IGNORECASE,
)
_ROUNDED = re.compile(
    r"\brounded\b[^.;]{0,20}?\bto (?:the )?(?:nearest )?"
    r"(?:(?P<cents>cents?)|(?P<whole>whole|integer)|"
    r"(?P<digits>\d|one|two|three|four) (?:decimals?|decimal places|places|digits))",
    re.IGNORECASE,
)
_ONE_WAY = re.compile(
    r"\b(down|up)\b(?<!half up)(?<!half down)|\btruncat|\bfloor|\bceil", re.IGNORECASE
)
_DIGITS = {"one": 1, "two": 2, "three": 3, "four": 4}
_ONCE = re.compile(
    r"\bwithout (duplicates|repetitions?)\b|\b(duplicates?|doubles) (are |is )?(removed|dropped)|"
    r"de-?duplicated|\beach (of them |item |one )?(is (kept|there) )?once\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(r"\b(not|never|unless|except|may|if|when|only|first)\b", re.IGNORECASE)
_FORMS: tuple[tuple[re.Pattern[str], Form, Form, str], ...] = (
    (_LOWER, str.upper, str.lower, "in lower case"),
    (_UPPER, str.lower, str.upper, "in upper case"),
    (_BARE, lambda text: f"  {text} ", str.strip, "without the blanks around it"),
)
"""What words say, how a text is spelled otherwise, what is kept of it, and how that is told."""


def tells_of_form(place: Place) -> bool:
    """Tell whether a description says how a text is kept, or a number."""
    writes = [place.create] if place.create is not None else []
    if is_single(place):
        writes += place.changes
    return any([*_told(each)] or [*_rounded(each)] for each in writes) or _tells_once(place)


def _tells_once(place: Place) -> bool:
    """Tell whether a description says that each item of a list is there once."""
    fields = {} if place.create is None else place.create.described.sent_schema.properties
    return any(_ONCE.search(str(each.get("description") or "")) for each in fields.values())


def _rounded(operation: Operation) -> Iterator[tuple[str, int]]:
    """Yield the numbers that are rounded, with the digits after the point that are left."""
    for name, schema in operation.described.sent_schema.properties.items():
        words = str(schema.get("description") or "")
        match = _ROUNDED.search(words)
        if match is None or schema.type != "number":
            continue
        if not _ONE_WAY.search(words):
            yield name, _digits(match)


def _digits(match: re.Match[str]) -> int:
    """Return how many digits after the point are left, by the words for them."""
    told = match["digits"]
    if not told:
        return 2 if match["cents"] else 0
    if told.isdigit():
        return int(told)
    return _DIGITS[told.lower()]


def _check_rounded(world: World) -> bool:
    """Send a number with more digits than are kept: the nearest one is read."""
    tried = False
    fields = world.visit.drafts.fields(world.maker.operation)
    for name, digits in _rounded(world.maker.operation):
        step = 10.0**-digits
        for part in (0.3, 0.7):
            sent = round(12 + step * (1 + part), digits + 1)
            if not admits(
                fields[name],
                sent,
            ):
                continue
            world.begin()
            made = world.offer({name: sent})
            if isinstance(
                made,
                Answer,
            ):
                continue
            tried = True
            _check_number(
                world.maker.operation,
                world.record(made),
                name,
                (sent, digits),
            )
    return tried


def _check_number(
    operation: Operation, record: Record, name: str, number: tuple[float, int]
) -> None:
    sent, digits = number
    expected = round(
        sent,
        digits,
    )
    actual = record.get(name)
    if not isinstance(actual, int | float) or isinstance(actual, bool):
        return
    if abs(actual - expected) > 10.0**-digits / 100:
        told = f"{expected}, for {sent} is rounded"
        raise Broken(
            operation,
            told,
            shown(actual),
            f"/{name}",
        )


def told_form_is_kept(world: World) -> None:
    """Send a text that is not in the form which the document says it is kept in: what is read is
    in it.
    """
    if is_single(world.place):
        _check_single(world)
        return
    tried = _check_rounded(world)
    tried = _check_lists(world) or tried
    fields = world.visit.drafts.fields(world.maker.operation)
    for name, otherwise, kept, told in _told(world.maker.operation):
        schema = fields.get(name)
        if schema is None or "enum" in schema or schema.get("format") in ("uri", "url", "uuid"):
            continue
        world.begin()
        first = world.make(full=True).sent.get(name)
        if not isinstance(first, str) or not first.isascii():
            continue
        sent = otherwise(first)
        if sent == first or not admits(schema, sent):
            continue
        made = world.offer({name: sent})
        if isinstance(made, Answer):
            continue
        _check(world.maker.operation, world.record(made), name, (kept, told))
        tried = True
        for operation in world.place.changes:
            if name not in operation.described.sent_schema.properties:
                continue
            if world.change(operation, made, {name: sent}).succeeded:
                _check(operation, world.record(made), name, (kept, told))
    if not tried:
        raise Untried("no text can be sent in another form than it is kept in")


def _check_lists(world: World) -> bool:
    """Send a list whose items are not in the form that the document says, and come twice: what is
    read is in that form, and each is there once where words say so.
    """
    tried = False
    operation = world.maker.operation
    for name, schema in operation.described.sent_schema.properties.items():
        words = str(schema.get("description") or "")
        forms = [form for form in _FORMS[:2] if form[0].search(words)]
        is_once = _ONCE.search(words) is not None
        if not schema.is_array or schema.get("uniqueItems") or not (forms or is_once):
            continue
        item = world.visit.drafts.supply.value(schema.items.plain, f"letters/{name}")
        if not isinstance(item, str) or not item.isascii() or not item:
            continue
        world.begin()
        made = world.offer({name: [item, item.swapcase(), item]})
        if isinstance(made, Answer):
            made = world.offer({name: [item, item]})
        if isinstance(made, Answer):
            continue
        tried = True
        _check_items(operation, world.record(made), name, forms, is_once)
    return tried


def _check_items(
    operation: Operation,
    record: Record,
    name: str,
    forms: Sequence[tuple[re.Pattern[str], Form, Form, str]],
    is_once: bool,
) -> None:
    there = record.get(name)
    if not isinstance(there, list):
        return
    for _, _, kept, told in forms:
        for each in there:
            if isinstance(each, str) and each != kept(each):
                raise Broken(operation, f"{shown(kept(each))}, {told}", shown(each), f"/{name}")
    if is_once and len(set(map(str, there))) < len(there):
        raise Broken(operation, "each item once, as it says", shown(there), f"/{name}")


def _check_single(world: World) -> None:
    """Write texts and numbers in another form to the one record of a path."""
    tried = False
    with written_back(world) as first:
        for operation in world.place.changes:
            if takes_operations(world.spec, operation):
                continue
            for name, sent, check in _otherwise(operation, first):
                record = written(world, operation, {name: sent})
                if record is not None:
                    tried = True
                    check(record)
    if not tried:
        raise Untried("no value can be written in another form than it is kept in")


def _otherwise(
    operation: Operation, first: Record
) -> Iterator[tuple[str, Any, Callable[[Record], None]]]:
    """Yield properties with values that are not in their form, and what holds a record then."""
    fields = operation.described.sent_schema.properties
    for name, otherwise, kept, told in _told(operation):
        old = first.get(name)
        schema = fields[name].flat
        if not isinstance(old, str) or not old.isascii() or "enum" in schema:
            continue
        sent = otherwise(old)
        if sent != old and admits(schema, sent):
            yield (
                name,
                sent,
                partial(
                    _check,
                    operation,
                    name=name,
                    form=(kept, told),
                ),
            )
    for name, digits in _rounded(operation):
        step = 10.0**-digits
        for part in (0.3, 0.7):
            number = round(12 + step * (1 + part), digits + 1)
            if admits(fields[name].flat, number):
                yield (
                    name,
                    number,
                    partial(
                        _check_number,
                        operation,
                        name=name,
                        number=(number, digits),
                    ),
                )


def _check(operation: Operation, record: Record, name: str, form: tuple[Form, str]) -> None:
    kept, told = form
    actual = record.get(name)
    if isinstance(actual, str) and actual != kept(actual):
        raise Broken(
            operation,
            f"{shown(kept(actual))}, {told}",
            shown(actual),
            f"/{name}",
        )


def _told(operation: Operation) -> Iterator[tuple[str, Form, Form, str]]:
    """Yield the properties that are kept in a form: with what is none of it, what makes it, and how
    it is told.
    """
    fields = operation.described.sent_schema.properties
    for name, schema in fields.items():
        text = str(schema.get("description") or "")
        for sentence in re.split(r"[.;]", text):
            if _OTHERWISE.search(sentence):
                continue
            for words, otherwise, kept, told in _FORMS:
                if words.search(sentence):
                    yield name, otherwise, kept, told
