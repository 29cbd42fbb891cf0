"""Which part of a path names a tenant."""

from __future__ import annotations

from tests.asgi.stage import Play, operation


def test_an_api_may_have_tenants_below_a_variable_in_any_place(play: Play) -> None:
    thing = {"type": "object", "properties": {"id": {"type": "integer"}}}
    paths = {
        "/things": {"post": operation(thing), "get": operation({"type": "array", "items": thing})}
    }
    servers = [
        {
            "url": "/v{n}/{account}",
            "variables": {"n": {"default": "1"}, "account": {"default": "main"}},
        }
    ]
    stage = play(paths, {"defaults": {"tenant": "account"}}, servers=servers)
    stage.ask("POST /v1/other/things", {})
    assert [len(stage.ask(f"GET /v1/{name}/things").json) for name in ("other", "main", "new")] == [
        1,
        0,
        0,
    ]
