"""The options that say how a server may be treated, shared by commands: a command in, the same with
the options out.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from mockserver.cli.access import secret_option

Command = TypeVar("Command", bound=Callable[..., Any])


def target_options(command: Command) -> Command:
    """Add the options to a command, which takes them as keywords for `treatment`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option(
        "--header",
        multiple=True,
        metavar="'NAME: VALUE'",
        help="Header for every request; $VAR is taken from the environment.",
    ),
    click.option(
        "--auth",
        multiple=True,
        metavar="SCHEME=VALUE",
        help=(
            "Credential for a security scheme; $VAR is taken from the environment. For OAuth 2.0 "
            "a token, client:secret, or client:secret:user:password."
        ),
    ),
    click.option(
        "--auth-command",
        multiple=True,
        metavar="[SCHEME=]COMMAND",
        help="Command that prints the credential; run again when that is refused.",
    ),
    click.option(
        "--auth-other",
        multiple=True,
        metavar="SCHEME=VALUE",
        help="Credential of a second user, who must not see what the first one alone may see.",
    ),
    click.option(
        "--rate",
        type=click.FloatRange(min=0, min_open=True),
        metavar="N",
        help="Maximum requests per second.",
    ),
    click.option(
        "--max-time",
        type=click.FloatRange(min=0, min_open=True),
        metavar="S",
        help="Stop sending requests after S seconds.",
    ),
    click.option(
        "--allow-writes",
        is_flag=True,
        help="Also write, but only to records that the run creates.",
    ),
    click.option(
        "--disposable", is_flag=True, help="Allow every call: the server's data may be lost."
    ),
    click.option(
        "--parent",
        multiple=True,
        metavar="PATH",
        help="Item under which records may be created, such as /shops/7.",
    ),
    click.option(
        "--cacert",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="File of trusted certificate authorities (PEM).",
    ),
    secret_option,
    click.option("--seed", default=0, show_default=True, help="Seed for generated requests."),
)
