"""The options of commands that put up with what is known: the file of a ledger, and whether it is
to be written.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]


def ledger_options(what: str) -> Callable[[Command], Command]:
    """Return what gives a command `--ledger` and `--update-ledger`; `what` names in the plural what
    an entry accepts.
    """
    ledger = click.option(
        "--ledger",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help=f"File of accepted {what}, each with its reason.",
    )
    update = click.option(
        "--update-ledger",
        "is_updated",
        is_flag=True,
        help=f"Add new {what} to the ledger; each then needs a reason.",
    )
    return lambda command: ledger(update(command))
