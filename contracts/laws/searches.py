"""Laws of searches at a path of their own, such as `GET /products/search?q=`: a new record is
found, one that was changed by what it is now, one that was deleted no more.

A search may be late, so it is looked at again for a while before anything is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import sleep
from typing import Any

from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.requests.caller import value_of
from contracts.requests.fields import kind_of
from contracts.targets.target import Answer
from mockserver.model.types import Kind, Operation

LOOKS = 6
WAIT_S = 0.5
"""Seconds between two looks at a search that does not show yet what it should."""
DEEPEST = 3
_ASKS = re.compile(r"^(q|query|search|text|term|terms|keyword|keywords|search_?(term|text))$", re.I)


@dataclass(frozen=True, slots=True)
class TextSearch:
    """A search, the parameter that it is asked by and the property that it looks into."""

    operation: Operation
    param: str
    field: str


def searches_follow(world: World) -> None:
    """Make, change and delete a record: the search follows."""
    tried = False
    for search in _searches(world):
        world.begin()
        first, second = (_text(world, search) for _ in range(2))
        made = world.offer({search.field: first})
        if isinstance(
            made,
            Answer,
        ):
            continue
        if not _comes(
            world,
            search,
            made,
            first,
            there=True,
        ):
            told = f"the record {made.key}, whose {search.field} is {first}"
            raise Broken(
                search.operation,
                told,
                "it is not there",
            )
        tried = True
        for change in world.place.changes:
            carries = search.field in change.described.sent_schema.properties
            if change.kind is not Kind.MERGE or not carries:
                continue
            if not world.change(change, made, {search.field: second}).succeeded:
                continue
            if not _comes(world, search, made, second, there=True):
                told = f"the record {made.key}, whose {search.field} is {second} now"
                raise Broken(search.operation, told, "it is not there")
            first = second
        if world.place.delete is None or not world.delete(made).succeeded:
            continue
        if not _comes(world, search, made, first, there=False):
            told = f"no record {made.key}, which was deleted"
            raise Broken(search.operation, told, "it is there")
    if not tried:
        raise Untried("nothing is searched at a path of its own")


def _searches(world: World) -> Iterator[TextSearch]:
    """Yield the searches beside the records of a place, of which words say where they look."""
    path = f"{world.place.path}/"
    known = world.visit.drafts.fields(world.maker.operation)
    for operation in world.visit.subject.model.operations:
        rest = operation.path.removeprefix(path)
        is_beside = operation.path.startswith(path) and rest.isalpha()
        if operation.method != "GET" or not is_beside:
            continue
        words = f"{operation.described.summary} {operation.described.description}"
        named = []
        for name, schema in known.items():
            is_free = not {"enum", "format", "pattern"} & schema.keys()
            is_text = kind_of(schema) == "string" and is_free
            if is_text and re.search(
                rf"\b{re.escape(name)}\b",
                words,
                re.IGNORECASE,
            ):
                named.append(name)
        for parameter in operation.described.parameters_in("query"):
            if _ASKS.search(parameter.name) and named:
                yield TextSearch(operation, parameter.name, named[0])


def _text(world: World, search: TextSearch) -> str:
    """Return a text that no other record has."""
    world.visit.number += 1
    return f"zephyr{world.visit.number:06d}"


def _comes(world: World, search: TextSearch, made: Made, text: str, there: bool) -> bool:
    """Tell whether a search shows a record, or shows it no more, within a while."""
    for look in range(LOOKS):
        if look:
            sleep(WAIT_S)
        answer = world.send(search.operation, made.above, asked={search.param: text})
        if not answer.succeeded:
            raise Untried(f"{search.operation.label} is refused")
        rows = _rows(value_of(answer), 0)
        if any(_shows(world, row, made) for row in rows) is there:
            return True
    return False


def _shows(world: World, row: Mapping[str, Any], made: Made) -> bool:
    """Tell whether a result is a record, or has it inside: `{score, contact: {id, name}}`."""
    inside = [each for each in row.values() if isinstance(each, Mapping)]
    return any(world.key(each) == made.key for each in (row, *inside))


def _rows(value: Any, depth: int) -> list[dict[str, Any]]:
    """Return the objects of the first list in a value."""
    if isinstance(value, list):
        return [each for each in value if isinstance(each, dict)]
    if isinstance(value, dict) and depth < DEEPEST:
        for child in value.values():
            if isinstance(child, list):
                return _rows(child, depth)
        for child in value.values():
            found = _rows(child, depth + 1)
            if found:
                return found
    return []
