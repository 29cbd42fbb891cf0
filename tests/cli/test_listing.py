from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint

import click
import pytest
from click.testing import CliRunner

from contracts import commands as added
from contracts.cli import choices
from contracts.drift.report import FORMATS
from contracts.reports.opening import KINDS
from contracts.runner import SHARES
from mockserver.cli import commands, main

IMPORTED = """
import sys
from mockserver.cli import main
main({arguments}, standalone_mode=False)
print("imported:", *sorted({heavy} & set(sys.modules)))
"""
HEAVY = {
    "asyncio", "connexion", "faker", "flask", "hypothesis", "httpx", "jinja2", "jsonschema_rs",
    "requests", "rich", "schemathesis", "starlette", "urllib3", "uvicorn", "yaml",
}  # fmt: skip
ADDED = {"check": added.CHECK, "diff": added.DIFF, "drift": added.DRIFT}


def imported(*arguments: str) -> str:
    """Return the last line of a process that runs a command: what it imported of HEAVY."""
    code = IMPORTED.format(arguments=list(arguments), heavy=HEAVY)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("command", ["", *commands.OWN, *ADDED])
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
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [point])
    assert "old      Build openapi.yaml" in CliRunner().invoke(main, ["--help"]).output
    assert CliRunner().invoke(main, ["old", "--help"]).exit_code == 0


def test_a_command_without_its_extra_tells_what_it_takes_and_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bare = replace(commands.OWN["build"], extra="contracts", needs=("no_such_package",))
    monkeypatch.setitem(commands.OWN, "check", bare)
    helped = CliRunner().invoke(main, ["check", "--help"])
    assert (helped.exit_code, helped.stderr) == (0, "")
    assert "--check" in helped.output
    assert CliRunner().invoke(main, ["check", "shop", "--no-such-option"]).exit_code == 2
    ran = CliRunner().invoke(main, ["check", "shop"])
    assert (ran.exit_code, ran.stderr) == (
        2,
        "understudy: `understudy check` needs more than a plain installation: "
        "pip install 'understudy[contracts]'\n",
    )


def test_what_options_let_choose_from_is_there() -> None:
    assert tuple(SHARES) == choices.PHASES
    assert tuple(KINDS) == choices.REPORTS
    assert tuple(FORMATS) == choices.DRIFT_FORMATS
