"""A file of the folder and the environment say what options are; the command line wins."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result

from mockserver.cli import main
from mockserver.cli.init import configuration_for

DOCUMENT = "openapi: 3.0.3\ninfo: {title: Cars, version: '1'}\npaths: {}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(main, arguments, env=variables)


def _lines(*arguments: str, **variables: str) -> list[str]:
    ran = _run(*arguments, **variables)
    assert ran.exit_code == 0, ran.output
    return [" ".join(line.split()) for line in ran.stdout.splitlines()]


def test_each_value_is_told_with_where_it_comes_from(folder: Path) -> None:
    said = 'apis = "shop.yaml"\nseed = 7\npopulate = 1\n[mock]\npopulate = 2\nno-admin = true\n'
    (folder / "understudy.toml").write_text(said)
    lines = _lines("mock", "--show-config", "-p", "9", UNDERSTUDY_MOCK_HOST="::1")
    assert lines[0] == "[mock]"
    assert 'apis = ["shop.yaml"] # understudy.toml' in lines
    assert "port = 9 # command line" in lines
    assert 'host = "::1" # UNDERSTUDY_MOCK_HOST' in lines
    assert "seed = 7 # understudy.toml" in lines
    assert "populate = 2 # understudy.toml, [mock]" in lines
    assert "no-admin = true # understudy.toml, [mock]" in lines
    assert "quiet = false # default" in lines
    assert "seed = 7 # understudy.toml" in _lines("--show-config", "run", "--", "true")


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(folder: Path) -> None:
    (folder / "understudy.toml").write_text("[mock]\nseed = 1\n")
    assert "seed = 1 # understudy.toml, [mock]" in _lines("mock", "--show-config")
    variables = {"UNDERSTUDY_MOCK_SEED": "2"}
    assert "seed = 2 # UNDERSTUDY_MOCK_SEED" in _lines("mock", "--show-config", **variables)
    lines = _lines("mock", "--show-config", "--seed", "3", **variables)
    assert "seed = 3 # command line" in lines


def test_secrets_are_not_shown(folder: Path) -> None:
    (folder / "understudy.toml").write_text('[mock]\nauth = ["Key=hush"]\nadmin_token = "hush"\n')
    assert not any("hush" in line for line in _lines("mock", "--show-config"))


def test_a_table_of_pyproject_is_a_configuration(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.understudy]\nseed = 4\n")
    assert "seed = 4 # pyproject.toml, [tool.understudy]" in _lines("mock", "--show-config")
    (folder / "own.toml").write_text("seed = 5\n")
    lines = _lines("--config", "own.toml", "mock", "--show-config")
    assert "seed = 5 # own.toml" in lines


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("sed = 1", "understudy.toml: there is no option 'sed'; did you mean 'seed'?"),
        (
            "[mock]\nprt = 1",
            "understudy.toml, [mock]: there is no option 'prt'; did you mean 'port'?",
        ),
        ('seed = "x"', "understudy.toml: seed: 'x' is not a valid integer."),
        ("[mock]\nquiet = 1", "understudy.toml: quiet must be true or false, not 1"),
        ("seed = ", "understudy.toml is no TOML: "),
    ],
)
def test_what_is_wrong_with_a_file_is_told_in_one_line(folder: Path, said: str, told: str) -> None:
    (folder / "understudy.toml").write_text(said)
    ran = _run("mock", "nothing-like-it")
    assert ran.exit_code == 2
    assert ran.stderr.startswith(f"understudy: {told}")
    assert ran.stderr.count("\n") == 1
    assert _run("mock", "--help").exit_code == 0


def test_a_word_of_another_command_is_passed_over(folder: Path) -> None:
    (folder / "understudy.toml").write_text('phases = "laws"\n[check]\nexamples = 3\n')
    assert _run("mock", "--show-config").exit_code == 0
    assert "examples = 3 # understudy.toml, [check]" in _lines("check", "--show-config")


def test_init_writes_what_mock_begins_with(folder: Path) -> None:
    (folder / "api").mkdir()
    (folder / "api" / "cars.yaml").write_text(DOCUMENT)
    (folder / "package.json").write_text('{"name": "openapi-viewer"}')
    assert "found api/cars.yaml" in _run("init").output
    lines = _lines("mock", "--show-config")
    assert 'apis = ["api/cars.yaml"] # understudy.toml' in lines
    refused = _run("init")
    assert (refused.exit_code, "--force" in refused.stderr) == (2, True)
    assert _run("init", "--force").exit_code == 0


USERS = '[users]\nann = "Key=$ANN"\nbob = ["Key=$BOB"]\n'


def test_users_are_credentials_of_commands_that_know_two(folder: Path) -> None:
    (folder / "understudy.toml").write_text(USERS)
    lines = _lines("--show-config", "check", "--api", "a.yaml", "--mock")
    assert 'auth = "***" # understudy.toml, [users]' in lines
    assert 'auth-other = "***" # understudy.toml, [users]' in lines
    assert not any("[users]" in line for line in _lines("mock", "--show-config"))


def test_what_is_said_of_a_credential_goes_before_the_users(folder: Path) -> None:
    (folder / "understudy.toml").write_text(f'[check]\nauth = ["Key=other"]\n{USERS}')
    lines = _lines("--show-config", "check", "--api", "a.yaml", "--mock")
    assert 'auth = "***" # understudy.toml, [check]' in lines


@pytest.mark.parametrize(
    "said", ["users = 1\n", "[users]\n", "[users]\nann = 1\n", '[users]\nann = "secret"\n']
)
def test_users_that_cannot_be_read_are_told(folder: Path, said: str) -> None:
    (folder / "understudy.toml").write_text(said)
    ran = _run("check", "--api", "a.yaml", "--mock")
    assert ran.exit_code == 2
    assert "understudy.toml, [users]: " in ran.output


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ('apis = "shop.yaml"\nseed = 7\n[mock]\nport = 4020\nno-admin = true', True),
        ("[mock]\nadmin_token = 'x'\nallow-references = ['a', 'b']", True),
        ("[users]\nann = 'Key=1'\nbob = ['Key=2']", True),
        ("[mock]\nprot = 4020", False),
        ("[mock]\nport = 'four'", False),
        ("[mock]\npopulate = -1", False),
        ("[mock]\nquiet = 'yes'", False),
        ("sead = 1", False),
        ("[users]\nann = 'hush'", False),
    ],
)
def test_the_schema_of_the_configuration_takes_what_the_commands_take(
    folder: Path, said: str, fits: bool
) -> None:
    schema = json.loads(_run("init", "--schema").stdout)
    assert not (folder / "understudy.toml").exists()
    assert jsonschema_rs.validator_for(schema).is_valid(tomllib.loads(said)) is fits
    (folder / "understudy.toml").write_text(said)
    commands = [_run("mock", "--show-config").exit_code, _run("check", "--show-config").exit_code]
    assert (commands == [0, 0]) is fits


def test_what_init_writes_fits_the_schema() -> None:
    schema = json.loads(_run("init", "--schema").stdout)
    written = tomllib.loads(configuration_for(["openapi.yaml"]))
    assert jsonschema_rs.validator_for(schema).is_valid(written)
