"""`understudy drift`: the mock of an API and its live server, or a recording of it, in; what
differs and why out.
"""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import click

from contracts.drift.comparison import Mocks
from contracts.drift.differences import Way
from contracts.drift.lines import Understanding
from contracts.drift.playing import mocks_of, understood
from contracts.drift.recorded import recorded_traffic
from contracts.drift.report import FORMATS
from contracts.drift.session import Report, Session
from contracts.drift.traffic import Collector
from contracts.errors import PlanError
from contracts.events import CheckTried, Event
from contracts.ledger import Ledger, load_ledger
from contracts.options import Treatment, subject_of, target_options, treatment
from contracts.wire.recorder import Recorder
from mockserver.cli.access import reference_option
from mockserver.generation.supply import SeededSupply


@click.command()
@click.argument("mock", metavar="MOCK-OR-API")
@click.argument("live", metavar="LIVE")
@click.option(
    "--api",
    metavar="NAME|FILE|FOLDER",
    help="API of the mock, where MOCK-OR-API is the URL of a running one.",
)
@click.option(
    "--semantics",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Semantics file to use instead of the API's own.",
)
@click.option(
    "--fixtures",
    metavar="NAME|FILE|none",
    help="Initial records of the mock; by default those read from LIVE.",
)
@target_options
@click.option(
    "--record",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Record the responses of LIVE, with secrets removed.",
)
@click.option(
    "--ledger",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File of accepted differences, each with its reason.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="Output format.",
)
@reference_option
def drift(
    mock: str,
    live: str,
    api: str | None,
    semantics: Path | None,
    fixtures: str | None,
    record: Path | None,
    ledger: Path | None,
    form: str,
    allow_references: tuple[str, ...],
    **said: Any,
) -> None:
    """Show where the mock of an API and its live server behave differently.

    MOCK-OR-API is the name, file or folder of an API, which is mocked for the run, or the URL of a
    running mock. LIVE is a URL, an application as module:app, or a recording. Nothing is changed
    there without --allow-writes. Exit codes: 0 no drift, 1 drift, 2 it could not be told.
    """
    how = treatment(**said)
    name = api or mock
    if "://" in name:
        raise PlanError(f"{mock} is a running mock: say by --api which API it plays")
    found, understanding = understood(name, semantics, allow_references)
    mocks = mocks_of(mock, found, how, fixtures)
    tolerated = load_ledger(ledger, date.today()) if ledger is not None else Ledger()
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
