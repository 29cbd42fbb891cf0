"""The words of semantics files as their JSON Schema describes them: each with its path, what it
takes, and examples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

Schema = Mapping[str, Any]
ANY_NAME, ANY_ITEM = "*", "[]"
"""Steps of a path that are no words: a name of the user's own, and an item of a list."""
_INNER = (("additionalProperties", ANY_NAME), ("items", ANY_ITEM))
_ALTERNATIVES = ("anyOf", "oneOf", "allOf")
_TYPES = {"array": "list", "null": "null", "object": "object"}


@dataclass(frozen=True)
class Word:
    """A word of a semantics file: where it stands, and its part of the JSON Schema."""

    path: tuple[str, ...]
    schema: Schema

    @property
    def description(self) -> str:
        """What it means, empty where nothing is said."""
        return str(self.schema.get("description", ""))

    @property
    def examples(self) -> list[Any]:
        """Values that it may have."""
        return list(self.schema.get("examples", ()))

    @property
    def takes(self) -> str:
        """What its value may be, in a few words."""
        return taken(self.schema)


def words(schema: Schema, path: tuple[str, ...] = ()) -> Iterator[Word]:
    """Yield the words below a place of the schema, outer ones first."""
    for name, inner in schema.get("properties", {}).items():
        word = Word((*path, name), inner)
        yield word
        yield from words(inner, word.path)
    for keyword, step in _INNER:
        if isinstance(schema.get(keyword), Mapping):
            yield from words(schema[keyword], (*path, step))
    for alternative in chain.from_iterable(schema.get(each, ()) for each in _ALTERNATIVES):
        yield from words(alternative, path)


def taken(schema: Schema) -> str:
    """Return what a value of a schema is: `one of a, b`, `list of string`, `integer or null`."""
    if "enum" in schema:
        choices = ", ".join(f"`{choice}`" for choice in schema["enum"])
        return f"one of {choices}"
    alternatives = list(chain.from_iterable(schema.get(each, ()) for each in _ALTERNATIVES))
    if "type" not in schema and alternatives:
        return " or ".join(dict.fromkeys(map(taken, alternatives)))
    types = schema.get("type", "any JSON")
    names = types if isinstance(types, list) else [types]
    return " or ".join(_named(name, schema) for name in names)


def _named(name: str, schema: Schema) -> str:
    items = schema.get("items", {})
    if name == "array" and items.get("type") == "string":
        return "list of strings"
    return _TYPES.get(name, name)


def shown_in(word: Word, schema: Schema) -> bool:
    """Tell whether an example of the word itself, or of one around it, has the word.

    Each kind of problem has the same words, so that those of one are shown for all.
    """
    path = word.path
    if "forms" in path[:-2]:
        place = path.index("forms") + 1
        path = (*path[:place], ANY_NAME, *path[place + 1 :])
    outer = [each for each in words(schema) if path[: len(each.path)] == each.path]
    return any(has(example, path[len(each.path) :]) for each in outer for example in each.examples)


def has(value: Any, path: tuple[str, ...]) -> bool:
    """Tell whether a value has what a path leads to: through any name, and any item."""
    if not path:
        return True
    step, *rest = path
    if isinstance(value, list):
        below = tuple(rest) if step == ANY_ITEM else path
        return any(has(item, below) for item in value)
    if not isinstance(value, Mapping):
        return False
    if step == ANY_NAME:
        return any(has(inner, tuple(rest)) for inner in value.values())
    return step in value and has(value[step], tuple(rest))
