from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.asgi import request
from mockserver.asgi.codec.bodies import Malformed, decode_multipart, decoder_for, parse_media_type
from mockserver.jsontext import DEEPEST, dumps, loads
from mockserver.model.types.schema import NO_SCHEMA
from tests.asgi.stage import Play, Stage, body_of, operation
from tests.conftest import fresh_app

NOTE = {"type": "object", "properties": {"id": {"type": "integer", "readOnly": True}, "text": {}}}
KEYS = {
    "bigcommerce-v2": ("POST /stores/abc/v2/products/32/images", {"X-Auth-Token": "tok"}),
    "bookshop": ("POST /shelves", {"X-Api-Key": "bookshop-key"}),
    "omnitron": (
        "POST /api/i1/downloadable_image/",
        {"Authorization": "Token f532e28df6e4d5fa4648a812018876da1bb9332d"},
    ),
    "shoplazza": (
        "POST /openapi/2022-01/products/2cc0bb5f-5e2a-4b69-8b5d-8a3dd4d0e2a7/images",
        {"Access-Token": "tok"},
    ),
}
MALFORMED: dict[str, Any] = {
    "bigcommerce-v2": lambda body: body[0]["status"] == 400 and "parsed" in body[0]["message"],
    "bookshop": lambda body: body["status"] == 400 and "application/json" in body["detail"],
    "omnitron": lambda body: body["detail"].startswith("JSON parse error - "),
    "shoplazza": lambda body: body == {"errors": ["Bad Request"]},
}
BAD = [
    b"{",
    b"",
    b"{'a': 1}",
    b'{"a": NaN}',
    b'{"a": 1e999}',
    b"\xff\xfe",
    b'{"a": "\xff"}',
    b'{"a": "\\ud800"}',
    b'{"a": "\x00"}',
    b"[" * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
    b'{"a":' * 100_000,
    b"[" * 500 + b"]" * 500,
    b"1234567890123456789012345" + b"[" * 100_000,
    b"\xef\xbb\xbf{}",
]


def noting(play: Play) -> Stage:
    """Play a collection that keeps what it is given."""
    reply = {
        "responses": {"201": {"description": "", "content": {"application/json": {"schema": NOTE}}}}
    }
    one = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    return play(
        {
            "/notes": {"post": {"requestBody": body_of(NOTE), **reply}},
            "/notes/{id}": {"get": operation(NOTE, parameters=one)},
        }
    )


@pytest.mark.parametrize("name", KEYS)
def test_malformed_json_is_refused_in_the_api_s_form(name: str) -> None:
    call, headers = KEYS[name]
    answer = Stage(fresh_app(name)).ask(call, b"{", {**headers, "Content-Type": "application/json"})
    assert answer.status == 400
    assert MALFORMED[name](answer.json), answer.body


@pytest.mark.parametrize("body", BAD, ids=lambda body: repr(body[:12]))
def test_what_is_no_json_is_refused(play: Play, body: bytes) -> None:
    assert noting(play).ask("POST /notes", body, {"Content-Type": "application/json"}).status == 400


@pytest.mark.parametrize(
    "text",
    [
        123456789012345678901234567890,
        -9223372036854775809,
        18446744073709551616,
        1.5,
        "\x00",
        "\U0001f600",
        "\u2028",
        {"": {"": []}},
        None,
        [[[[]]]],
    ],
)
def test_odd_values_survive(play: Play, text: Any) -> None:
    stage = noting(play)
    made = stage.ask("POST /notes", {"text": text})
    assert (made.status, made.json["text"]) == (201, text)
    assert stage.ask(f"GET /notes/{made.json['id']}").json["text"] == text


def test_what_is_nested_as_deep_as_may_be_is_kept_and_one_deeper_refused(play: Play) -> None:
    stage = noting(play)
    for levels, status in ((DEEPEST - 1, 201), (DEEPEST, 400)):
        body = b'{"text":' + b"[" * levels + b"]" * levels + b"}"
        assert stage.ask("POST /notes", body, {"Content-Type": "application/json"}).status == status


def test_of_a_key_given_twice_the_last_one_counts(play: Play) -> None:
    body = b'{"text": 1, "text": 12345678901234567890123}'
    made = noting(play).ask("POST /notes", body, {"Content-Type": "application/json"})
    assert made.json["text"] == 12345678901234567890123


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
).filter(lambda value: "\ud800" not in str(value))


@given(JSON)
def test_json_that_is_written_is_read_again(value: Any) -> None:
    assert loads(dumps(value)) == value
    assert loads(json.dumps(value).encode()) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_json_or_a_value_error(text: bytes) -> None:
    with suppress(ValueError):
        loads(text)


@pytest.mark.parametrize(
    ("length", "chunks"),
    [("99", [b"{}"]), (None, [b"x" * 99]), (None, [b"x" * 30] * 4), ("9" * 30, [b"{}"])],
)
def test_a_body_over_the_limit_is_refused(
    play: Play, monkeypatch: pytest.MonkeyPatch, length: str | None, chunks: Sequence[bytes]
) -> None:
    monkeypatch.setattr(request.Request.body, "__defaults__", (64,))
    headers = {"Content-Type": "application/json", **({"Content-Length": length} if length else {})}
    answer = noting(play).ask("POST /notes", headers=headers, chunks=chunks)
    assert (answer.status, answer.json["title"]) == (413, "Request Entity Too Large")


def test_a_body_in_chunks_is_read_whole(play: Play) -> None:
    answer = noting(play).ask(
        "POST /notes",
        headers={"Content-Type": "application/json"},
        chunks=[b'{"te', b"", b'xt": 5}'],
    )
    assert answer.json["text"] == 5


def test_a_client_that_goes_away_is_not_answered_and_changes_nothing(play: Play) -> None:
    stage = noting(play)
    for chunks in ([b'{"text"', b": 5}"], [b""]):
        assert stage.ask(
            "POST /notes", headers={"Content-Type": "application/json"}, chunks=chunks, gone=True
        ) == (type(stage.ask("GET /notes/1"))(0, {}, b""))
    assert stage.ask("GET /notes/1").status == 404


def test_a_required_body_that_is_missing_is_told(play: Play) -> None:
    stage = play({"/x": {"post": operation(requestBody=body_of({"type": "array"}))}})
    assert stage.ask("POST /x").json["detail"] == "a body is required"
    stage = play(
        {"/x": {"post": operation(requestBody=body_of({"type": "object", "required": ["a"]}))}}
    )
    assert stage.ask("POST /x").json["errors"] == [{"pointer": "/a", "detail": "a is required"}]
    stage = play(
        {"/x": {"post": operation(requestBody=body_of({"type": "array"}, required=False))}}
    )
    assert stage.ask("POST /x").status == 200


FORM = {
    "type": "object",
    "required": ["n"],
    "properties": {
        "n": {"type": "integer"},
        "on": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "integer"}},
        "more": {"type": "object"},
        "file": {"type": "string", "format": "binary"},
    },
}
BOUNDARY = "xyz"
MULTIPART = {"Content-Type": f'multipart/form-data; boundary="{BOUNDARY}"'}
URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}


def forming(play: Play) -> Stage:
    body = body_of(FORM, "application/x-www-form-urlencoded", "multipart/form-data")
    reply = {
        "responses": {"201": {"description": "", "content": {"application/json": {"schema": FORM}}}}
    }
    return play(
        {
            "/forms": {
                "post": {"requestBody": body, **reply},
                "get": operation({"type": "array", "items": FORM}),
            }
        }
    )


def parts(*each: tuple[str, str]) -> bytes:
    made = "".join(
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n"
        for head, value in each
    )
    return f"{made}--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (URLENCODED, b"n=5&on=true&tags=1&tags=2&more=%7B%22a%22%3A1%7D"),
        (URLENCODED, b"n=4&n=5&on=true&tags[]=1&tags[]=2&more=%7B%22a%22%3A1%7D"),
        (
            MULTIPART,
            parts(
                ('name="n"', "5"),
                ('name="on"', "true"),
                ('name="tags"', "1"),
                ('name="tags"', "2"),
                ('name="more"', '{"a":1}'),
            ),
        ),
    ],
)
def test_a_form_is_typed_by_the_schema(play: Play, headers: dict[str, str], body: bytes) -> None:
    answer = forming(play).ask("POST /forms", body, headers)
    assert answer.status == 201, answer.body
    assert {"n": 5, "on": True, "tags": [1, 2], "more": {"a": 1}}.items() <= answer.json.items()


def test_a_file_becomes_its_name(play: Play) -> None:
    body = parts(('name="n"', "5"), ('name="file"; filename="a.png"', "PNG"))
    assert forming(play).ask("POST /forms", body, MULTIPART).json["file"] == "a.png"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (URLENCODED, b"n=x"),
        (URLENCODED, b"on=true"),
        (URLENCODED, b"n=5\xff"),
        (URLENCODED, b"n=5&tags=x"),
        (MULTIPART, parts(('name="n"', "x"))),
        (MULTIPART, b"nothing"),
        (MULTIPART, parts(('name="n"', "5"))[:-9]),
        ({"Content-Type": "multipart/form-data"}, parts(('name="n"', "5"))),
        ({"Content-Type": "multipart/form-data; boundary*=utf-8''%E2%82%AC"}, b"--x"),
    ],
)
def test_a_form_that_does_not_fit_is_refused(
    play: Play, headers: dict[str, str], body: bytes
) -> None:
    assert forming(play).ask("POST /forms", body, headers).status == 400


LINES = st.sampled_from(
    [
        b"--xyz\r\n",
        b"--xyz--\r\n",
        b"Content-Disposition: form-data\r\n",
        b'Content-Disposition: form-data; name="a"\r\n',
        b'Content-Disposition: form-data; name="a"; filename="b"\r\n',
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: what\r\n",
        b"Content-Disposition: \xff\r\n",
        b": \r\n",
        b"\r\n",
        b"value\r\n",
    ]
)


@given(st.lists(LINES, max_size=8).map(b"".join))
def test_any_multipart_body_is_read_or_malformed(body: bytes) -> None:
    with suppress(Malformed):
        assert isinstance(decode_multipart(body, {"boundary": "xyz"}, NO_SCHEMA), dict)


@pytest.mark.parametrize(
    "charset", ["utf-8", "latin-1", "no-such", "idna", "base64", "utf-7", "", "a\0b", "undefined"]
)
def test_any_charset_is_read_or_malformed(charset: str) -> None:
    for body in (b"abc", b"\xff", b"+2AA-"):
        with suppress(Malformed):
            decoder_for("text/plain")(body, {"charset": charset}, NO_SCHEMA).encode()


@given(st.text(st.characters(max_codepoint=255), max_size=40))
def test_any_content_type_can_be_parsed(value: str) -> None:
    media_type, options = parse_media_type(value)
    assert media_type == media_type.lower()
    assert all(isinstance(each, str) for each in options.values())
