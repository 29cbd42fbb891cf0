"""A search for words finds them in what records say, and in no URL, UUID or moment."""

from __future__ import annotations

import pytest

from mockserver.conditions import Condition, meets
from mockserver.model.types.reading import Operator

RECORD = {
    "title": "Paint the fence",
    "url": "https://example.com/laugh-letter-really",
    "id": "a8b7c5e4-efd1-4426-921c-b9c20770a44b",
    "due": "2024-03-01",
    "made_at": "2026-11-30T18:19:33Z",
    "size": 40,
    "done": False,
}


@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [
        ("paint", True),
        ("fence paint", True),
        ("40", True),
        ("letter", False),
        ("4426", False),
        ("als", False),
        ("2024", False),
        ("2024-03-01", True),
        ("example.com", True),
    ],
)
def test_a_word_is_looked_for_in_what_says_something(wanted: str, is_found: bool) -> None:
    condition = Condition("", (wanted,), Operator.SEARCH)
    assert meets(RECORD, condition) is is_found
