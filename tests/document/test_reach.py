"""What a document takes in: what lies beside it, and nothing else unless it was allowed."""

from __future__ import annotations

import http.server
import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.document import load_document
from mockserver.document.contents import LARGEST_BYTES, read_any, read_regular
from mockserver.document.download import fetch
from mockserver.document.reach import Reach, read_reach
from mockserver.errors import DocumentError, SettingsError
from tests.document.documents import answering, document_of

SECRET = "LEAKED"
Answers = Callable[[http.server.BaseHTTPRequestHandler], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a document, beside files that are none of its business."""
    (tmp_path / "secret.txt").write_text(SECRET)
    (tmp_path / "secret.json").write_text(json.dumps({"auth": {"token": SECRET}}))
    below = tmp_path / "api"
    below.mkdir()
    return below


def loaded(folder: Path, document: Any, *references: str) -> str:
    """Return what the normalized document says, as a text."""
    path = folder / "openapi.json"
    path.write_text(json.dumps(document))
    return json.dumps(load_document(path, references=references).spec)


def described_by(reference: str) -> dict[str, Any]:
    document: dict[str, Any] = document_of(answering({"type": "string"}))
    document["info"]["description"] = {"$ref": reference}
    return document


def with_example(reference: str) -> dict[str, Any]:
    return document_of(answering({"type": "object", "example": {"$ref": reference}}))


@pytest.mark.parametrize(
    "document",
    [
        described_by("../secret.txt"),
        with_example("../secret.json"),
        with_example("../secret.json#/auth"),
        document_of(answering({"$ref": "../secret.json#/auth"})),
        document_of(answering({"$ref": "sub/../../secret.json"})),
        document_of(answering({"$ref": "%2e%2e/secret.json"})),
    ],
)
def test_a_reference_to_above_the_folder_of_the_document_takes_nothing_in(
    folder: Path, document: Any
) -> None:
    assert SECRET not in loaded(folder, document)


def test_an_absolute_path_or_file_url_takes_nothing_in(folder: Path) -> None:
    secret = folder.parent / "secret.json"
    assert SECRET not in loaded(folder, with_example(str(secret)))
    assert SECRET not in loaded(folder, with_example(secret.as_uri()))


def test_a_link_that_leads_out_of_the_folder_takes_nothing_in(folder: Path) -> None:
    (folder / "inside.json").symlink_to("../secret.json")
    assert SECRET not in loaded(folder, with_example("inside.json"))


def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    (folder / "real.json").write_text(json.dumps({"own": "value"}))
    (folder / "inside.json").symlink_to("real.json")
    assert "value" in loaded(folder, with_example("inside.json"))


def test_what_is_out_of_reach_is_told_with_the_option_that_allows_it(folder: Path) -> None:
    path = folder / "openapi.json"
    path.write_text(json.dumps(document_of(answering({"$ref": "../secret.json#/auth"}))))
    told = str(load_document(path).warnings[0])
    assert "leads out of the folder of the document" in told


def test_a_folder_that_is_allowed_is_within_reach(folder: Path) -> None:
    assert SECRET in loaded(folder, with_example("../secret.json"), str(folder.parent))


def test_a_document_of_a_pipe_has_nothing_beside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "near.json").write_text(json.dumps({"token": SECRET}))
    monkeypatch.chdir(folder)
    reading, writing = os.pipe()
    os.write(writing, json.dumps(with_example("near.json")).encode())
    os.close(writing)
    try:
        spec = load_document(f"/dev/fd/{reading}").spec
    finally:
        os.close(reading)
    assert SECRET not in json.dumps(spec)


@pytest.mark.parametrize("said", ["no-such-folder", "a b.example", "http//x/", ""])
def test_what_is_neither_a_folder_nor_a_host_cannot_be_allowed(said: str) -> None:
    with pytest.raises(SettingsError, match="--allow-references"):
        read_reach([said])


@pytest.mark.parametrize(
    ("said", "url", "is_within"),
    [
        ("docs.example", "https://docs.example/a.yaml", True),
        ("docs.example", "https://docs.example:8443/a.yaml", True),
        ("docs.example:8443", "https://docs.example:8443/a.yaml", True),
        ("docs.example:8443", "https://docs.example/a.yaml", False),
        ("docs.example", "https://docs.example.evil.example/a.yaml", False),
        ("docs.example", "https://docs.example@evil.example/a.yaml", False),
        ("https://docs.example/x", "https://DOCS.example/a.yaml", True),
        ("127.0.0.1:80", "http://127.0.0.1:80/a.yaml", True),
        ("[::1]:80", "http://[::1]:80/a.yaml", True),
        ("localhost", "http://localhost:3000/a.yaml", True),
    ],
)
def test_a_host_is_within_reach_by_its_name_and_port(said: str, url: str, is_within: bool) -> None:
    assert read_reach([said]).admits(url) is is_within


def test_a_folder_is_not_within_reach_for_the_beginning_of_its_name(tmp_path: Path) -> None:
    assert not Reach().with_folder(str(tmp_path / "api")).admits(str(tmp_path / "api2" / "x"))


def test_a_device_and_a_pipe_are_not_read_for_a_reference(folder: Path) -> None:
    os.mkfifo(folder / "pipe.json")
    for path in ("/dev/zero", str(folder / "pipe.json")):
        with pytest.raises(DocumentError, match="a device, a pipe or a socket"):
            read_regular(path, LARGEST_BYTES)


def test_a_document_without_end_is_read_as_far_as_the_bound() -> None:
    with pytest.raises(DocumentError, match="too large"):
        read_any("/dev/zero", 1000)


@pytest.fixture
def served() -> Iterator[Callable[[Answers], str]]:
    """Start servers that answer every request in one way, and return the URL of each."""
    running = []

    def start(answer: Answers) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def test_a_redirect_out_of_reach_is_not_followed(served: Callable[[Answers], str]) -> None:
    asked = []

    def other(handler: http.server.BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        handler.send_error(500)

    elsewhere = served(other)

    def redirect(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", elsewhere)
        handler.end_headers()

    url = served(redirect)
    reach = Reach().with_host_of(url)
    with pytest.raises(DocumentError, match="redirects to"):
        fetch(url, LARGEST_BYTES, reach.admits)
    assert asked == []


def test_an_answer_without_end_is_read_as_far_as_the_bound(
    served: Callable[[Answers], str],
) -> None:
    def endless(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"a" * 1000)
        except OSError:
            pass  # the client has gone

    with pytest.raises(DocumentError, match="too large"):
        fetch(served(endless), 5000)


def test_an_answer_that_drips_is_given_up(
    served: Callable[[Answers], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockserver.document.download.TOTAL_S", 0.2)
    ended = threading.Event()

    def drip(handler: http.server.BaseHTTPRequestHandler) -> None:
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not ended.wait(0.05):
                handler.wfile.write(b"X-A: b\r\n")
        except OSError:
            pass

    try:
        with pytest.raises(DocumentError, match="took longer"):
            fetch(served(drip), LARGEST_BYTES)
    finally:
        ended.set()
