"""The table of the laws is what the README shows, and each law is named and told."""

from __future__ import annotations

import re
from pathlib import Path

import contracts.laws
from contracts.laws.table import LAWS
from mockserver.model.types import Kind

README = Path(contracts.laws.__file__).with_name("README.md")


def test_the_readme_shows_every_law() -> None:
    shown = re.findall(
        r"^\| `([a-z-]+)` \| (.*) \| (reads|writes) \|$", README.read_text("utf-8"), re.MULTILINE
    )
    assert shown == [(law.name, law.sentence, "writes" if law.writes else "reads") for law in LAWS]


def test_a_law_has_a_name_of_its_own_a_sentence_and_kinds() -> None:
    assert len({law.name for law in LAWS}) == len(LAWS)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", law.name) for law in LAWS)
    assert all(law.sentence[0].isupper() and law.sentence.endswith(".") for law in LAWS)
    assert all(law.kinds and law.kinds <= set(Kind) for law in LAWS)
