"""The part of the control API that reads and changes records."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.control.messages import AdminRequest, Unknown, reply
from mockserver.control.records import Records, State
from mockserver.control.steering import edge_of
from mockserver.errors import SettingsError
from mockserver.exchange import Answer
from mockserver.seeding import seed
from mockserver.space import Space


def list_state(request: AdminRequest) -> Answer:
    """Return how many records each resource has."""
    space = _space(request)
    state = State([space])
    counts = {name: len(state[name]) for name in state}
    return reply({"api": space.model.name, "resources": counts})


def seed_state(request: AdminRequest) -> Answer:
    """Add records by resource, as a fixture has them; each takes the place of the one with its
    key.
    """
    space = _space(request)
    records = request.object()
    seed(space.model, space.store, space.supply, records, "the body", replace=True)
    return list_state(request)


def list_records(request: AdminRequest) -> Answer:
    """Return the records of a resource, or a slice of them."""
    records = _records(request).all()
    first = request.whole("offset", 0) or 0
    limit = request.whole("limit")
    end = None if limit is None else first + limit
    meta = {"total": len(records)}
    return reply({"records": records[first:end], "meta": meta})


def put_record(request: AdminRequest) -> Answer:
    """Store a record as it is given."""
    if not isinstance(request.body, Mapping):
        raise SettingsError("the body must be one record, an object")
    _records(request).put(request.body)
    return Answer(204)


def clear_records(request: AdminRequest) -> Answer:
    """Forget the records of a resource, and all below them."""
    _records(request).clear()
    return Answer(204)


def read_record(request: AdminRequest) -> Answer:
    """Return one record."""
    record = _records(request).get(request.path["key"])
    if record is None:
        raise _no_record(request)
    return reply(record)


def drop_record(request: AdminRequest) -> Answer:
    """Forget one record, and all below it."""
    if not _records(request).remove(request.path["key"]):
        raise _no_record(request)
    return Answer(204)


def _space(request: AdminRequest) -> Space:
    """Return the state of the tenant that is asked about, the first without one. Raises Unknown or
    SettingsError.
    """
    edge = edge_of(request)
    tenant = edge.tenant_called(request.last("tenant", ""))
    return edge.spaces.at(request.space, tenant)


def _records(request: AdminRequest) -> Records:
    """Return the records of the resource, below the keys of `under` where they are given."""
    space = _space(request)
    resources = space.model.resources
    name = request.path["resource"]
    if name not in resources:
        known = ", ".join(sorted(resources)) or "none"
        raise Unknown(f"{space.model.name} has no resource {name!r}; it has {known}")
    keys = request.query.get("under", ())
    return State([space])[name].under(*keys)


def _no_record(request: AdminRequest) -> Unknown:
    """Return why there is no answer, to be raised."""
    resource = request.path["resource"]
    key = request.path["key"]
    return Unknown(f"{resource!r} has no record with the key {key!r}")
