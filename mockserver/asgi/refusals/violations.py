"""Turn what a validator finds into Violations: place, path, rule and the values that a message may
need.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from jsonschema_rs import ValidationError

from mockserver.asgi.refusals.excerpt import Excerpt
from mockserver.call import Violation
from mockserver.model.schema.schemas import Validator, path_of

MOST = 100
"""More violations than this in one body are not told."""

_CHOICES = frozenset({"anyOf", "oneOf"})
_TYPES = {
    dict: "dict",
    list: "list",
    str: "str",
    int: "int",
    float: "float",
    bool: "bool",
    type(None): "None",
}


def find_violations(
    validator: Validator,
    value: Any,
    place: str,
    at: tuple[str | int, ...] = (),
    most: int = MOST,
) -> list[Violation]:
    """Return the violations in a value, in the order of its properties, and so many at most; those
    of its beginning where it is large.
    """
    if validator.is_valid(value):
        return []
    found: list[Violation] = []
    for error in _errors(validator, value, most):
        found += _violations(error, value, place, at)
        if len(found) >= most:
            break
    return found[:most]


def _errors(validator: Validator, value: Any, most: int) -> Iterable[Any]:
    """Return what a validator finds wrong with a value that is not valid, in the first items of its
    arrays.
    """
    part = Excerpt(value, most)
    found = []
    for error in validator.iter_errors(part.value):
        path = path_of(error, part.value)
        if part.is_whole(path):
            found.append(error)
    if found:
        return found
    try:
        validator.validate(value)
    except ValidationError as first:
        return [first]
    return []


def _violations(error: Any, root: Any, place: str, at: tuple[str | int, ...]) -> list[Violation]:
    inner = path_of(error, root)
    path = (*at, *inner)
    kind = error.kind
    rule = kind.name
    lengths = _lengths(root, inner)
    if rule == "required":
        name = kind.property
        return [
            Violation(place, (*path, name), "required", f"{name} is required", {"lengths": lengths})
        ]
    nearest = _nearest(error) if rule in _CHOICES else ()
    if nearest:
        told = [each for inner in nearest for each in _violations(inner, root, place, at)]
        return [replace(each, values={**each.values, "alternative_of": path}) for each in told]
    if rule == "additionalProperties":
        return [
            Violation(
                place, (*path, name), "unknown", f"{name} is not known here", {"lengths": lengths}
            )
            for name in kind.unexpected
        ]
    instance = error.instance
    kind_of_value = type(instance)
    values: dict[str, Any] = {
        "lengths": lengths,
        "value": _shown(instance),
        "actual": _TYPES.get(kind_of_value, kind_of_value.__name__),
    }
    argument = _argument(rule, kind)
    if argument is not None:
        values["argument"] = values["limit"] = argument
    if rule == "type" and instance is None:
        rule = "null"
    return [Violation(place, path, rule, _shown(str(error.message)), values)]


def _nearest(error: Any) -> list[Any]:
    """Return what is wrong by that alternative of `anyOf` or `oneOf` which comes nearest: it has
    the type, and most.

    Nothing where a value has the type of none, or fits several.
    """
    here = list(error.instance_path)
    tried = [list(each) for each in getattr(error.kind, "context", ())]
    near = [
        each
        for each in tried
        if not any(e.kind.name == "type" and list(e.instance_path) == here for e in each)
    ]
    return min(near, key=len, default=[])


def _argument(rule: str, kind: Any) -> Any:
    """Return what the rule compares with: a type, a format, a limit."""
    if rule == "type":
        types = kind.types
        return next((str(each) for each in types if str(each) != "null"), "null")
    if rule in ("enum", "anyOf", "oneOf", "allOf", "not", "const"):
        return None
    value = getattr(kind, "value", None)
    return value if isinstance(value, str | int | float) else None


def _lengths(root: Any, path: tuple[str | int, ...]) -> tuple[int, ...]:
    """Return the lengths of the arrays on the way to a value."""
    lengths = []
    for step in path:
        if isinstance(root, list):
            lengths.append(len(root))
        if isinstance(root, dict):
            root = root.get(step, root)
        elif isinstance(root, list) and isinstance(step, int):
            root = root[step]
    return tuple(lengths)


def _shown(value: Any) -> Any:
    return value if not isinstance(value, str) or len(value) <= 200 else value[:200] + "…"
