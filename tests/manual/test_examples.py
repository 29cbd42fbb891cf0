"""The manual is true: a reader who follows a page from top to bottom gets what it shows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.manual.examples import blocks
from tests.manual.pages import MANUAL
from tests.manual.reader import Reader

PAGES = [page for page in sorted(MANUAL.rglob("*.md")) if any(blocks(page.read_text("utf-8")))]
pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(MANUAL)))
def test_a_page_can_be_followed(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(MANUAL / "examples", folder)
    reader = Reader(folder)
    try:
        for block in blocks(page.read_text("utf-8")):
            reader.follow(block)
    finally:
        reader.close()
