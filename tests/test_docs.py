"""The docs of the mock are true: every example in them runs."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.inside import RunInside

README = (ROOT / "mockserver" / "README.md").read_text("utf-8")
FENCES = re.findall(r"^```(\w+(?: \w+)?)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
MODULES = (
    "contracts.reduction",
    "mockserver.parameter_texts",
    "mockserver.generation.clock",
    "mockserver.server.mock_server",
    "mockserver.testing.calls",
    "mockserver.testing.mishaps",
    "mockserver.testing.mock",
)


def fences(language: str) -> list[str]:
    found = [code for said, code in FENCES if said == language]
    assert found
    return found


@pytest.mark.parametrize("code", fences("python"))
def test_the_python_of_the_readme_runs(code: str) -> None:
    exec(compile(code, "mockserver/README.md", "exec"), {})


@pytest.mark.parametrize("code", fences("python pytest"))
def test_the_tests_of_the_readme_pass(
    code: str, pytester: pytest.Pytester, run_inside: RunInside
) -> None:
    pytester.makepyfile(test_it=code)
    run_inside().assert_outcomes(passed=1)


@pytest.mark.parametrize("line", fences("sh"))
def test_the_commands_of_the_readme_end_well(line: str, tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    ran = subprocess.run(
        line, shell=True, env=environment, capture_output=True, text=True, timeout=60
    )
    assert (ran.returncode, ran.stdout) == (0, '{"id":2,"name":"Science"}'), ran.stderr


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_are_true(name: str) -> None:
    ran = doctest.testmod(import_module(name))
    assert ran.attempted > 0
    assert ran.failed == 0
