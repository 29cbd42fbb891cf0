"""A state machine over a property, and what its moves bring about."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from mockserver.model.types.notation import Expression
from mockserver.slots import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A change that follows a transition, once, for `each` item of a list in the body, or for
    `every` record.

    `find` looks up records by name (a missing one is a refusal when `required`), `into` names the
    resource that is written where `match` holds, `values` are expressions, `when` guards it,
    `create` tells whether a missing record is made. `every` are the property values of the records
    to change.
    """

    into: str
    values: Mapping[str, Expression]
    match: Mapping[str, Expression] = dataclasses.field(default_factory=dict)
    each: str | None = None
    every: Mapping[str, Expression] | None = None
    when: Mapping[str, Any] | None = None
    find: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    create: bool = True


@dataclass(frozen=True, slots=True)
class States:
    """A state machine over a property: which moves are legal and what each brings about.

    A new record is in the `initial` state, or in one of `choices` that its client says. `alone`: no
    two records that agree in these properties may be in `alone_in` at once. `removed`
    are the steps that follow when a record is removed.
    """

    field: str
    initial: str
    moves: Mapping[str, tuple[str, ...]]
    steps: Mapping[str, tuple[Step, ...]] = dataclasses.field(default_factory=dict)
    alone_in: str | None = None
    alone: tuple[str, ...] = ()
    removed: tuple[Step, ...] = ()
    choices: tuple[str, ...] = ()
