"""The sample project passes its own tests under the plugin, in one process and in two."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=["one process", "xdist"])
def test_the_sample_project_passes(options: list[str]) -> None:
    command = [sys.executable, "-m", "pytest", "-q", *options]
    ran = subprocess.run(command, cwd=ROOT / "tests" / "sample", capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"^26 passed", ran.stdout, re.MULTILINE), ran.stdout
