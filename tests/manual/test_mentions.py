"""What the pages name is there: commands, options, and operations of the control API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import click
import pytest

from mockserver.cli.group import main
from mockserver.control.admin import ROUTES
from tests.conftest import ROOT
from tests.manual.commands import listed
from tests.manual.pages import MADE, MANUAL

PAGES = [ROOT / "README.md", *(each for each in sorted(MANUAL.rglob("*.md")) if each not in MADE)]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
OTHERS = ".docs/pages/coming-from.md"
"""The page whose first columns are of other tools."""
PYTEST = ("--contract-", "--mock-api-")
"""How the options begin that are pytest's."""
CODE = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
STEP = re.compile(r"^\$ (?:.* -- )?(understudy .*)$", re.MULTILINE)
COMMAND = re.compile(r"(?:.*/)?understudy ([a-z]+)\b(.*)")
OPTION = re.compile(r"(?<![\w-])--[a-zA-Z][a-zA-Z-]+")
STEERED = re.compile(r"\b(?:(GET|POST|PUT|DELETE) )?/__admin((?:/[a-z\-]+)+)(?![a-z./}])")


def pieces(name: str) -> Iterator[str]:
    """Yield what a page says in code, in its sentences and as steps of its consoles, without what
    is said of other tools.
    """
    text = (ROOT / name).read_text("utf-8")
    yield from STEP.findall(text)
    for line in FENCED.sub("", text).splitlines():
        is_beside = name == OTHERS and line.startswith("|")
        yield from CODE.findall(line.rpartition(" | ")[2] if is_beside else line)


def own_options(command: click.Command) -> set[str]:
    """Return the options of a command, as they are spelled."""
    return set().union(*([*each.opts, *each.secondary_opts] for each in command.params))


def options_of(command: click.Command) -> set[str]:
    """Return the options of a command and of those below it, and those of all commands."""
    below: Mapping[str, click.Command] = getattr(command, "commands", {})
    everywhere = {"--help"} | own_options(main)
    return everywhere.union(own_options(command), *map(options_of, below.values()))


COMMANDS = {name: options_of(command) for name, command in listed().items()}
EVERY: set[str] = set().union(*COMMANDS.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_command_that_a_page_names_is_there_with_its_options(name: str) -> None:
    for piece in pieces(name):
        match = COMMAND.fullmatch(piece)
        if match:
            command, rest = match.groups()
            own = rest.partition(" -- ")[0]
            assert set(OPTION.findall(own)) <= COMMANDS[command], piece


@pytest.mark.parametrize("name", NAMES)
def test_an_option_that_a_page_names_is_one_of_a_command(
    name: str, pytestconfig: pytest.Config
) -> None:
    for piece in pieces(name):
        if piece.startswith("--"):
            for option in OPTION.findall(piece):
                of_pytest = option.startswith(PYTEST) and hasattr(
                    pytestconfig.option, option.strip("-").replace("-", "_")
                )
                assert option in EVERY or of_pytest, piece


@pytest.mark.parametrize("name", NAMES)
def test_an_operation_of_the_control_api_that_a_page_names_is_there(name: str) -> None:
    labels = [label.split(" ") for label in ROUTES]
    for piece in pieces(name):
        for method, path in STEERED.findall(piece):
            assert any(path == its and method in ("", own) for own, its in labels), piece
