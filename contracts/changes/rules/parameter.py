"""The rules for parameters: in the path, the query, the headers and the cookies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.changes.carried import content_of, is_required, parameters_of, shown
from contracts.changes.operations import OperationPair, OperationRule
from contracts.changes.types import Found, Level, Place, Rule, Spot, Where

BREAKING, WARNING, INFO = Level
_STYLE = {Where.QUERY: "form", Where.COOKIE: "form", Where.PATH: "simple", Where.HEADER: "simple"}


def _parameters(pair: OperationPair) -> Iterator[tuple[Place, Spot | None, Spot | None]]:
    """Yield each parameter as it was and as it is."""
    if pair.both:
        old, new = (parameters_of(each) for each in pair.both)
        for key in [*old, *(key for key in new if key not in old)]:
            spots = old.get(key), new.get(key)
            known = spots[0] or spots[1]
            if known is not None:
                yield Place(pair.label, key[0], shown(key[0], known)), *spots


def parameter_removed(pair: OperationPair) -> Iterator[Found]:
    for place, old, new in _parameters(pair):
        if new is None and place.where is Where.QUERY:
            yield pair.told(place, f"the parameter {place.name} is gone", old, new)


def head_parameter_removed(pair: OperationPair) -> Iterator[Found]:
    for place, old, new in _parameters(pair):
        if new is None and place.where in (Where.HEADER, Where.COOKIE):
            yield pair.told(place, f"the {place.where} {place.name} is gone", old, new)


def parameter_added(pair: OperationPair) -> Iterator[Found]:
    for place, old, new in _parameters(pair):
        if old is None and not is_required(new):
            yield pair.told(place, f"the parameter {place.name} is new", old, new)


def parameter_required(pair: OperationPair) -> Iterator[Found]:
    for place, old, new in _parameters(pair):
        if place.where is not Where.PATH and is_required(new) and not is_required(old):
            what = "is new and required" if old is None else "is required now"
            yield pair.told(place, f"the parameter {place.name} {what}", old, new)


def parameter_optional(pair: OperationPair) -> Iterator[Found]:
    for place, old, new in _parameters(pair):
        if (
            place.where is not Where.PATH
            and is_required(old)
            and new is not None
            and not is_required(new)
        ):
            yield pair.told(place, f"the parameter {place.name} need not be sent", old, new)


def parameter_spelled_otherwise(pair: OperationPair) -> Iterator[Found]:
    for place, old, new in _parameters(pair):
        if old is not None and new is not None:
            before, after = (_spelling(place.where, spot) for spot in (old, new))
            if before != after:
                yield pair.told(
                    place,
                    f"the parameter {place.name} is written as {after}, not as {before}",
                    old,
                    new,
                )


def _spelling(where: Where, spot: Spot) -> str:
    said: Any = spot.value
    if said.get("content"):
        return next(iter(content_of(spot)))
    style = said.get("style", _STYLE[where])
    return f"style {style}{', exploded' if said.get('explode', style == 'form') else ''}"


PARAMETER_RULES: tuple[OperationRule, ...] = (
    Rule("query-parameter-removed", BREAKING, "A query parameter is gone.", parameter_removed),
    Rule(
        "header-parameter-removed",
        WARNING,
        "A header or a cookie is no longer read.",
        head_parameter_removed,
    ),
    Rule("parameter-added", INFO, "There is a new optional parameter.", parameter_added),
    Rule("parameter-required", BREAKING, "A parameter must be sent.", parameter_required),
    Rule("parameter-optional", INFO, "A parameter need no longer be sent.", parameter_optional),
    Rule(
        "parameter-style-changed",
        BREAKING,
        "A parameter is written otherwise.",
        parameter_spelled_otherwise,
    ),
)
