"""The part of the control API that reads and changes records."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.control.bodymask import masked_value
from mockserver.control.history import RecordAddress
from mockserver.control.messages import AdminRequest, Unknown, is_asked, reply
from mockserver.control.record_list import record_page, record_query
from mockserver.control.records import Records, State
from mockserver.control.redaction import restored
from mockserver.control.steering import edge_of
from mockserver.errors import SettingsError
from mockserver.exchange import Answer
from mockserver.seeding import seed
from mockserver.space import Space
from mockserver.state import key_of


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
    """Return the records of a resource with their places, or a page of them."""
    return reply(record_page(_records(request), record_query(request)))


def put_record(request: AdminRequest) -> Answer:
    """Store a record as it is given; where secrets were masked, what is masked stays as it was."""
    if not isinstance(request.body, Mapping):
        raise SettingsError("the body must be one record, an object")
    records = _records(request)
    record = request.body
    if is_asked("masked", request):
        stored = records.get(request.last("key", ""))
        record = restored(record, stored or {}, request.control.own_secrets)
    records.put(record)
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
    if is_asked("masked", request):
        record = masked_value(record, request.control.own_secrets)
    return reply(record)


def read_history(request: AdminRequest) -> Answer:
    """Return the calls that put or removed a record, the oldest first, as far as the journal
    reaches.
    """
    _records(request)
    edge = edge_of(request)
    tenant = edge.tenant_called(request.last("tenant", ""))
    address = RecordAddress(
        edge.name,
        request.path["resource"],
        key_of(request.path["key"]),
        tuple(map(key_of, request.query.get("under", ()))),
    )
    found = []
    for entry in request.control.journal.of(request.space):
        if address.is_changed_by(entry) and edge.tenant_at(entry.sent.raw_path) == tenant:
            found.append(request.control.writer.plain(entry))
    return reply({"requests": found, "meta": {"total": len(found)}})


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
