"""Put differences together that have one cause: compared calls in, groups out, each with the
smallest call first.

Differences of one way at one place are of one cause, however many calls show them: in a record
whichever operation shows it, elsewhere for all operations of a kind. What is odd about a request
(`condition`) splits refusals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.compare.differences import Drift, Way, normal
from contracts.drift.changes import Changes
from contracts.drift.replay import Compared
from contracts.targets.exchanges import Exchange
from contracts.targets.reading import Reading
from contracts.targets.target import Sent
from mockserver.control.masking import is_nobodys
from mockserver.lookup import MISSING
from mockserver.model.types import Operation

Key = tuple[Any, ...]
RANK = (
    Way.ENVELOPE,
    Way.PAGE,
    Way.ORDER,
    *(way for way in Way if way not in (Way.ENVELOPE, Way.PAGE, Way.ORDER)),
)
"""The order in which groups are looked at: those first behind which others may hide."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A difference, the call that shows it, and the calls that must come before that one."""

    by: Compared
    drift: Drift
    before: Sequence[Exchange] = ()

    @property
    def calls(self) -> list[Exchange]:
        """The calls that lead to the difference, the last one shows it."""
        return [*self.before, self.by.exchange]


@dataclass(frozen=True, slots=True)
class Group:
    """Differences of one cause, the one that is shown by the smallest call first."""

    key: Key
    shown: Sequence[Shown]

    @property
    def way(self) -> Way:
        return self.shown[0].drift.way

    @property
    def smallest(self) -> Shown:
        return self.shown[0]

    @property
    def operations(self) -> list[Operation]:
        """The operations that the differences are of, each once."""
        found = {
            each.by.operation.label: each.by.operation
            for each in self.shown
            if each.by.operation is not None
        }
        return list(found.values())

    @property
    def numbers(self) -> set[int]:
        """The numbers of the calls."""
        return {each.by.exchange.number for each in self.shown}


def groups_of(compared: Iterable[Compared]) -> list[Group]:
    """Return the groups of all differences, those first behind which others may hide."""
    found: dict[Key, list[Shown]] = {}
    changes = Changes()
    for each in compared:
        before = changes.before(each) if each.drifts else ()
        for drift in each.drifts:
            found.setdefault(key_of(each, drift), []).append(Shown(each, drift, before))
        changes.note(each)
    groups = [Group(key, sorted(shown, key=_size)) for key, shown in found.items()]
    return sorted(groups, key=lambda group: (RANK.index(group.way), min(group.numbers)))


def key_of(compared: Compared, drift: Drift) -> Key:
    """Return what differences of one cause have in common."""
    operation, place = compared.operation, normal(drift.place)
    kind = operation.kind.value if operation is not None else compared.exchange.sent.method
    odd = condition(compared.reading, compared.exchange.sent)
    if drift.way is Way.STATUS and drift.mock >= 400:
        return drift.way, drift.mock, drift.live
    if drift.way in (Way.STATUS, Way.STATUS_CLASS):
        return drift.way, drift.mock, drift.live, kind, odd
    if drift.resource and drift.field:
        return drift.way, drift.resource, normal(drift.field)
    if drift.way in (Way.ORDER, Way.PAGE, Way.RECORDS):
        return drift.way, kind, drift.resource if drift.way is not Way.PAGE else "", odd
    if drift.way is Way.ERROR_FORM:
        return drift.way, compared.answer.status, _words(drift.mock, drift.live) or place
    if drift.way is Way.HEADER:
        return drift.way, drift.place, kind, drift.mock is MISSING, drift.live is MISSING
    return drift.way, kind, place


def _words(mock: Any, live: Any) -> tuple[str, ...]:
    """Return what two refusals say, whatever they say it of; nothing where they differ in more than
    words.
    """
    if not isinstance(mock, str) or not isinstance(live, str):
        return ()
    return tuple(re.sub(r"\"[^\"]*\"|'[^']*'|\d+", "*", text) for text in (mock, live))


def condition(reading: Reading, sent: Sent) -> str:
    """Say what is odd about a request, whatever its parameters are called; empty for a plain
    one.
    """
    operation = reading.operation
    if operation is None:
        return "unknown path"
    accept = {name.lower(): value for name, value in sent.headers.items()}.get("accept", "*/*")
    odd = ["wrong credentials"] if any(map(is_nobodys, sent.headers.values())) else []
    odd += [f"Accept: {accept}"] if "*" not in accept and "json" not in accept else []
    for fault in reading.faults:
        name = fault.removesuffix(" is wrong")
        role = {operation.paging.size: "page size", operation.paging.number: "page number"}.get(
            name
        )
        told = (
            f"{role} is wrong"
            if role
            else re.sub(r"^\S+ is (no|wrong|missing)", r"a parameter is \1", fault)
        )
        odd.append("a parameter is not declared" if told.startswith("a parameter is no ") else told)
    names = sorted(set(reading.query) - {operation.paging.size, operation.paging.number})
    asked = {name: role for name, role in ((operation.sort_param, "sorted"),) if name}
    filters = {each.param for each in operation.filters}
    odd += [asked.get(name, "narrowed" if name in filters else f"{name} given") for name in names]
    return ", ".join(dict.fromkeys(odd))


def _size(shown: Shown) -> tuple[int, int, int, int]:
    """Return how large a call is: calls needed before it, parameters, bytes."""
    sent = shown.by.exchange.sent
    asked = sent.target.count("&") + sent.target.count("?")
    return len(shown.before), asked, len(sent.content or b""), len(sent.target)
