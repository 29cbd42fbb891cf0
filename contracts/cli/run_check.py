"""What `understudy check` does: its options in, the run and its reports out."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from contracts.errors import PlanError
from contracts.events import RunFinished
from contracts.exports.exporter import Exporter
from contracts.keys import has_unknown_keys, learned_words
from contracts.ledger import opened_ledger, updated_ledger
from contracts.options import Treatment, subject_of, treatment
from contracts.reports.opening import open_reports
from contracts.runner import Plan, run
from contracts.wire.subject import Subject
from mockserver.apis import find_api, load_model
from mockserver.errors import SemanticsError


def run_check(
    target: str | None,
    api: str | None,
    mock: bool,
    fixtures: str,
    phases: str,
    laws: str,
    list_laws: bool,
    examples: int,
    exclude_check: Sequence[str],
    report: Sequence[str],
    export_tests: Path | None,
    ledger: Path | None,
    is_updated: bool,
    quiet: bool,
    allow_references: Sequence[str],
    **said: Any,
) -> None:
    """Do what the options of `understudy check` say, and exit with its code. Raises PlanError."""
    if list_laws:
        _tell_laws()
        return
    os.environ.setdefault(
        "HYPOTHESIS_STORAGE_DIRECTORY", str(Path(tempfile.gettempdir()) / "understudy-hypothesis")
    )
    how = treatment(**said)
    subject = _subject(target, api, mock, fixtures, how, allow_references)
    known = opened_ledger(ledger, is_updated)
    plan = Plan(
        phases=_listed(phases),
        seed=how.seed,
        seconds=how.seconds,
        per_second=how.per_second,
        examples=examples,
        laws=_chosen_laws(_listed(laws)) if laws else (),
        excluded=_excluded(exclude_check),
        ledger=known,
    )
    secrets = how.secrets(subject.model)
    exporters = [Exporter(export_tests, subject.model)] if export_tests is not None else []
    with open_reports(
        report, subject.model, secrets=secrets, quiet=quiet, more=exporters
    ) as reports:
        finished = None
        with _rarely_collected():
            for event in run(subject, plan):
                reports.take(event)
                finished = event if isinstance(event, RunFinished) else finished
    assert finished is not None, "a run ends with a RunFinished"
    if quiet and finished.could_not:
        click.echo(f"understudy: {finished.could_not}", err=True)
    click.echo(updated_ledger(ledger, is_updated, finished.findings), nl=False, err=True)
    sys.exit(finished.exit_code)


@contextmanager
def _rarely_collected() -> Iterator[None]:
    """Look for cycles of garbage less often: a run makes many small values and few cycles, at a
    sixth of its time.
    """
    before = gc.get_threshold()
    gc.set_threshold(20_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _tell_laws() -> None:
    from contracts.laws.table import LAWS

    width = max(len(law.name) for law in LAWS)
    for law in LAWS:
        click.echo(f"{law.name:<{width}}  {law.sentence}")


def _chosen_laws(names: Sequence[str]) -> list[str]:
    """Return the names of laws that are meant. Raises PlanError."""
    from contracts.laws.phase import chosen  # with all laws; a run without them starts sooner

    return [law.name for law in chosen(names)]


def _excluded(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of checks that are meant. Raises PlanError."""
    if names:
        from schemathesis.checks import CHECKS, load_all_checks

        load_all_checks()
        known = sorted(CHECKS.get_all_names())
        wrong = next((each for each in names if each not in known), None)
        if wrong is not None:
            raise PlanError(
                f"--exclude-check {wrong}: no check is called that; say one of {', '.join(known)}"
            )
    return tuple(names)


def _subject(
    target: str | None,
    api: str | None,
    mock: bool,
    fixtures: str,
    how: Treatment,
    references: Sequence[str],
) -> Subject:
    """Return the server that is meant. Raises PlanError."""
    if api is None:
        hint = (
            f"understudy check --mock --api {target}"
            if target and mock
            else "--api NAME or --api FILE"
        )
        raise PlanError(f"say which API the target should keep to: {hint}")
    if mock and target is not None:
        raise PlanError(
            f"--mock checks the API's own mock, and {target} is another target: give one of the two"
        )
    if mock:
        from contracts.played import played  # the whole mock, which no other target needs

        return played(
            api,
            fixtures=None if fixtures == "none" else fixtures,
            auth=how.auth,
            seed=how.seed,
            references=references,
        )
    if target is None:
        raise PlanError(
            "say what to check: the URL of a server, an application as module:app, or --mock"
        )
    return subject_with_keys(target, api, how, references)


def subject_with_keys(
    target: str, api: str, how: Treatment, references: Sequence[str] = ()
) -> Subject:
    """Return the server at a URL, or an application, of an API, with what its replies tell of keys
    that the document leaves out. Raises PlanError.
    """
    found = find_api(api, references)
    subject = subject_of(target, load_model(found), how)
    if not has_unknown_keys(subject.model):
        return subject
    words = learned_words(subject, how.seed)
    if not words:
        return subject
    try:
        return subject_of(target, load_model(found, words=words), how)
    except SemanticsError:  # what was learned does not fit the document
        return subject


def _listed(said: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in said.split(",") if each.strip())
