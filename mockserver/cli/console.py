"""What commands write: tables on the terminal, and files, or the reason why a file cannot be
written.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from mockserver.asgi.log import printable
from mockserver.errors import SettingsError

MOST_WRONG = 10
"""Violations of one request that are told."""


def console() -> Console:
    """Return a console as wide as the terminal; wide enough for whole lines when the output goes
    elsewhere.
    """
    return Console(soft_wrap=True, width=None if sys.stdout.isatty() else 240)


def table(*columns: str, right: tuple[str, ...] = (), folds: bool = False) -> Table:
    """Return an empty table without lines; the columns named in `right` hold numbers."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(
            column,
            justify="right" if column in right else "left",
            overflow="fold" if folds else "ellipsis",
            no_wrap=not folds,
        )
    return made


def tell_request(
    method: str, target: str, status: int, milliseconds: float, wrong: Sequence[str]
) -> None:
    """Write a line for a request, and one for each thing that was wrong; status 0 means that there
    was no reply.
    """
    color = "green" if status < 300 else "yellow" if status < 500 else "red"
    shown = click.style(str(status or "gone"), fg=color)
    with suppress(BrokenPipeError):  # nobody reads any more
        click.echo(f"{method:<7} {target}  {shown}  {milliseconds:.1f} ms")
        for each in wrong[:MOST_WRONG]:
            click.echo(f"        {click.style(printable(each), fg=color)}")
        if len(wrong) > MOST_WRONG:
            click.echo(f"        ... and {len(wrong) - MOST_WRONG} more")


def write_file(target: Path, text: str) -> None:
    """Write a file. Raises SettingsError."""
    try:
        target.write_text(text, "utf-8")
    except OSError as error:
        raise SettingsError(f"{target} cannot be written: {error.strerror or error}") from None
