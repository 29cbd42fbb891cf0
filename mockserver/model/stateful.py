"""Compile the words for state that goes beyond one record: views, mirrors and state machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.model.types import Join, Mirror, States, Step, View


def compile_views(said: Mapping[str, Any]) -> list[View]:
    """Return the views of a resource."""
    return [
        View(name, tuple(_flat(each["any"])), _join(each.get("join")))
        for name, each in said.items()
    ]


def compile_mirrors(said: Mapping[str, Any]) -> tuple[Mirror, ...]:
    """Return the mirrors of a resource: children property -> where they appear."""
    return tuple(
        Mirror(children, each["resource"], each["key_field"], each.get("find", {}), each["values"])
        for children, each in said.items()
    )


def compile_states(said: Mapping[str, Any]) -> States:
    """Return the state machine of a resource."""
    alone = said.get("alone", {})
    initial = said["initial"]
    choices = tuple(initial) if isinstance(initial, list) else (initial,)
    return States(
        field=said["field"],
        initial=choices[0],
        choices=choices,
        moves={state: tuple(targets) for state, targets in said["moves"].items()},
        steps={state: tuple(map(_step, steps)) for state, steps in said.get("steps", {}).items()},
        alone_in=alone.get("in"),
        alone=tuple(alone.get("by", ())),
        removed=tuple(map(_step, said.get("removed", ()))),
    )


def _step(said: Mapping[str, Any]) -> Step:
    return Step(
        into=said["into"],
        values=said["set"],
        match=said.get("match", {}),
        each=said.get("each"),
        every=said.get("every"),
        when=said.get("when"),
        find=said.get("find", {}),
        create=said.get("create", True),
    )


def _join(said: Mapping[str, Any] | None) -> Join | None:
    return Join(said["as"], said["resource"], tuple(said["on"].items())) if said else None


def _flat(conditions: list[Any]) -> list[Mapping[str, Any]]:
    """Return the conditions of a list that may hold lists of conditions."""
    flat: list[Mapping[str, Any]] = []
    for each in conditions:
        flat += _flat(each) if isinstance(each, list) else [each]
    return flat
