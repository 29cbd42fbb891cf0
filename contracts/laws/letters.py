"""Laws of how a text is kept: in small or in large letters, or without the blanks around it, where
the description of the property says so. A number is rounded as it says.

    email: "Kept in lower case."        Ada@Example.com is read as ada@example.com
    title: "Trimmed."                   " Poetry " is read as "Poetry"
    price: "Rounded to cents."          12.017 is read as 12.02
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from contracts.compare.same import shown
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
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
_OTHERWISE = re.compile(r"\b(not|never|unless|except|may|if|when|only|first)\b", re.IGNORECASE)
_FORMS: tuple[tuple[re.Pattern[str], Form, Form, str], ...] = (
    (_LOWER, str.upper, str.lower, "in lower case"),
    (_UPPER, str.lower, str.upper, "in upper case"),
    (_BARE, lambda text: f"  {text} ", str.strip, "without the blanks around it"),
)
"""What words say, how a text is spelled otherwise, what is kept of it, and how that is told."""


def tells_of_form(place: Place) -> bool:
    """Tell whether a description says how a text is kept, or a number."""
    if place.create is None:
        return False
    return bool([*_told(place)]) or bool([*_rounded(place)])


def _rounded(place: Place) -> Iterator[tuple[str, int]]:
    """Yield the numbers that are rounded, with the digits after the point that are left."""
    assert place.create is not None, "asked before"
    for name, schema in place.create.described.sent_schema.properties.items():
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
    for name, digits in _rounded(world.place):
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
            expected = round(
                sent,
                digits,
            )
            actual = world.record(made).get(name)
            if not isinstance(actual, int | float) or isinstance(actual, bool):
                continue
            if abs(actual - expected) > step / 100:
                told = f"{expected}, for {sent} is rounded"
                raise Broken(world.maker.operation, told, shown(actual), f"/{name}")
    return tried


def told_form_is_kept(world: World) -> None:
    """Send a text that is not in the form which the document says it is kept in: what is read is
    in it.
    """
    tried = _check_rounded(world)
    fields = world.visit.drafts.fields(world.maker.operation)
    for name, otherwise, kept, told in _told(world.place):
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
        _check(world, world.maker.operation, made, name, (kept, told))
        tried = True
        for operation in world.place.changes:
            if name not in operation.described.sent_schema.properties:
                continue
            if world.change(operation, made, {name: sent}).succeeded:
                _check(world, operation, made, name, (kept, told))
    if not tried:
        raise Untried("no text can be sent in another form than it is kept in")


def _check(
    world: World, operation: Operation, made: Made, name: str, form: tuple[Form, str]
) -> None:
    kept, told = form
    actual = world.record(made).get(name)
    if isinstance(actual, str) and actual != kept(actual):
        raise Broken(
            operation,
            f"{shown(kept(actual))}, {told}",
            shown(actual),
            f"/{name}",
        )


def _told(place: Place) -> Iterator[tuple[str, Form, Form, str]]:
    """Yield the properties that are kept in a form: with what is none of it, what makes it, and how
    it is told.
    """
    assert place.create is not None, "asked before"
    fields = place.create.described.sent_schema.properties
    for name, schema in fields.items():
        text = str(schema.get("description") or "")
        for sentence in re.split(r"[.;]", text):
            if _OTHERWISE.search(sentence):
                continue
            for words, otherwise, kept, told in _FORMS:
                if words.search(sentence):
                    yield name, otherwise, kept, told
