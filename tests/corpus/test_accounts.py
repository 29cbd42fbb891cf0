"""Who is made a user by the document itself logs in with that password and no other, and is who
calls with the token.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.app import Settings
from tests.asgi.conftest import play
from tests.asgi.stage import Play, Stage, body_of

__all__ = ["play"]

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
PLAIN = Settings(fixtures=None, cors=False)
BEARER = {"securitySchemes": {"b": {"type": "http", "scheme": "bearer"}}}


def thing(*required: str, **properties: Any) -> dict[str, Any]:
    whole = {"type": "object", "properties": properties}
    return {**whole, "required": list(required)} if required else whole


def told(schema: Any, status: str = "200") -> dict[str, Any]:
    media = {"application/json": {"schema": schema}}
    return {"responses": {status: {"description": "", "content": media}}}


USER = thing(id=NUMBER, email=TEXT, name=TEXT)
SENT = body_of(thing("email", "password", email=TEXT, name=TEXT, password=TEXT))
SECRETS = body_of(thing("email", "password", email=TEXT, password=TEXT))
LOG_IN = {"post": {"requestBody": SECRETS, **told(thing(token=TEXT))}}
CALLER = {"get": {**told(USER), "security": [{"b": []}]}}
BY_ID = {"parameters": [{"name": "id", "in": "path", "required": True, "schema": NUMBER}]}
READ = {"get": told(USER), **BY_ID}
LISTED = {"get": told({"type": "array", "items": USER})}
MADE = {"post": {"requestBody": SENT, **told(USER, "201")}}

FORMS = {
    "POST /users": {"/users": {**LISTED, **MADE}, "/users/{id}": READ},
    "POST /auth/register": {"/users": LISTED, "/users/{id}": READ, "/auth/register": MADE},
    "POST /users/sign-up": {
        "/users": LISTED,
        "/users/{id}": READ,
        "/users/sign-up": {"post": {"requestBody": SENT, **told(thing(message=TEXT), "201")}},
    },
    "POST /register": {"/register": MADE},
    "POST /signup": {
        "/signup": {"post": {"requestBody": SENT, **told(thing(token=TEXT, user=USER), "201")}}
    },
}


def of_form(play: Play, label: str, **paths: Any) -> Stage:
    """Play the log-in, who calls, and users who are made in one of the forms."""
    whole = {**FORMS[label], "/login": LOG_IN, "/me": CALLER, **paths}
    return play(whole, settings=PLAIN, components=BEARER)


def sent(name: str, password: str) -> dict[str, str]:
    return {"email": f"{name}@example.com", "password": password}


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("label", FORMS)
def test_only_the_password_of_a_user_logs_that_one_in(play: Play, label: str) -> None:
    stage = of_form(play, label)
    for name in ("ann", "bea"):
        made = stage.ask(label, {**sent(name, f"secret of {name}"), "name": name})
        assert made.status == 201
        assert b"secret" not in made.body
    assert stage.ask("POST /login", sent("ann", "secret of bea")).status == 401
    assert stage.ask("POST /login", sent("cid", "secret of ann")).status == 401
    assert stage.ask("POST /login", {"email": "ann@example.com"}).status == 400
    token = stage.ask("POST /login", sent("bea", "secret of bea")).json["token"]
    caller = stage.ask("GET /me", None, bearing(token)).json
    assert (caller["email"], caller["name"]) == ("bea@example.com", "bea")
    assert stage.ask("GET /me").status == 401
    assert stage.ask("GET /me", None, bearing("understudy")).status == 200


def test_who_is_made_elsewhere_is_listed_among_the_users(play: Play) -> None:
    stage = of_form(play, "POST /auth/register")
    made = stage.ask("POST /auth/register", {**sent("ann", "a"), "name": "Ann"}).json
    assert stage.ask("GET /users").json == [made]
    assert stage.ask(f"GET /users/{made['id']}").json == made


def test_anybody_logs_in_where_nobody_was_made_with_a_password(play: Play) -> None:
    stage = of_form(play, "POST /users")
    assert stage.ask("POST /login", sent("ann", "whatever")).status == 200


def test_the_token_that_registering_gives_is_that_of_the_user(play: Play) -> None:
    stage = of_form(play, "POST /signup")
    made = stage.ask("POST /signup", {**sent("ann", "a"), "name": "Ann"}).json
    caller = stage.ask("GET /me", None, bearing(made["token"])).json
    assert caller == made["user"] == {"id": 1, "email": "ann@example.com", "name": "Ann"}


def test_a_log_in_that_shows_a_user_shows_the_one_who_logs_in(play: Play) -> None:
    shows = {"post": {"requestBody": SECRETS, **told(thing(token=TEXT, user=USER))}}
    stage = of_form(play, "POST /users", **{"/login": shows})
    stage.ask("POST /users", {**sent("ann", "a"), "name": "Ann"})
    shown = stage.ask("POST /login", sent("ann", "a")).json
    assert shown["user"] == {"id": 1, "email": "ann@example.com", "name": "Ann"}
    assert stage.ask("GET /me", None, bearing(shown["token"])).json == shown["user"]


def test_a_refused_log_in_has_the_status_that_the_document_has_for_it(play: Play) -> None:
    refusing = {"responses": {**told(thing(token=TEXT))["responses"], "422": {"description": ""}}}
    stage = of_form(
        play, "POST /users", **{"/login": {"post": {"requestBody": SECRETS, **refusing}}}
    )
    stage.ask("POST /users", sent("ann", "a"))
    assert stage.ask("POST /login", sent("ann", "b")).status == 422
