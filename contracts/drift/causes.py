"""A cause of drift as people read it, and as a finding: a group with its line in, texts out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracts.compare.differences import Drift, Way, normal
from contracts.drift.groups import Shown
from contracts.drift.lines import Line
from contracts.drift.mending import Mended
from contracts.findings import Finding
from contracts.secrecy import Secrets
from contracts.targets.exchanges import cut
from mockserver.lookup import MISSING
from mockserver.model.types import Model

SENTENCES: Mapping[Way, str] = {
    Way.STATUS_CLASS: "What the live server accepts or refuses, the mock accepts or refuses.",
    Way.STATUS: "The mock answers with the status of the live server.",
    Way.ENVELOPE: "Around its records the mock's answers have the form of the live server's.",
    Way.PAGE: "The mock cuts lists into the pages of the live server.",
    Way.ORDER: "The mock lists records in the order of the live server.",
    Way.RECORDS: "The mock lists the records that the live server lists.",
    Way.MISSING_FIELD: "The mock shows no property that the live server does not show.",
    Way.EXTRA_FIELD: "The mock shows every property that the live server shows.",
    Way.TYPE: "Properties have the JSON types of the live server's.",
    Way.TIMESTAMP: "The mock writes moments as the live server does.",
    Way.ROUNDING: "The mock rounds numbers as the live server does.",
    Way.VALUE: "Properties have the values of the live server's.",
    Way.HEADER: "The mock sends the headers that the live server sends.",
    Way.ERROR_FORM: "The mock's refusals have the form and the words of the live server's.",
}
LONGEST = 300
"""Characters of a value that is shown."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why mock and live server differ: how it shows in the smallest call, how often, and what
    closes it.

    `condition` says what is odd about the request, `others` are the ways in which it shows beside.
    `line` is seen to close it, None where none is found. `finding` names it for ledgers and
    reports.
    """

    shown: Shown
    count: int
    operations: Sequence[str]
    condition: str
    others: Sequence[str]
    line: Line | None
    finding: Finding

    @property
    def title(self) -> str:
        """The difference in a few words."""
        drift = self.shown.drift
        place = (
            ""
            if drift.place == "status"
            else f" at {drift.field or drift.place or 'the root of the body'}"
        )
        odd = f" ({self.condition})" if self.condition else ""
        return f"{drift.way}{place}: mock {value(drift.mock)}, live {value(drift.live)}{odd}"

    def masked(self, secrets: Secrets) -> Cause:
        """Return the cause without secrets."""
        by = self.shown.by
        masked = replace(by, exchange=secrets.masked(by.exchange))
        shown = replace(
            self.shown, by=masked, before=[secrets.masked(each) for each in self.shown.before]
        )
        return replace(self, shown=shown, finding=secrets.finding(self.finding))


def cause_of(mended: Mended, shown: Shown, model: Model, seed: int) -> Cause:
    """Return a cause, shown by its smallest call."""
    group = mended.group
    labels = [each.label for each in group.operations] or [
        f"{shown.by.exchange.sent.method} of an unknown path"
    ]
    condition = str(group.key[-1]) if group.way in _CONDITIONED and len(group.key) > 3 else ""
    others = [_briefly(each.smallest.drift) for each in mended.others]
    finding = _finding(mended, shown, model, seed, condition)
    count = len(group.numbers | {number for each in mended.others for number in each.numbers})
    return Cause(shown, count, labels, condition, list(dict.fromkeys(others)), mended.line, finding)


def _briefly(drift: Drift) -> str:
    if drift.place == "status":
        return f"{drift.way}: mock {value(drift.mock)}, live {value(drift.live)}"
    return f"{drift.way} at {normal(drift.place) or 'the root'}"


_CONDITIONED = (Way.STATUS, Way.STATUS_CLASS, Way.ORDER, Way.PAGE, Way.RECORDS)


def value(said: Any) -> str:
    """Return a value as JSON, shortened; `nothing` for what is not there."""
    return (
        "nothing"
        if said is MISSING
        else cut(json.dumps(said, ensure_ascii=False, default=str), LONGEST)
    )


def _finding(mended: Mended, shown: Shown, model: Model, seed: int, condition: str) -> Finding:
    drift, operation = shown.drift, shown.by.operation
    place = normal(drift.field or drift.place)
    place = f"{shown.by.answer.status} {place}".strip() if drift.way is Way.ERROR_FORM else place
    closed = f"; {mended.line.file} closes it: {mended.line}" if mended.line is not None else ""
    return Finding(
        phase="drift",
        check=f"drift: {drift.way}",
        sentence=SENTENCES[drift.way],
        operation=operation.label if operation is not None else "",
        message=f"the mock has {value(drift.mock)}, the live server {value(drift.live)}{closed}",
        place=f"{place} ({condition})" if condition else place,
        expected=value(drift.mock),
        actual=value(drift.live),
        calls=tuple(shown.calls),
        seed=seed,
        pointer=_pointer(operation.path, operation.method) if operation is not None else "",
    )


def _pointer(path: str, method: str) -> str:
    return f"/paths/{path.replace('~', '~0').replace('/', '~1')}/{method.lower()}"
