"""A file that a form uploads comes back bit by bit, with its media type, its length and its name."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asgi.stage import Answer, Play, Stage, body_of

EVERY_BYTE = bytes(range(256)) * 3 + b"\r\n--edge\r\n"
BINARY = {"type": "string", "format": "binary"}
TEXT, WHOLE = {"type": "string"}, {"type": "integer"}
ID = [{"name": "id", "in": "path", "required": True, "schema": TEXT}]
DONE = {"responses": {"204": {"description": ""}}}


def shaped(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"id": {**TEXT, "readOnly": True}, **properties}}


def showing(schema: Any, media_type: str = "application/json", status: int = 200) -> Any:
    content = {media_type: {"schema": schema}}
    return {"responses": {str(status): {"description": "", "content": content}}}


def form(*parts: tuple[str, str, str, bytes]) -> tuple[bytes, dict[str, str]]:
    """Return a form of parts: each a name, the name of its file, its media type and its bytes."""
    body = b""
    for name, file, media_type, content in parts:
        named = f'form-data; name="{name}"' + (f'; filename="{file}"' if file else "")
        head = f"--an-edge\r\nContent-Disposition: {named}\r\n"
        head += f"Content-Type: {media_type}\r\n" if media_type else ""
        body += head.encode() + b"\r\n" + content + b"\r\n"
    whole = body + b"--an-edge--\r\n"
    return whole, {"Content-Type": "multipart/form-data; boundary=an-edge"}


def files(play: Play, last: str = "content", **told: Any) -> Stage:
    """Play files that are made by a form and downloaded below their path."""
    shown = shaped(purpose=TEXT, **told)
    sent = {"type": "object", "properties": {"file": BINARY, "purpose": TEXT}}
    return play(
        {
            "/files": {
                "get": showing({"type": "array", "items": shown}),
                "post": {
                    "requestBody": body_of(sent, "multipart/form-data"),
                    **showing(shown, status=201),
                },
            },
            "/files/{id}": {"parameters": ID, "get": showing(shown), "delete": DONE},
            f"/files/{{id}}/{last}": {
                "parameters": ID,
                "get": showing(BINARY, "application/octet-stream"),
            },
        }
    )


def upload(stage: Stage, call: str, *parts: tuple[str, str, str, bytes]) -> Answer:
    body, headers = form(*parts)
    return stage.ask(call, body, headers)


@pytest.mark.parametrize("last", ["content", "download", "file"])
@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("image/png", EVERY_BYTE),
        ("application/pdf", EVERY_BYTE),
        ("text/plain; charset=utf-8", "höi\r\n".encode("latin-1")),
        ("application/json", b'{"a": 1}'),
    ],
)
def test_an_uploaded_file_is_downloaded_as_it_is(
    play: Play, last: str, media_type: str, content: bytes
) -> None:
    stage = files(play, last)
    part = ("file", "scan.bin", media_type, content)
    made = upload(stage, "POST /files", ("purpose", "", "", b"proof"), part)
    assert (made.status, made.json["purpose"]) == (201, "proof")
    answer = stage.ask(f"GET /files/{made.json['id']}/{last}")
    assert (answer.status, answer.body) == (200, content)
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"] == 'attachment; filename="scan.bin"'
    stage.ask(f"DELETE /files/{made.json['id']}")
    assert stage.ask(f"GET /files/{made.json['id']}/{last}").status == 404


def test_two_files_are_not_mixed_up(play: Play) -> None:
    stage = files(play)
    contents = [b"one", b"two\x00"]
    keys = [
        upload(stage, "POST /files", ("file", "a", "image/gif", each)).json["id"]
        for each in contents
    ]
    told = [stage.ask(f"GET /files/{key}/content").body for key in keys]
    assert told == contents


def test_a_record_tells_name_size_and_media_type_of_its_file(play: Play) -> None:
    stage = files(play, filename=TEXT, bytes=WHOLE, mime_type=TEXT)
    made = upload(stage, "POST /files", ("file", "a.png", "image/png", EVERY_BYTE)).json
    told = {name: made[name] for name in ("filename", "bytes", "mime_type")}
    assert told == {"filename": "a.png", "bytes": len(EVERY_BYTE), "mime_type": "image/png"}
    assert stage.ask(f"GET /files/{made['id']}").json == made


def test_what_the_client_says_of_a_file_stands(play: Play) -> None:
    fields = {"file": BINARY, "filename": TEXT}
    sent = {"type": "object", "properties": fields}
    shown = shaped(filename=TEXT)
    made = {"requestBody": body_of(sent, "multipart/form-data"), **showing(shown, status=201)}
    item = {"parameters": ID, "get": showing(shown)}
    stage = play({"/scans": {"post": made}, "/scans/{id}": item})
    named = ("filename", "", "", b"mine.png")
    answer = upload(stage, "POST /scans", ("file", "a.png", "image/png", b"1"), named)
    assert answer.json["filename"] == "mine.png"


def test_a_form_at_the_path_of_the_content_replaces_it(play: Play) -> None:
    shown = shaped(title=TEXT)
    sent = {"type": "object", "properties": {"file": BINARY}}
    stage = play(
        {
            "/notes": {"post": {"requestBody": body_of(shown), **showing(shown, status=201)}},
            "/notes/{id}": {"parameters": ID, "get": showing(shown)},
            "/notes/{id}/content": {
                "parameters": ID,
                "put": {"requestBody": body_of(sent, "multipart/form-data"), **DONE},
                "get": showing(BINARY, "application/pdf"),
            },
        }
    )
    note = stage.ask("POST /notes", {"title": "a"}).json
    path = f"/notes/{note['id']}/content"
    for content in (b"first", EVERY_BYTE):
        upload(stage, f"PUT {path}", ("file", "Ünï.pdf", "application/pdf", content))
        answer = stage.ask(f"GET {path}")
        assert answer.body == content
    assert "filename*=UTF-8''%C3%9Cn%C3%AF.pdf" in answer.headers["content-disposition"]
    assert stage.ask(f"GET /notes/{note['id']}").json == note


def test_a_form_without_a_file_keeps_none(play: Play) -> None:
    stage = files(play)
    made = upload(stage, "POST /files", ("purpose", "", "", b"proof")).json
    answer = stage.ask(f"GET /files/{made['id']}/content")
    assert "content-disposition" not in answer.headers


def test_bytes_that_are_the_whole_body_tell_their_size_too(play: Play) -> None:
    shown = shaped(size=WHOLE, content_type=TEXT)
    made = {"requestBody": body_of(BINARY, "image/png"), **showing(shown, status=201)}
    item = {"parameters": ID, "get": showing(BINARY, "image/png")}
    stage = play({"/images": {"post": made}, "/images/{id}": item})
    image = stage.ask("POST /images", EVERY_BYTE, {"Content-Type": "image/png"}).json
    assert (image["size"], image["content_type"]) == (len(EVERY_BYTE), "image/png")
    assert stage.ask(f"GET /images/{image['id']}").body == EVERY_BYTE


def test_a_file_is_kept_below_the_record_it_belongs_to(play: Play) -> None:
    shown = shaped(name=TEXT)
    sent = {"type": "object", "properties": {"upload": BINARY}}
    made = {"requestBody": body_of(sent, "multipart/form-data"), **showing(shown, status=201)}
    both = {"parameters": [*ID, {**ID[0], "name": "file"}]}
    stage = play(
        {
            "/cases": {"post": {"requestBody": body_of(shown), **showing(shown, status=201)}},
            "/cases/{id}": {"parameters": ID, "get": showing(shown)},
            "/cases/{id}/files": {"parameters": ID, "post": made},
            "/cases/{id}/files/{file}": {**both, "get": showing(BINARY, "image/png")},
        }
    )
    case = stage.ask("POST /cases", {"name": "a"}).json
    path = f"/cases/{case['id']}/files"
    file = upload(stage, f"POST {path}", ("upload", "a.png", "image/png", EVERY_BYTE)).json
    answer = stage.ask(f"GET {path}/{file['id']}")
    assert (answer.body, answer.headers["content-length"]) == (EVERY_BYTE, str(len(EVERY_BYTE)))
