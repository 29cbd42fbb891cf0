"""The delay that every reply of a space has, in WireMock's words: `fixedDelay` and
`delayDistribution`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.control.asked import Asked, Told
from mockserver.control.pattern import check_word
from mockserver.errors import SettingsError
from mockserver.faults.plan import Effect, Fault, Latency, Match
from mockserver.faults.words import LONGEST_MS

FIXED, SPREAD = "fixedDelay", "delayDistribution"
"""The words; the faults that carry them out are named so."""
_NUMBERS = {
    "lognormal": ("median", "sigma"),
    "uniform": ("lower", "upper"),
    "fixed": ("milliseconds",),
}


def read_settings(asked: Asked) -> Told:
    told: dict[str, Any] = {}
    for fault in asked.control.faults.plan(asked.space).faults:
        latency = fault.effect.latency
        if latency is not None and fault.name in (FIXED, SPREAD):
            told[fault.name] = latency.low if fault.name == FIXED else _told(latency)
    return Told(body={"settings": told})


def change_settings(asked: Asked) -> Told:
    """Take the settings as a whole: what is not said is no longer there."""
    said = asked.object(FIXED, SPREAD)
    fixed = said.get(FIXED)
    delays = {
        FIXED: None if fixed is None else Latency(_number(FIXED, fixed), _number(FIXED, fixed)),
        SPREAD: None if said.get(SPREAD) is None else _latency(said[SPREAD]),
    }
    asked.control.open(asked.space)
    for name, latency in delays.items():
        fault = None if latency is None else Fault(Match(), Effect(latency=latency), name=name)
        asked.control.faults.put(name, fault, asked.space)
    return read_settings(asked)


def _latency(said: Any) -> Latency:
    kind = said.get("type") if isinstance(said, Mapping) else None
    if kind not in _NUMBERS:
        raise SettingsError(f"{SPREAD} needs a type: {', '.join(_NUMBERS)}")
    wanted = _NUMBERS[kind]
    for word in said:
        check_word(word, ("type", *wanted), f"{SPREAD} of the type {kind}")
    numbers = [_number(f"{SPREAD} {name}", said.get(name)) for name in wanted]
    if kind == "lognormal":
        return Latency(median=numbers[0], sigma=min(numbers[1], 3.0))
    return Latency(numbers[0], numbers[-1])


def _told(latency: Latency) -> dict[str, Any]:
    if latency.median:
        return {"type": "lognormal", "median": latency.median, "sigma": latency.sigma}
    return {"type": "uniform", "lower": latency.low, "upper": latency.high}


def _number(what: str, value: Any) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 0 <= value <= LONGEST_MS
    ):
        raise SettingsError(
            f"{what} must be a number of milliseconds from 0 to {LONGEST_MS}, not {value!r}"
        )
    return float(value)
