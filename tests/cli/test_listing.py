from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint

import click
import pytest
from click.testing import CliRunner

from contracts import commands as added
from mockserver.cli import commands, main
from mockserver.cli.commands import ListedCommand

IMPORTED = """
import sys
from mockserver.cli import main
main({arguments}, standalone_mode=False)
print("imported:", *sorted({heavy} & set(sys.modules)))
"""
HEAVY = {
    "connexion", "faker", "flask", "hypothesis", "httpx", "jinja2", "rich", "schemathesis",
    "starlette", "uvicorn", "yaml",
}  # fmt: skip
ADDED = {"check": added.CHECK, "diff": added.DIFF, "drift": added.DRIFT}


def imported(*arguments: str) -> str:
    """Return the last line of a process that runs a command: what it imported of HEAVY."""
    code = IMPORTED.format(arguments=list(arguments), heavy=HEAVY)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("command", ["", "build", "explain", "mock", "proxy", "run"])
def test_help_is_told_without_importing_what_the_command_needs(command: str) -> None:
    assert imported(*command.split(), "--help") == "imported:"


@pytest.mark.parametrize("name", [*commands.OWN, *ADDED])
def test_a_command_is_listed_by_what_it_does(name: str) -> None:
    listed = {**commands.OWN, **ADDED}[name]
    assert isinstance(listed.load(name), click.Command)
    assert f"  {name}  " in CliRunner().invoke(main, ["--help"]).output
    assert len(listed.summary) < 60


def test_the_commands_of_the_contract_kit_join_by_entry_points() -> None:
    assert ADDED.keys() <= set(commands.names())


def test_a_command_of_another_package_may_be_there_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    point = EntryPoint("old", "mockserver.cli.build:build", commands.GROUP)
    monkeypatch.setattr(commands, "entry_points", lambda group: [point])
    assert "old      Build openapi.yaml" in CliRunner().invoke(main, ["--help"]).output
    assert CliRunner().invoke(main, ["old", "--help"]).exit_code == 0


def test_a_command_without_its_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = ListedCommand("Check.", "no_such_module:check", "contracts", ("no_such_package",))
    monkeypatch.setitem(commands.OWN, "check", bare)
    for arguments in (["check"], ["check", "--help"], ["check", "--no-such-option"]):
        ran = CliRunner().invoke(main, arguments)
        assert (ran.exit_code, ran.stderr) == (
            2,
            "understudy: `understudy check` needs more than the mock: "
            "pip install 'understudy[contracts]'\n",
        )
