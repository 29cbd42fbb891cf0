"""What a schema accepts, keyword by keyword: two shapes in, in which way it got narrower and in
which wider out.

Each fact knows neither requests nor replies: narrower in a request is what wider is in a reply. So
one function serves the four rules that are made of it, and the two sides cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from contracts.changes.patterns import stray
from contracts.changes.shape import OTHERS, Shape
from contracts.changes.types import const_text

_BOUNDED = {"int32": 32, "int64": 64, "float": 32, "double": 64}
_ANNOTATIONS = frozenset({"password", ""})


@dataclass(frozen=True, slots=True)
class Shift:
    """How two shapes differ in one fact: each side is a sentence, empty when it did not go that
    way.
    """

    narrower: str = ""
    wider: str = ""


Same = Shift()


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a schema says of a value: `narrower` and `wider` are the sentences of its
    rules.
    """

    name: str
    compare: Callable[[Shape, Shape], Shift]
    narrower: str
    wider: str


def types(old: Shape, new: Shape) -> Shift:
    """Compare types; a number takes every integer."""
    told = f"the type was {_types(old)} and is {_types(new)}"
    return Shift("" if _covers(new, old) else told, "" if _covers(old, new) else told)


def _covers(one: Shape, other: Shape) -> bool:
    if one.types is None:
        return True
    if other.types is None:
        return False
    return all(
        name in one.types or (name == "integer" and "number" in one.types) for name in other.types
    )


def _types(shape: Shape) -> str:
    return " or ".join(sorted(shape.types)) if shape.types is not None else "any"


def nullable(old: Shape, new: Shape) -> Shift:
    if None in (old.types, new.types) or old.nullable == new.nullable:
        return Same
    return (
        Shift(narrower="null is no longer allowed")
        if old.nullable
        else Shift(wider="null is allowed now")
    )


def enum(old: Shape, new: Shape) -> Shift:
    if old.enum is None and new.enum is None:
        return Same
    if old.enum is None:
        return Shift(narrower=f"only {_listed(new.enum)} is left of all values")
    if new.enum is None:
        return Shift(wider=f"it may be anything now, not only {_listed(old.enum)}")
    before, after = {const_text(each) for each in old.enum}, {const_text(each) for each in new.enum}
    gone, added = sorted(before - after), sorted(after - before)
    return Shift(
        f"{_joined(gone)} is no longer a value of the enum" if gone else "",
        f"{_joined(added)} is a new value of the enum" if added else "",
    )


def _listed(values: Any) -> str:
    return _joined([const_text(each) for each in values])


def _joined(texts: list[str]) -> str:
    shown = ", ".join(texts[:6])
    return f"{shown}, ..." if len(texts) > 6 else shown


def minimum(old: Shape, new: Shape) -> Shift:
    return _bounds(
        "minimum", old.lower, new.lower, lambda one, other: (one[0], one[1]) > (other[0], other[1])
    )


def maximum(old: Shape, new: Shape) -> Shift:
    return _bounds(
        "maximum",
        old.upper,
        new.upper,
        lambda one, other: (-one[0], one[1]) > (-other[0], other[1]),
    )


Bound = tuple[float, bool] | None


def _bounds(word: str, old: Bound, new: Bound, is_tighter: Callable[[Any, Any], bool]) -> Shift:
    if old == new:
        return Same
    told = f"the {word} was {_bound(old)} and is {_bound(new)}"
    narrower = new is not None and (old is None or is_tighter(new, old))
    return Shift(narrower=told) if narrower else Shift(wider=told)


def _bound(bound: Bound) -> str:
    return "open" if bound is None else f"{bound[0]}{' (excluded)' if bound[1] else ''}"


def _size(word: str, old: Shape, new: Shape) -> Shift:
    before, after = old.sizes.get(word), new.sizes.get(word)
    if before == after:
        return Same
    told = (
        f"{word} was {'open' if before is None else before} and is "
        f"{'open' if after is None else after}"
    )
    if word.startswith("min"):
        narrower = (after or 0) > (before or 0)
    else:
        narrower = after is not None and (before is None or after < before)
    return Shift(narrower=told) if narrower else Shift(wider=told)


def multiple_of(old: Shape, new: Shape) -> Shift:
    if old.multiples == new.multiples:
        return Same
    told = f"multipleOf was {_numbers(old.multiples)} and is {_numbers(new.multiples)}"
    return Shift(
        "" if all(_divides(each, old.multiples) for each in new.multiples) else told,
        "" if all(_divides(each, new.multiples) for each in old.multiples) else told,
    )


def _divides(step: float, others: frozenset[float]) -> bool:
    return any(step and (each / step).is_integer() for each in map(float, others))


def _numbers(values: frozenset[float]) -> str:
    return " and ".join(map(str, sorted(values))) or "open"


def unique_items(old: Shape, new: Shape) -> Shift:
    before, after = (shape.words.get("uniqueItems") is True for shape in (old, new))
    if before == after:
        return Same
    return (
        Shift(wider="an item may come twice now")
        if before
        else Shift(narrower="no item may come twice any more")
    )


def pattern(old: Shape, new: Shape) -> Shift:
    """Compare patterns by trial, for whether one includes another cannot be told from their text at
    a fair price.
    """
    if old.patterns == new.patterns:
        return Same
    told = f"the pattern was {' and '.join(sorted(old.patterns)) or 'open'} and is " + (
        " and ".join(sorted(new.patterns)) or "open"
    )
    escapes = stray(old.patterns, new.patterns), stray(new.patterns, old.patterns)
    narrower, wider = (
        bool(new.patterns) and escapes[0] != "",
        bool(old.patterns) and escapes[1] != "",
    )
    return Shift(told if narrower else "", told if wider or not narrower else "")


def format_(old: Shape, new: Shape) -> Shift:
    """Compare formats. One that only advises a reader is none; a wider number takes every narrower
    one.
    """
    before, after = _format(old), _format(new)
    if before == after:
        return Same
    told = f"the format was {before or 'open'} and is {after or 'open'}"
    if before in _BOUNDED and after in _BOUNDED and _kin(before, after):
        return Shift(narrower=told) if _BOUNDED[after] < _BOUNDED[before] else Shift(wider=told)
    return Shift(told if after else "", told if before else "")


def _format(shape: Shape) -> str:
    said = str(shape.words.get("format", ""))
    return "" if said in _ANNOTATIONS else said


def _kin(one: str, other: str) -> bool:
    return one.startswith("int") == other.startswith("int")


def additional_properties(old: Shape, new: Shape) -> Shift:
    before, after = _openness(old), _openness(new)
    if before == after:
        return Same
    told = f"properties that are not named were {_OPENNESS[before]} and are {_OPENNESS[after]}"
    return Shift(narrower=told) if after < before else Shift(wider=told)


def _openness(shape: Shape) -> int:
    return 1 if not isinstance(shape.additional, bool) else 2 if shape.additional else 0


_OPENNESS = ("refused", "of one schema", "free")


def others(old: Shape, new: Shape) -> Shift:
    """Compare what is too rare or too hard to weigh: any difference may be narrower or wider."""
    words = OTHERS & (old.words.keys() | new.words.keys())
    changed = [
        word
        for word in sorted(words)
        if const_text(old.words.get(word)) != const_text(new.words.get(word))
    ]
    told = f"{', '.join(changed)} changed" if changed else ""
    return Shift(told, told)


FACTS: tuple[Fact, ...] = (
    Fact("type", types, "a type is no longer allowed", "another type is allowed"),
    Fact("nullable", nullable, "null is no longer allowed", "null is allowed"),
    Fact("enum", enum, "a value of the enum is gone", "the enum has a new value"),
    Fact("minimum", minimum, "the minimum was raised", "the minimum was lowered"),
    Fact("maximum", maximum, "the maximum was lowered", "the maximum was raised"),
    Fact(
        "multiple-of",
        multiple_of,
        "a number must be a multiple of more",
        "a number must be a multiple of less",
    ),
    Fact(
        "min-length", partial(_size, "minLength"), "minLength was raised", "minLength was lowered"
    ),
    Fact(
        "max-length", partial(_size, "maxLength"), "maxLength was lowered", "maxLength was raised"
    ),
    Fact("min-items", partial(_size, "minItems"), "minItems was raised", "minItems was lowered"),
    Fact("max-items", partial(_size, "maxItems"), "maxItems was lowered", "maxItems was raised"),
    Fact(
        "min-properties",
        partial(_size, "minProperties"),
        "minProperties was raised",
        "minProperties was lowered",
    ),
    Fact(
        "max-properties",
        partial(_size, "maxProperties"),
        "maxProperties was lowered",
        "maxProperties was raised",
    ),
    Fact("unique-items", unique_items, "items must differ from each other", "items may be equal"),
    Fact(
        "pattern",
        pattern,
        "the pattern refuses texts that it took",
        "the pattern takes texts that it refused",
    ),
    Fact(
        "format",
        format_,
        "the format refuses values that it took",
        "the format takes values that it refused",
    ),
    Fact(
        "additional-properties",
        additional_properties,
        "properties that are not named are held to more",
        "properties that are not named are held to less",
    ),
    Fact(
        "keywords",
        others,
        "a keyword for special cases changed",
        "a keyword for special cases changed",
    ),
)
