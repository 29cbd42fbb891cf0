"""Read the fields of a form: names with all their texts and a schema in, the object that they spell
out.

A field of a name with steps, such as `address[city]` or `lines[0][sku]`, is a property inside
another one, the way PHP, Rails and Stripe spell it; a field whose whole name is declared is what it
is called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.asgi.jsontext import loads
from mockserver.asgi.parameters import shape_of
from mockserver.asgi.styles import Shape, counted, deep_steps, plant
from mockserver.model.declared import Spec, properties

Fields = Mapping[str, Sequence[str]]


def typed(fields: Fields, spec: Spec, schema: Any) -> dict[str, Any]:
    """Return the object that fields spell, by the types of the schema."""
    declared = properties(spec, schema)
    spelled: dict[str, Any] = {}
    nested: dict[str, Shape] = {}
    for name, texts in fields.items():
        plain = name.removesuffix("[]")
        steps = [] if plain in declared or name in declared else _steps(name)
        first = steps[0] if steps else plain if plain in declared else name
        shape = nested.get(first) or shape_of(spec, declared.get(first, {}))
        if steps[1:] == [""]:
            spelled[first] = [(shape.items or Shape()).value(text) for text in texts]
        elif not steps:
            spelled[first] = _value(shape, texts)
        elif isinstance(below := spelled.setdefault(first, {}), dict):
            nested[first] = shape
            plant(below, shape, steps[1:], texts)
    return {
        name: counted(value, nested[name]) if name in nested else value
        for name, value in spelled.items()
    }


def json_or_text(text: str) -> Any:
    """Return the JSON value that a text spells, the text itself when it spells none."""
    try:
        return loads(text)
    except ValueError:
        return text


def _steps(name: str) -> list[str]:
    """Return `a`, `b`, `c` for `a[b][c]`, nothing for a name of another form."""
    first = name.partition("[")[0]
    inner = deep_steps(first, name) if first else []
    return [first, *inner] if inner and all(inner[:-1]) else []


def _value(shape: Shape, texts: Sequence[str]) -> Any:
    if shape.type == "array":
        return _list(shape.items or Shape(), texts)
    is_object = shape.type == "object" or (shape.type == "any" and texts[-1].startswith("{"))
    return json_or_text(texts[-1]) if is_object else shape.value(texts[-1])


def _list(item: Shape, texts: Sequence[str]) -> list[Any]:
    """Return a list that is spelled item by item, or as one JSON text where no item could look like
    that.
    """
    whole = (
        json_or_text(texts[0]) if len(texts) == 1 and item.type not in ("string", "array") else None
    )
    if isinstance(whole, list):
        return whole
    return [
        json_or_text(text) if item.type in ("object", "array") else item.value(text)
        for text in texts
    ]
