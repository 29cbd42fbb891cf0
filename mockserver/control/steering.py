"""The part of the control API that steers: spaces, snapshots, clocks, faults, delays, and what was
understood of each API.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from mockserver.asgi.edge import Edge
from mockserver.control.admission import credential_form
from mockserver.control.messages import AdminRequest, Unknown, is_asked, reply
from mockserver.control.metrics import exposition
from mockserver.control.pattern import check_word
from mockserver.control.stubs import Stub
from mockserver.errors import SettingsError
from mockserver.exchange import Answer
from mockserver.faults.plan import Effect, Fault, Latency, Match
from mockserver.faults.words import LONGEST_MS, told
from mockserver.generation.clock import SteeredClock
from mockserver.model.report.explain import explained, is_stateful
from mockserver.outbox import Message

_UNITS = ("seconds", "minutes", "hours", "days")
LONGEST_NAME = 200
"""Characters of the name of a snapshot."""
FIXED, SPREAD = "fixedDelay", "delayDistribution"
"""WireMock's words for the delay that every reply of a space has; the faults that carry it out have
these names.
"""
_NUMBERS = {
    "lognormal": ("median", "sigma"),
    "uniform": ("lower", "upper"),
    "fixed": ("milliseconds",),
}
_MOST_SIGMA = 3.0
"""Beyond this, one reply in a hundred would take a thousand times as long as the median."""


def health(request: AdminRequest) -> Answer:
    names = [edge.space.model.name for edge in request.control.edges]
    message = f"playing {', '.join(names)}"
    return reply({"status": "healthy", "message": message, "apis": names})


def tell_version(request: AdminRequest) -> Answer:
    return reply({"version": version("understudy")})


def tell_metrics(request: AdminRequest) -> Answer:
    """Return figures as Prometheus reads them; records are those of the space. Raises
    MissingExtraError.
    """
    control = request.control
    spaces = [edge.spaces.at(request.space) for edge in control.edges]
    media_type, text = exposition(
        control.figures, control.journal, spaces, len(control.space_names)
    )
    return Answer(200, {"content-type": media_type}, text)


def reset(request: AdminRequest) -> Answer:
    request.control.reset(request.space)
    return reply({})


def list_sent(request: AdminRequest) -> Answer:
    """Return the webhooks and callbacks that were due so far, the oldest first; of one `event`
    where that is asked for.
    """
    wanted = request.query.get("event", [])
    is_masked = is_asked("masked", request)
    write = request.control.writer.message if is_masked else Message.told
    found = []
    for edge in request.control.edges:
        for message in edge.spaces.at(request.space).outbox.messages:
            if not wanted or message.event in wanted:
                found.append({"api": edge.name, **write(message)})
    return reply({"sent": found, "meta": {"total": len(found)}})


def forget_sent(request: AdminRequest) -> Answer:
    """Forget them."""
    for edge in request.control.edges:
        edge.spaces.at(request.space).outbox.forget()
    return reply({})


def list_apis(request: AdminRequest) -> Answer:
    return reply({"apis": list(map(_api, request.control.edges))})


def explain_api(request: AdminRequest) -> Answer:
    return reply(explained(edge_of(request).space.model))


def list_credentials(request: AdminRequest) -> Answer:
    """Return what lets a client in at each API, as it is sent; what a user has given at the start
    is told to nobody.
    """
    listed = []
    for edge in request.control.edges:
        model = edge.space.model
        for credential in model.security.credentials:
            listed.append({"api": edge.name, **credential_form(model, credential)})
    policies = {edge.name: edge.space.model.security.policy for edge in request.control.edges}
    return reply({"credentials": listed, "policies": policies})


def edge_of(request: AdminRequest) -> Edge:
    """Return the edge of the API that the path names. Raises Unknown."""
    name = request.path["api"]
    edges = {edge.space.model.name: edge for edge in request.control.edges}
    if name not in edges:
        raise Unknown(f"no API {name!r} is played here; these are: {', '.join(edges)}")
    return edges[name]


def _api(edge: Edge) -> dict[str, Any]:
    model = edge.space.model
    return {
        "name": model.name,
        "bases": list(edge.bases),
        "operations": len(model.operations),
        "stateful": sum(map(is_stateful, model.operations)),
        "resources": sorted(model.resources),
        "tenant": model.habits.tenancy.variable if model.habits.tenancy else None,
    }


def list_spaces(request: AdminRequest) -> Answer:
    return reply({"spaces": request.control.space_names})


def open_space(request: AdminRequest) -> Answer:
    name = request.path["name"]
    request.control.open(name)
    return reply({"name": name}, 201)


def drop_space(request: AdminRequest) -> Answer:
    name = request.path["name"]
    if not request.control.drop(name):
        raise Unknown(f"there is no space {name!r}: it was not used yet, or it was dropped")
    return Answer(204)


def list_snapshots(request: AdminRequest) -> Answer:
    snapshots = request.control.snapshots
    shown = [{"name": name, "space": snapshot.space} for name, snapshot in snapshots.items()]
    return reply({"snapshots": shown})


def take_snapshot(request: AdminRequest) -> Answer:
    wanted = request.object("name").get("name", "")
    if not isinstance(wanted, str) or len(wanted) > LONGEST_NAME:
        raise SettingsError(
            f"the name of a snapshot must be a text of {LONGEST_NAME} characters at most"
        )
    name = request.control.take_snapshot(request.space, wanted)
    return reply({"name": name, "space": request.space}, 201)


def restore_snapshot(request: AdminRequest) -> Answer:
    snapshot = request.control.snapshots.get(request.path["name"])
    if snapshot is None:
        raise _no_snapshot(request)
    request.control.restore(snapshot, request.space)
    return reply({})


def drop_snapshot(request: AdminRequest) -> Answer:
    if not request.control.drop_snapshot(request.path["name"]):
        raise _no_snapshot(request)
    return Answer(204)


def _no_snapshot(request: AdminRequest) -> Unknown:
    name = request.path["name"]
    return Unknown(f"there is no snapshot {name!r}; GET /__admin/snapshots lists them")


def read_clock(request: AdminRequest) -> Answer:
    clocks = _clocks(request)
    is_frozen = all(clock.is_frozen for clock in clocks)
    return reply({"now": clocks[0]().isoformat(), "frozen": is_frozen})


def freeze_clock(request: AdminRequest) -> Answer:
    moment = request.object("moment").get("moment")
    if moment is not None and not isinstance(moment, str):
        raise SettingsError(f"moment must be a text like 2026-01-01T00:00:00Z, not {moment!r}")
    clocks = _clocks(request)
    stopped = clocks[0].freeze(moment)
    for clock in clocks:
        clock.freeze(stopped)
    return read_clock(request)


def advance_clock(request: AdminRequest) -> Answer:
    steps = request.object(*_UNITS)
    for unit, value in steps.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise SettingsError(f"{unit} must be a number, not {value!r}")
    for clock in _clocks(request):
        clock.advance(**steps)
    return read_clock(request)


def resume_clock(request: AdminRequest) -> Answer:
    for clock in _clocks(request):
        clock.resume()
    return read_clock(request)


def _clocks(request: AdminRequest) -> Sequence[SteeredClock]:
    """Return the clock of each API in a space."""
    return [edge.spaces.at(request.space).clock for edge in request.control.edges]


def list_faults(request: AdminRequest) -> Answer:
    plan = request.control.faults.plan(request.space)
    counted = enumerate(zip(plan.faults, plan.tallies, strict=True))
    listed = [
        {"id": at, **told(fault), "met": tally.met, "struck": tally.struck}
        for at, (fault, tally) in counted
    ]
    return reply({"faults": listed})


def add_fault(request: AdminRequest) -> Answer:
    fault = request.control.faults.add(request.object(), request.space)
    request.control.open(request.space)
    return reply(told(fault), 201)


def drop_fault(request: AdminRequest) -> Answer:
    text = request.path["id"]
    is_number = text.isascii() and text.isdigit() and len(text) < 9
    at = int(text) if is_number else -1
    if not request.control.faults.remove(at, request.space):
        raise Unknown(f"there is no fault {text!r} in this space; GET /__admin/faults lists them")
    return Answer(204)


def clear_faults(request: AdminRequest) -> Answer:
    request.control.faults.clear(request.space)
    return Answer(204)


def list_stubs(request: AdminRequest) -> Answer:
    stubs = request.control.stubs.of(request.space)
    latest_first = [stub.form() for stub in reversed(stubs)]
    return reply({"mappings": latest_first, "meta": {"total": len(stubs)}})


def add_stub(request: AdminRequest) -> Answer:
    stub = request.control.stubs.add(request.object(), request.space)
    request.control.open(request.space)
    return reply(stub.form(), 201)


def read_stub(request: AdminRequest) -> Answer:
    return reply(_stub(request).form())


def change_stub(request: AdminRequest) -> Answer:
    known = _stub(request)
    said = {**request.object(), "id": known.id}
    return reply(request.control.stubs.add(said, request.space).form())


def drop_stub(request: AdminRequest) -> Answer:
    request.control.stubs.remove(_stub(request).id, request.space)
    return reply({})


def clear_stubs(request: AdminRequest) -> Answer:
    request.control.stubs.clear(request.space)
    return reply({})


def _stub(request: AdminRequest) -> Stub:
    """Return the stub of an id. Raises Unknown."""
    name = request.path["id"]
    stub = request.control.stubs.get(name, request.space)
    if stub is None:
        raise Unknown(
            f"there is no stub mapping {name!r} in this space; GET /__admin/mappings lists them"
        )
    return stub


def read_settings(request: AdminRequest) -> Answer:
    """Return the delays of a space as they were set."""
    settings: dict[str, Any] = {}
    for fault in request.control.faults.plan(request.space).faults:
        latency = fault.effect.latency
        if latency is not None and fault.name == FIXED:
            settings[FIXED] = latency.low
        elif latency is not None and fault.name == SPREAD:
            settings[SPREAD] = _spread_form(latency)
    return reply({"settings": settings})


def change_settings(request: AdminRequest) -> Answer:
    """Take the settings as a whole: what is not said is no longer there."""
    settings = request.object(FIXED, SPREAD)
    delays = {
        FIXED: _fixed(settings.get(FIXED)),
        SPREAD: _spread(settings.get(SPREAD)),
    }
    request.control.open(request.space)
    for name, latency in delays.items():
        effect = Effect(latency=latency)
        fault = Fault(Match(), effect, name=name) if latency else None
        request.control.faults.put(name, fault, request.space)
    return read_settings(request)


def _fixed(value: Any) -> Latency | None:
    if value is None:
        return None
    number = _milliseconds(FIXED, value)
    return Latency(number, number)


def _spread(value: Any) -> Latency | None:
    if value is None:
        return None
    kind = value.get("type") if isinstance(value, Mapping) else None
    if kind not in _NUMBERS:
        raise SettingsError(f"{SPREAD} needs a type: {', '.join(_NUMBERS)}")
    wanted = _NUMBERS[kind]
    for word in value:
        check_word(word, ("type", *wanted), f"{SPREAD} of the type {kind}")
    numbers = [_milliseconds(f"{SPREAD} {name}", value.get(name)) for name in wanted]
    first, last = numbers[0], numbers[-1]
    if kind == "lognormal":
        return Latency(median=first, sigma=min(last, _MOST_SIGMA))
    return Latency(first, last)


def _spread_form(latency: Latency) -> dict[str, Any]:
    if latency.median:
        return {"type": "lognormal", "median": latency.median, "sigma": latency.sigma}
    return {"type": "uniform", "lower": latency.low, "upper": latency.high}


def _milliseconds(what: str, value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= LONGEST_MS:
        raise SettingsError(
            f"{what} must be a number of milliseconds from 0 to {LONGEST_MS}, not {value!r}"
        )
    return float(value)
