"""Read faults from plain values: what a YAML file or a request says in, Faults out, and back."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mockserver.document.reader import read_text
from mockserver.errors import DocumentError, SettingsError, reason_of
from mockserver.faults.plan import Effect, Fault, Latency, Match, Plan, RateLimit

_MATCH = ("api", "operation", "method", "path")
_WHEN = ("chance", "nth", "every", "times", "name")
_EFFECTS = (
    "latency",
    "status",
    "example",
    "retry_after",
    "rate_limit",
    "reset",
    "truncate",
    "malformed",
    "drip",
    "lost_write",
    "stale_read",
    "duplicate",
    "fail_job",
    "fail_delivery",
)
_OF_STATUS = ("example", "retry_after")
_FLAGS = ("reset", "truncate", "malformed", "lost_write", "duplicate", "fail_job")
WORDS = (*_MATCH, *_WHEN, *_EFFECTS)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s)", re.ASCII)
LONGEST_MS = 600_000
"""Milliseconds that a fault may hold a reply back."""


def read_plan(source: Path | str) -> Plan:
    """Return the plan of a file or of a text in YAML: a fault, a list of them, or `seed` and
    `faults`.

    A text begins with a bracket, `{status: 503}`; all else is a file. Raises SettingsError.
    """
    text = str(source) if str(source).lstrip()[:1] in ("{", "[") else None
    name = "the faults" if text is not None else str(source)
    try:
        said = read_text(Path(source).read_text("utf-8") if text is None else text, name, [])
    except DocumentError as error:
        raise SettingsError(str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}: cannot be read: {reason_of(error)}") from None
    is_one = text is not None and isinstance(said, Mapping) and not {"faults", "seed"} & set(said)
    try:
        return plan_of([said] if is_one else said)
    except SettingsError as error:
        raise SettingsError(f"{name}: {error}") from None


def plan_of(said: Any) -> Plan:
    """Return the plan that plain values spell. Raises SettingsError."""
    whole = said if isinstance(said, Mapping) else {"faults": said or []}
    for word in whole:
        _check(word, ("seed", "faults"), "a plan of faults")
    listed = whole.get("faults") or []
    if not isinstance(listed, list):
        raise SettingsError(f"faults must be a list, not {listed!r}")
    return Plan(
        [fault_of(each, f"fault {at}") for at, each in enumerate(listed, 1)],
        _whole("seed", whole, 0) or 0,
    )


def fault_of(said: Any, where: str = "the fault") -> Fault:
    """Return the fault that a mapping spells. Raises SettingsError for unknown words, wrong values
    and no effect.
    """
    if not isinstance(said, Mapping):
        raise SettingsError(f"{where} must be an object, not {said!r}")
    for word in said:
        _check(word, WORDS, where)
    if not any(said.get(word) for word in _EFFECTS if word not in _OF_STATUS):
        raise SettingsError(f"{where} has no effect: say one of {', '.join(_EFFECTS)}")
    try:
        return _fault(said)
    except SettingsError as error:
        raise SettingsError(f"{where}: {error}") from None


def _fault(said: Mapping[str, Any]) -> Fault:
    texts = {name: _text(name, said) for name in (*_MATCH, "name")}
    match = Match(texts["api"], texts["operation"], texts["method"].upper(), texts["path"])
    chance = said.get("chance", 1.0)
    if isinstance(chance, bool) or not isinstance(chance, int | float) or not 0 <= chance <= 1:
        raise SettingsError(f"chance must be a number from 0 to 1, not {chance!r}")
    nth, every, times = (_whole(name, said, 1) for name in ("nth", "every", "times"))
    return Fault(match, _effect(said), float(chance), nth, every, times, texts["name"])


def _effect(said: Mapping[str, Any]) -> Effect:
    status = _whole("status", said, 200)
    if status is not None and status > 599:
        raise SettingsError(f"status must be from 200 to 599, not {status}")
    return Effect(
        latency=_latency(said["latency"]) if said.get("latency") else None,
        status=status,
        example=_text("example", said) or None,
        retry_after_s=_whole("retry_after", said, 0),
        rate_limit=_rate_limit(said["rate_limit"]) if said.get("rate_limit") else None,
        drip_ms=_duration("drip", said["drip"]) if said.get("drip") else 0.0,
        stale_ms=_stale(said),
        failing=_whole("fail_delivery", said, 1) or 0,
        **{name: _flag(name, said) for name in _FLAGS},
    )


def _latency(said: Any) -> Latency:
    """Take `250ms`, `{uniform: [100ms, 1s]}` or `{lognormal: {median: 90ms, sigma: 0.4}}`."""
    if not isinstance(said, Mapping):
        fixed = _duration("latency", said)
        return Latency(fixed, fixed)
    for word in said:
        _check(word, ("uniform", "lognormal"), "latency")
    spread = said.get("uniform")
    if isinstance(spread, list) and len(spread) == 2:
        low, high = (_duration("latency", each) for each in spread)
        return Latency(low, high)
    around = said.get("lognormal")
    if (
        isinstance(around, Mapping)
        and set(around) == {"median", "sigma"}
        and isinstance(around["sigma"], int | float)
    ):
        return Latency(
            median=_duration("latency", around["median"]),
            sigma=min(abs(float(around["sigma"])), 3.0),
        )
    raise SettingsError(
        "latency must be like 250ms, {uniform: [100ms, 1s]} or "
        "{lognormal: {median: 90ms, sigma: 0.4}}"
    )


def _stale(said: Mapping[str, Any]) -> float | None:
    """Take `true`, the state before the last change, or a time like `2s`."""
    value = said.get("stale_read", False)
    if isinstance(value, bool):
        return 0.0 if value else None
    return _duration("stale_read", value)


def _rate_limit(said: Any) -> RateLimit:
    """Take `{limit: 10, per: 60s}`."""
    if not isinstance(said, Mapping):
        raise SettingsError(f"rate_limit must be like {{limit: 10, per: 60s}}, not {said!r}")
    for word in said:
        _check(word, ("limit", "per"), "rate_limit")
    return RateLimit(
        _whole("limit", said, 0) or 0,
        _duration("rate_limit per", said.get("per", "60s"), math.inf) / 1000,
    )


def _duration(what: str, said: Any, longest_ms: float = LONGEST_MS) -> float:
    """Return milliseconds of `250ms`, `1.5s` or a bare number of milliseconds."""
    match = _DURATION.fullmatch(said) if isinstance(said, str) else None
    if match is not None:
        milliseconds = float(match[1]) * (1000 if match[2] == "s" else 1)
    elif isinstance(said, int | float) and not isinstance(said, bool):
        milliseconds = float(said)
    else:
        raise SettingsError(f"{what} must be like 250ms or 1.5s, not {said!r}")
    if not 0 <= milliseconds <= longest_ms:
        raise SettingsError(f"{what} must be from 0ms to {longest_ms / 1000:g}s, not {said!r}")
    return milliseconds


def _whole(name: str, said: Mapping[str, Any], least: int) -> int | None:
    value = said.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise SettingsError(f"{name} must be a whole number from {least}, not {value!r}")
    return value


def _flag(name: str, said: Mapping[str, Any]) -> bool:
    value = said.get(name, False)
    if not isinstance(value, bool):
        raise SettingsError(f"{name} must be true or false, not {value!r}")
    return value


def _text(name: str, said: Mapping[str, Any]) -> str:
    value = said.get(name, "")
    if not isinstance(value, str):
        raise SettingsError(f"{name} must be a text, not {value!r}")
    return value


def _check(word: Any, known: tuple[str, ...], where: str) -> None:
    if word not in known:
        near = get_close_matches(str(word), known, 1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise SettingsError(f"{where} has no word {word!r} ({hint}known: {', '.join(known)})")


def told(fault: Fault) -> dict[str, Any]:
    """Return a fault as plain values, in the words in which it is read."""
    effect, match = fault.effect, fault.match
    said: dict[str, Any] = {name: getattr(match, name) for name in _MATCH}
    said |= {name: getattr(fault, name) for name in ("nth", "every", "times", "name")}
    said |= {name: getattr(effect, name) for name in ("status", "example", *_FLAGS)}
    if fault.chance < 1:
        said["chance"] = fault.chance
    said |= {"retry_after": effect.retry_after_s, "drip": effect.drip_ms}
    said["fail_delivery"] = effect.failing or None
    if effect.stale_ms is not None:
        said["stale_read"] = effect.stale_ms or True
    if effect.latency:
        said["latency"] = _told_latency(effect.latency)
    if effect.rate_limit:
        said["rate_limit"] = {
            "limit": effect.rate_limit.limit,
            "per": effect.rate_limit.window_s * 1000,
        }
    return {
        name: value
        for name, value in said.items()
        if value not in (None, "", False) and value != 0.0
    }


def _told_latency(latency: Latency) -> Any:
    if latency.median:
        return {"lognormal": {"median": latency.median, "sigma": latency.sigma}}
    return latency.low if latency.low == latency.high else {"uniform": [latency.low, latency.high]}
