"""Records that go without being forgotten: into a trash from which they come back, or because their
time is over.

    DELETE /notes/7              {"id": 7, "deleted_at": "2026-01-01T00:00:00Z", "$deleted": true}
    GET /notes/7                 404, or 410 where that is documented
    POST /notes/7/restore        {"id": 7, "deleted_at": null}

A record that has gone keeps a property of our own, and only operations that are about the trash see
it. What has expired is marked before anything else is done, by the clock.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from mockserver.behavior.formula.instants import moment_in
from mockserver.behavior.records import touch
from mockserver.behavior.scene import Scene
from mockserver.behavior.visibility import EXPIRED, HERE, TRASHED
from mockserver.call import Reply, Supply
from mockserver.model.keys import ENDS, GONE, SINCE
from mockserver.model.types import Departure, Model, Resource
from mockserver.state import Collection, Condition, Draft, Found, Query, Record

_FIRST = 16
"""Records that are looked at first; each further look is at twice as many."""
_NEVER_S = 1e15
"""When the time of a record is over that has no end."""
_UNKNOWN = Query(where=(Condition(ENDS, (None,)), HERE), counted=False)
"""Records of which nobody has noted yet when their time is over: those of fixtures."""


def expire(resource: Resource, draft: Draft, supply: Supply) -> None:
    """Let the records go whose time is over; it costs those, however many others there are."""
    departure = resource.departure
    if departure is None or departure.expires is None:
        return
    everywhere = Collection(resource.name)
    now = supply.now()
    limit = _FIRST
    while True:
        query = Query(
            where=(HERE,),
            order=(ENDS,),
            limit=limit,
            counted=False,
        )
        next_ones = draft.select(everywhere, query).found
        if next_ones and ENDS not in next_ones[0].record:
            unknown = draft.select(everywhere, _UNKNOWN)
            _note_ends(departure, draft, unknown.found)
            continue
        due = [found for found in next_ones if found.record[ENDS] <= now]
        for found in due:
            gone = {**found.record, GONE: EXPIRED}
            draft.put(found.collection, found.key, gone)
        if len(due) < limit:
            return
        limit *= 2


def note_ends(model: Model, draft: Draft) -> None:
    """Note of the records that a decision has put when their time is over."""
    for name in draft.resources:
        resource = model.resources.get(name)
        departure = resource.departure if resource else None
        if departure is None or departure.expires is None:
            continue
        put = []
        for (place, key), record in draft.changed(name).items():
            if record is not None:
                put.append(Found(place, key, record))
        _note_ends(departure, draft, put)


def _note_ends(departure: Departure, draft: Draft, records: Sequence[Found]) -> None:
    for found in records:
        end = _end(departure, found.record)
        known = _NEVER_S if end is None else min(end, _NEVER_S)
        if found.record.get(ENDS) != known:
            noted = {**found.record, ENDS: known}
            draft.put(found.collection, found.key, noted)


def _end(departure: Departure, record: Record) -> float | None:
    """Return when the time of a record is over, None where that is not known, or was before the
    record was made: who sends such a moment has copied an old example.
    """
    name = departure.expires or ""
    value = record.get(name)
    if isinstance(value, str):
        moment = moment_in(value)
        made = record.get(SINCE, -math.inf)
        return None if moment is None or moment <= made else moment
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    since = 0.0
    if departure.counts:
        since = record.get(SINCE, math.inf)
    return since + value


def discard(scene: Scene, departure: Departure) -> Reply:
    """Put the record that the path names into the trash."""
    record = dict(scene.record or {})
    record[GONE] = TRASHED
    if departure.moment is not None:
        record[departure.moment] = scene.supply.stamp(departure.style)
    if departure.flag is not None:
        record[departure.flag] = True
    touch(scene.resource, record, scene.supply)
    scene.draft.put(scene.collection, scene.key or "", record)
    return Reply([record])


def restore(scene: Scene, departure: Departure) -> Reply:
    """Take the record that the path names out of the trash."""
    record: dict[str, Any] = dict(scene.record or {})
    record.pop(GONE, None)
    if departure.moment is not None:
        record[departure.moment] = None
    if departure.flag is not None:
        record[departure.flag] = False
    touch(scene.resource, record, scene.supply)
    scene.draft.put(scene.collection, scene.key or "", record)
    return Reply(record, location=scene.key)
