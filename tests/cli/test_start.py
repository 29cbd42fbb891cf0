from __future__ import annotations

import subprocess
import sys

LOADED = """
import sys
from mockserver.cli import main
main(["check", "--help"], standalone_mode=False)
print("heavy:", *sorted({"connexion", "starlette", "schemathesis", "hypothesis", "jinja2"} & set(sys.modules)))
"""


def test_a_check_begins_without_what_only_a_mock_or_a_phase_needs() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "heavy:", done.stdout
