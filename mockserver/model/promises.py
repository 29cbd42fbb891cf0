"""Tell which promises were found in a document: a model in, a line for each out.

PUT /docs/{id}: If-Match and If-None-Match are looked at, one is needed; ETag is told
POST /payments: carried out once under the header idempotency-key, which is kept for 24 hours
exports: jobs, by status: queued, running, then done or failed, after 10 s each
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mockserver.model.types import (
    Conditions,
    Departure,
    Idempotency,
    Job,
    Model,
    Operation,
    Resource,
)
from mockserver.model.types.guarantees import DAY_S

HOUR_S = DAY_S / 24
PLACES = {"header": "header", "query": "query parameter", "body": "property"}


def promises(model: Model) -> Iterator[str]:
    """Yield what an API promises beyond records, as far as it was understood."""
    for operation in model.operations:
        told = "; ".join(_of_operation(operation))
        if told:
            yield f"{operation.label}: {told}"
    for resource in model.resources.values():
        for text in _of_resource(resource):
            yield f"{resource.name}: {text}"


def _of_operation(operation: Operation) -> Iterator[str]:
    """Yield what an operation promises."""
    conditions, key, work = operation.conditions, operation.idempotency, operation.work
    if conditions is not None:
        yield from _of_versions(conditions)
    if key is not None:
        yield _of_key(key)
    if work is not None and work.place is not None:
        yield f"begins a job, which is at {work.place}"


def _of_resource(resource: Resource) -> Iterator[str]:
    """Yield what the records of a resource promise."""
    if resource.job is not None:
        yield _of_job(resource.job)
    if resource.departure is not None:
        yield from _of_departure(resource.departure)


def _of_versions(conditions: Conditions) -> Iterator[str]:
    """Yield what an operation does with versions."""
    names = [_spelled(name) for name in sorted(conditions.headers)]
    if names:
        verb = "is" if len(names) == 1 else "are"
        needed = ", one is needed" if conditions.needs else ""
        yield f"{_listed(names)} {verb} looked at{needed}"
    if conditions.field is not None:
        yield f"{conditions.field} must be that of the record"
    told = []
    if conditions.tells_tag:
        told.append("ETag")
    if conditions.tells_moment:
        told.append("Last-Modified")
    if told:
        verb = "is" if len(told) == 1 else "are"
        yield f"{_listed(told)} {verb} told"


def _of_key(key: Idempotency) -> str:
    """Return where an operation is sent its key, and how long that is kept."""
    place = PLACES[key.place]
    hours = key.keep_s / HOUR_S
    return f"carried out once under the {place} {key.name}, which is kept for {hours:g} hours"


def _of_job(job: Job) -> str:
    """Return how a job comes to its end."""
    stages = ", ".join(job.stages)
    end = job.done
    if job.failed is not None:
        end = f"{end} or {job.failed}"
    return f"jobs, by {job.field}: {stages}, then {end}, after {job.stage_s:g} s each"


def _of_departure(departure: Departure) -> Iterator[str]:
    """Yield how records go without being forgotten."""
    if departure.trash:
        yield "what is deleted goes into the trash"
    if departure.expires is not None:
        yield f"a record is there until {departure.expires} says that it is gone"


def _spelled(name: str) -> str:
    """Return the name of a header as HTTP spells it."""
    words = name.split("-")
    return "-".join(word.capitalize() for word in words)


def _listed(names: Sequence[str]) -> str:
    """Return names as a text lists them."""
    *first, last = names
    if not first:
        return last
    others = ", ".join(first)
    return f"{others} and {last}"
