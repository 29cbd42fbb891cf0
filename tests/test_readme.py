"""The README is true: its tour prints what it shows, and its code runs."""

from __future__ import annotations

import re
import shlex
import subprocess

import pytest

from mockserver.server import MockServer
from tests.conftest import ROOT, fresh_app

README = (ROOT / "README.md").read_text("utf-8")
MAP = (ROOT / ".docs" / "pages" / "how-it-works.md").read_text("utf-8")
TOUR = re.search(r"^```console\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
PYTHON = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_tour_prints_what_the_readme_shows() -> None:
    assert TOUR is not None
    steps = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", TOUR[1], re.MULTILINE)
    assert len(steps) >= 5
    with MockServer(app=fresh_app("bookshop")) as mock:
        for command, shown in steps:
            words = [
                word.replace("http://127.0.0.1:4010", mock.url) for word in shlex.split(command)
            ]
            ran = subprocess.run(words, capture_output=True, text=True, check=True, timeout=10)
            pattern = ".*".join(map(re.escape, shown.strip().split("...")))
            assert re.fullmatch(pattern, ran.stdout.strip()), (
                f"{command}\nprints {ran.stdout}\nnot {shown}"
            )


@pytest.mark.parametrize("code", PYTHON)
def test_the_code_in_the_readme_runs(code: str) -> None:
    exec(compile(code, "README.md", "exec"), {})


def test_every_folder_that_the_map_names_is_there() -> None:
    found = re.findall(r"^\| `((?:mockserver|contracts|tests)/[a-z_]*/?)`", MAP, re.MULTILINE)
    assert len(found) >= 15
    for path in found:
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("place", re.findall(r"\]\(([^)#:]+)\)", README))
def test_a_link_of_the_readme_leads_somewhere(place: str) -> None:
    assert (ROOT / place).exists()
