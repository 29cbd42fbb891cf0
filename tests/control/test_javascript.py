"""The control API is used from JavaScript, with nothing but what node has."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from mockserver.server import MockServer


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_a_client_in_javascript_steers_a_mock() -> None:
    script = Path(__file__).with_name("client.mjs")
    with MockServer("bookshop") as mock:
        ran = subprocess.run(
            ["node", str(script), mock.url], capture_output=True, text=True, timeout=60, check=False
        )
    assert ran.stdout.strip() == "done", ran.stderr
