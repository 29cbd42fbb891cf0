"""The pages of the manual that are made: each with its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.conftest import ROOT
from tests.manual import commands, control, words

MANUAL = ROOT / ".docs" / "pages"
MADE: Mapping[Path, Callable[[], str]] = {
    MANUAL / "reference" / "words.md": words.page,
    MANUAL / "reference" / "commands.md": commands.page,
    MANUAL / "reference" / "control.md": control.page,
}


def write() -> None:
    """Write the pages that are made."""
    for file, page in MADE.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page(), "utf-8")
