"""What must be unique is found in the words of what creates it."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.model.report.promises import promises
from tests.asgi.stage import Play

TEXT = {"type": "string"}


def members(told: str, *, status: str = "409", summary: str = "", **words: str) -> dict[str, Any]:
    """The paths of a club whose create documents a refusal in some words."""
    fields: dict[str, Any] = {"id": {"type": "integer", "readOnly": True}}
    for name in ("email", "login_name", "motto"):
        fields[name] = {**TEXT, "description": words.get(name, "")}
    schema = {"type": "object", "properties": fields}
    content = {"application/json": {"schema": schema}}
    shown = {"description": "", "content": content}
    body = {"required": True, "content": content}
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    made = {"201": shown, status: {"description": told}}
    return {
        "/members": {"post": {"summary": summary, "requestBody": body, "responses": made}},
        "/members/{id}": {
            "parameters": [key],
            "get": {"responses": {"200": shown}},
            "put": {"requestBody": body, "responses": {"200": shown, "409": {"description": ""}}},
        },
    }


FIRST = {"email": "a@x.org", "login_name": "ann", "motto": "on"}


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("A member with this email already exists.", "email"),
        ("Email already in use", "email"),
        ("The login name is taken. Or the motto is not to be had.", "login_name"),
        ("`login_name` conflicts with an existing member", "login_name"),
        ("The result of duplicate unique values, such as login_name or motto.", "motto"),
        ("A member with the same email exists in the club.", ""),
        ("The combination of email and motto already exists.", ""),
        ("Conflict", ""),
    ],
)
def test_what_a_documented_conflict_names_is_refused_when_it_is_there(
    play: Play, told: str, name: str
) -> None:
    stage = play(members(told), records={"members": []})
    stage.ask("POST /members", FIRST)
    for each in FIRST:
        others = {other: f"other {other} for {each}" for other in FIRST}
        status = stage.ask("POST /members", {**others, each: FIRST[each]}).status
        if each == name:
            assert status == 409
        elif not name:
            assert status == 201, each


def test_a_change_to_what_another_record_has_is_refused_and_to_its_own_is_not(play: Play) -> None:
    stage = play(members("Email already exists"), records={"members": []})
    stage.ask("POST /members", FIRST)
    stage.ask("POST /members", {**FIRST, "email": "b@x.org"})
    assert stage.ask("PUT /members/2", FIRST).status == 409
    assert stage.ask("PUT /members/2", {**FIRST, "email": "b@x.org"}).status == 200


@pytest.mark.parametrize("words", ["Must be unique.", "A unique address", "Unique login"])
def test_a_property_that_says_so_is_unique_where_a_conflict_is_documented(
    play: Play, words: str
) -> None:
    for status, wanted in (("409", 409), ("400", 201)):
        stage = play(members("Refused", status=status, email=words), records={"members": []})
        stage.ask("POST /members", FIRST)
        assert stage.ask("POST /members", FIRST).status == wanted


def test_a_property_that_is_unique_among_others_is_not_held_to_more(play: Play) -> None:
    words = "Must be unique within the team"
    stage = play(members("Refused", email=words), records={"members": []})
    stage.ask("POST /members", FIRST)
    assert stage.ask("POST /members", FIRST).status == 201


def test_what_the_semantics_say_of_what_is_unique_stands(play: Play) -> None:
    said = {"resources": {"members": {"unique": []}}}
    stage = play(members("Email already exists"), semantics=said, records={"members": []})
    stage.ask("POST /members", FIRST)
    assert stage.ask("POST /members", FIRST).status == 201


def test_what_is_unique_is_told_among_the_promises(play: Play) -> None:
    stage = play(members("Email already exists"), records={"members": []})
    assert stage.space is not None
    assert "members: no two have the same email" in list(promises(stage.space.model))


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("Unique, compared without regard to case", 409),
        ("Must be unique (case-insensitive).", 409),
        ("Must be unique.", 201),
    ],
)
def test_words_tell_that_the_case_of_letters_makes_no_difference(
    play: Play, words: str, status: int
) -> None:
    stage = play(members("Refused", email=words), records={"members": []})
    stage.ask("POST /members", FIRST)
    assert stage.ask("POST /members", {**FIRST, "email": FIRST["email"].upper()}).status == status
