"""The page of the commands, made from the commands themselves."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Iterator
from importlib import import_module

import click

from mockserver.cli import commands
from mockserver.cli.commands import ListedCommand
from tests.conftest import ROOT

HEAD = """\
# Commands

Made from the help texts: `understudy COMMAND --help` shows the same. An option can also stand in
`understudy.toml` or in a variable such as `UNDERSTUDY_MOCK_PORT`; `understudy init` writes a file to
start with, and `understudy COMMAND --show-config` shows where each value comes from.

Exit codes are 0 where all is well, 1 where something was found (a broken contract, a breaking
change, drift), and 2 where a command could not run. `understudy run` exits as its command does.
"""


def page() -> str:
    """Return the page, Markdown."""
    parts = [HEAD]
    for name, command in sorted(listed().items()):
        parts += _section(f"understudy {name}", command)
    return "\n".join(parts)


def listed() -> dict[str, click.Command]:
    """Return all commands by name: those of the mock, and those that pyproject.toml adds."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    added = project["entry-points"][commands.GROUP]
    found = dict(commands.OWN) | {name: _entry(place) for name, place in added.items()}
    return {name: each.load(name) for name, each in found.items()}


def _entry(place: str) -> ListedCommand:
    module, _, attribute = place.partition(":")
    entry = getattr(import_module(module), attribute)
    assert isinstance(entry, ListedCommand)
    return entry


def _section(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=name)
    pieces = " ".join(command.collect_usage_pieces(context))
    yield f"## {name}\n\n```text\n{name} {pieces}\n```\n"
    yield inspect.cleandoc(command.help or "").replace("\b\n", "") + "\n"
    rows = [each.get_help_record(context) for each in command.get_params(context)]
    shown = [row for row in rows if row is not None and row[0].startswith("-")]
    yield "| option | meaning |\n|---|---|"
    for option, meaning in shown:
        yield f"| `{option.replace('|', chr(92) + '|')}` | {_escaped(meaning)} |"
    yield ""
    for inner, below in sorted(getattr(command, "commands", {}).items()):
        yield from _section(f"{name} {inner}", below)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
