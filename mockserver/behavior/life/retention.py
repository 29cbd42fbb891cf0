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
from typing import Any

from mockserver.behavior.formula.instants import moment_in
from mockserver.behavior.records import touch
from mockserver.behavior.scene import Scene
from mockserver.behavior.visibility import EXPIRED, HERE, TRASHED
from mockserver.call import Reply, Supply
from mockserver.model.keys import GONE, SINCE
from mockserver.model.types import Departure, Resource
from mockserver.state import Collection, Draft, Query, Record

PRESENT = Query(where=(HERE,))


def expire(resource: Resource, draft: Draft, supply: Supply) -> None:
    """Let the records go whose time is over."""
    departure = resource.departure
    if departure is None or departure.expires is None:
        return
    everywhere = Collection(resource.name)
    present = draft.select(everywhere, PRESENT)
    now = supply.now()
    for found in present.found:
        end = _end(departure, found.record)
        if end is not None and end <= now:
            gone = {**found.record, GONE: EXPIRED}
            draft.put(found.collection, found.key, gone)


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
