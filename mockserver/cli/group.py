"""The command `understudy`: a click group of all commands; other packages add theirs by entry points."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

import click

from mockserver.cli.build import build
from mockserver.cli.explain import explain
from mockserver.cli.mock import mock
from mockserver.cli.proxy import proxy
from mockserver.cli.run import run
from mockserver.errors import UnderstudyError

BAD_USE = 2
"""Exit code when a command cannot run."""


class _Group(click.Group):
    """A group whose commands may come from other packages, and that words our errors in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *(each.name for each in _added())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        found = next((each for each in _added() if each.name == cmd_name), None)
        loaded: click.Command | None = found.load() if found else None
        return loaded

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UnderstudyError as error:
            click.echo(f"understudy: {error}", err=True)
            ctx.exit(BAD_USE)


def _added() -> Any:
    return entry_points(group="understudy.commands")


@click.group(
    cls=_Group, commands=[build, explain, mock, proxy, run], context_settings={"help_option_names": ["--help"]}
)
@click.version_option(package_name="understudy")
def main() -> None:
    """Play the part of the APIs you depend on, state and all."""
