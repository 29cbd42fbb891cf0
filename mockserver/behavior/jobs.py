"""Jobs: records that tell of work, and come to their end by the clock.

    POST /exports                    202  {"id": 7, "status": "queued"}
    GET /exports/7, a second later   200  {"id": 7, "status": "running"}
    and another one                  200  {"id": 7, "status": "done", "url": "https://..."}

Nothing runs. A job keeps when it began, and whoever calls an operation on jobs finds each of them
where the clock says that it is. A job whose state a client has set (cancelled) has ended with that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.behavior.records import touch
from mockserver.behavior.scene import Scene
from mockserver.call import Reply, Supply
from mockserver.lookup import MISSING, put_at, value_at
from mockserver.model.keys import RUNNING
from mockserver.model.types import Job, Resource
from mockserver.model.types.facts import is_nullable
from mockserver.state import Collection, Condition, Draft, Found, Query

_GOES_ON = Condition(f"{RUNNING}.goes_on", (True,))


def begin(
    resource: Resource, job: Job, record: dict[str, Any], supply: Supply, *, fails: bool
) -> None:
    """Let a new record be a job in its first stage, which is to fail or not."""
    late = (*job.results, *job.errors, *job.moments, *job.beginnings)
    for name in late:
        _take_out(resource, record, name)
    put_at(record, job.field, job.stages[0])
    if job.progress is not None:
        put_at(record, job.progress, 0)
    record[RUNNING] = {"goes_on": True, "since": supply.now(), "stage": 0, "fails": fails}


def _take_out(resource: Resource, record: dict[str, Any], name: str) -> None:
    """Leave out what a job does not have yet: null where it must be there and may be that."""
    if value_at(record, name) is MISSING:
        return
    schema, required = _schema_at(resource, name)
    if is_nullable(schema):
        put_at(record, name, None)
    elif not required:
        holder, last = _holder(record, name)
        holder.pop(last, None)


def _holder(record: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    """Return the object that a dotted path leads to, as a copy in its place, and the last name."""
    above, _, last = path.rpartition(".")
    if not above:
        return record, last
    inner = value_at(record, above)
    put_at(record, above, dict(inner))
    holder: dict[str, Any] = value_at(record, above)
    return holder, last


def _schema_at(resource: Resource, path: str) -> tuple[Mapping[str, Any], bool]:
    """Return the schema of a property, dotted, and whether it is required."""
    schema, required = resource.record, False
    for name in path.split("."):
        required = name in schema.required
        found = schema.all_properties.get(name)
        if found is None:
            return {}, False
        schema = found
    return schema.flat, required


def settle(resource: Resource, draft: Draft, supply: Supply) -> None:
    """Move the jobs of a resource on to where they are at this moment."""
    job = resource.job
    if job is None:
        return
    running = Query(where=(_GOES_ON,))
    everywhere = Collection(resource.name)
    for found in draft.select(everywhere, running).found:
        moved = _moved(resource, job, found, supply)
        if moved is not None:
            draft.put(found.collection, found.key, moved)


def _moved(resource: Resource, job: Job, found: Found, supply: Supply) -> dict[str, Any] | None:
    """Return a job as it is now, None where it has not moved."""
    kept = found.record[RUNNING]
    before = kept["stage"]
    record = dict(found.record)
    if value_at(record, job.field) != job.stages[before]:
        del record[RUNNING]
        return record
    passed = (supply.now() - kept["since"]) / job.stage_s
    stage = min(int(passed), len(job.stages))
    if stage <= before:
        return None
    if before == 0:
        _stamp(record, job.beginnings, supply)
    if stage < len(job.stages):
        put_at(record, job.field, job.stages[stage])
        record[RUNNING] = {**kept, "stage": stage}
        if job.progress is not None:
            put_at(record, job.progress, job.whole * stage // len(job.stages))
    else:
        del record[RUNNING]
        _end(resource, job, found.key, record, supply, fails=kept["fails"])
    touch(resource, record, supply)
    return record


def _end(
    resource: Resource,
    job: Job,
    key: str,
    record: dict[str, Any],
    supply: Supply,
    *,
    fails: bool,
) -> None:
    """Let a job end, with its results or with its errors."""
    has_failed = fails and job.failed is not None
    put_at(record, job.field, job.failed if has_failed else job.done)
    late: Iterable[str] = job.errors if has_failed else job.results
    for name in late:
        schema, _ = _schema_at(resource, name)
        certain = {**schema, "nullable": False}
        value = supply.value(certain, f"{resource.name}/{key}/{name}")
        if value is not MISSING:
            put_at(record, name, value)
    _stamp(record, job.moments, supply)
    if job.progress is not None and not has_failed:
        put_at(record, job.progress, job.whole)


def _stamp(record: dict[str, Any], moments: Mapping[str, str], supply: Supply) -> None:
    """Note the present moment under some names."""
    for name, style in moments.items():
        put_at(record, name, supply.stamp(style))


def waiting(scene: Scene, reply: Reply) -> Reply:
    """Return a reply with how long to wait until the job that it shows moves on, 0 once it has
    ended.
    """
    record = reply.value
    if not isinstance(record, Mapping):
        return reply
    job, kept = scene.resource.job, record.get(RUNNING)
    wait_s = 0.0
    if job is not None and kept is not None:
        next_s = kept["since"] + (kept["stage"] + 1) * job.stage_s
        left_s = math.ceil(next_s - scene.supply.now())
        wait_s = max(1.0, left_s)
    return replace(reply, wait_s=wait_s)
