"""One schema into what it accepts, as plain facts: references followed, `allOf` pulled together,
choices kept apart.

`declared.flattened` makes one schema to generate from, so it takes the first alternative and the
first bound that it meets. A comparison needs all alternatives, and of bounds the tightest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.changes.types import Spot
from contracts.compare.scalars import is_number
from contracts.openapi import Spec
from mockserver.document.pointers import split, step
from mockserver.model.schema.schemas import Direction

OTHERS = frozenset(
    {
        *(
            "not",
            "if",
            "then",
            "else",
            "dependentRequired",
            "dependentSchemas",
            "propertyNames",
            "patternProperties",
        ),
        *(
            "contains",
            "minContains",
            "maxContains",
            "unevaluatedProperties",
            "unevaluatedItems",
            "additionalItems",
        ),
        "prefixItems",
    }
)
"""Keywords that are compared as they stand."""
_TOLD = frozenset(
    {
        *(
            "properties",
            "items",
            "allOf",
            "oneOf",
            "anyOf",
            "additionalProperties",
            "required",
            "$ref",
        ),
        *("title", "description", "example", "examples", "externalDocs"),
    }
)
"""Keywords that the other facts of a shape hold, and those that say nothing to a machine."""
_LEAST = ("minLength", "minItems", "minProperties")
_MOST = ("maxLength", "maxItems", "maxProperties")


@dataclass(frozen=True, slots=True)
class Choice:
    """A `oneOf` or `anyOf`: its alternatives, and how a property tells them apart."""

    keyword: str
    alternatives: tuple[Spot, ...]
    discriminator: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a schema accepts. None stands for "no limit"; a bound is (value, whether it is itself
    excluded).

    `words` are keywords that need no merging; `properties` and `required` leave out what this side
    never sends, which is in `withheld`. `additional` is True, False or a schema.
    """

    spot: Spot
    types: frozenset[str] | None = None
    nullable: bool = True
    enum: tuple[Any, ...] | None = None
    lower: tuple[float, bool] | None = None
    upper: tuple[float, bool] | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    multiples: frozenset[float] = frozenset()
    patterns: frozenset[str] = frozenset()
    properties: Mapping[str, Spot] = field(default_factory=dict)
    withheld: Mapping[str, Spot] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    additional: Spot | bool = True
    items: Spot | None = None
    choices: tuple[Choice, ...] = ()
    words: Mapping[str, Any] = field(default_factory=dict)


def settle(spec: Spec, spot: Spot) -> Spot:
    """Follow local references to the schema they mean."""
    for _ in range(32):
        reference = spot.value.get("$ref") if isinstance(spot.value, Mapping) else None
        if not isinstance(reference, str):
            return spot
        pointer = reference.removeprefix("#")
        target: Any = spec
        for token in split(pointer):
            target = step(target, token)
        spot = Spot(target if isinstance(target, Mapping) else {}, pointer)
    return Spot({}, spot.pointer)


def shape_of(spec: Spec, spot: Spot, direction: Direction) -> Shape:
    """Return what a schema accepts from the side that sends it."""
    parts = list(_parts(spec, spot, set()))
    values: list[Mapping[str, Any]] = [
        part.value for part in parts if isinstance(part.value, Mapping)
    ]
    choices = [choice for part in parts for choice in _choices(spec, part)]
    folded = [each for each in map(_folded, choices) if each is not None]
    values = [*values, *folded]
    known = _properties(spec, parts)
    withheld = {
        name: child for name, child in known.items() if _is_flagged(spec, child, direction.value)
    }
    return Shape(
        spot=parts[0],
        types=_types(values),
        nullable=_accepts_null(values),
        enum=_enum(values),
        lower=_bound(values, "minimum", "exclusiveMinimum", max),
        upper=_bound(values, "maximum", "exclusiveMaximum", min),
        sizes=_sizes(values),
        multiples=frozenset(
            each["multipleOf"] for each in values if is_number(each.get("multipleOf"))
        ),
        patterns=frozenset(
            each["pattern"] for each in values if isinstance(each.get("pattern"), str)
        ),
        properties={name: child for name, child in known.items() if name not in withheld},
        withheld=withheld,
        required=frozenset(
            name for each in values for name in _names(each.get("required")) if name not in withheld
        ),
        additional=_additional(parts),
        items=next((Spot(p.value["items"], p.at("items")) for p in _with(parts, "items")), None),
        choices=tuple(choice for choice in choices if _folded(choice) is None),
        words={
            word: said
            for each in reversed(values)
            for word, said in each.items()
            if word not in _TOLD
        },
    )


def _parts(spec: Spec, spot: Spot, seen: set[str]) -> Iterator[Spot]:
    """Yield a schema and those of its `allOf`, all the way down."""
    spot = settle(spec, spot)
    if spot.pointer in seen:
        return
    seen.add(spot.pointer)
    yield spot if isinstance(spot.value, Mapping) else Spot({}, spot.pointer)
    if isinstance(spot.value, Mapping):
        for index, each in enumerate(_list(spot.value.get("allOf"))):
            yield from _parts(spec, Spot(each, spot.at("allOf", index)), seen)


def _choices(spec: Spec, part: Spot) -> Iterator[Choice]:
    value: Any = part.value
    for keyword in ("oneOf", "anyOf"):
        alternatives = _list(value.get(keyword))
        if alternatives:
            spots = (Spot(each, part.at(keyword, index)) for index, each in enumerate(alternatives))
            discriminator = value.get("discriminator")
            told = discriminator if isinstance(discriminator, Mapping) else {}
            yield Choice(keyword, tuple(settle(spec, spot) for spot in spots), told)


def _folded(choice: Choice) -> Mapping[str, Any] | None:
    """Return a choice between mere types, or between mere values, as one schema; None for any
    other.
    """
    values = [each.value for each in choice.alternatives if isinstance(each.value, Mapping)]
    said = [
        {w: v for w, v in each.items() if w not in ("title", "description") and v != {}}
        for each in values
    ]
    if all(each.keys() == {"type"} and isinstance(each["type"], str) for each in said):
        return {"type": [each["type"] for each in said]}
    if all(each.keys() <= {"type", "enum"} and isinstance(each.get("enum"), list) for each in said):
        return {"enum": [value for each in said for value in each["enum"]]}
    return None


def _types(values: Sequence[Mapping[str, Any]]) -> frozenset[str] | None:
    found: frozenset[str] | None = None
    for each in values:
        declared = each.get("type")
        names = frozenset([declared] if isinstance(declared, str) else _names(declared)) - {"null"}
        if names:
            found = names if found is None else met(found, names)
    return found


def met(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """Return the types that both accept; an integer is a number."""
    both = one & other
    return (
        both | {"integer"}
        if {"integer", "number"} <= one | other and not both & {"integer", "number"}
        else both
    )


def _accepts_null(values: Sequence[Mapping[str, Any]]) -> bool:
    if values[0].get("nullable") is True and "type" not in values[0]:
        return True  # then it speaks of all that stands beside it; beside a type, of that alone
    typed = [each for each in values if "type" in each or "enum" in each]
    return all(each.get("nullable") is True or None in _list(each.get("enum")) for each in typed)


def _enum(values: Sequence[Mapping[str, Any]]) -> tuple[Any, ...] | None:
    found: list[Any] | None = None
    for each in values:
        if isinstance(each.get("enum"), list):
            found = (
                each["enum"]
                if found is None
                else [value for value in found if value in each["enum"]]
            )
    return None if found is None else tuple(value for value in found if value is not None)


def _bound(
    values: Sequence[Mapping[str, Any]], word: str, exclusive: str, tighter: Any
) -> tuple[float, bool] | None:
    found = [
        (each[word], each.get(exclusive) is True) for each in values if is_number(each.get(word))
    ]
    found += [(each[exclusive], True) for each in values if is_number(each.get(exclusive))]
    if not found:
        return None
    value = tighter(each for each, _ in found)
    return value, any(excluded for each, excluded in found if each == value)


def _sizes(values: Sequence[Mapping[str, Any]]) -> Mapping[str, int]:
    sizes: dict[str, int] = {}
    for word in (*_LEAST, *_MOST):
        found = [int(each[word]) for each in values if is_number(each.get(word))]
        tightest = (min(found) if word in _MOST else max(found)) if found else 0
        if found and (tightest or word in _MOST):
            sizes[word] = tightest
    return sizes


def _properties(spec: Spec, parts: Sequence[Spot]) -> dict[str, Spot]:
    """Return the properties; one that several parts describe has to fit all of them."""
    found: dict[str, list[Spot]] = {}
    for part in _with(parts, "properties"):
        known = part.value["properties"]
        for name, child in known.items() if isinstance(known, Mapping) else ():
            found.setdefault(str(name), []).append(Spot(child, part.at("properties", name)))
    return {name: spots[0] if len(spots) == 1 else _joined(spots) for name, spots in found.items()}


def _joined(spots: Sequence[Spot]) -> Spot:
    return Spot({"allOf": [spot.value for spot in spots]}, spots[0].pointer)


def _is_flagged(spec: Spec, spot: Spot, flag: str) -> bool:
    return any(
        isinstance(p.value, Mapping) and p.value.get(flag) is True
        for p in _parts(spec, spot, set())
    )


def _additional(parts: Sequence[Spot]) -> Spot | bool:
    said = [
        Spot(p.value["additionalProperties"], p.at("additionalProperties"))
        for p in _with(parts, _ADDITIONAL)
    ]
    if any(each.value is False or each.value == {"not": {}} for each in said):
        return False
    return next((each for each in said if isinstance(each.value, Mapping) and each.value), True)


_ADDITIONAL = "additionalProperties"


def _with(parts: Sequence[Spot], word: str) -> Iterator[Any]:
    return (part for part in parts if isinstance(part.value, Mapping) and word in part.value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _names(value: Any) -> list[str]:
    return [each for each in _list(value) if isinstance(each, str)]
