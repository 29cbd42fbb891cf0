"""POST that makes a record or changes the one of the same natural key."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.types import Kind
from tests.behavior.world import World
from tests.model.compiling import does, many, operation, small, thing

CONTACT = thing(id={"type": "integer", "readOnly": True}, email="string", name="string")
SENT = thing(email="string", name="string")


def model(summary: str = "", *statuses: int, sent: Any = SENT) -> Any:
    post = does(CONTACT, sent, status=201, summary=summary)
    for status in statuses:
        post["responses"][str(status)] = post["responses"]["201"]
    return small(
        {
            "/contacts": {"get": does(many(CONTACT)), "post": post},
            "/contacts/{id}": {"get": does(CONTACT), "delete": does(status=204)},
        }
    )


@pytest.mark.parametrize(
    ("summary", "statuses", "name"),
    [
        ("", (200,), "A"),
        ("Creates or updates a contact by email", (), "A"),
        ("Create or fully replace a contact", (), None),
        ("If a contact with the same email already exists, it is replaced.", (), "A"),
        ("Upsert a contact", (200,), "A"),
    ],
)
def test_a_post_changes_the_record_of_the_same_natural_key(
    summary: str, statuses: tuple[int, ...], name: str | None
) -> None:
    world = World(model=model(summary, *statuses))
    assert operation(world.model, "POST /contacts").reason == "post-upserts by email"
    first = world.call("POST /contacts", {"email": "a@x", "name": "A"})
    second = world.call("POST /contacts", {"email": "a@x"})
    other = world.call("POST /contacts", {"email": "b@x"})
    assert [reply.created for reply in (first, second, other)] == [True, False, True]
    assert [each["id"] for each in world.value("GET /contacts")] == [1, 2]
    if "replace" not in summary:
        assert second.value.get("name") == name


def test_an_upsert_that_replaces_leaves_nothing_of_the_record() -> None:
    world = World(model=model("Create or fully replace a contact"))
    for body in ({"email": "a@x", "name": "A"}, {"email": "a@x"}):
        world.value("POST /contacts", body)
    assert "name" not in world.value("GET /contacts")[0]


@pytest.mark.parametrize(
    ("summary", "statuses", "sent"),
    [
        ("Create a contact", (), SENT),
        ("Create a contact or a lead", (), SENT),
        ("", (200,), thing(note="string")),
        ("", (202,), SENT),
    ],
)
def test_a_post_without_a_natural_key_or_a_word_of_it_makes_a_record(
    summary: str, statuses: tuple[int, ...], sent: Any
) -> None:
    assert operation(model(summary, *statuses, sent=sent), "POST /contacts").kind is Kind.CREATE
