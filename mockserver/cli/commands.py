"""The commands of `understudy`, listed without importing them: a name in, what it does in a line
and the command itself, once it is wanted, out.

A command of this package is a line of the table below. Other packages add theirs by an entry point
of the group `understudy.commands` that leads to a `ListedCommand`, in a module that imports little:

    [project.entry-points."understudy.commands"]
    check = "contracts.commands:CHECK"
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from importlib import import_module
from typing import TYPE_CHECKING

import click

from mockserver.extras import is_installed, require
from mockserver.slots import dataclass

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "understudy.commands"


@dataclass(frozen=True, slots=True)
class ListedCommand:
    """A command before it is imported: a line for the list, and where it is (`module:attribute`).

    `needs` are the packages that it cannot do without, which an `extra` of the installation brings.
    """

    summary: str
    target: str
    extra: str = ""
    needs: tuple[str, ...] = ()

    def load(self, name: str) -> click.Command:
        """Import the command. Where what it needs is not installed it tells what it takes, and
        raises MissingExtraError when it is run.
        """
        module, _, attribute = self.target.partition(":")
        command = _command(getattr(import_module(module), attribute))
        if is_installed(*self.needs):
            return command
        missing = copy(command)
        missing.callback = self._without_packages(name)
        return missing

    def _without_packages(self, name: str) -> Callable[..., None]:
        def run(**options: object) -> None:
            require(self.extra, f"`understudy {name}`", *self.needs)

        return run


OWN: Mapping[str, ListedCommand] = {
    "build": ListedCommand(
        "Build openapi.yaml from its sources and overlay.",
        "mockserver.cli.build:build",
        "build",
        ("openapi_spec_validator", "jsonpath_rfc9535"),
    ),
    "explain": ListedCommand("Show how an API was understood.", "mockserver.cli.explain:explain"),
    "init": ListedCommand(
        "Write a configuration file for this folder.", "mockserver.cli.init:init"
    ),
    "mcp": ListedCommand(
        "Let agents use a mock, by the Model Context Protocol.",
        "mockserver.cli.mcp:mcp",
        extra="mcp",
        needs=("mcp",),
    ),
    "mock": ListedCommand("Run a mock server for APIs.", "mockserver.cli.mock:mock"),
    "proxy": ListedCommand(
        "Forward calls to a live server and check them.", "mockserver.cli.proxy:proxy"
    ),
    "run": ListedCommand("Run a command against mock servers of APIs.", "mockserver.cli.run:run"),
    "state": ListedCommand(
        "Export or import what a store keeps.",
        "mockserver.cli.transfer:state",
        extra="sql",
        needs=("sqlalchemy",),
    ),
}


def names() -> list[str]:
    """Return the names of all commands, sorted."""
    return sorted({*OWN, *_added()})


def summary_of(name: str) -> str:
    """Return what a command does in a line."""
    found = _found(name)
    if isinstance(found, ListedCommand):
        return found.summary
    return found.get_short_help_str() if found else ""


def load(name: str) -> click.Command | None:
    """Return a command, None where there is none of this name."""
    found = _found(name)
    return found.load(name) if isinstance(found, ListedCommand) else found


def _found(name: str) -> ListedCommand | click.Command | None:
    """Return a command as it is listed; one of another package may be there at once."""
    if name in OWN:
        return OWN[name]
    added = _added().get(name)
    if added is None:
        return None
    found = added.load()
    return found if isinstance(found, ListedCommand) else _command(found)


def _added() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points  # takes as long as all else; `mock` needs none

    return {point.name: point for point in entry_points(group=GROUP)}


def _command(found: object) -> click.Command:
    assert isinstance(found, click.Command), f"{found} is no command"
    return found
