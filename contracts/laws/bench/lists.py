"""Read the lists of one opening of a server: a place and the parameters above it in, its records
out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.laws.bench.law import Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Visit
from contracts.laws.bench.walk import Page, walk
from contracts.requests.caller import NOTHING, Keys
from contracts.requests.drafts import Record
from mockserver.model.types import Operation


def pages(
    visit: Visit,
    place: Place,
    above: Keys,
    operation: Operation | None = None,
    asked: Mapping[str, Any] = NOTHING,
    size: int | None = None,
) -> list[Page]:
    """Return the pages of the list of a place, or of another list of its records, of so many
    records each.

    Raises Untried where there is no list, it is refused, or does not show keys.
    """
    chosen = operation or place.list
    if chosen is None:
        raise Untried("there is no list")
    found = walk(
        lambda more: visit.send(chosen, above, asked={**asked, **more}),
        chosen,
        visit.drafts.spec,
        place.key,
        size,
    )
    for page in found:
        if not all(map(place.key, page.records)):
            raise Untried(f"{chosen.label} does not show the keys of its records")
    return found


def listed(
    visit: Visit,
    place: Place,
    above: Keys,
    operation: Operation | None = None,
    asked: Mapping[str, Any] = NOTHING,
) -> list[Record]:
    """Return all records of a list. Raises Untried as `pages` does."""
    found: list[Record] = []
    for page in pages(visit, place, above, operation, asked):
        found += page.records
    return found
