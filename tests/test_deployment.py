"""Image, compose file, manifest and unit say what the command takes and the mock answers."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest

from mockserver.control.admin import OPEN, ROUTES
from mockserver.server.serve import GRACE_S
from tests.conftest import ROOT
from tests.invocations import documents, named_variables, parsed, text_of, variables

FOLDER = Path(".deploy")
DOCKERFILE = text_of(FOLDER / "Dockerfile")
[COMPOSE] = documents(FOLDER / "compose.yaml")
DEPLOYMENT, SERVICE = documents(FOLDER / "kubernetes.yaml")
[CONTAINER] = DEPLOYMENT["spec"]["template"]["spec"]["containers"]
PORT = 4010


def instructions(name: str) -> list[str]:
    """Return what follows an instruction of the Dockerfile, wherever it stands, continued lines
    joined.
    """
    joined = re.sub(r"\\\n\s*", "", DOCKERFILE)
    return re.findall(rf"^\s*{name} (.*)$", joined, re.MULTILINE)


def words_of_unit() -> list[str]:
    words = shlex.split(unit()["Service"]["ExecStart"])
    assert words[0].endswith("/bin/understudy")
    return words[1:]


def unit() -> configparser.ConfigParser:
    read = configparser.ConfigParser(interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(text_of(FOLDER / "understudy.service"))
    return read


COMMANDS = {
    "image": json.loads(instructions("CMD")[-1]),
    "compose": COMPOSE["services"]["mock"]["command"],
    "manifest": CONTAINER["args"],
    "unit": words_of_unit(),
}


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_a_command_line_is_one_that_the_command_takes(words: list[str]) -> None:
    name, options = parsed(words)
    assert name == "mock"
    assert (options["port"], options["log_form"]) == (PORT, "json")


@pytest.mark.parametrize("name", ["image", "compose", "manifest"])
def test_a_mock_in_a_container_is_reached_from_outside(name: str) -> None:
    assert parsed(COMMANDS[name])[1]["host"] == "0.0.0.0"


@pytest.mark.parametrize(
    "words", [["mock", "--no-such-option"], ["mok"], ["mock", "--log", "xml"]], ids=str
)
def test_a_command_line_that_is_wrong_would_be_found(words: list[str]) -> None:
    with pytest.raises(click.ClickException):
        parsed(words)


@pytest.mark.parametrize("file", sorted(path.name for path in (ROOT / FOLDER).iterdir()))
def test_a_file_names_only_variables_that_options_are_taken_from(file: str) -> None:
    assert named_variables(text_of(FOLDER / file)) <= variables()


def test_the_image_is_built_from_what_is_there() -> None:
    excepted = text_of(FOLDER / "Dockerfile.dockerignore").splitlines()
    for line in instructions("COPY"):
        if not line.startswith("--from"):
            *sources, _ = line.split()
            assert [each for each in sources if not (ROOT / each).exists()] == []
            assert [each for each in sources if f"!{each}" not in excepted] == []


@pytest.mark.parametrize("file", ["Dockerfile", "understudy.service"])
def test_what_is_installed_are_extras_of_the_project(file: str) -> None:
    [said] = re.findall(r"pip install .*'\.\[(.*?)\]'", text_of(FOLDER / file))
    project = tomllib.loads(text_of(Path("pyproject.toml")))["project"]
    assert set(said.split(",")) <= set(project["optional-dependencies"])
    assert "metrics" in said.split(",")


def test_the_image_runs_the_command_as_nobody_of_importance() -> None:
    assert instructions("ENTRYPOINT") == ['["understudy"]']
    assert instructions("EXPOSE") == [str(PORT)]
    [user] = instructions("USER")
    pod = DEPLOYMENT["spec"]["template"]["spec"]["securityContext"]
    assert int(user) == pod["runAsUser"] != 0
    assert f"--uid {user}" in DOCKERFILE
    assert unit()["Service"]["DynamicUser"] == "yes"


def probes() -> list[str]:
    """Return the paths at which image and manifest ask whether the mock is well."""
    asked = [CONTAINER[name] for name in ("startupProbe", "readinessProbe", "livenessProbe")]
    [own] = re.findall(r"http://127\.0\.0\.1:4010(/\S+?)'", DOCKERFILE)
    return [own, *(each["httpGet"]["path"] for each in asked)]


@pytest.mark.parametrize("path", sorted(set(probes())))
def test_a_probe_asks_what_answers_everybody(path: str) -> None:
    assert path in OPEN
    assert f"GET {path.removeprefix('/__admin')}" in ROUTES


def test_requests_in_flight_have_the_time_to_end() -> None:
    assert DEPLOYMENT["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > GRACE_S
    assert int(unit()["Service"]["TimeoutStopSec"]) > GRACE_S


def test_the_service_leads_to_the_mock() -> None:
    labels: Any = DEPLOYMENT["spec"]["template"]["metadata"]["labels"]
    assert SERVICE["spec"]["selector"] == labels == DEPLOYMENT["spec"]["selector"]["matchLabels"]
    [port] = CONTAINER["ports"]
    assert (port["name"], port["containerPort"]) == ("http", PORT)
    assert SERVICE["spec"]["ports"][0]["targetPort"] == port["name"]


def test_the_mock_of_the_compose_file_waits_for_its_database() -> None:
    mock, database = COMPOSE["services"]["mock"], COMPOSE["services"]["database"]
    assert mock["depends_on"] == {"database": {"condition": "service_healthy"}}
    store = mock["environment"]["UNDERSTUDY_STORE"]
    told = database["environment"]
    assert store.startswith(f"postgresql://{told['POSTGRES_USER']}:${{POSTGRES_PASSWORD")
    assert store.endswith(f"@database:5432/{told['POSTGRES_DB']}")
    assert (ROOT / FOLDER / mock["build"]["context"] / mock["build"]["dockerfile"]).is_file()


def test_the_store_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERSTUDY_STORE", "sqlite:///state.db")
    assert parsed(["mock"])[1]["store"] == "sqlite:///state.db"
