"""Tell which promises were found in a document: a model in, a line for each out.

PUT /docs/{id}: If-Match and If-None-Match are looked at, one is needed; ETag is told
POST /payments: carried out once under the header idempotency-key, which is kept for 24 hours
exports: jobs, by status: queued, running, then done or failed, after 10 s each
orders: total is sum(lines.amount)
members: no two have the same email
refunds: it must hold that amount <= order.total, or it is invalid
webhook order.created: sent when one of orders is made, to whom webhooks name by url
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mockserver.model.types import (
    Conditions,
    Demand,
    Departure,
    Idempotency,
    Job,
    Model,
    Operation,
    Resource,
    Stream,
)
from mockserver.model.types.announcement import CHANGED, CREATED, REMOVED, Announcements, Notice
from mockserver.model.types.guarantees import DAY_S
from mockserver.model.types.relation import CASCADE, RESTRICT, SET_NULL

HOUR_S = DAY_S / 24
POLICIES = {
    RESTRICT: "it is held back",
    CASCADE: "the records that name it go along",
    SET_NULL: "they name none any more",
}
EVENTS = {CREATED: "is made", CHANGED: "is changed", REMOVED: "is removed"}
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
    yield from _of_announcements(model.announcements)


def _of_operation(operation: Operation) -> Iterator[str]:
    """Yield what an operation promises."""
    conditions, key, work = operation.conditions, operation.idempotency, operation.work
    if conditions is not None:
        yield from _of_versions(conditions)
    if key is not None:
        yield _of_key(key)
    if work is not None and work.place is not None:
        yield f"begins a job, which is at {work.place}"
    for demand in operation.demands:
        yield _of_demand(demand)
    if operation.results is not None and operation.results.goes_on:
        yield "each item is taken or refused alone"
    if operation.stream is not None:
        yield _of_stream(operation.stream)
    if operation.hook is not None:
        yield f"done by {operation.hook.place}"


def _of_resource(resource: Resource) -> Iterator[str]:
    """Yield what the records of a resource promise."""
    if resource.job is not None:
        yield _of_job(resource.job)
    if resource.departure is not None:
        yield from _of_departure(resource.departure)
    for name, formula in resource.formulas.items():
        yield f"{name} is {formula.text}"
    for name, generator in resource.generated.items():
        if "{" in generator:
            yield f"{name} is numbered {generator}"
    for names in resource.kept_apart:
        yield f"no two have the same {' and '.join(names)}"
    for demand in resource.demands:
        yield _of_demand(demand)
    for reference in resource.references:
        if reference.on_delete in POLICIES:
            policy = POLICIES[reference.on_delete]
            yield f"where one of {reference.resource} goes that {reference.field} names, {policy}"
    states = resource.states
    if states is not None and len(states.choices) > 1:
        yield f"{states.field} begins as {' or '.join(states.choices)}, as its client says"


def _of_demand(demand: Demand) -> str:
    """Return what must hold of a record."""
    text = f"it must hold that {demand.must.text}, or it is {demand.kind}"
    if demand.at == {"delete"}:
        return f"{text}, where it is deleted"
    return text


def _of_stream(stream: Stream) -> str:
    """Return how items are sent one by one."""
    text = "items are sent one by one"
    if stream.every_s:
        text = f"{text}, {stream.every_s:g} s apart"
    return text if stream.end is None else f"{text}, until {stream.end}"


def _of_announcements(announcements: Announcements) -> Iterator[str]:
    """Yield what an API tells by itself, and when."""
    places = [f"{each.resource} name by {each.url}" for each in announcements.subscriptions]
    for notice in announcements.notices:
        text = f"sent when one of {notice.resource} {_of_event(notice)}"
        if notice.asked_by is not None:
            yield f"callback {notice.request.name} of {notice.asked_by}: {text}"
        elif places:
            yield f"webhook {notice.name}: {text}, to whom {_listed(places)}"
        else:
            yield f"webhook {notice.name}: {text}, to each --webhook"
    for name in announcements.lost:
        yield f"webhook {name}: nothing shows when it is due, so it is never sent"


def _of_event(notice: Notice) -> str:
    """Return what happens to a record when a notice is due."""
    if notice.value is not None:
        return f"has the {notice.field} {notice.value}"
    if notice.field is not None:
        return f"has another {notice.field}"
    return " or ".join(EVENTS[at] for at in EVENTS if at in notice.at)


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
