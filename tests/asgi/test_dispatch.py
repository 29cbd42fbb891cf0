from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import Settings, make_app, make_edges
from mockserver.asgi.respond import RequestLog
from mockserver.asgi.site.sample import sample_call
from tests.asgi.stage import Play, Stage, operation
from tests.conftest import APIS, fresh_app

KEY = {"X-Api-Key": "bookshop-key"}
TOKEN = {"X-Auth-Token": "tok"}


@pytest.fixture(scope="module")
def all_apis() -> Stage:
    return Stage(make_app(APIS))


def second_shop(tmp_path: Path) -> str:
    """Write an API that has the paths of the bookshop too."""
    folder = tmp_path / "other"
    folder.mkdir()
    paths = {"/shelves": {"get": operation({"type": "array", "items": {"type": "object"}})}}
    whole = {"openapi": "3.0.3", "info": {"title": "Other", "version": "1"}, "paths": paths}
    (folder / "openapi.json").write_text(json.dumps(whole), "utf-8")
    return str(folder)


def test_several_apis_are_told_apart_by_their_paths(all_apis: Stage) -> None:
    assert all_apis.ask("GET /shelves", headers=KEY).json["total"] == 3
    assert all_apis.ask("GET /stores/abc/v2/products/32/images", headers=TOKEN).status == 200
    assert all_apis.ask("GET /api/v1/active_user/").json["code"] == "not_authenticated"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/nothing/", {"detail": "Not found.", "code": "not_found"}),
        ("/api/i1/nothing/", {"detail": "Not found.", "code": "not_found"}),
        (
            "/stores/abc/v2/nothing",
            [{"status": 404, "message": "The requested resource was not found."}],
        ),
        ("/openapi/2022-01/nothing", {"errors": ["Not Found"]}),
    ],
)
def test_a_path_under_an_api_s_beginning_is_refused_in_its_form(
    all_apis: Stage, path: str, body: Any
) -> None:
    answer = all_apis.ask(f"GET {path}", headers={"Accept": "application/json"})
    assert (answer.status, answer.json) == (404, body)


def test_a_path_of_no_api_is_told_what_is_served(all_apis: Stage) -> None:
    answer = all_apis.ask("GET /somewhere")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
    assert set(answer.json["apis"]) == set(APIS)
    assert all_apis.ask("HEAD /somewhere").body == b""


def test_apis_that_clash_all_move_under_their_names(tmp_path: Path) -> None:
    stage = Stage(
        make_app(["bookshop", second_shop(tmp_path), "bigcommerce-v2"], Settings(cors=False))
    )
    assert stage.ask("GET /bookshop/shelves", headers=KEY).json["total"] == 3
    assert stage.ask("GET /other/shelves").status == 200
    assert stage.ask("GET /shelves").status == 404
    images = "/bigcommerce-v2/stores/abc/v2/products/32/images"
    assert stage.ask(f"GET {images}", headers=TOKEN).status == 200
    made = stage.ask(f"POST {images}", {"image_file": "a.png"}, TOKEN)
    assert made.headers["location"].startswith(f"http://testserver{images}/")
    refused = stage.ask("GET /bigcommerce-v2/nothing", headers={"Accept": "application/json"})
    assert refused.json[0]["status"] == 404
    served = stage.ask("GET /__admin/docs/bookshop/openapi.json").json["servers"]
    assert [each["url"] for each in served] == ["/bookshop"]


def test_the_call_to_try_works_where_apis_have_moved(tmp_path: Path) -> None:
    edges = make_edges(["bigcommerce-v2", "bookshop", second_shop(tmp_path)], Settings())
    shown = sample_call(edges[0], "http://localhost")
    assert shown is not None
    assert "-H 'X-Auth-Token: tok'" in shown
    assert "/bigcommerce-v2/stores/" in shown


def test_the_index_names_every_api(all_apis: Stage) -> None:
    for path in ("/__admin", "/__admin/"):
        page = all_apis.ask(f"GET {path}")
        assert page.headers["content-type"].startswith("text/html")
        assert all(f'href="/__admin/docs/{name}/"'.encode() in page.body for name in APIS)


@pytest.mark.parametrize("name", APIS)
def test_swagger_ui_shows_the_document(all_apis: Stage, name: str) -> None:
    assert all_apis.ask(f"GET /__admin/docs/{name}").headers["location"].endswith(f"{name}/")
    page = all_apis.ask(f"GET /__admin/docs/{name}/")
    assert page.status == 200
    assert b'url: "openapi.json"' in page.body
    document = all_apis.ask(f"GET /__admin/docs/{name}/openapi.json").json
    assert document["paths"]
    assert all(each["url"].startswith("/") for each in document["servers"])


@pytest.mark.parametrize(
    ("file", "media_type"),
    [("swagger-ui.css", "text/css"), ("swagger-ui-bundle.js", "text/javascript")],
)
def test_the_files_of_swagger_ui_are_served(all_apis: Stage, file: str, media_type: str) -> None:
    answer = all_apis.ask(f"GET /__admin/docs/static/{file}")
    assert (answer.status, answer.headers["content-type"]) == (200, media_type)
    assert len(answer.body) > 10_000
    head = all_apis.ask(f"HEAD /__admin/docs/static/{file}")
    assert (head.body, head.headers["content-length"]) == (b"", str(len(answer.body)))


@pytest.mark.parametrize(
    "path", ["docs/static/nothing.js", "docs/nothing/", "docs/static/..", "docs/static/%2e%2e%2fx"]
)
def test_nothing_else_is_under_the_reserved_path(all_apis: Stage, path: str) -> None:
    assert all_apis.ask(f"GET /__admin/{path}").status == 404


def test_a_path_that_only_begins_like_the_reserved_one_is_the_api_s(play: Play) -> None:
    stage = play({"/__administrators": {"get": operation({"type": "object"})}})
    assert stage.ask("GET /__administrators").status == 200
    assert stage.ask("GET /__admin2").json["detail"] == "there is no /__admin2"


ORIGIN = {"Origin": "http://localhost:3000"}


def test_cors_lets_every_page_ask() -> None:
    stage = Stage(fresh_app("bookshop"))
    for call in ("GET /shelves", "GET /nothing"):
        headers = stage.ask(call, headers=ORIGIN).headers
        assert headers["access-control-allow-origin"] == ORIGIN["Origin"]
        assert headers["access-control-allow-credentials"] == "true"
        assert headers["vary"] == "Origin"
    asked = {
        **ORIGIN,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "x-api-key",
    }
    preflight = stage.ask("OPTIONS /shelves", headers=asked)
    assert preflight.status == 200
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-headers"] == "x-api-key"


def test_cors_exposes_the_headers_of_a_reply_by_name() -> None:
    headers = Stage(fresh_app("bookshop")).ask("GET /shelves", headers=ORIGIN).headers
    exposed = headers["access-control-expose-headers"].split(", ")
    assert "content-type" in exposed
    assert "*" not in exposed


def test_a_page_of_another_origin_reads_no_document() -> None:
    stage = Stage(fresh_app("bookshop"))
    for path in ("/__admin/", "/__admin/docs/bookshop/openapi.json", "/__admin/docs/bookshop/"):
        refused = stage.ask(f"GET {path}", headers=ORIGIN)
        assert refused.status == 403
        assert "access-control-allow-origin" not in refused.headers
        rebound = stage.ask(f"GET {path}", headers={"Host": "evil.example"})
        assert rebound.status == 403


def test_cors_can_be_switched_off() -> None:
    stage = Stage(fresh_app("bookshop", Settings(cors=False)))
    assert not [
        name
        for name in stage.ask("GET /shelves", headers=ORIGIN).headers
        if name.startswith("access-")
    ]


def test_each_request_is_told_once() -> None:
    told: list[tuple[str, str, int]] = []
    log = RequestLog(
        fresh_app("bookshop"),
        lambda each: told.append((each.method, each.target, each.status)),
    )
    stage = Stage(log)
    stage.ask("GET /shelves?page=1&x=%0A", headers=KEY)
    stage.ask("GET /nothing")
    stage.ask(
        "POST /shelves",
        headers={**KEY, "Content-Type": "application/json"},
        chunks=[b"{"],
        gone=True,
    )
    assert told == [
        ("GET", "/shelves?page=1&x=%0A", 200),
        ("GET", "/nothing", 404),
        ("POST", "/shelves", 0),
    ]


def test_the_lifespan_protocol_is_answered() -> None:
    coming = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    came: list[Any] = []

    async def receive() -> Any:
        return coming.pop(0)

    async def send(message: Any) -> None:
        came.append(message["type"])

    asyncio.run(fresh_app("bookshop")({"type": "lifespan"}, receive, send))
    assert came == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
