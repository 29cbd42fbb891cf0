"""`understudy state export` and `understudy state import`: keep what a store has, or move it to
another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, BinaryIO

import click

from mockserver.defaults import MEMORY
from mockserver.errors import SettingsError

if TYPE_CHECKING:
    from mockserver.stores.database import Database

_STORE = click.option(
    "--store",
    required=True,
    metavar="sqlite:///FILE|postgresql://...",
    envvar="UNDERSTUDY_STORE",
    help="Where the state is kept. Also taken from UNDERSTUDY_STORE.",
)


@click.group()
def state() -> None:
    """Keep what a store has in a file of JSON lines, or move it to another store."""


@state.command("export")
@click.argument("file", type=click.File("wb"))
@click.argument("apis", nargs=-1, metavar="[NAME]...")
@_STORE
def export_state(file: BinaryIO, apis: tuple[str, ...], store: str) -> None:
    """Write the states of APIs, or of all, to FILE (- for the standard output)."""
    from mockserver.stores.archive import export_lines

    count = 0
    with _opened(store) as database:
        for line in export_lines(database, apis):
            file.write(line + b"\n")
            count += b'"record":' in line
    click.echo(f"understudy: {count} records were exported", err=True)


@state.command("import")
@click.argument("file", type=click.File("rb"))
@_STORE
@click.option("--fresh", is_flag=True, help="Replace states that the store has already.")
def import_state(file: BinaryIO, store: str, fresh: bool) -> None:
    """Read the states in FILE (- for the standard input) into a store, all or none."""
    from mockserver.stores.archive import import_lines

    with _opened(store) as database:
        states = import_lines(database, file, fresh)
    click.echo(f"understudy: {states} states were imported", err=True)


@contextmanager
def _opened(address: str) -> Iterator[Database]:
    """Give the database of an address. Raises SettingsError."""
    if address == MEMORY:
        raise SettingsError("--store memory keeps nothing: name a database")
    from mockserver.stores.database import Database

    with closing(Database(address)) as database:
        yield database
