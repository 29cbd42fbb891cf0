"""Make frozen dataclasses fast to construct: a class with slots in, the same class out.

The `__init__` that a frozen dataclass gets calls `object.__setattr__` for each field, which looks
the field up by its name and takes ten times as long as an assignment. A request makes a dozen such
values, so for those it was a tenth of the whole. Here each field goes through the descriptor of its
slot, which is known beforehand. The values are as frozen as before.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

Class = TypeVar("Class")
UNSET: Any = object()
"""Stands for an argument that was not given, where each value gets a default of its own."""


def set_by_slot(cls: type[Class]) -> type[Class]:
    """Return a frozen dataclass with slots whose `__init__` sets the slots themselves."""
    scope: dict[str, Any] = {"UNSET": UNSET}
    parameters, lines = ["self"], []
    for field in fields(cls):  # type: ignore[arg-type]
        name = field.name
        slot = getattr(cls, name)
        scope[f"set_{name}"] = slot.__set__
        parameters.append(name + _default(field, scope))
        value = name
        if field.default_factory is not MISSING:
            value = f"make_{name}() if {name} is UNSET else {name}"
        lines.append(f"    set_{name}(self, {value})")
    listed = ", ".join(parameters)
    lines.insert(0, f"def __init__({listed}):")
    exec("\n".join(lines), scope)
    cls.__init__ = scope["__init__"]  # type: ignore[method-assign]
    return cls


def _default(field: Field[Any], scope: dict[str, Any]) -> str:
    """Return how the default of a field is spelled in the list of parameters."""
    if field.default_factory is not MISSING:
        scope[f"make_{field.name}"] = field.default_factory
        return "=UNSET"
    if field.default is MISSING:
        return ""
    scope[f"default_{field.name}"] = field.default
    return f"=default_{field.name}"
