"""The manual is a site whose links lead somewhere, and which needs nothing from another host."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

LOADED = re.compile(r'<(?:script|img|iframe|source)\b[^>]*?\bsrc="([^"]*)"')
LINKED = re.compile(r"<link\b[^>]*>")
WITHOUT_A_LOAD = ("canonical", "prev", "next")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manual as it is built for readers."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    configured = [*command, "-f", str(ROOT / ".docs" / "mkdocs.yml"), "-d", str(folder)]
    ran = subprocess.run(configured, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


def test_every_page_is_in_the_site(site: Path) -> None:
    pages = ROOT / ".docs" / "pages"
    for page in pages.rglob("*.md"):
        assert (site / page.relative_to(pages)).with_suffix(".html").is_file(), page


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    for page in site.rglob("*.html"):
        assert [place for place in loaded(page.read_text("utf-8")) if "//" in place] == [], page


def loaded(page: str) -> list[str]:
    """Return what a browser loads to show a page."""
    tags = [
        tag for tag in LINKED.findall(page) if not any(f'"{rel}"' in tag for rel in WITHOUT_A_LOAD)
    ]
    styles = [place for tag in tags for place in re.findall(r'href="([^"]*)"', tag)]
    return [*LOADED.findall(page), *styles]
