"""Content codings: request bodies in gzip and deflate within a bound, large replies compressed for
who asks.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import time
import zlib
from typing import Any

import pytest

from mockserver.asgi.codec.bodies import Malformed
from mockserver.asgi.codec.encoding import Compression, UnknownCoding, decoded, wanted_coding
from mockserver.asgi.request import LARGEST_BODY, TooLarge
from tests.asgi.stage import Play, Stage, body_of, operation

SENT = json.dumps({"name": "Ann"}).encode()
CODED = {
    "gzip": gzip.compress(SENT, mtime=0),
    "x-gzip": gzip.compress(SENT, mtime=0),
    "GZip": gzip.compress(SENT, mtime=0),
    "deflate": zlib.compress(SENT),
    "identity": SENT,
    "gzip, deflate": zlib.compress(gzip.compress(SENT)),
    "identity, gzip": gzip.compress(SENT),
}
LONG = {"text": "understudy " * 500}


@pytest.fixture
def stage(play: Play) -> Stage:
    schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    made = {
        "requestBody": body_of(schema),
        "responses": {"201": operation(schema)["responses"]["200"]},
    }
    return play({"/people": {"get": operation({"type": "array", "items": schema}), "post": made}})


def posted(stage: Stage, body: bytes, coding: str) -> Any:
    headers = {"Content-Type": "application/json", "Content-Encoding": coding}
    return stage.ask("POST /people", body, headers)


@pytest.mark.parametrize("coding", CODED)
def test_a_coded_body_is_the_body_it_stands_for(stage: Stage, coding: str) -> None:
    answer = posted(stage, CODED[coding], coding)
    assert (answer.status, answer.json["name"]) == (201, "Ann")


def test_deflate_without_its_header_is_understood() -> None:
    raw = zlib.compressobj(wbits=-15)
    assert decoded(raw.compress(SENT) + raw.flush(), "deflate") == SENT


def test_members_of_a_gzip_file_follow_one_another() -> None:
    assert decoded(gzip.compress(SENT[:5]) + gzip.compress(SENT[5:]), "gzip") == SENT


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br", "nonsense", "gzip, gzip, gzip, gzip"])
def test_an_unknown_coding_is_415_and_the_known_ones_are_told(stage: Stage, coding: str) -> None:
    answer = posted(stage, SENT, coding)
    assert answer.status == 415
    assert answer.headers["accept-encoding"] == "gzip, deflate"
    assert "gzip and deflate" in answer.json["detail"]


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", SENT),
        ("gzip", CODED["gzip"][:-1]),
        ("gzip", CODED["gzip"][:-5] + b"\0\0\0\0\0"),
        ("gzip", CODED["gzip"] + b"more"),
        ("gzip", CODED["gzip"] * 65),
        ("deflate", CODED["deflate"][:-1]),
        ("deflate", CODED["deflate"] + b"more"),
        ("deflate", b"\xff\xff"),
        ("gzip", CODED["deflate"]),
    ],
    ids=range(9),
)
def test_a_broken_body_is_400_and_says_so(stage: Stage, coding: str, body: bytes) -> None:
    answer = posted(stage, body, coding)
    assert answer.status == 400
    assert coding in answer.json["detail"]


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_bomb_is_refused_before_it_goes_off(stage: Stage, layers: int) -> None:
    bomb = b"\0" * (3 * LARGEST_BODY)
    for _ in range(layers):
        bomb = gzip.compress(bomb)
    began = time.perf_counter()
    assert posted(stage, bomb, ", ".join(["gzip"] * layers)).status == 413
    assert time.perf_counter() - began < 1


def test_many_members_together_keep_to_the_limit() -> None:
    member = gzip.compress(b"\0" * 1000)
    assert len(decoded(member * 10, "gzip", largest=10_000)) == 10_000
    with pytest.raises(TooLarge):
        decoded(member * 11, "gzip", largest=10_000)


def test_a_body_of_exactly_the_limit_is_taken() -> None:
    assert decoded(gzip.compress(b"abc"), "gzip", largest=3) == b"abc"
    assert decoded(zlib.compress(b"abc"), "deflate", largest=3) == b"abc"
    with pytest.raises(TooLarge):
        decoded(zlib.compress(b"abcd"), "deflate", largest=3)


def test_noise_is_malformed_or_too_large_and_nothing_else() -> None:
    source = random.Random(1)
    for _ in range(500):
        noise = CODED["gzip"][: source.randrange(20)] + source.randbytes(source.randrange(40))
        for coding in ("gzip", "deflate"):
            try:
                decoded(noise, coding, largest=1000)
            except (Malformed, TooLarge, UnknownCoding):
                continue


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "gzip"),
        ("deflate", "deflate"),
        ("br", None),
        ("*", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0, *", "deflate"),
        ("*;q=0", None),
        ("gzip;q=0.5, deflate;q=0.9", "deflate"),
        ("gzip;q=0.5, identity", None),
        ("identity;q=0.5, gzip;q=0.8", "gzip"),
        ("GZIP ; Q=1", "gzip"),
        ("gzip;q=nonsense", None),
        ("x-gzip", "gzip"),
        (",;,=", None),
    ],
)
def test_the_coding_is_the_one_that_is_liked_best(accepted: str, coding: str | None) -> None:
    assert wanted_coding(accepted) == coding


def large(
    headers: list[tuple[bytes, bytes]] | None = None, status: int = 200, body: bytes | None = None
) -> Stage:
    """Return an app that answers a large text, or another body."""
    content = json.dumps(LONG).encode() if body is None else body
    default = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(content)).encode()),
    ]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        sent = b"" if scope["method"] == "HEAD" else content
        await send({"type": "http.response.start", "status": status, "headers": headers or default})
        await send({"type": "http.response.body", "body": sent})

    return Stage(Compression(app))


@pytest.mark.parametrize(
    ("coding", "undo"), [("gzip", gzip.decompress), ("deflate", zlib.decompress)]
)
def test_a_large_reply_is_compressed_for_who_asks(coding: str, undo: Any) -> None:
    answer = large().ask("GET /", headers={"Accept-Encoding": coding})
    assert answer.headers["content-encoding"] == coding
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["vary"] == "Accept-Encoding"
    assert len(answer.body) < 200
    assert json.loads(undo(answer.body)) == LONG


def test_who_does_not_ask_gets_it_as_it_is_and_caches_learn_that_others_may_not() -> None:
    answer = large().ask("GET /")
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.json == LONG


def test_a_reply_to_head_is_never_compressed() -> None:
    answer = large().ask("HEAD /", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-length"] == str(len(json.dumps(LONG)))
    assert answer.body == b""


TYPE, PNG = (
    (b"content-type", b"application/problem+json; charset=utf-8"),
    (b"content-type", b"image/png"),
)


@pytest.mark.parametrize(
    ("headers", "status", "size"),
    [
        ([TYPE], 200, 1023),
        ([PNG], 200, 5000),
        ([], 200, 5000),
        ([TYPE, (b"content-encoding", b"br")], 200, 5000),
        ([TYPE, (b"cache-control", b"no-transform")], 200, 5000),
        ([TYPE, (b"content-length", b"12")], 200, 5000),
        ([TYPE], 206, 5000),
    ],
)
def test_what_is_small_coded_binary_partial_or_not_to_be_touched_stays(
    headers: list[tuple[bytes, bytes]], status: int, size: int
) -> None:
    body = b"x" * size
    headers = headers or [(b"x-no", b"type")]
    answer = large(headers, status, body).ask("GET /", headers={"Accept-Encoding": "gzip"})
    assert answer.body == body
    assert "vary" not in answer.headers


def test_problem_details_are_compressed_and_a_strong_tag_becomes_weak() -> None:
    answer = large([TYPE, (b"etag", b'"1"')]).ask("GET /", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["etag"] == 'W/"1"'


def test_a_reply_in_parts_goes_through_part_by_part() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [TYPE]})
        await send({"type": "http.response.body", "body": b"a" * 2000, "more_body": True})
        await send({"type": "http.response.body", "body": b"b" * 2000})

    answer = Stage(Compression(app)).ask("GET /", headers={"Accept-Encoding": "gzip"})
    assert answer.body == b"a" * 2000 + b"b" * 2000


def test_other_protocols_go_through() -> None:
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    asyncio.run(Compression(app)({"type": "lifespan"}, None, None))
    assert seen == ["lifespan"]


def test_the_whole_app_compresses_a_long_list(play: Play) -> None:
    schema = {
        "type": "array",
        "items": {"type": "object", "properties": {"id": {"type": "integer"}}},
    }
    people = {"people": [{"id": key, "name": "Ann"} for key in range(1, 200)]}
    stage = play({"/people": {"get": operation(schema)}, "/people/{id}": _one()}, None, people)
    answer = stage.ask("GET /people", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(answer.body))) == 199


def _one() -> dict[str, Any]:
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    return {
        "parameters": [key],
        "get": operation({"type": "object", "properties": {"id": {"type": "integer"}}}),
    }
