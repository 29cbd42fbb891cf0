"""The rules for one pair of schemas: what a value of the one may be that a value of the other may
not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from contracts.changes.facts import FACTS, Fact
from contracts.changes.rules.choice import CHOICE_RULES
from contracts.changes.rules.property import PROPERTY_RULES
from contracts.changes.rules.schema_pair import SchemaPair, SchemaRule
from contracts.changes.shape import met
from contracts.changes.types import Found, Level, Rule, const_text
from mockserver.model.schema.schemas import Direction

BREAKING, WARNING, INFO = Level


_MILDER = frozenset({"enum", "pattern", "additional-properties", "keywords"})
"""Facts that a reply may widen without breaking most clients."""


def _shifted(fact: Fact, direction: Direction, way: str, pair: SchemaPair) -> Iterator[Found]:
    """Tell that a fact went this way; of one that went both ways, that it breaks is enough."""
    if pair.direction is not direction or (
        fact.name not in ("type", "nullable") and _has_another_type(pair)
    ):
        return
    shift = fact.compare(pair.old, pair.new)
    harmful = shift.narrower if direction is Direction.REQUEST else shift.wider
    message = shift.narrower if way == "narrower" else shift.wider
    if message and (not harmful or (direction is Direction.REQUEST) == (way == "narrower")):
        yield Found(message, pair.old.spot.pointer, pair.new.spot.pointer)


def _has_another_type(pair: SchemaPair) -> bool:
    """Tell whether no value can be of both; then all other keywords say nothing more."""
    old, new = pair.old.types, pair.new.types
    return old is not None and new is not None and not met(old, new)


def _rules_of(fact: Fact) -> Iterator[SchemaRule]:
    """Return the four rules of a fact."""
    harmless = WARNING if fact.name == "keywords" else INFO
    for direction, way, said in (
        (Direction.REQUEST, "narrower", fact.narrower),
        (Direction.REQUEST, "wider", fact.wider),
        (Direction.REPLY, "wider", fact.wider),
        (Direction.REPLY, "narrower", fact.narrower),
    ):
        breaks = (direction is Direction.REQUEST) == (way == "narrower")
        mild = fact.name == "keywords" or (direction is Direction.REPLY and fact.name in _MILDER)
        level = (WARNING if mild else BREAKING) if breaks else harmless
        side = direction.name.lower()
        name = f"{side}-{fact.name}-{'narrowed' if way == 'narrower' else 'widened'}"
        yield Rule(name, level, f"In a {side}, {said}.", partial(_shifted, fact, direction, way))


def request_default_changed(pair: SchemaPair) -> Iterator[Found]:
    old, new = pair.old.words, pair.new.words
    if (
        pair.is_request
        and "default" in old
        and const_text(old["default"]) != const_text(new.get("default"))
    ):
        now = f"is {const_text(new['default'])}" if "default" in new else "is gone"
        told = f"what is not sent was {const_text(old['default'])}; the default {now}"
        yield Found(told, pair.old.spot.pointer, pair.new.spot.pointer)


SCHEMA_RULES: tuple[SchemaRule, ...] = (
    *(rule for fact in FACTS for rule in _rules_of(fact)),
    *PROPERTY_RULES,
    *CHOICE_RULES,
    Rule(
        "request-default-changed",
        WARNING,
        "What is taken for a value that is not sent changed.",
        request_default_changed,
    ),
)

RULES_OF: Mapping[Direction, tuple[SchemaRule, ...]] = {
    direction: tuple(
        rule for rule in SCHEMA_RULES if not rule.name.startswith(f"{other.name.lower()}-")
    )
    for direction, other in (
        (Direction.REQUEST, Direction.REPLY),
        (Direction.REPLY, Direction.REQUEST),
    )
}
"""The rules that can find something on a side: its own and those of both."""
