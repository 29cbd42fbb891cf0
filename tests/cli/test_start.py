from __future__ import annotations

import gc
import subprocess
import sys

from click.testing import CliRunner

from mockserver.cli import main

LOADED = """
import sys
from mockserver.cli import main
main(["check", "--help"], standalone_mode=False)
print("heavy:", *sorted({"connexion", "starlette", "schemathesis", "hypothesis", "jinja2"} & set(sys.modules)))
"""


def test_a_check_begins_without_what_only_a_mock_or_a_phase_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "heavy:", done.stdout


def test_a_check_leaves_the_garbage_collector_as_it_was() -> None:
    before = gc.get_threshold()
    options = [
        "--mock",
        "--api",
        "bookshop",
        "--phases",
        "laws",
        "--laws",
        "created-is-readable",
        "--max-time",
        "5",
    ]
    done = CliRunner().invoke(main, ["check", *options])
    assert "calls in" in done.output, done.output
    assert gc.get_threshold() == before


def test_a_mock_that_cannot_start_leaves_the_garbage_collector_on() -> None:
    done = CliRunner().invoke(main, ["mock", "nothing-like-it", "-p", "0"])
    assert (done.exit_code, gc.isenabled()) == (2, True)
