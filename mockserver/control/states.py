"""The part of the control API that reads and changes records."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.control.asked import Asked, Missing, Told
from mockserver.control.records import Records, State
from mockserver.control.steering import edge_of
from mockserver.errors import SettingsError
from mockserver.seeding import seed
from mockserver.space import Space


def list_state(asked: Asked) -> Told:
    """Return how many records each resource has."""
    state = State([_space(asked)])
    return Told(
        body={"api": asked.path["api"], "resources": {name: len(state[name]) for name in state}}
    )


def seed_state(asked: Asked) -> Told:
    """Add records by resource, as a fixture has them; each takes the place of the one with its
    key.
    """
    space = _space(asked)
    seed(space.model, space.store, space.supply, asked.object(), "the body", replace=True)
    return list_state(asked)


def list_records(asked: Asked) -> Told:
    records = _records(asked).all()
    first = asked.whole("offset", 0) or 0
    limit = asked.whole("limit")
    page = records[first:] if limit is None else records[first : first + limit]
    return Told(body={"records": page, "meta": {"total": len(records)}})


def put_record(asked: Asked) -> Told:
    if not isinstance(asked.body, Mapping):
        raise SettingsError("the body must be one record, an object")
    _records(asked).put(asked.body)
    return Told(204)


def clear_records(asked: Asked) -> Told:
    _records(asked).clear()
    return Told(204)


def read_record(asked: Asked) -> Told:
    record = _records(asked).get(asked.path["key"])
    if record is None:
        raise _no_record(asked)
    return Told(body=record)


def drop_record(asked: Asked) -> Told:
    if not _records(asked).remove(asked.path["key"]):
        raise _no_record(asked)
    return Told(204)


def _records(asked: Asked) -> Records:
    """Return the records of the resource, below the keys of `under` where they are given."""
    model = edge_of(asked).space.model
    name = asked.path["resource"]
    if name not in model.resources:
        raise Missing(
            f"{model.name} has no resource {name!r}; it has "
            f"{', '.join(sorted(model.resources)) or 'none'}"
        )
    return State([_space(asked)])[name].under(*asked.query.get("under", ()))


def _space(asked: Asked) -> Space:
    """Return the state of the tenant that is asked about, the first without one. Raises Missing or
    SettingsError.
    """
    edge = edge_of(asked)
    name = asked.query.get("tenant", [""])[-1]
    return edge.spaces.at(asked.space, edge.tenant_called(name))


def _no_record(asked: Asked) -> Missing:
    return Missing(f"{asked.path['resource']!r} has no record with the key {asked.path['key']!r}")
