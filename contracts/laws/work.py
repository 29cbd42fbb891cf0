"""Laws of work that goes on after the reply (202): it comes to an end."""

from __future__ import annotations

import re
import time

from contracts.compare.same import shown
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.world import World
from contracts.requests.drafts import Record

LONGEST_S = 6.0
"""Seconds that work is given to come to its end, where the document speaks of no longer ones."""
PAUSE_S = 0.25
"""Seconds between two looks."""
_STATE = re.compile(
    r"^(status|state|phase)$",
    re.IGNORECASE,
)
_BEGUN = re.compile(
    r"^(pending|queued|waiting|new|created|accepted|scheduled|processing|running|in_?progress)",
    re.IGNORECASE,
)
_LONG = re.compile(
    r"\b(minutes?|hours?|days?|overnight|long|manual\w*|approv\w*)\b",
    re.IGNORECASE,
)


def is_accepted(place: Place) -> bool:
    """Tell whether records of a place are work that was only accepted."""
    create = place.create
    if create is None or place.read is None or _state(place) is None:
        return False
    return [*create.described.success_statuses] == [202]


def accepted_comes_to_its_end(world: World) -> None:
    """Have work accepted, and look at its state until it is another one."""
    name, create, read = _state(world.place), world.place.create, world.place.read
    if name is None or create is None or read is None:
        raise Untried("nothing tells the state of work")
    words = [f"{each.described.summary} {each.described.description}" for each in (create, read)]
    if any(_LONG.search(each) for each in words):
        raise Untried("the document says that work may take long")
    made = world.make()
    first = world.record(made)
    if not _BEGUN.match(str(first.get(name))):
        return
    left_s = world.visit.wire.budget.left_s()
    if left_s is not None and left_s < LONGEST_S:
        raise Untried("there is no time to wait for its end")
    until_s = time.monotonic() + LONGEST_S
    found: Record = first
    while time.monotonic() < until_s:
        time.sleep(PAUSE_S)
        found = world.record(made)
        if found.get(name) != first.get(name):
            return
    told = f"another {name} than {shown(first.get(name))} after {LONGEST_S:g} s"
    raise Broken(
        read,
        told,
        shown(found.get(name)),
        f"/{name}",
    )


def _state(place: Place) -> str | None:
    """Return the property that tells how far work is, which has states that no longer wait."""
    for name, schema in place.resource.record.properties.items():
        states = [str(each) for each in schema.get("enum") or ()]
        begun = [each for each in states if _BEGUN.match(each)]
        if _STATE.match(name) and begun and len(begun) < len(states):
            return name
    return None
