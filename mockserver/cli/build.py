"""`understudy build NAME`: write openapi.yaml from its sources and its overlay, or tell whether it
is up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mockserver.cli.files import write_file
from mockserver.errors import SettingsError, UnknownApiError


@click.command()
@click.argument("name")
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing; fail if openapi.yaml is out of date.",
)
def build(name: str, check: bool) -> None:
    """Build openapi.yaml from its sources and overlay.

    NAME is a folder, or the name of one in `specs/`.
    """
    from mockserver.apis import data_folder, known_apis
    from mockserver.document.build import build_document

    folder = Path(name) if Path(name).is_dir() else data_folder("specs") / name
    if not folder.is_dir():
        raise UnknownApiError(name, known_apis())
    if not (folder / "sources.yaml").is_file():
        raise SettingsError(
            f"{folder} has no sources.yaml; it lists the pages and files to build from"
        )
    target = folder / "openapi.yaml"
    text = build_document(folder)
    if not check:
        write_file(target, text)
        click.echo(f"{target}: written")
    elif not target.is_file() or target.read_text("utf-8") != text:
        click.echo(
            f"understudy: {target} differs from what is built; run `understudy build {name}`",
            err=True,
        )
        sys.exit(1)
    else:
        click.echo(f"{target}: up to date")
