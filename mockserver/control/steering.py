"""The part of the control API that steers: spaces, snapshots, clocks, faults, and what was
understood of each API.
"""

from __future__ import annotations

from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from mockserver.asgi.api import Edge
from mockserver.control.asked import Asked, Missing, Told
from mockserver.errors import SettingsError
from mockserver.faults.words import told
from mockserver.model.explain import explain, is_stateful

_UNITS = ("seconds", "minutes", "hours", "days")


def health(asked: Asked) -> Told:
    apis = [edge.space.model.name for edge in asked.control.edges]
    return Told(body={"status": "healthy", "message": f"playing {', '.join(apis)}", "apis": apis})


def tell_version(asked: Asked) -> Told:
    return Told(body={"version": version("understudy")})


def reset(asked: Asked) -> Told:
    asked.control.reset(asked.space)
    return Told(body={})


def list_apis(asked: Asked) -> Told:
    return Told(body={"apis": [_api(edge) for edge in asked.control.edges]})


def explain_api(asked: Asked) -> Told:
    edge = edge_of(asked)
    return Told(
        body={
            "api": edge.space.model.name,
            "operations": [asdict(row) for row in explain(edge.space.model)],
        }
    )


def edge_of(asked: Asked) -> Edge:
    """Return the edge of the API that the path names. Raises Missing."""
    name = asked.path["api"]
    found = next((edge for edge in asked.control.edges if edge.space.model.name == name), None)
    if found is None:
        known = ", ".join(edge.space.model.name for edge in asked.control.edges)
        raise Missing(f"no API {name!r} is played here; these are: {known}")
    return found


def _api(edge: Edge) -> dict[str, Any]:
    model = edge.space.model
    counts = {
        "operations": len(model.operations),
        "stateful": sum(map(is_stateful, model.operations)),
    }
    return {
        "name": model.name,
        "bases": list(edge.bases),
        **counts,
        "resources": sorted(model.resources),
    }


def list_spaces(asked: Asked) -> Told:
    names = dict.fromkeys(
        name for edge in asked.control.edges for name in edge.spaces.names if name[0] != "\0"
    )
    return Told(body={"spaces": list(names)})


def open_space(asked: Asked) -> Told:
    asked.control.open(asked.path["name"])
    return Told(201, {"name": asked.path["name"]})


def drop_space(asked: Asked) -> Told:
    if not asked.control.drop(asked.path["name"]):
        raise Missing(
            f"there is no space {asked.path['name']!r}: it was not used yet, or it was dropped"
        )
    return Told(204)


def list_snapshots(asked: Asked) -> Told:
    snapshots = asked.control.snapshots
    return Told(
        body={
            "snapshots": [{"name": name, "space": each.space} for name, each in snapshots.items()]
        }
    )


def take_snapshot(asked: Asked) -> Told:
    name = asked.object("name").get("name", "")
    if not isinstance(name, str) or len(name) > 200:
        raise SettingsError("the name of a snapshot must be a text of 200 characters at most")
    return Told(201, {"name": asked.control.take_snapshot(asked.space, name), "space": asked.space})


def restore_snapshot(asked: Asked) -> Told:
    snapshot = asked.control.snapshots.get(asked.path["name"])
    if snapshot is None:
        raise _no_snapshot(asked)
    asked.control.restore(snapshot, asked.space)
    return Told(body={})


def drop_snapshot(asked: Asked) -> Told:
    if asked.control.snapshots.pop(asked.path["name"], None) is None:
        raise _no_snapshot(asked)
    return Told(204)


def _no_snapshot(asked: Asked) -> Missing:
    return Missing(
        f"there is no snapshot {asked.path['name']!r}; GET /__admin/snapshots lists them"
    )


def read_clock(asked: Asked) -> Told:
    clocks = [edge.spaces.at(asked.space).clock for edge in asked.control.edges]
    return Told(
        body={"now": clocks[0]().isoformat(), "frozen": all(clock.is_frozen for clock in clocks)}
    )


def freeze_clock(asked: Asked) -> Told:
    moment = asked.object("moment").get("moment")
    if moment is not None and not isinstance(moment, str):
        raise SettingsError(f"moment must be a text like 2026-01-01T00:00:00Z, not {moment!r}")
    first = asked.control.edges[0].spaces.at(asked.space).clock
    stopped = first.freeze(moment)
    for edge in asked.control.edges:
        edge.spaces.at(asked.space).clock.freeze(stopped)
    return read_clock(asked)


def advance_clock(asked: Asked) -> Told:
    said = asked.object(*_UNITS)
    for unit, value in said.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise SettingsError(f"{unit} must be a number, not {value!r}")
    for edge in asked.control.edges:
        edge.spaces.at(asked.space).clock.advance(**said)
    return read_clock(asked)


def resume_clock(asked: Asked) -> Told:
    for edge in asked.control.edges:
        edge.spaces.at(asked.space).clock.resume()
    return read_clock(asked)


def list_faults(asked: Asked) -> Told:
    plan = asked.control.faults.plan(asked.space)
    pairs = zip(plan.faults, plan.tallies, strict=True)
    listed = [
        {"id": at, **told(fault), "met": tally.met, "struck": tally.struck}
        for at, (fault, tally) in enumerate(pairs)
    ]
    return Told(body={"faults": listed})


def add_fault(asked: Asked) -> Told:
    fault = asked.control.faults.add(asked.object(), asked.space)
    asked.control.open(asked.space)
    return Told(201, told(fault))


def drop_fault(asked: Asked) -> Told:
    number = asked.path["id"]
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else -1
    if not asked.control.faults.remove(at, asked.space):
        raise Missing(f"there is no fault {number!r} in this space; GET /__admin/faults lists them")
    return Told(204)


def clear_faults(asked: Asked) -> Told:
    asked.control.faults.clear(asked.space)
    return Told(204)
