"""Schemas into Hypothesis strategies of small values: a schema of a request body in, valid values
out.

The pools are small on purpose, so that values meet: the same text is sent twice, a filter finds
something. An `Echo` in a value stands for something that the state already holds; it is settled
when the call is made.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from contracts.compare.scalars import is_integer
from contracts.openapi import Spec, flattened, properties, resolved, type_of
from contracts.requests.neighbors import neighbors
from mockserver.model.types.facts import bounds, is_nullable

TEXTS = ("a", "Bc", "d e", "ü/%&?", "")
ADDRESSES = ("https://e.com/a.jpg", "https://e.com/b.png", "http://e.com/c/a.jpg")
MOMENTS = ("2001-02-03T04:05:06Z", "2999-01-01T00:00:00.000001Z")
UUIDS = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")
DEEPEST = 6
NOT_NEAR = st.just(0)
NEAR = st.sampled_from((*[0] * 9, 1, 1, 2))
"""How often an echo is a neighbor of what is there, the first one as a rule: the text in another
case.
"""
_ALPHABET = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
_FORMATS: Mapping[str, tuple[str, ...]] = {
    "date-time": MOMENTS,
    "date": ("2001-02-03", "2999-01-01"),
    "uuid": UUIDS,
    "uri": ADDRESSES,
    "url": ADDRESSES,
    "email": ("a@e.com", "b@e.com"),
}


@dataclass(frozen=True, slots=True)
class Echo:
    """A scalar that the state holds under this name, the n-th of those that are valid here;
    `otherwise` when none.

    With `near` from 1 on it is a neighbor of that one: a text that is almost the same, where there
    is one.
    """

    name: str
    type: str
    n: int
    otherwise: Any
    bounds: tuple[float, float] = (-math.inf, math.inf)
    near: int = 0

    def takes(self, value: Any) -> bool:
        """Tell whether a value is valid here."""
        if self.type == "string":
            return isinstance(value, str) and self.bounds[0] <= len(value) <= self.bounds[1]
        return is_integer(value) and self.bounds[0] <= value <= self.bounds[1]

    def beside(self, value: Any) -> Any:
        """Return a value that the state holds, or the neighbor that is meant."""
        found = [each for each in neighbors(value) if self.takes(each)] if self.near else []
        return found[(self.near - 1) % len(found)] if found else value


def values(spec: Spec, schema: Any, name: str = "", depth: int = 0) -> st.SearchStrategy[Any]:
    """Return a strategy of valid values; read-only properties are left out."""
    flat = flattened(spec, schema)
    if "const" in flat:
        return st.just(flat["const"])
    if flat.get("enum"):
        return st.sampled_from(list(flat["enum"]))
    kind = type_of(flat) or (
        "object" if "properties" in flat else "array" if "items" in flat else None
    )
    if kind == "object":
        made = _objects(spec, flat, _alternatives(spec, resolved(spec, schema)), depth)
    else:
        made = _typed(spec, flat, kind, name, depth)
    return st.one_of(made, st.none()) if is_nullable(flat) else made


def _typed(
    spec: Spec, schema: Mapping[str, Any], kind: str | None, name: str, depth: int
) -> st.SearchStrategy[Any]:
    match kind:
        case "array":
            least, most = schema.get("minItems", 0), schema.get("maxItems", math.inf)
            items = (
                values(spec, schema.get("items", {}), name, depth + 1)
                if depth < DEEPEST
                else st.nothing()
            )
            return st.lists(items, min_size=least, max_size=int(min(most, least + 3)))
        case "boolean":
            return st.booleans()
        case "integer" | "number":
            return _echoed(_numbers(schema), name, kind, bounds(schema))
    lengths = (schema.get("minLength", 0), schema.get("maxLength", math.inf))
    if "pattern" in schema:
        return _texts(schema)
    near = NOT_NEAR if "format" in schema else NEAR
    return _echoed(_texts(schema), name, "string", lengths, near)


def _objects(
    spec: Spec, schema: Mapping[str, Any], alternatives: list[list[str]], depth: int
) -> st.SearchStrategy[Any]:
    fields = {
        name: child for name, child in properties(spec, schema).items() if not child.get("readOnly")
    }
    made = {
        name: values(spec, child, name, depth + 1)
        for name, child in fields.items()
        if depth < DEEPEST
    }
    wanted = [name for name in schema.get("required") or () if name in made]
    choices = [[*wanted, *more] for more in alternatives] or [wanted]
    return st.one_of(*(_object(made, names) for names in choices))


def _object(
    made: Mapping[str, st.SearchStrategy[Any]], required: Sequence[str]
) -> st.SearchStrategy[Any]:
    needed = {name: made[name] for name in required if name in made}
    optional = {name: each for name, each in made.items() if name not in needed}
    return st.fixed_dictionaries(needed, optional=optional)


def _alternatives(spec: Spec, schema: Mapping[str, Any]) -> list[list[str]]:
    """Return what choices without properties of their own require (`anyOf: [{required: [a]},
    ...]`).
    """
    choices = [
        resolved(spec, each) for word in ("anyOf", "oneOf") for each in schema.get(word) or ()
    ]
    return [
        list(each["required"])
        for each in choices
        if each.get("required") and "properties" not in each
    ]


def _numbers(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Return small whole numbers within the bounds (they are valid as integers and as numbers)."""
    least, most = bounds(schema)
    start = least if least > -math.inf else min(0, most - 6) if most < math.inf else 0
    start = 0 if least <= 0 <= most else int(start)
    return st.integers(int(start), int(min(start + 6, most)))


def _texts(schema: Mapping[str, Any]) -> st.SearchStrategy[str]:
    least, most = schema.get("minLength", 0), schema.get("maxLength", math.inf)
    pattern = schema.get("pattern", "")
    pool = _FORMATS.get(schema.get("format", ""), (*TEXTS, *(ADDRESSES if pattern else ())))
    fitting = [text for text in pool if least <= len(text) <= most and re.search(pattern, text)]
    if fitting:
        return st.sampled_from(fitting)
    made = st.from_regex(pattern, alphabet=_ALPHABET) if pattern else st.just("x" * int(least or 1))
    return made.filter(lambda text: least <= len(text) <= most and text.isprintable())


def _echoed(
    plain: st.SearchStrategy[Any],
    name: str,
    kind: str,
    within: tuple[float, float],
    near: st.SearchStrategy[int] = NOT_NEAR,
) -> st.SearchStrategy[Any]:
    """Return plain values, and as often something that the state holds under this name."""
    if not name:
        return plain
    echoes = st.builds(
        Echo, st.just(name), st.just(kind), st.integers(0, 5), plain, st.just(within), near
    )
    return st.one_of(plain, echoes)
