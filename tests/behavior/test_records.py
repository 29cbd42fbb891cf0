"""What is made for a record is its own."""

from __future__ import annotations

import pytest

from tests.behavior.world import World
from tests.model.compiling import document, does, many, thing


@pytest.mark.parametrize("pattern", ["^[ab]$", "^(0|1)$", "^b|c$"])
def test_a_made_key_is_one_that_is_free(pattern: str) -> None:
    note = thing(id={"type": "string", "pattern": pattern, "readOnly": True}, text="string")
    paths = {
        "/notes": {"get": does(many(note)), "post": does(note, thing(text="string"), 201)},
        "/notes/{id}": {"get": does(note)},
    }
    small = World(document=document(paths))
    first = small.value("POST /notes", {"text": "a"})
    second = small.value("POST /notes", {"text": "b"})
    assert first["id"] != second["id"]
