"""What no rule calls harmful is harmless: the verdict on two schemas against what a validator makes
of values.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.changes.types import Level, Place, Root, Spot
from contracts.changes.walk import Walk
from mockserver.model.schema.schemas import Direction, SchemaCompiler

TEXTS = st.sampled_from(["", "a", "b", "ab", "abc"])
NUMBERS = st.sampled_from([-1, 0, 1, 2, 3, 4, 6, 0.5])
NAMES = ("a", "b")


def _some(words: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={**words, "nullable": st.just(True)})


def _typed(
    kind: str, words: dict[str, st.SearchStrategy[Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    return _some(words).map(lambda said: {"type": kind, **said})


SIZES = st.integers(0, 3)
STRINGS = _typed(
    "string",
    {
        "minLength": SIZES,
        "maxLength": SIZES,
        "enum": st.lists(TEXTS, min_size=1, max_size=3, unique=True),
        "pattern": st.sampled_from(["^a", "b$", "^[ab]*$"]),
    },
)
BOUNDS = {
    "minimum": st.integers(-1, 3),
    "maximum": st.integers(0, 4),
    "multipleOf": st.sampled_from([1, 2, 3]),
}
COUNTS = st.one_of(
    _typed("integer", {**BOUNDS, "exclusiveMinimum": st.booleans()}),
    _typed("number", BOUNDS),
    st.just({}),
    STRINGS,
)
LISTS = st.builds(
    lambda items, said: {**said, "items": items},
    COUNTS,
    _typed("array", {"minItems": SIZES, "maxItems": SIZES, "uniqueItems": st.booleans()}),
)
LEAVES = st.one_of(
    STRINGS, COUNTS, LISTS, st.just({"anyOf": [{"type": "string"}, {"type": "integer"}]})
)


def _object(
    properties: dict[str, Any], required: list[str], more: dict[str, Any]
) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, **more}


OBJECTS = st.builds(
    _object,
    st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, LEAVES)),
    st.lists(st.sampled_from(NAMES), unique=True),
    _some({"additionalProperties": st.booleans(), "maxProperties": SIZES}),
)
SCHEMAS = st.one_of(
    LEAVES, OBJECTS, st.lists(OBJECTS, min_size=1, max_size=2).map(lambda parts: {"allOf": parts})
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """Return a schema, and the same with one keyword (of itself, or of a property) as another
    schema has it.
    """
    old, other = draw(SCHEMAS), draw(SCHEMAS)
    return old, _edited(draw, old, other)


def _edited(draw: st.DrawFn, old: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    keyword = draw(st.sampled_from(sorted({*old, *other} or {"type"})))
    before, after = old.get(keyword), other.get(keyword)
    if isinstance(before, dict) and isinstance(after, dict):
        return {**old, keyword: _edited(draw, before, after)}
    rest = {word: said for word, said in old.items() if word != keyword}
    return {**rest, keyword: after} if keyword in other else rest


SCALARS = st.one_of(TEXTS, NUMBERS, st.none(), st.booleans())
VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=3),
    st.fixed_dictionaries(
        {}, optional={name: st.one_of(SCALARS, st.lists(SCALARS, max_size=3)) for name in NAMES}
    ),
)
COMPILER = SchemaCompiler({})


def harm(old: Any, new: Any, direction: Direction) -> list[str]:
    """Return the rules that tell of harm."""
    root = Root(Place(), Spot(old, "/old"), Spot(new, "/new"), direction)
    return [rule.name for rule, _ in Walk({}, {}).changes([root]) if rule.level is not Level.INFO]


def known(schema: Any) -> set[str]:
    """Return the properties that a schema names; what others a client sends or gets nobody has
    promised.
    """
    parts = schema.get("allOf") or [schema]
    return {name for part in parts for name in part.get("properties") or ()}


@settings(max_examples=40, deadline=None)
@given(pairs(), st.lists(VALUES, min_size=8, max_size=8))
def test_what_is_no_harm_to_a_request_refuses_no_value_that_was_taken(
    pair: tuple[Any, Any], values: list[Any]
) -> None:
    old, new = pair
    if not harm(old, new, Direction.REQUEST):
        before, after = (COMPILER.compile(each, Direction.REQUEST) for each in (old, new))
        for value in values:
            told = not isinstance(value, dict) or value.keys() <= known(old)
            assert not (told and before.is_valid(value)) or after.is_valid(value), (old, new, value)


@settings(max_examples=40, deadline=None)
@given(pairs(), st.lists(VALUES, min_size=8, max_size=8))
def test_what_is_no_harm_to_a_reply_gives_no_value_that_was_never_given(
    pair: tuple[Any, Any], values: list[Any]
) -> None:
    old, new = pair
    if not harm(old, new, Direction.REPLY):
        before, after = (COMPILER.compile(each, Direction.REPLY) for each in (old, new))
        for value in values:
            told = not isinstance(value, dict) or value.keys() <= known(old)
            assert not (told and after.is_valid(value)) or before.is_valid(value), (old, new, value)
