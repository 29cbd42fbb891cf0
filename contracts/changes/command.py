"""What `understudy diff` does: its options in, the changes and the calls that show them out."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from contracts.changes.annotations import to_annotations
from contracts.changes.changelog import to_changelog
from contracts.changes.compare import compare
from contracts.changes.console import console, table
from contracts.changes.formats import to_json, to_markdown
from contracts.changes.proof.proven import Proven, Replay
from contracts.changes.report import Report, report
from contracts.changes.revisions import check_out, is_revision
from contracts.changes.rules.table import RULES
from contracts.changes.terminal import show
from contracts.changes.types import Level
from contracts.changes.versions import models
from contracts.ledger import opened_ledger, updated_ledger
from mockserver.apis import Api, find_api
from mockserver.document.reach import is_url

BROKE, BAD_USE = 1, 2
"""Exit codes: a change at or above `--fail-on`; the comparison could not run."""
_FORMATS = {
    "json": to_json,
    "markdown": to_markdown,
    "github": to_annotations,
    "changelog": to_changelog,
}
_FAILING = {"breaking": (Level.BREAKING,), "warning": (Level.BREAKING, Level.WARNING), "none": ()}


def compare_versions(
    old: str | None,
    new: str | None,
    form: str,
    fail_on: str,
    recording: Path | None,
    max_time: float,
    seed: int,
    no_replay: bool,
    ledger: Path | None,
    is_updated: bool,
    allow_references: tuple[str, ...],
    rules: bool,
) -> None:
    """Do what the options of `understudy diff` say, and exit with its code. Raises UnderstudyError
    when it could not run.
    """
    if rules:
        _list_rules()
        return
    if old is None or new is None:
        raise click.UsageError(
            "say what to compare: understudy diff OLD NEW (--rules lists what is looked for)"
        )
    known = opened_ledger(ledger, is_updated)
    try:
        with tempfile.TemporaryDirectory(prefix="understudy-diff-") as folder, _progress() as tell:
            found = _found(
                old,
                new,
                Path(folder),
                allow_references,
                tell,
                None if no_replay else Replay(recording, max_time, seed),
            ).judged(known)
    except KeyboardInterrupt:  # exit code 1 would say that something breaks
        click.echo(
            "understudy: interrupted; --max-time bounds how long calls are made, --no-replay "
            "makes none",
            err=True,
        )
        sys.exit(BAD_USE)
    if form == "text":
        show(found, console())
    else:
        click.echo(_FORMATS[form](found), nl=False)
    failing = [each for each in found.entries if each.change.level in _FAILING[fail_on]]
    changes = [each.finding for each in failing]
    click.echo(updated_ledger(ledger, is_updated, changes), nl=False, err=True)
    sys.exit(BROKE if any(not each.accepted for each in failing) else 0)


def _list_rules() -> None:
    shown = table("Rule", "Level", "What it finds")
    for rule in RULES:
        shown.add_row(rule.name, str(rule.level), rule.says)
    console().print(shown, highlight=False, markup=False)


Tell = Callable[[str], None]


def _found(
    old: str,
    new: str,
    folder: Path,
    references: tuple[str, ...],
    tell: Tell,
    replay: Replay | None,
) -> Report:
    """Compare two APIs. Raises UnderstudyError when either cannot be loaded."""
    names = (old, new)
    apis = []
    for name, side in zip(names, ("old", "new"), strict=True):
        tell(f"reading {name}")
        apis.append(_api(name, folder / side, references))
    pair = models(apis[0], apis[1], lambda said: click.echo(f"understudy: {said}", err=True))
    tell("comparing")
    now = datetime.now(UTC)
    changes = compare(*pair, now.date())
    proven = [Proven(each) for each in changes]
    if replay is not None:
        from contracts.changes.replay import prove  # Schemathesis behind it would slow every start

        proven = prove(pair, apis[0], changes, replay, tell, now)

    def rename(file: str) -> str:
        if is_url(file):
            return file
        for name, side in zip(names, ("old", "new"), strict=True):
            if is_revision(name) and file.startswith(f"{folder / side}/"):
                revision = name.removeprefix("git:").partition(":")[0]
                return f"{revision}:{file[len(str(folder / side)) + 1 :]}"
        here = Path(file).absolute()
        return str(here.relative_to(Path.cwd())) if here.is_relative_to(Path.cwd()) else file

    return report(pair[0].document, pair[1].document, proven, names, rename, replay is not None)


def _api(name: str, folder: Path, references: tuple[str, ...]) -> Api:
    location = str(check_out(name, folder)) if is_revision(name) else name
    return find_api(location, references)


@contextmanager
def _progress() -> Iterator[Tell]:
    """Show on the standard error, where it is a terminal, what is being done."""
    if not sys.stderr.isatty():
        yield lambda text: None
        return
    with Console(stderr=True).status("") as status:
        yield lambda text: status.update(escape(text))
