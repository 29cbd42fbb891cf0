"""Who reads a semantics file is led to the page of the words."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.model.report.starter import MANUAL, starter
from tests.conftest import ROOT
from tests.manual.pages import MADE
from tests.model.compiling import compiled

FILES = sorted((ROOT / "specs").glob("*/semantics.yaml"))


def test_the_page_of_the_words_is_made() -> None:
    assert ROOT / MANUAL in MADE


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_a_semantics_file_that_comes_with_it_leads_to_the_words(file: Path) -> None:
    assert MANUAL in file.read_text("utf-8")


def test_a_semantics_file_that_is_started_leads_to_the_words() -> None:
    assert MANUAL in starter(compiled("paths: {}"))
