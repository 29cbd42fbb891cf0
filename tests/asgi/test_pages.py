from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import make_app
from tests.asgi.stage import Play, Stage, operation

THING = {"type": ["object", "null"], "properties": {"id": {"const": 1}}}
SERVERS = [{"url": "https://live.example/{version}", "variables": {"version": {"default": "v2"}}}]


def shown(stage: Stage, name: str) -> Any:
    """Return the document that Swagger UI shows of an API."""
    return stage.ask(f"GET /__admin/docs/{name}/openapi.json").json


def written(folder: Path, version: str, **parts: Any) -> Stage:
    """Play a document of a version, in `api.json` of a folder."""
    whole = {"openapi": version, "info": {"title": "Tests", "version": "1"}, **parts}
    path = folder / "shop.json"
    path.write_text(json.dumps(whole), "utf-8")
    return Stage(make_app([str(path)]))


@pytest.mark.parametrize("version", ["3.1.0", "3.1.1", "3.2.0"])
def test_a_modern_document_is_shown_as_it_was_written(tmp_path: Path, version: str) -> None:
    parts = {
        "paths": {"/things": {"get": operation({"$ref": "#/components/schemas/Thing"})}},
        "components": {"schemas": {"Thing": THING}, "pathItems": {}},
        "webhooks": {},
    }
    document = shown(written(tmp_path, version, **parts), "shop")
    assert document == {
        "openapi": version,
        "info": {"title": "Tests", "version": "1"},
        "servers": [{"url": "/"}],
        **parts,
    }


def test_what_a_modern_document_takes_from_other_files_is_put_in(tmp_path: Path) -> None:
    (tmp_path / "thing.json").write_text(json.dumps(THING), "utf-8")
    paths = {"/things": {"get": operation({"$ref": "thing.json"})}}
    document = shown(written(tmp_path, "3.1.0", paths=paths), "shop")
    assert list(document["components"]["schemas"].values()) == [THING]
    assert "thing.json" not in json.dumps(document)


def test_an_older_document_is_shown_as_it_was_understood(play: Play) -> None:
    stage = play({"/things": {"get": {"responses": {"200": {}}}}})
    name = stage.space.model.name if stage.space else ""
    got = shown(stage, name)["paths"]["/things"]["get"]
    assert got["responses"]["200"]["description"] == ""


def test_no_server_of_a_document_is_left_but_the_mock(tmp_path: Path) -> None:
    item = {"servers": SERVERS, "get": {**operation({"type": "object"}), "servers": SERVERS}}
    stage = written(tmp_path, "3.1.0", servers=SERVERS, paths={"/things": item})
    document = shown(stage, "shop")
    here = [{"url": "/v2"}]
    things = document["paths"]["/things"]
    assert (document["servers"], things["servers"], things["get"]["servers"]) == (here, here, here)


def test_the_title_of_a_page_cannot_leave_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a<b>.json"
    path.write_text(json.dumps({"openapi": "3.0.3", "info": {}, "paths": {}}), "utf-8")
    page = Stage(make_app([str(path)])).ask("GET /__admin/docs/a%3Cb%3E/")
    assert (page.status, b"<title>a&lt;b&gt;</title>" in page.body) == (200, True)


def test_a_page_is_asked_for_by_get_and_head_alone() -> None:
    stage = Stage(make_app(["bookshop"]))
    assert stage.ask("HEAD /__admin/docs/bookshop/").status == 200
    assert stage.ask("POST /__admin/docs/bookshop/").status == 405


def test_the_control_api_has_a_page_too() -> None:
    page = Stage(make_app(["bookshop"])).ask("GET /__admin/docs/")
    assert b'url: "../openapi.yaml"' in page.body


STARTED = """
import asyncio, sys
from mockserver import make_app
from tests.asgi.stage import Stage
stage = Stage(make_app(["bookshop"]))
answer = stage.ask("GET /shelves", headers={"X-Api-Key": "bookshop-key"})
heavy = {"connexion", "faker", "flask", "httpx", "jinja2", "requests", "rich"}
print(answer.status, *sorted(heavy & set(sys.modules)))
"""


def test_a_mock_whose_callers_send_keys_starts_and_answers_without_connexion() -> None:
    command = [sys.executable, "-c", STARTED]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "200\n"
