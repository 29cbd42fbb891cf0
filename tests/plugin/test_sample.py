"""The sample projects pass their own tests under the plugin, in one process and in two."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.inside import RunInside

SAMPLE = ROOT / "tests" / "sample"
PROJECTS = {SAMPLE: 26, ROOT / "tests" / "sample_service": 3}
"""Folders, and how many tests are in each."""
WITHOUT = ("-p", "no:schemathesis", "-p", "no:hypothesispytest", "-p", "no:faker")
"""Plugins that other tests need: each would be imported by each process."""


def test_the_sample_project_passes_in_one_process(
    run_inside: RunInside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SAMPLE)
    run_inside().assert_outcomes(passed=26)


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda folder: folder.name)
def test_a_sample_project_passes_in_two_processes(folder: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", *WITHOUT, "-n", "2"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(rf"^{PROJECTS[folder]} passed", ran.stdout, re.MULTILINE), ran.stdout
