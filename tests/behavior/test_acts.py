"""Operations on a record of which nothing else is known: actions that find, change and show it."""

from __future__ import annotations

from mockserver.call import ProblemKind
from mockserver.model.types import Model
from tests.behavior.world import World
from tests.model.compiling import does, many, small, thing

READ_ONLY = {"type": "string", "readOnly": True}
DEAL = thing(
    id="integer", name="string", amount="number", note="string", center="string", reason=READ_ONLY
)
SENT = thing(name="string", amount="number", note="string")
REPLY = thing(text="string", length="integer")


def deals(path: str, does_it: object, method: str = "post") -> Model:
    return small(
        {
            "/deals": {"get": does(many(DEAL)), "post": does(DEAL, SENT, 201)},
            "/deals/{id}": {"get": does(DEAL), "delete": does(status=204)},
            path: {method: does_it},
        }
    )


def made(model: Model) -> tuple[World, dict[str, int]]:
    world = World(model=model)
    key = world.value("POST /deals", {"name": "a", "amount": 100})["id"]
    return world, {"id": key}


def test_an_action_shows_its_record_with_what_its_body_shares_with_it() -> None:
    body = thing(center="string", why="string")
    world, path = made(deals("/deals/{id}/endre-kostnadssted", does(DEAL, body)))
    sent = {"center": "0123", "why": "moved"}
    shown = world.value("POST /deals/{id}/endre-kostnadssted", sent, path=path)
    assert (shown["id"], shown["center"]) == (path["id"], "0123")
    assert world.value("GET /deals/{id}", path=path) == shown
    assert "why" not in shown


def test_an_action_sets_what_only_it_can_set() -> None:
    world, path = made(deals("/deals/{id}/reject", does(body=thing(reason="string"), status=204)))
    world.value("POST /deals/{id}/reject", {"reason": "late"}, path=path)
    assert world.value("GET /deals/{id}", path=path)["reason"] == "late"


def test_an_amount_of_an_action_is_no_new_amount_of_its_record() -> None:
    world, path = made(deals("/deals/{id}/refund", does(DEAL, thing(amount="number"))))
    assert world.value("POST /deals/{id}/refund", {"amount": 5}, path=path)["amount"] == 100


def test_an_action_that_names_an_amount_sets_it() -> None:
    change = does(body=thing(amount="number"), status=204)
    world, path = made(deals("/deals/{id}/amount", change, "put"))
    world.value("PUT /deals/{id}/amount", {"amount": 5}, path=path)
    assert world.value("GET /deals/{id}", path=path)["amount"] == 5


def test_an_action_that_answers_something_else_answers_as_documented_and_finds_its_record() -> None:
    label = "POST /deals/{id}/send-reply"
    world, path = made(deals("/deals/{id}/send-reply", does(REPLY, thing(text="string"))))
    before = world.value("GET /deals/{id}", path=path)
    assert world.value(label, {"text": "hi"}, path=path)["text"] == "hi"
    assert world.value("GET /deals/{id}", path=path) == before
    assert world.refusal(label, {"text": "hi"}, path={"id": 99}).kind == ProblemKind.NOT_FOUND


def test_an_action_whose_verb_is_before_the_key_finds_its_record() -> None:
    label = "POST /deals/CreateInvoice/{id}"
    world, path = made(deals("/deals/CreateInvoice/{id}", does(REPLY)))
    assert "length" in world.value(label, path=path)
    assert world.refusal(label, path={"id": 99}).kind == ProblemKind.NOT_FOUND


def test_a_copy_is_a_new_record_with_what_the_old_one_has_and_what_is_sent() -> None:
    label = "POST /deals/{id}/duplicate"
    world, path = made(deals("/deals/{id}/duplicate", does(DEAL, thing(name="string"), 201)))
    copy = world.value(label, {"name": "b"}, path=path)
    assert copy["id"] != path["id"]
    assert (copy["name"], copy["amount"]) == ("b", 100)
    assert [deal["name"] for deal in world.value("GET /deals")] == ["a", "b"]
    assert world.refusal(label, {}, path={"id": 99}).kind == ProblemKind.NOT_FOUND


def test_what_only_computes_changes_nothing() -> None:
    dry = does(DEAL, thing(center="string"))
    world, path = made(deals("/deals/{id}/change-center-dry-run", dry))
    before = world.value("GET /deals/{id}", path=path)
    world.value("POST /deals/{id}/change-center-dry-run", {"center": "9"}, path=path)
    assert world.value("GET /deals/{id}", path=path) == before


def test_records_that_are_only_made_and_acted_on_are_there() -> None:
    session = {"$ref": "#/components/schemas/Session"}
    schemas = {"Session": thing(id="string", user="string", ended="boolean")}
    paths = {
        "/sessions": {"post": does(session, thing(user="string"))},
        "/sessions/{id}/end": {"post": does(session)},
    }
    world = World(model=small(paths, components={"schemas": schemas}))
    made = world.value("POST /sessions", {"user": "Ann"})
    ended = world.value("POST /sessions/{id}/end", path={"id": made["id"]})
    assert ended == {**made, "ended": True}
    assert world.refusal("POST /sessions/{id}/end", path={"id": "x"}).kind == ProblemKind.NOT_FOUND


def test_a_record_that_the_query_names_is_read_and_changed_by_it() -> None:
    user = thing(user_id="string", name="string")
    asked = [{"name": "user_id", "in": "query", "required": True, "schema": {"type": "string"}}]
    paths = {
        "/visitor": {
            "get": does(user, parameters=asked),
            "post": does(user, user),
            "put": does(user, user),
            "delete": does(status=204, parameters=asked),
        }
    }
    world = World(model=small(paths))
    for key in ("7", "8"):
        world.value("POST /visitor", {"user_id": key, "name": "Ann"})
    world.value("PUT /visitor", {"user_id": "7", "name": "Bo"})
    names = [world.value("GET /visitor", query={"user_id": key})["name"] for key in ("7", "8")]
    assert names == ["Bo", "Ann"]
    world.value("DELETE /visitor", query={"user_id": "7"})
    gone = world.refusal("GET /visitor", query={"user_id": "7"})
    assert gone.kind == ProblemKind.NOT_FOUND


def test_a_reply_whose_key_is_of_another_form_is_not_the_record() -> None:
    hose = thing(id={"type": "string", "example": "ho_12"}, status="string")
    task = thing(id={"type": "string", "minLength": 9, "example": "task_12345"}, status="string")
    model = small(
        {
            "/hoses": {"get": does(many(hose)), "post": does(hose, thing(status="string"), 201)},
            "/hoses/{id}": {"get": does(hose)},
            "/hoses/{id}/recover": {"post": does(task, thing(since="string"), 202)},
        }
    )
    world = World(model=model)
    path = {"id": world.value("POST /hoses", {"status": "dry"})["id"]}
    told = world.value("POST /hoses/{id}/recover", {"since": "now"}, path=path)
    assert len(told["id"]) >= 9
