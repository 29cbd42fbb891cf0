"""Tables on the terminal, by rich."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table


def console() -> Console:
    """Return a console as wide as the terminal; wide enough for whole lines when the output goes
    elsewhere.
    """
    return Console(soft_wrap=True, width=None if sys.stdout.isatty() else 240)


def table(*columns: str) -> Table:
    """Return an empty table without lines."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="ellipsis", no_wrap=True)
    return made
