"""The words of the README of the faults are those that are read."""

from __future__ import annotations

from pathlib import Path

import mockserver.faults
from mockserver.faults.words import WORDS, read_plan

README = Path(mockserver.faults.__file__).with_name("README.md").read_text("utf-8")


def test_the_example_of_the_readme_is_a_plan(tmp_path: Path) -> None:
    path = tmp_path / "faults.yaml"
    path.write_text(README.partition("```yaml\n")[2].partition("```")[0])
    plan = read_plan(path)
    assert (plan.seed, len(plan.faults)) == (7, 4)


def test_the_readme_tells_every_word_of_a_fault() -> None:
    assert [word for word in WORDS if word != "name" and f"`{word}`" not in README] == []
