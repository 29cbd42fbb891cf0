"""Change what a mask names and nothing else (Google AIP-134, AIP-161): a call and a record in, what
becomes of its properties out.

    ?update_mask=title,author.name   {title: "b", author: {name: "Ada", born: 1815}, pages: 3}
    {title: "a", author: {born: 1}}  {title: "b", author: {name: "Ada", born: 1}}

What the mask names and the body has not goes back to its default; `*` names everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.behavior.patch import Patched
from mockserver.behavior.scene import Scene
from mockserver.call import Problem, ProblemKind, Refused, Violation
from mockserver.lookup import MISSING, put_at, value_at
from mockserver.model.paths import bare
from mockserver.model.types import DescribedSchema
from mockserver.state import Record

WHOLE = "*"
"""The mask that names everything."""


def mask_sent(scene: Scene) -> tuple[str, ...]:
    """Return the names in the mask of a call, none where it has no mask."""
    place = scene.operation.mask
    if place is None:
        return ()
    told: Any = scene.call.query
    if place.place == "body":
        told = scene.call.body
    value = told.get(place.name) if isinstance(told, Mapping) else None
    parts = value if isinstance(value, list) else [value]
    names = []
    for part in parts:
        text = str(part or "")
        names += [name.strip() for name in text.split(",")]
    return tuple(filter(None, names))


def masked(scene: Scene, record: Record, names: tuple[str, ...]) -> Patched:
    """Return what a change does to the properties that its mask names. Raises Refused where records
    have no such property.
    """
    changed: dict[str, Any] = {}
    removed = set()
    for name in names:
        path = ".".join(_steps(scene, name))
        top, _, inner = path.partition(".")
        value = value_at(scene.sent, path)
        if inner:
            whole = {top: changed.get(top, record.get(top))}
            _set(whole, path, value)
            changed[top] = whole[top]
        elif value is not MISSING:
            changed[top] = value
        elif top in scene.resource.defaults:
            changed[top] = scene.resource.defaults[top]
        else:
            removed.add(top)
    return Patched(changed, frozenset(removed))


def within_mask(scene: Scene, violations: Sequence[Violation]) -> list[Violation]:
    """Return what is wrong with a body but for what it lacks and its mask does not name: a change
    of the title need not say who wrote the book.
    """
    names = mask_sent(scene)
    if not names or WHOLE in names:
        return list(violations)
    named = []
    for name in names:
        steps = map(bare, name.split("."))
        named.append(tuple(steps))
    found = []
    for violation in violations:
        if not _is_beside(scene, violation, named):
            found.append(violation)
    return found


def _is_beside(
    scene: Scene,
    violation: Violation,
    named: Sequence[tuple[str, ...]],
) -> bool:
    """Tell whether a body lacks something that is in nothing that the mask names."""
    if violation.place != "body" or violation.rule != "required":
        return False
    texts = map(str, violation.path)
    steps = tuple(map(bare, texts))
    wrapper = scene.operation.envelope.request
    if wrapper and steps[:1] == (bare(wrapper),):
        steps = steps[1:]
    for name in named:
        length = len(name)
        if steps[:length] == name:
            return False
    return bool(steps)


def _steps(scene: Scene, name: str) -> Iterator[str]:
    """Yield the names of the properties that lead to one, as records have them."""
    schema = scene.resource.record
    for step in name.split("."):
        own = _own_name(schema, step)
        if own is None:
            raise Refused(_unknown(scene, name))
        yield own
        known = schema.all_properties.get(own)
        schema = known or schema.additional or schema


def _own_name(schema: DescribedSchema, step: str) -> str | None:
    """Return what a property is called: shipping_address, where a mask has it so, is
    shippingAddress. None where there is none; where nothing is known, each may be there.
    """
    fields = schema.all_properties
    if step in fields or not fields or schema.is_open:
        return step
    for name in fields:
        if bare(name) == bare(step):
            return name
    return None


def _unknown(scene: Scene, name: str) -> Problem:
    place = scene.operation.mask
    text = f"{name} is no property of {scene.resource.name}"
    if place is None:
        return Problem(ProblemKind.INVALID, text)
    violation = Violation(place.place, (place.name,), "unknown", text)
    return Problem(ProblemKind.INVALID, text, (violation,))


def _set(whole: dict[str, Any], path: str, value: Any) -> None:
    """Put a value at a path inside a record, or take away what is there."""
    if value is not MISSING:
        put_at(whole, path, value)
        return
    place, _, last = path.rpartition(".")
    outer = value_at(whole, place)
    rest = dict(outer) if isinstance(outer, Mapping) else {}
    rest.pop(last, None)
    put_at(whole, place, rest)
