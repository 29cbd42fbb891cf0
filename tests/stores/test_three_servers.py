"""Three servers on two addresses play one mock from one PostgreSQL: clients of all of them lose no
update and get no key twice, a property stays unique, and the journal of each has every call.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.databases import new_database

START = "from mockserver.cli import main; main()"
HOSTS = ("127.0.0.1", "127.0.0.1", "127.0.0.2")
CLIENTS, ROUNDS = 9, 4
TAG = {"ETag": {"schema": {"type": "string"}}}
NOTE = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "description": "The name of the note, which is unique."},
        "number": {"type": "integer"},
    },
}


def answered(status: str, *refusals: str, headers: Any = None) -> dict[str, Any]:
    content = {"application/json": {"schema": NOTE}}
    told: dict[str, Any] = {status: {"description": "", "content": content}}
    if headers:
        told[status]["headers"] = headers
    return told | {refusal: {"description": "Refused."} for refusal in refusals}


BODY = {"required": True, "content": {"application/json": {"schema": NOTE}}}
KEY = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
MATCH = {"name": "If-Match", "in": "header", "schema": {"type": "string"}}
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Notes", "version": "1"},
    "paths": {
        "/notes": {"post": {"requestBody": BODY, "responses": answered("201", "409", "422")}},
        "/notes/{id}": {
            "parameters": [KEY],
            "get": {"responses": answered("200", "404", headers=TAG)},
            "put": {
                "parameters": [MATCH],
                "requestBody": BODY,
                "responses": answered("200", "404", "409", "412", headers=TAG),
            },
        },
    },
}
SEMANTICS = "resources:\n  notes: {unique: [[name]]}\n"


@pytest.fixture
def urls(tmp_path: Path) -> Iterator[Sequence[str]]:
    """Where three servers listen."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "openapi.json").write_text(json.dumps(DOCUMENT))
    (folder / "semantics.yaml").write_text(SEMANTICS)
    options = ["-p", "0", "-q", "--store", new_database("postgresql")]
    processes = []
    found = []
    for host in HOSTS:
        command = [sys.executable, "-c", START, "mock", str(folder), "-h", host, *options]
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    for process in processes:
        assert process.stdout is not None
        for line in process.stdout:
            match = re.search(r"listening on (http://\S+)", line)
            if match:
                found.append(match[1])
                break
    yield found
    for process in processes:
        process.kill()
        process.communicate()


def count_up(client: httpx.Client) -> None:
    """Read a number and store the next one, again where another was faster."""
    for _ in range(1000):
        read = client.get("/notes/1")
        note = read.json()
        told = {"name": note["name"], "number": note["number"] + 1}
        headers = {"If-Match": read.headers["etag"]}
        answer = client.put("/notes/1", json=told, headers=headers)
        if answer.status_code == 200:
            return
        assert answer.status_code == 412
    raise AssertionError("others were always faster")


def work(urls: Sequence[str], number: int) -> list[Any]:
    """Do what one client does, each call to another server; return the keys and the refusals."""
    told: list[Any] = []
    for turn in range(ROUNDS):
        url = urls[(number + turn) % len(urls)]
        with httpx.Client(base_url=url, timeout=60) as client:
            count_up(client)
            own = client.post("/notes", json={"name": f"{number}/{turn}", "number": 0})
            told.append(own.json()["id"])
            same = client.post("/notes", json={"name": f"round {turn}", "number": 0})
            told.append(same.json()["id"] if same.status_code == 201 else same.status_code)
    return told


@pytest.mark.skipif(sys.platform != "linux", reason="127.0.0.2 is there without being set up")
def test_three_servers_on_two_addresses_play_one_mock(urls: Sequence[str]) -> None:
    first = httpx.post(f"{urls[0]}/notes", json={"name": "counter", "number": 0})
    assert first.json()["id"] == 1
    with ThreadPoolExecutor(CLIENTS) as pool:
        told = [
            each for client in pool.map(lambda n: work(urls, n), range(CLIENTS)) for each in client
        ]
    refused = [each for each in told if each in (409, 422)]
    keys = [each for each in told if each not in (409, 422)]
    assert len(set(keys)) == len(keys) == CLIENTS * ROUNDS + ROUNDS
    assert len(refused) == CLIENTS * ROUNDS - ROUNDS, "a name was taken twice, or by nobody"
    assert httpx.get(f"{urls[2]}/notes/1").json()["number"] == CLIENTS * ROUNDS
    journals = []
    for url in urls:
        listed = httpx.get(f"{url}/__admin/requests").json()["requests"]
        journals.append([(each["id"], each["response"]["status"]) for each in listed])
    assert journals[0] == journals[1] == journals[2]
    counted = Counter(status for _, status in journals[0])
    assert counted[201] == len(keys) + 1
    assert counted[409] + counted[422] == len(refused)
