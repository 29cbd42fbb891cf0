"""What `understudy drift` does: its options in, what differs and why out."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import click

from contracts.compare.differences import Way
from contracts.drift.comparison import Mocks
from contracts.drift.lines import Understanding
from contracts.drift.playing import mocks_of, understood
from contracts.drift.recorded import recorded_traffic
from contracts.drift.report import FORMATS
from contracts.drift.session import Report, Session
from contracts.drift.traffic import Collector
from contracts.errors import PlanError
from contracts.events import CheckTried, Event
from contracts.ledger import Ledger, opened_ledger, updated_ledger
from contracts.options import Treatment, subject_of, treatment
from contracts.wire.recorder import Recorder
from mockserver.generation.supply import SeededSupply


def find_drift(
    mock: str,
    live: str,
    api: str | None,
    semantics: Path | None,
    fixtures: str | None,
    record: Path | None,
    ledger: Path | None,
    is_updated: bool,
    form: str,
    allow_references: tuple[str, ...],
    **said: Any,
) -> None:
    """Do what the options of `understudy drift` say, and exit with its code. Raises PlanError."""
    how = treatment(**said)
    name = api or mock
    if "://" in name:
        raise PlanError(f"{mock} is a running mock: say by --api which API it plays")
    found, understanding = understood(name, semantics, allow_references)
    mocks = mocks_of(mock, found, how, fixtures)
    tolerated = opened_ledger(ledger, is_updated)
    secrets = how.secrets(understanding.model)
    if Path(live).is_file():
        if record is not None:
            raise PlanError(
                "--record keeps the answers of a live server, and LIVE is a recording already"
            )
        session = _session(understanding, mocks, live, how, tolerated)
        report = session.recorded(recorded_traffic(Path(live), understanding.model))
    else:
        if "://" not in live and ":" not in live:
            raise PlanError(
                f"{live}: there is no such recording; say the URL of a server, an application as "
                f"module:app, "
                "or the file of a recording"
            )
        report = _with_live(understanding, mocks, live, how, tolerated, record)
    report = _with_gone(report, tolerated).masked(secrets)
    click.echo(secrets.text(FORMATS[form](report)))
    findings = [cause.finding for cause in report.causes]
    click.echo(updated_ledger(ledger, is_updated, findings), nl=False, err=True)
    sys.exit(report.exit_code)


def _with_live(
    understanding: Understanding,
    mocks: Mocks,
    live: str,
    how: Treatment,
    ledger: Ledger,
    record: Path | None,
) -> Report:
    subject = subject_of(live, understanding.model, how)
    session = _session(understanding, mocks, live, how, ledger)
    recorder = (
        Recorder(record, understanding.model, how.secrets(understanding.model))
        if record is not None
        else None
    )

    def note(event: Event) -> None:
        if recorder is not None:
            recorder.note(event)

    spec = understanding.model.document.spec
    collector = Collector(subject, SeededSupply(spec, how.seed), note, how.budget(time.monotonic()))
    session.tell(f"asking {live}")
    try:
        return session.live(collector)
    finally:
        if recorder is not None:
            recorder.close()


def _session(
    understanding: Understanding, mocks: Mocks, live: str, how: Treatment, ledger: Ledger
) -> Session:
    names = (mocks.name, live)
    tell = _tell if sys.stderr.isatty() else _silent
    return Session(understanding, mocks, names, how.seed, ledger.judged, tell)


def _tell(text: str) -> None:
    click.echo(f"{text} ...", err=True)


def _silent(text: str) -> None:
    """Tell nothing: nobody looks."""


def _with_gone(report: Report, ledger: Ledger) -> Report:
    """Return a report with what the ledger tolerates and did not turn up, where all was tried."""
    if report.early or report.could_not:
        return report
    findings = [each.finding for each in report.causes]
    tried = [CheckTried("drift", f"drift: {way}", "", held=True) for way in Way]
    return report.with_gone(ledger.gone(findings, tried))
