"""Laws of records that name another one of their kind above them, such as folders: what is below a
deleted one goes along, and nothing is below itself, where the document says so.
"""

from __future__ import annotations

import re

from contracts.laws.bench.law import Broken, Untried, demand_refusal
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.requests.bodies import alike
from contracts.targets.target import Answer
from mockserver.model.paths import bare
from mockserver.model.types import Operation

_ALONG = re.compile(
    r"\b(all|any|its|their|every|with|including|recursiv\w*|cascad\w*)\b.{0,30}"
    r"\b(below|beneath|under|children|descendants?|sub\w+|nested|inside)\b|\brecursive",
    re.IGNORECASE,
)
_CIRCLE = re.compile(
    r"\b(below|under|beneath|inside|into|of) (itself|one of its|its own)|"
    r"\bcycl|\bcircular|\bdescendants?\b|own (parent|child|ancestor)",
    re.IGNORECASE,
)
_REFUSALS = (400, 409, 422)


def is_tree(place: Place) -> bool:
    return place.create is not None and place.read is not None and _field(place) is not None


def trees_are_kept(world: World) -> None:
    """Put a record below another one, and a third below that: delete the first one, and move it
    below the last.
    """
    name = _field(world.place)
    if name is None:
        raise Untried("no record names another one above it")
    tried = _check_along(world, name)
    tried = _check_circle(world, name) or tried
    if not tried:
        raise Untried("the document does not say what becomes of what is below")


def _field(place: Place) -> str | None:
    """Return the property that names the record above, None where there is none."""
    if place.create is None:
        return None
    for name in place.create.described.sent_schema.properties:
        if bare(name) in ("parentid", "parent", "parentkey"):
            return name
    return None


def _line(world: World, name: str) -> list[Made]:
    """Make three records, each below the one before. Raises Untried."""
    line: list[Made] = [world.make()]
    for _ in range(2):
        made = world.offer({name: _key(world, line[-1])})
        if isinstance(made, Answer):
            raise Untried("no record can be put below another one")
        line.append(made)
    return line


def _key(world: World, made: Made) -> object:
    shown = made.shown.get(world.resource.key or "")
    return made.key if shown is None else alike(made.key, shown)


def _check_along(world: World, name: str) -> bool:
    delete = world.place.delete
    if delete is None or not _ALONG.search(_words(delete)):
        return False
    world.begin()
    first, *below = _line(world, name)
    if not world.delete(first).succeeded:
        return False
    for made in below:
        if world.find(made) is not None:
            told = f"no record {made.key}, which is below the one that was deleted"
            raise Broken(delete, told, "it is shown")
    return True


def _check_circle(world: World, name: str) -> bool:
    tried = False
    for operation in world.place.changes:
        carries = name in operation.described.sent_schema.properties
        is_told = any(map(operation.described.documents, _REFUSALS))
        if not carries or not is_told or not _CIRCLE.search(_words(operation)):
            continue
        world.begin()
        first, _, last = _line(world, name)
        for below in (last, first):
            answer = world.change(operation, first, {name: _key(world, below)})
            demand_refusal(operation, answer, "the record would be below itself", f"/{name}")
            tried = True
    return tried


def _words(operation: Operation) -> str:
    described = operation.described
    told = [described.summary, described.description]
    told += [reply.description for reply in described.responses.values()]
    return ". ".join(told)
