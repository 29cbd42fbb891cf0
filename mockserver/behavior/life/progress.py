"""Jobs: records that tell of work, and come to their end by the clock.

    POST /exports                    202  {"id": 7, "status": "queued"}
    GET /exports/7, a second later   200  {"id": 7, "status": "running"}
    and another one                  200  {"id": 7, "status": "done", "url": "https://..."}

Nothing runs. A job keeps when it began, in a property of our own:

    {"id": 7, "status": "running",
     "$job": {"goes_on": true, "since": 1767225600.0, "stage": 1, "fails": false}}

Whoever calls an operation on jobs finds each of them where the clock says that it is: before
anything else is done, those that have moved since are stored anew, and what has ended keeps nothing
of its own any more. Each stage takes the same time. A job whose state a client has set (cancelled)
has ended with that. One that is to fail, because a fault said so when it began, ends with what its
schema has for that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mockserver.behavior.records import touch
from mockserver.behavior.scene import Scene
from mockserver.call import Reply, Supply
from mockserver.lookup import MISSING, put_at, value_at
from mockserver.model.keys import RUNNING
from mockserver.model.types import DescribedSchema, Job, Resource
from mockserver.model.types.facts import is_nullable
from mockserver.model.types.schema import NO_SCHEMA
from mockserver.state import Collection, Condition, Draft, Found, Query

_GOES_ON = Condition(f"{RUNNING}.goes_on", (True,))
_RUNNING = Query(where=(_GOES_ON,))


def begin(
    resource: Resource, job: Job, record: dict[str, Any], supply: Supply, *, fails: bool
) -> None:
    """Let a new record be a job in its first stage, which is to fail or not."""
    outcome = (*job.results, *job.errors)
    moments = (*job.moments, *job.beginnings)
    for path in (*outcome, *moments):
        _take_out(resource, record, path)
    put_at(record, job.field, job.stages[0])
    if job.progress is not None:
        put_at(record, job.progress, 0)
    record[RUNNING] = {
        "goes_on": True,
        "since": supply.now(),
        "stage": 0,
        "fails": fails,
    }


def _take_out(resource: Resource, record: dict[str, Any], path: str) -> None:
    """Leave out what a job does not have yet: null where it must be there and may be that."""
    if value_at(record, path) is MISSING:
        return
    schema = _schema_at(resource, path)
    if is_nullable(schema.flat):
        put_at(record, path, None)
        return
    above, _, name = path.rpartition(".")
    if not above:
        if name not in resource.record.required:
            del record[name]
        return
    holder = _schema_at(resource, above)
    if name not in holder.required:
        inner = dict(value_at(record, above))
        del inner[name]
        put_at(record, above, inner)


def _schema_at(resource: Resource, path: str) -> DescribedSchema:
    """Return the schema of a property, dotted; one that says nothing where there is none."""
    schema = resource.record
    for name in path.split("."):
        fields = schema.all_properties
        schema = fields.get(name, NO_SCHEMA)
    return schema


def settle(resource: Resource, draft: Draft, supply: Supply) -> None:
    """Move the jobs of a resource on to where they are at this moment."""
    job = resource.job
    if job is None:
        return
    everywhere = Collection(resource.name)
    running = draft.select(everywhere, _RUNNING)
    for found in running.found:
        moved = _moved(resource, job, found, supply)
        if moved is not None:
            draft.put(found.collection, found.key, moved)


def _moved(resource: Resource, job: Job, found: Found, supply: Supply) -> dict[str, Any] | None:
    """Return a job as it is now, None where it has not moved."""
    record = dict(found.record)
    kept = record[RUNNING]
    before = kept["stage"]
    if value_at(record, job.field) != job.stages[before]:
        del record[RUNNING]
        return record
    passed_s = supply.now() - kept["since"]
    stage = int(passed_s / job.stage_s)
    if stage <= before:
        return None

    if before == 0:
        _stamp(record, job.beginnings, supply)
    if stage >= len(job.stages):
        del record[RUNNING]
        _end(resource, job, found.key, record, supply, fails=kept["fails"])
    else:
        record[RUNNING] = {**kept, "stage": stage}
        _advance(job, record, stage)
    touch(resource, record, supply)
    return record


def _advance(job: Job, record: dict[str, Any], stage: int) -> None:
    """Let a job be in a later stage."""
    put_at(record, job.field, job.stages[stage])
    if job.progress is None:
        return
    count = len(job.stages)
    passed = job.whole * stage // count
    put_at(record, job.progress, passed)


def _end(
    resource: Resource, job: Job, key: str, record: dict[str, Any], supply: Supply, *, fails: bool
) -> None:
    """Let a job end, with its results or with its errors."""
    state, late = job.done, job.results
    if fails and job.failed is not None:
        state, late = job.failed, job.errors
    put_at(record, job.field, state)
    for path in late:
        schema = _schema_at(resource, path)
        certain = dict(schema.flat)
        certain["nullable"] = False
        place = f"{resource.name}/{key}"
        salt = f"{place}/{path}"
        value = supply.value(certain, salt)
        if value is not MISSING:
            put_at(record, path, value)
    _stamp(record, job.moments, supply)
    if job.progress is not None and state == job.done:
        put_at(record, job.progress, job.whole)


def _stamp(record: dict[str, Any], moments: Mapping[str, str], supply: Supply) -> None:
    """Note the present moment under some names."""
    for path, style in moments.items():
        moment = supply.stamp(style)
        put_at(record, path, moment)


def waiting(scene: Scene, reply: Reply) -> Reply:
    """Return a reply with how long to wait until the job that it shows moves on, 0 once it has
    ended.
    """
    record = reply.value
    if not isinstance(record, Mapping):
        return reply
    job = scene.resource.job
    kept = record.get(RUNNING)
    wait_s = 0.0
    if job is not None and kept is not None:
        passed = kept["stage"] + 1
        next_s = kept["since"] + passed * job.stage_s
        left_s = next_s - scene.supply.now()
        wait_s = max(1.0, math.ceil(left_s))
    return replace(reply, wait_s=wait_s)
