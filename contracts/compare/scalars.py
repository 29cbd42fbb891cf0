"""Tell what kind of JSON value something is: a value in, yes or no out.

JSON has `true` beside numbers, and Python takes `True` for the number 1. JSON has one kind of
number, so 1 is 1.0, and Python has two.
"""

from __future__ import annotations

from typing import Any, TypeGuard


def is_number(value: Any) -> TypeGuard[int | float]:
    """Tell whether a value is a number."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float)


def is_integer(value: Any) -> TypeGuard[int]:
    """Tell whether a value is a whole number."""
    if isinstance(value, bool):
        return False
    return isinstance(value, int)


def may_be_key(value: Any) -> TypeGuard[str | int]:
    """Tell whether a value may be the key of a record: a text or a whole number."""
    if isinstance(value, str):
        return True
    return is_integer(value)


def is_same_scalar(one: Any, other: Any) -> bool:
    """Tell whether two scalars are the same value: 1 is 1.0 but not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def is_identical(one: Any, other: Any) -> bool:
    """Tell whether two scalars are the same in their type too: 1 is not 1.0."""
    if type(one) is not type(other):
        return False
    return bool(one == other)
