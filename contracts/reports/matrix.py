"""Verdicts by check and place: a Tally in, a table for each phase out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.reports.tally import Tally, Verdict

Table = dict[str, dict[str, Verdict]]
"""Verdicts by the name of their row and by the name of their column."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The checks and places of a phase; the longer side goes down. A column that a row does not
    have was not tried there.
    """

    phase: str
    columns: list[str]
    rows: Table


def matrices(tally: Tally) -> Iterator[Matrix]:
    """Yield the table of each phase that tried checks."""
    by_check: dict[str, Table] = {}
    by_place: dict[str, Table] = {}
    for (phase, check, where), verdict in tally.checks.items():
        place = where or "everywhere"
        _put(by_check, phase, check, place, verdict)
        _put(by_place, phase, place, check, verdict)
    for phase, checks in by_check.items():
        places = by_place[phase]
        if len(checks) >= len(places):
            yield Matrix(phase, list(places), checks)
        else:
            yield Matrix(phase, list(checks), places)


def _put(
    tables: dict[str, Table],
    phase: str,
    row: str,
    column: str,
    verdict: Verdict,
) -> None:
    table = tables.setdefault(phase, {})
    table.setdefault(row, {})[column] = verdict
