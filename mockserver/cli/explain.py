"""`understudy explain API`: show what was understood of an API, or start its semantics file."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.access import reference_option
from mockserver.cli.files import write_file
from mockserver.errors import SettingsError

if TYPE_CHECKING:
    from mockserver.apis import Api
    from mockserver.document.findings import Finding
    from mockserver.model.types import Model

STYLES: dict[str, dict[str, Any]] = {"head": {"bold": True}, "dim": {"dim": True}}
"""How lines are set off on a terminal."""


@click.command()
@click.argument("api", metavar="NAME|FILE|FOLDER|URL")
@click.option("--json", "as_json", is_flag=True, help="Write it as JSON, for programs.")
@click.option(
    "--write",
    metavar="FILE|FOLDER|NAME",
    help=(
        "Start a semantics file for what was not understood: in a folder, of an API, or beside its "
        "document."
    ),
)
@reference_option
def explain(api: str, as_json: bool, write: str | None, allow_references: tuple[str, ...]) -> None:
    """Show how an API was understood: of each resource its key and parents, of each operation its
    kind, of each list its filters, order and pages, and why.

    What it promises beyond records (versions, jobs, conditions, webhooks), what gives tokens, what
    was mended in the document, error schemas that no error can fit, and examples that break their
    own schemas, are listed below.
    """
    from mockserver.apis import find_api, load_model
    from mockserver.model.report.starter import starter

    found = find_api(api, allow_references)
    model = load_model(found)
    if write is not None:
        _start_semantics(_semantics_file(write), starter(model), found, api)
        return
    if as_json:
        _write_json(model)
        return
    _show(model)


def _show(model: Model) -> None:
    from mockserver.cli.outline import outline
    from mockserver.model.issuer.issuers import told_issuers
    from mockserver.model.report.explain import explain as operations_of
    from mockserver.model.report.explain import explain_resources, is_stateful
    from mockserver.model.report.promises import promises

    is_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else None
    for line in outline(explain_resources(model), operations_of(model), width):
        styled = click.style(line.text, **STYLES[line.style]) if line.style else line.text
        click.echo(styled, file=sys.stdout)  # as it is encoded, be that ASCII
    stateful = sum(map(is_stateful, model.operations))
    click.echo(f"{stateful} of {len(model.operations)} operations are stateful.")
    for promise in promises(model):
        click.echo(f"promise: {promise}")
    for text in told_issuers(model):
        click.echo(f"tokens: {text}")
    for word, finding in _findings(model):
        click.echo(f"{word}: {finding}")


def _write_json(model: Model) -> None:
    from mockserver.model.report.explain import explained

    findings = [{"kind": word, **dataclasses.asdict(each)} for word, each in _findings(model)]
    text = json.dumps({**explained(model), "findings": findings}, indent=2, ensure_ascii=False)
    click.echo(text)


def _findings(model: Model) -> Iterator[tuple[str, Finding]]:
    """Yield what is odd in the document, each with a word for it."""
    from mockserver.model.report.contradictions import unfit_errors
    from mockserver.model.report.review import broken_examples

    for finding in model.document.warnings:
        yield "mended" if finding.fault else "note", finding
    for finding in unfit_errors(model.document):
        yield "note", finding
    for finding in broken_examples(model.document):
        yield "example", finding


def _semantics_file(said: str) -> Path:
    """Return the file that is meant: the semantics of a known API, of a folder or of the document
    that is there, else the file itself.
    """
    from mockserver.apis import SEMANTICS, data_folder, known_apis

    folder = data_folder("specs") / said if said in known_apis() else Path(said)
    if folder.is_dir():
        return folder / SEMANTICS
    is_document = folder.is_file() and folder.name != SEMANTICS
    return folder.with_name(SEMANTICS) if is_document else folder


def _start_semantics(target: Path, text: str, api: Api, said: str) -> None:
    from mockserver.apis import SEMANTICS

    if target.exists():
        raise SettingsError(f"{target} is there already; name another file, or move it away first")
    write_file(target, text)
    click.echo(f"{target}: written; uncomment what is right")
    if api.folder is None:
        click.echo(f"{said} has no folder: save the document, and it is read beside it")
        return
    wanted = api.folder / SEMANTICS
    if target.resolve() != wanted.resolve():
        click.echo(f"it is read as {wanted}")
