"""The sample project passes its own tests under the plugin, in one process and in two."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.inside import RunInside

SAMPLE = ROOT / "tests" / "sample"
WITHOUT = ("-p", "no:schemathesis", "-p", "no:hypothesispytest", "-p", "no:faker")
"""Plugins that other tests need: each would be imported by each process."""


def test_the_sample_project_passes_in_one_process(
    run_inside: RunInside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SAMPLE)
    run_inside().assert_outcomes(passed=26)


def test_the_sample_project_passes_in_two_processes() -> None:
    command = [sys.executable, "-m", "pytest", "-q", *WITHOUT, "-n", "2"]
    ran = subprocess.run(command, cwd=SAMPLE, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"^26 passed", ran.stdout, re.MULTILINE), ran.stdout
