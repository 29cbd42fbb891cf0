"""A reply that says whether all went well says that it did, wherever the document has a flag."""

from __future__ import annotations

import json

from tests.asgi.stage import Play
from tests.model.compiling import document, does, many, thing

NOTE = thing(id="integer", name="string")
OK = {"type": "boolean"}
PATHS = {
    "/notes": {
        "get": does(thing(ok=OK, notes=many(NOTE))),
        "post": does(thing(ok=OK, note=NOTE), thing(name="string")),
    },
    "/notes/{id}": {"get": does(NOTE), "delete": does(thing(success=OK, left="integer"))},
    "/notes/{id}/ping": {"post": does(thing(ok=OK))},
    "/echo": {"post": does(thing(success=OK, text="string"), thing(text="string"))},
}


def test_a_flag_tells_of_success_in_every_reply(play: Play) -> None:
    stage = play(json.loads(document(PATHS))["paths"])
    assert stage.ask("POST /notes", {"name": "a"}).json == {
        "ok": True,
        "note": {"id": 1, "name": "a"},
    }
    assert stage.ask("GET /notes").json["ok"] is True
    for _ in range(3):
        assert stage.ask("POST /notes/1/ping").json["ok"] is True
    assert stage.ask("POST /echo", {"text": "t"}).json["success"] is True
    assert stage.ask("DELETE /notes/1").json["success"] is True
