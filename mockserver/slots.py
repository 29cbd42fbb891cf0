"""Dataclasses with slots that are quick to define and to construct: a class in, the same values as
those of the standard library out.

    from mockserver.slots import dataclass

    @dataclass(frozen=True, slots=True)
    class Page:
        number: int
        size: int | None = None

Theory: what takes the time of a start is not to read the modules but to define their two hundred
values. The standard library compiles six methods for each, half a millisecond in all. Here only
`__init__` is compiled; equality, hash and representation are closures over the names of the
fields, as quick as the compiled ones. And what a request makes are a few dozen values: a frozen
dataclass of the standard library sets each field by `object.__setattr__`, which looks it up by its
name and takes ten times as long as an assignment. Here each field goes through the descriptor of
its slot, which is known beforehand. The values are as frozen as before.

Fields that are no arguments, or arguments by name alone, are not understood here; nor are defaults
that the class sets itself after all.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn

UNSET: Any = object()
"""Stands for an argument that was not given, where each value gets a default of its own."""

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, slots, frozen=False, init=True, eq=True):
        """Return what makes a dataclass of a class, as `dataclasses.dataclass` does."""
        assert slots, "without slots the dataclass of the standard library does as well"
        return lambda cls: _defined(cls, frozen, init, eq)


def _defined(cls: type[Any], frozen: bool, init: bool, eq: bool) -> Any:
    """Return the dataclass of a class, whose own methods it keeps."""
    own = cls.__dict__
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    if init:
        made.__init__ = _initializer(made, frozen)
    if "__repr__" not in own:
        made.__repr__ = _representation(made)
    if eq:
        _add_equality(made, own.get("__eq__"), own.get("__hash__"), frozen)
    if frozen:
        made.__setattr__, made.__delattr__ = _refuse_to_set, _refuse_to_delete
        made.__getstate__, made.__setstate__ = _state, _restore
    return made


def _initializer(cls: type[Any], frozen: bool) -> Callable[..., None]:
    """Return the `__init__` of a dataclass."""
    scope: dict[str, Any] = {"UNSET": UNSET}
    parameters = ["self"]
    lines = []
    for field in fields(cls):
        name = field.name
        parameter = name + _default(field, scope)
        parameters.append(parameter)
        value = name
        if field.default_factory is not MISSING:
            value = f"make_{name}() if {name} is UNSET else {name}"
        line = f"    self.{name} = {value}"
        if frozen:
            slot = getattr(cls, name)
            scope[f"set_{name}"] = slot.__set__
            line = f"    set_{name}(self, {value})"
        lines.append(line)
    if hasattr(cls, "__post_init__"):
        lines.append("    self.__post_init__()")
    lines.append("    return None")
    listed = ", ".join(parameters)
    body = "\n".join(lines)
    code = f"def __init__({listed}):\n{body}"
    exec(code, scope)
    made: Callable[..., None] = scope["__init__"]
    return made


def _default(field: Field[Any], scope: dict[str, Any]) -> str:
    """Return how the default of a field is spelled in the list of parameters."""
    if field.default_factory is not MISSING:
        scope[f"make_{field.name}"] = field.default_factory
        return "=UNSET"
    if field.default is MISSING:
        return ""
    scope[f"default_{field.name}"] = field.default
    return f"=default_{field.name}"


def _representation(cls: type[Any]) -> Callable[[Any], str]:
    names = [field.name for field in fields(cls) if field.repr]

    def represent(self: Any) -> str:
        shown = []
        for name in names:
            value = getattr(self, name)
            shown.append(f"{name}={value!r}")
        listed = ", ".join(shown)
        kind = type(self)
        return f"{kind.__qualname__}({listed})"

    return represent


def _add_equality(cls: Any, own_eq: Any, own_hash: Any, frozen: bool) -> None:
    """Let values that have the same fields be the same, and be found by them if they are frozen."""
    values = _values_of([field.name for field in fields(cls) if field.compare])

    def equal(self: Any, other: Any) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return values(self) == values(other)

    def hashed(self: Any) -> int:
        return hash(values(self))

    if own_eq is None:
        cls.__eq__ = equal
    if own_hash is None:
        cls.__hash__ = hashed if frozen else None


def _values_of(names: list[str]) -> Callable[[Any], Any]:
    """Return what reads the fields of a value at once."""
    return attrgetter(*names) if names else lambda value: ()


def _refuse_to_set(self: Any, name: str, value: Any) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: Any, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    """Return what copies of a value begin with."""
    return [getattr(self, field.name) for field in fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for field, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
