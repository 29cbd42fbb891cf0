"""What changes in the files behind a mock is taken up, and the state stays where it fits."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.app import Settings, make_edges
from mockserver.errors import UnderstudyError
from mockserver.server.reload import ReloadedApp, watch

SHELVES = """
openapi: 3.0.3
info: {title: Shop, version: '1'}
paths:
  /shelves:
    get: {responses: {'200': {description: '', content: {application/json: {schema: {type: array, items: &shelf {type: object, properties: {id: {type: integer, readOnly: true}, name: {type: string}}}}}}}}}
    post: &make
      requestBody: {content: {application/json: {schema: *shelf}}}
      responses: {'201': {description: '', content: {application/json: {schema: *shelf}}}}
  /shelves/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: '', content: {application/json: {schema: *shelf}}}}}
"""
LAMPS = """
  /lamps:
    get: {responses: {'200': {description: '', content: {application/json: {schema: {type: array, items: *shelf}}}}}}
    post: *make
"""


class Bench:
    """A document in a folder, and an application that plays it."""

    def __init__(self, folder: Path) -> None:
        self.document = folder / "shop.yaml"
        self.write(SHELVES)
        names, settings = [str(self.document)], Settings()
        self.app = ReloadedApp(names, settings, make_edges(names, settings))

    def write(self, text: str) -> None:
        self.document.write_text(text)

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
                return await client.request(method, path, json=body)

        return asyncio.run(ask())


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_new_operation_is_played_and_the_records_of_others_stay(bench: Bench) -> None:
    made = bench.ask("POST", "/shelves", {"name": "Poetry"}).json()
    bench.ask("POST", "/__space/a/shelves", {"name": "Drama"})
    assert bench.ask("GET", "/lamps").status_code == 404
    bench.write(SHELVES + LAMPS)
    bench.app.reload()
    assert bench.ask("GET", "/lamps").status_code == 200
    assert bench.ask("GET", f"/shelves/{made['id']}").json() == made
    names = [shelf["name"] for shelf in bench.ask("GET", "/__space/a/shelves").json()]
    assert names[-1] == "Drama"
    second = bench.ask("POST", "/shelves", {"name": "Prose"}).json()
    assert second["id"] != made["id"]


def test_a_broken_file_is_told_and_the_one_before_plays_on(bench: Bench) -> None:
    made = bench.ask("POST", "/shelves", {"name": "Poetry"}).json()
    bench.write("openapi: [")
    with pytest.raises(UnderstudyError):
        bench.app.reload()
    assert bench.ask("GET", f"/shelves/{made['id']}").json() == made


def test_journal_stubs_and_the_start_of_a_reset_follow(bench: Bench) -> None:
    bench.ask("POST", "/shelves", {"name": "Poetry"})
    stub = {"request": {"operation": "GET /shelves"}, "response": {"status": 418}}
    bench.ask("POST", "/__admin/mappings", stub)
    bench.write(SHELVES + LAMPS)
    bench.app.reload()
    assert bench.ask("GET", "/shelves").status_code == 418
    assert len(bench.ask("GET", "/__admin/requests").json()["requests"]) == 2
    lamps = {"request": {"operation": "GET /lamps"}, "response": {"status": 503}}
    assert bench.ask("POST", "/__admin/mappings", lamps).status_code == 201
    before = len(bench.ask("POST", "/__admin/reset").json())
    assert before == 0
    assert "Poetry" not in bench.ask("GET", "/shelves").text


def test_the_files_of_an_api_are_its_document_semantics_and_what_they_refer_to(
    bench: Bench, tmp_path: Path
) -> None:
    (tmp_path / "parts.yaml").write_text("Lamp: {type: object}\n")
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "default.yaml").write_text("shelves: []\n")
    bench.write(SHELVES + "components: {schemas: {Lamp: {$ref: 'parts.yaml#/Lamp'}}}\n")
    bench.app.reload()
    names = {file.name for file in bench.app.files()}
    assert names == {"shop.yaml", "parts.yaml", "semantics.yaml", "default.yaml"}


def test_a_change_is_taken_up_by_itself(bench: Bench, tmp_path: Path) -> None:
    pytest.importorskip("watchfiles")
    told: list[str] = []
    heard, stop = threading.Event(), threading.Event()

    def tell(text: str) -> None:
        told.append(text)
        heard.set()

    thread = threading.Thread(target=watch, args=(bench.app, tell, stop), daemon=True)
    thread.start()
    try:
        for attempt in range(60):  # the watch may begin after the first change
            # as editors do it: another file takes the place of the old one
            fresh = tmp_path / "fresh.tmp"
            fresh.write_text(SHELVES + LAMPS + f"# {attempt}\n")
            os.replace(fresh, bench.document)
            if heard.wait(1):
                break
    finally:
        stop.set()
        thread.join(10)
    assert told[0] == "understudy: shop.yaml changed and was taken up"
    assert bench.ask("GET", "/lamps").status_code == 200


def test_a_resource_of_another_key_begins_anew(bench: Bench) -> None:
    bench.ask("POST", "/shelves", {"name": "Poetry"})
    other = SHELVES.replace("/shelves/{id}", "/shelves/{code}").replace("name: id", "name: code")
    keyed = other.replace("{id: {type: integer, readOnly: true}", "{code: {type: integer}")
    bench.write(keyed)
    bench.app.reload()
    assert "Poetry" not in bench.ask("GET", "/shelves").text
