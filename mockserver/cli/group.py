"""The command `understudy`: a click group of all commands; other packages add theirs by entry points."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

import click

from mockserver.errors import UnderstudyError

BAD_USE = 2
"""Exit code when a command cannot run."""
OWN = ("build", "explain", "mock", "proxy", "run")
"""The commands of this package, each in a module of its name, which is imported when the command is wanted."""


class _Group(click.Group):
    """A group whose commands may come from other packages, and that words our errors in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*OWN, *(each.name for each in _added())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in OWN:
            return _command(getattr(import_module(f"mockserver.cli.{cmd_name}"), cmd_name))
        found = next((each for each in _added() if each.name == cmd_name), None)
        return _command(found.load()) if found else None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UnderstudyError as error:
            click.echo(f"understudy: {error}", err=True)
            ctx.exit(BAD_USE)


def _command(found: Any) -> click.Command:
    assert isinstance(found, click.Command), f"{found} is no command"
    return found


def _added() -> Any:
    return entry_points(group="understudy.commands")


@click.group(cls=_Group, context_settings={"help_option_names": ["--help"]})
@click.version_option(package_name="understudy")
def main() -> None:
    """Play the part of the APIs you depend on, state and all."""
