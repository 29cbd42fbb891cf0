"""`understudy explain API`: show what was understood of an API, or start its semantics file."""

from __future__ import annotations

from pathlib import Path

import click

from mockserver.cli.access import reference_option
from mockserver.cli.files import write_file
from mockserver.errors import SettingsError


@click.command()
@click.argument("api", metavar="NAME|FILE|FOLDER|URL")
@click.option(
    "--write",
    metavar="FILE|NAME",
    help="Start a semantics file for the operations that were not understood.",
)
@reference_option
def explain(api: str, write: str | None, allow_references: tuple[str, ...]) -> None:
    """Show how an API was understood: the kind, resource and key of each operation, and why.

    Who gives tokens, what was mended in the document, and examples that break their own schemas are
    listed below.
    """
    from mockserver.apis import find_api, load_model
    from mockserver.cli.console import console, table
    from mockserver.model.explain import explain as explained
    from mockserver.model.explain import is_stateful, starter
    from mockserver.model.issuers import told_issuers
    from mockserver.model.review import broken_examples

    model = load_model(find_api(api, allow_references))
    if write is not None:
        _start_semantics(_semantics_file(write), starter(model))
        return
    rows = table("Operation", "Kind", "Resource", "Key", "Reason")
    for row in explained(model):
        style = "dim" if row.kind == "stateless" else None
        rows.add_row(row.operation, row.kind, row.resource, row.key, row.reason, style=style)
    console().print(rows, highlight=False, markup=False)
    stateful = sum(map(is_stateful, model.operations))
    click.echo(f"\n{stateful} of {len(model.operations)} operations are stateful.")
    for text in told_issuers(model):
        click.echo(f"tokens: {text}")
    for finding in model.document.warnings:
        word = "mended" if finding.fault else "note"
        click.echo(f"{word}: {finding}")
    for finding in broken_examples(model.document):
        click.echo(f"example: {finding}")


def _semantics_file(said: str) -> Path:
    """Return the file that is meant: the semantics of a known API or of a folder, else the file
    itself.
    """
    from mockserver.apis import SEMANTICS, data_folder, known_apis

    folder = data_folder("specs") / said if said in known_apis() else Path(said)
    return folder / SEMANTICS if folder.is_dir() else folder


def _start_semantics(target: Path, text: str) -> None:
    if target.exists():
        raise SettingsError(f"{target} is there already; name another file, or move it away first")
    write_file(target, text)
    click.echo(f"{target}: written; uncomment what is right")
