"""A strategy of schemas that have values, in the words of OpenAPI 3.0."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from mockserver.generation.names import FORMATS as KNOWN

Schema = dict[str, Any]

NAMES = st.sampled_from(
    [
        "id",
        "name",
        "email",
        "first_name",
        "created_at",
        "image_url",
        "price",
        "country",
        "sku",
        "city",
        "note",
    ]
)
FORMATS = [*KNOWN, "binary", "unknown"]
PATTERNS = (
    "^[a-z]+$",
    "^[A-Z]{2}[0-9]{4}$",
    r"^\d{3}-\d{2}$",
    "^(97[89])?[0-9]{9}[0-9X]$",
    "abc",
    "^#[0-9a-fA-F]{6}$",
    r"^[^@\s]+@[^@\s]+$",
    r"^\S+$",
    "^v[0-9]+(\\.[0-9]+)*$",
    "^.{3,5}$",
    r"^https?:\/\/[\w.]+$",
)


@st.composite
def integers(draw: st.DrawFn) -> Schema:
    step = draw(st.sampled_from([1, 2, 5, 7, 250]))
    low = draw(st.integers(-2000, 2000))
    high = low + draw(st.integers(2 * step, 5000))
    schema: Schema = {"type": "integer"}
    schema |= draw(st.sampled_from([{}, {"multipleOf": step}]))
    schema |= draw(
        st.sampled_from([{}, {"minimum": low}, {"minimum": low, "exclusiveMinimum": True}])
    )
    schema |= draw(
        st.sampled_from([{}, {"maximum": high}, {"maximum": high, "exclusiveMaximum": True}])
    )
    return schema | draw(st.sampled_from([{}, {"format": "int32"}, {"format": "int64"}]))


@st.composite
def numbers(draw: st.DrawFn) -> Schema:
    low = draw(st.floats(-1e6, 1e6, allow_nan=False))
    high = low + draw(st.floats(0.001, 1e6))
    schema: Schema = {"type": "number"}
    schema |= draw(
        st.sampled_from([{}, {"minimum": low}, {"minimum": low, "exclusiveMinimum": True}])
    )
    return schema | draw(
        st.sampled_from([{}, {"maximum": high}, {"maximum": high, "exclusiveMaximum": True}])
    )


@st.composite
def texts(draw: st.DrawFn) -> Schema:
    shortest = draw(st.integers(0, 30))
    schema: Schema = {"type": "string"}
    schema |= draw(st.sampled_from([{}, {"minLength": shortest}]))
    return schema | draw(st.sampled_from([{}, {"maxLength": shortest + 3}]))


SCALARS = st.one_of(
    integers(),
    numbers(),
    texts(),
    st.sampled_from(FORMATS).map(lambda name: {"type": "string", "format": name}),
    st.sampled_from(PATTERNS).map(lambda pattern: {"type": "string", "pattern": pattern}),
    st.just({"type": "boolean"}),
    st.sampled_from(
        [
            {"type": "string", "enum": ["a", "b"]},
            {"enum": [3, 4]},
            {"enum": [None, "x"], "nullable": True},
        ]
    ),
    st.sampled_from([{"const": 5}, {"const": {"a": 1}}, {}]),
)


@st.composite
def objects(draw: st.DrawFn, children: st.SearchStrategy[Schema]) -> Schema:
    properties = draw(st.dictionaries(NAMES, children, max_size=4))
    required = draw(st.lists(st.sampled_from([*properties, "other"]), unique=True, max_size=3))
    schema: Schema = {"type": "object", "properties": properties}
    if "other" not in required and draw(st.booleans()):
        schema["additionalProperties"] = False
        least = draw(st.integers(0, len(properties)))
    else:
        schema["additionalProperties"] = draw(st.sampled_from([True, {"type": "integer"}]))
        least = draw(st.integers(0, 6))
    return schema | draw(
        st.sampled_from([{}, {"required": required} if required else {}, {"minProperties": least}])
    )


@st.composite
def arrays(draw: st.DrawFn, children: st.SearchStrategy[Schema]) -> Schema:
    least = draw(st.integers(0, 3))
    schema: Schema = {"type": "array", "items": draw(children)}
    schema |= draw(st.sampled_from([{}, {"minItems": least}]))
    return schema | draw(st.sampled_from([{}, {"maxItems": least}, {"maxItems": least + 2}]))


@st.composite
def parts(draw: st.DrawFn, children: st.SearchStrategy[Schema]) -> Schema:
    """An `allOf` whose parts ask for different properties, or for bounds that overlap."""
    if draw(st.booleans()):
        bounds = [
            {"minimum": 5},
            {"type": "integer"},
            {"minimum": 2, "maximum": 900},
            {"maximum": 100, "multipleOf": 4},
        ]
        return {"allOf": draw(st.permutations(bounds))}
    names = draw(st.lists(NAMES, min_size=2, max_size=3, unique=True))
    each = [
        {"type": "object", "properties": {name: draw(children)}, "required": [name]}
        for name in names
    ]
    return {"allOf": each} | draw(st.sampled_from([{}, {"type": "object"}, {"nullable": True}]))


@st.composite
def choices(draw: st.DrawFn) -> Schema:
    """A `oneOf` or `anyOf` whose choices have nothing in common."""
    different = draw(
        st.permutations(
            [
                {"type": "boolean"},
                draw(integers()),
                draw(texts()),
                draw(objects(SCALARS)),
                {"type": "array", "items": {}},
            ]
        )
    )
    size = draw(st.integers(1, len(different)))
    chosen = different[:size]
    if draw(st.booleans()):
        chosen = [{**each, "nullable": True} for each in chosen]
    return {draw(st.sampled_from(["oneOf", "anyOf"])): chosen}


def nullable(children: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    typed = children.filter(lambda schema: "type" in schema and "enum" not in schema)
    return typed.map(lambda schema: {**schema, "nullable": True})


SCHEMAS = st.recursive(
    st.one_of(SCALARS, choices()),
    lambda inner: st.one_of(objects(inner), arrays(inner), parts(inner), nullable(inner)),
    max_leaves=8,
)
