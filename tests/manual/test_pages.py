"""The pages that are made are fresh, and leave out no word, command or operation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from mockserver.control.admin import ROUTES
from mockserver.model.semantics import schema
from tests.manual.commands import listed
from tests.manual.pages import MADE
from tests.manual.vocabulary import Word, shown_in, words

WORDS = list(words(schema()))
EXAMPLES = [(word, example) for word in WORDS for example in word.examples]


def names(found: Sequence[Word]) -> list[str]:
    return [".".join(word.path) for word in found]


@pytest.mark.parametrize("file", MADE, ids=lambda file: file.name)
def test_a_page_that_is_made_is_fresh(file: Path) -> None:
    assert file.read_text("utf-8") == MADE[file](), "write it anew: python -m tests.manual"


def test_every_word_is_described() -> None:
    assert names([word for word in WORDS if not word.description]) == []


def test_every_word_stands_in_an_example() -> None:
    assert names([word for word in WORDS if not shown_in(word, schema())]) == []


@pytest.mark.parametrize(("word", "example"), EXAMPLES, ids=str)
def test_an_example_is_what_its_word_takes(word: Word, example: Any) -> None:
    jsonschema_rs.Draft202012Validator(dict(word.schema)).validate(example)


@pytest.mark.parametrize("name", listed())
def test_every_command_has_its_section(name: str) -> None:
    page = next(text for file, text in texts() if file.name == "commands.md")
    assert f"\n## understudy {name}\n" in page


@pytest.mark.parametrize("label", ROUTES)
def test_every_operation_of_the_control_api_has_its_section(label: str) -> None:
    page = next(text for file, text in texts() if file.name == "control.md")
    assert f"\n## `{label}`\n" in page


def texts() -> list[tuple[Path, str]]:
    return [(file, file.read_text("utf-8")) for file in MADE]
