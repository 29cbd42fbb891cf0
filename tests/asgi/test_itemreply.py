"""A reply tells what became of each of several records in the form that its document gives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.asgi.stage import Play
from tests.model.compiling import document, does, many, thing

KEY = {"type": "integer", "readOnly": True}
NAME = {"type": "string", "minLength": 1}
PET = thing(id=KEY, name="string", vip="boolean")
SENT = {**thing(name=NAME, vip="boolean"), "required": ["name"]}
TEXTS = many({"type": "string"})
COUNTS = thing(total="integer", succeeded="integer", failed="integer")


def replies(**by_status: Any) -> dict[str, Any]:
    """Return an operation that makes pets, with its replies by status."""
    made = does(body=many(SENT))
    made["responses"] = {
        name.removeprefix("s"): {
            "description": "d",
            "content": {"application/json": {"schema": schema}},
        }
        for name, schema in by_status.items()
    }
    return made


def pets(bulk: dict[str, Any]) -> Any:
    text = document(
        {
            "/pets": {"get": does(many(PET)), "post": does(PET, SENT, 201)},
            "/pets/{id}": {"get": does(PET), "delete": does(status=204)},
            "/pets/bulk": {"post": bulk},
        }
    )
    return json.loads(text)["paths"]


OUTCOME = {"type": "string", "enum": ["created", "failed"]}
SHORT = '"" is shorter than 1 character'
RIGHT, WRONG = {"name": "a"}, {"name": ""}


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        (
            many(thing(status="integer", id="integer", error=thing(message="string"))),
            [{"status": 201, "id": 1}, {"status": 400, "error": {"message": SHORT}}],
        ),
        (
            thing(results=many(thing(index="integer", outcome=OUTCOME, pet=PET, reason="string"))),
            {
                "results": [
                    {"index": 0, "outcome": "created", "pet": {"id": 1, "name": "a"}},
                    {"index": 1, "outcome": "failed", "reason": SHORT},
                ]
            },
        ),
        (
            thing(
                created=many(PET), failed=many(thing(row="integer", errors=TEXTS)), summary=COUNTS
            ),
            {
                "created": [{"id": 1, "name": "a"}],
                "failed": [{"row": 2, "errors": [SHORT]}],
                "summary": {"total": 2, "succeeded": 1, "failed": 1},
            },
        ),
        (
            thing(items=many(thing(success="boolean", data=PET, input=SENT, message="string"))),
            {
                "items": [
                    {"success": True, "data": {"id": 1, "name": "a"}, "input": RIGHT},
                    {"success": False, "input": WRONG, "message": SHORT},
                ]
            },
        ),
    ],
)
def test_each_record_is_told_of_in_the_form_of_the_document(
    play: Play, schema: Any, told: Any
) -> None:
    stage = play(pets(replies(s207=schema)))
    answer = stage.ask("POST /pets/bulk", [RIGHT, WRONG])
    assert (answer.status, answer.json) == (207, told)
    assert stage.ask("GET /pets").json == [{"id": 1, "name": "a"}]


def test_the_usual_reply_comes_where_all_went_well(play: Play) -> None:
    apart = thing(data=many(PET), errors=many(thing(index="integer", message="string")))
    stage = play(pets(replies(s201=thing(data=many(PET)), s207=apart)))
    well = stage.ask("POST /pets/bulk", [RIGHT])
    partly = stage.ask("POST /pets/bulk", [WRONG, RIGHT])
    assert (well.status, well.json) == (201, {"data": [{"id": 1, "name": "a"}]})
    assert partly.status == 207
    assert partly.json["errors"] == [{"index": 0, "message": SHORT}]


def test_more_mistakes_than_are_told_of_one_body_are_told_of_many_records(play: Play) -> None:
    form = many(thing(status="integer", id="integer"))
    stage = play(pets(replies(s207=form)))
    answer = stage.ask("POST /pets/bulk", [WRONG] * 150)
    assert {each["status"] for each in answer.json} == {400}
    assert len(answer.json) == 150
    assert stage.ask("GET /pets").json == []


def test_a_warning_beside_records_is_no_result(play: Play) -> None:
    noted = thing(pets=many(PET), warnings=many(thing(message="string")))
    stage = play(pets(replies(s200=noted)))
    assert stage.ask("POST /pets/bulk", [RIGHT, WRONG]).status == 400
    assert stage.ask("GET /pets").json == []
