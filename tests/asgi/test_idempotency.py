"""A request is carried out once under its key, as the document promises."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asgi.stage import Play, Stage, body_of

TEXT = {"type": "string"}
PAYMENT = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "amount": {"type": "integer"},
        "made_at": {"type": "string", "format": "date-time", "readOnly": True},
    },
}
KEY = {"name": "Idempotency-Key", "in": "header", "schema": TEXT}
IDENTIFIED = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}


def said(schema: Any = PAYMENT) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def payments(
    asked: Any = KEY, sent: Any = PAYMENT, refusals: Any = None, about: str = ""
) -> dict[str, Any]:
    """Return paths of payments that are made, and changed, under a key."""
    parameters = [asked] if asked else []
    refused = refusals or {}
    return {
        "/payments": {
            "get": {"responses": {"200": said({"type": "array", "items": PAYMENT})}},
            "post": {
                "description": about,
                "parameters": parameters,
                "requestBody": body_of(sent),
                "responses": {"201": said(), **refused},
            },
        },
        "/payments/{id}": {
            "parameters": [IDENTIFIED],
            "get": {"responses": {"200": said()}},
            "patch": {
                "parameters": parameters,
                "requestBody": body_of(PAYMENT),
                "responses": {"200": said(), **refused},
            },
            "delete": {
                "parameters": parameters,
                "responses": {"204": {"description": ""}, "404": {"description": ""}},
            },
        },
    }


def pay(stage: Stage, amount: int = 5, key: str = "k1", **headers: str) -> Any:
    sent = {"Idempotency-Key": key, **headers}
    return stage.ask("POST /payments", {"amount": amount}, sent)


def count(stage: Stage) -> int:
    return len(stage.ask("GET /payments").json)


def test_the_same_request_gets_the_same_answer_and_makes_nothing_more(play: Play) -> None:
    stage = play(payments())
    first = pay(stage)
    assert stage.space is not None
    stage.space.clock.advance(hours=1)
    second = pay(stage)
    assert (second.status, second.body, second.headers) == (201, first.body, first.headers)
    assert count(stage) == 1


def test_another_key_is_another_request(play: Play) -> None:
    stage = play(payments())
    ids = [pay(stage, key=key).json["id"] for key in ("k1", "k2")]
    assert (ids, count(stage)) == ([1, 2], 2)


def test_requests_without_a_key_are_each_carried_out(play: Play) -> None:
    stage = play(payments())
    made = [stage.ask("POST /payments", {"amount": 5}).json["id"] for _ in range(2)]
    assert made == [1, 2]


@pytest.mark.parametrize(
    ("refusals", "status"),
    [
        ({}, 422),
        ({"409": {"description": "conflict"}}, 409),
        ({"422": {"description": "invalid"}}, 422),
        ({"409": {"description": "no"}, "422": {"description": "Idempotency key reused"}}, 422),
        ({"400": {"description": "bad"}}, 400),
    ],
)
def test_another_request_under_the_key_is_refused_as_documented(
    play: Play, refusals: Any, status: int
) -> None:
    stage = play(payments(refusals=refusals))
    pay(stage, 5)
    assert (pay(stage, 6).status, count(stage)) == (status, 1)


def test_a_change_and_a_delete_are_carried_out_once_too(play: Play) -> None:
    stage = play(payments())
    pay(stage)
    key = {"Idempotency-Key": "k1"}
    changes = [stage.ask("PATCH /payments/1", {"amount": 7}, key) for _ in range(2)]
    removals = [stage.ask("DELETE /payments/1", headers=key).status for _ in range(2)]
    assert changes[0].json == changes[1].json
    assert (removals, count(stage)) == ([204, 204], 0)


def test_the_answer_stays_when_what_was_made_is_gone(play: Play) -> None:
    stage = play(payments())
    first = pay(stage)
    stage.ask("DELETE /payments/1")
    assert (pay(stage).body, count(stage)) == (first.body, 0)


def test_a_refused_request_may_be_sent_again_under_its_key(play: Play) -> None:
    stage = play(payments())
    key = {"Idempotency-Key": "k1"}
    refused = stage.ask("POST /payments", {"amount": "x"}, key).status
    assert (refused, pay(stage).status) == (400, 201)


@pytest.mark.parametrize(
    ("asked", "about", "hours"),
    [
        (KEY, "", 24),
        ({**KEY, "description": "Kept for 48 hours."}, "", 48),
        (KEY, "Sends money. The idempotency key expires after 1 hour. Waits 9 days.", 1),
    ],
)
def test_a_key_is_kept_as_long_as_the_document_says(
    play: Play, asked: Any, about: str, hours: int
) -> None:
    stage = play(payments(asked, about=about))
    assert stage.space is not None
    clock = stage.space.clock
    clock.freeze("2026-01-01T00:00:00Z")
    made = [pay(stage).json["id"]]
    clock.advance(hours=hours, seconds=-1)
    made.append(pay(stage).json["id"])
    clock.advance(seconds=1)
    made.append(pay(stage, 6).json["id"])
    assert made == [1, 1, 2]


def test_each_caller_has_keys_of_its_own(play: Play) -> None:
    paths = payments()
    schemes = {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    known = [{"scheme": "Key", "value": name} for name in ("ann", "bob")]
    stage = play(
        paths,
        {"credentials": known},
        components={"securitySchemes": schemes},
        security=[{"Key": []}],
    )
    made = [
        pay(stage, amount, **{"X-Key": name}).json["id"]
        for amount, name in [(5, "ann"), (6, "bob")]
    ]
    assert made == [1, 2]


def test_a_header_of_any_name_is_a_key_where_the_document_says_so(play: Play) -> None:
    named = {"name": "X-Request-Id", "in": "header", "schema": TEXT}
    plain = play(payments(named))
    sent = {"X-Request-Id": "r1"}
    apart = [plain.ask("POST /payments", {"amount": 5}, sent).json["id"] for _ in range(2)]
    said_so = play(payments({**named, "description": "Makes the request idempotent."}))
    once = [said_so.ask("POST /payments", {"amount": 5}, sent).json["id"] for _ in range(2)]
    assert (apart, once) == ([1, 2], [1, 1])


def test_a_key_in_the_body_is_one_too(play: Play) -> None:
    sent = {**PAYMENT, "properties": {**PAYMENT["properties"], "idempotency_key": TEXT}}
    stage = play(payments(None, sent))
    body = {"amount": 5, "idempotency_key": "k1"}
    made = [stage.ask("POST /payments", body).json["id"] for _ in range(2)]
    other = stage.ask("POST /payments", {**body, "amount": 6}).status
    assert (made, other, count(stage)) == ([1, 1], 422, 1)


def test_a_reset_forgets_the_keys(play: Play) -> None:
    stage = play(payments())
    assert stage.space is not None
    store = stage.space.store
    start = store.fork()
    pay(stage)
    store.restore(start)
    assert (pay(stage, 6).status, count(stage)) == (201, 1)


def test_keys_whose_time_is_over_do_not_pile_up(play: Play) -> None:
    stage = play(payments())
    assert stage.space is not None
    stage.space.clock.freeze("2026-01-01T00:00:00Z")
    for number in range(6):
        pay(stage, key=f"k{number}")
        stage.space.clock.advance(hours=12)
    kept = stage.space.store.records("$idempotency")  # type: ignore[attr-defined]
    assert len(kept) <= 3


@pytest.mark.parametrize(
    ("said_of_it", "made"), [({"header": "X-Once", "keep_s": 60}, [1, 1]), (False, [1, 2])]
)
def test_the_semantics_say_which_key_there_is(play: Play, said_of_it: Any, made: Any) -> None:
    semantics = {"operations": {"POST /payments": {"idempotency": said_of_it}}}
    stage = play(payments(), semantics)
    sent = {"X-Once": "a", "Idempotency-Key": "a"}
    ids = [stage.ask("POST /payments", {"amount": 5}, sent).json["id"] for _ in range(2)]
    assert ids == made


def test_what_answers_without_a_state_holds_its_callers_to_their_keys_too(play: Play) -> None:
    taken = {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}}
    post = {
        "parameters": [KEY],
        "requestBody": body_of({"type": "object"}),
        "responses": {"200": taken, "409": {"description": ""}},
    }
    stage = play({"/x/{id}/transfer": {"parameters": [IDENTIFIED], "post": post}})
    key = {"Idempotency-Key": "k1"}
    statuses = [stage.ask("POST /x/1/transfer", {"n": n}, key).status for n in (1, 1, 2)]
    assert statuses == [200, 200, 409]
