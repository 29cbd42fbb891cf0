"""A delete of what is not there succeeds where words say so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.behavior.world import World
from tests.model.compiling import does, many, small, thing

GONE = {"description": "d"}


def deleted(*statuses: str, **words: str) -> bool:
    """Tell whether a thing that is not there can be deleted."""
    label: Any = does(status=204, **words)
    for status in statuses:
        label["responses"][status] = GONE
    things = {"get": does(many()), "post": does(thing(), thing())}
    model = small({"/things": things, "/things/{id}": {"get": does(thing()), "delete": label}})
    reply = World(model=model).call("DELETE /things/{id}", path={"id": 7})
    return reply.problem is None


@pytest.mark.parametrize(
    "words",
    [
        "Idempotent: deleting a thing that is not there answers 204 too.",
        "Returns 204 even if the thing does not exist.",
        "If the thing doesn't exist, the call succeeds.",
        "Deleting an already deleted thing is a no-op.",
    ],
)
def test_words_forgive_a_delete_of_what_is_not_there(words: str) -> None:
    assert deleted(description=words)
    assert not deleted("404", description=words)


@pytest.mark.parametrize(
    "words", ["Deletes a thing.", "This is idempotent.", "Fails if the thing does not exist."]
)
def test_any_other_delete_of_what_is_not_there_is_refused(words: str) -> None:
    assert not deleted(description=words)
