"""A proxy passes calls on as they are, and tells where they break the document."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import httpx
import pytest

from mockserver.credentials import Issued, Login, door_of
from mockserver.errors import SettingsError
from mockserver.exchange import json_answer
from mockserver.model.describe import Schemas, describe
from mockserver.proxy import upstream
from mockserver.proxy.replies import ReplyCheck
from mockserver.proxy.upstream import LiveAnswer, Upstream
from tests.conftest import fresh_app, model_of
from tests.proxy.conftest import Make

pytestmark = pytest.mark.anyio
SHELF = {"id": 7, "name": "Poetry"}
KEY = {"X-Api-Key": "any-key-of-the-live-server"}


async def test_a_request_arrives_as_it_was_sent_but_for_what_is_of_the_connection(
    between: Make,
) -> None:
    at = between()
    at.live.reply(201, SHELF)
    sent = {
        "X-Trace": "1",
        "Connection": "x-hop",
        "X-Hop": "2",
        "TE": "trailers",
        "Accept-Encoding": "br, gzip",
    }
    await at.client.post("/shelves?a=%2F&b=", headers=KEY | sent, json={"name": "Poetry"})
    [(method, target, headers, body)] = at.live.asked
    assert (method, target, body) == ("POST", b"/shelves?a=%2F&b=", b'{"name":"Poetry"}')
    assert (headers[b"host"], headers[b"x-trace"], headers[b"accept-encoding"]) == (
        b"live",
        b"1",
        b"gzip",
    )
    assert headers[b"x-api-key"] == KEY["X-Api-Key"].encode()
    assert not {b"x-hop", b"te", b"connection"} & set(headers)


async def test_a_reply_arrives_as_it_was_given(between: Make) -> None:
    at = between()
    headers = [
        (b"content-type", b"application/json"),
        (b"set-cookie", b"a=1"),
        (b"set-cookie", b"b=2"),
    ]
    at.live.replies.append(
        (200, [*headers, (b"transfer-encoding", b"chunked")], b'{"id":7,"name":"Poetry"}')
    )
    reply = await at.client.get("/shelves/7", headers=KEY)
    assert (reply.status_code, reply.content) == (200, b'{"id":7,"name":"Poetry"}')
    assert reply.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert "transfer-encoding" not in reply.headers
    assert at.wrong == ()


async def test_a_request_that_breaks_the_document_is_told_and_passed_on(between: Make) -> None:
    at = between()
    at.live.reply(201, SHELF)
    reply = await at.client.post("/shelves", headers=KEY, json={"name": 5})
    assert reply.json() == SHELF
    assert at.wrong == ('body /name: 5 is not of type "string"',)
    [call] = (await at.client.get("/__admin/requests")).json()["requests"]
    assert (call["operation"], call["kind"], call["call"]["body"]) == (
        "POST /shelves",
        "create",
        {"name": 5},
    )


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"body": {"id": "7", "name": "Poetry"}}, 'reply /id: "7" is not of type "integer"'),
    ({"body": {"id": 7}}, "reply /name: name is required"),
    ({"status": 418, "body": SHELF}, "reply: the status 418 is not documented (documented: 200, "),
    ({"body": b"{"}, "reply: the body is not application/json: "),
    ({}, "reply: a body is documented, and there is none"),
    (
        {"body": b"<p>", "content_type": "text/html"},
        "reply: text/html is not documented for 200 (documented: appl",
    ),
]


@pytest.mark.parametrize(("reply", "told"), BROKEN)
async def test_a_reply_that_breaks_the_document_is_told_and_passed_on(
    between: Make, reply: dict[str, Any], told: str
) -> None:
    at = between()
    at.live.reply(**reply)
    came = await at.client.get("/shelves/7", headers=KEY)
    assert came.status_code == reply.get("status", 200)
    assert [each[: len(told)] for each in at.wrong] == [told]


async def test_what_the_document_does_not_have_is_passed_on_and_told(between: Make) -> None:
    at = between()
    for call, told in {
        ("GET", "/nowhere"): "the document has no /nowhere",
        ("PATCH", "/shelves"): "the document has no PATCH /shelves",
    }.items():
        at.live.reply(200, {"any": "thing"})
        assert (await at.client.request(*call)).json() == {"any": "thing"}
        assert at.wrong == (told,)


async def test_with_errors_a_wrong_request_is_refused_and_a_wrong_reply_is_a_bad_gateway(
    between: Make,
) -> None:
    at = between(errors=True)
    refused = await at.client.post("/shelves", headers=KEY, json={"name": 5})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"], at.live.asked) == (
        400,
        "/name",
        [],
    )
    at.live.reply(200, {"id": 7})
    broken = await at.client.get("/shelves/7", headers=KEY)
    assert (broken.status_code, "name is required" in broken.json()["detail"]) == (502, True)
    at.live.reply(200, SHELF)
    assert (await at.client.get("/shelves/7", headers=KEY)).json() == SHELF


async def test_the_mock_answers_for_what_the_live_server_does_not_have_yet(between: Make) -> None:
    at = between()
    at.live.reply(501)
    made = await at.client.post("/shelves", headers=KEY, json={"name": "Poetry"})
    assert (made.status_code, made.headers["understudy-answered"]) == (201, "mock")
    at.live.reply(501)
    assert (await at.client.get(f"/shelves/{made.json()['id']}", headers=KEY)).json()[
        "name"
    ] == "Poetry"
    [created, _] = at.control.journal.of()
    assert len([each for each in created.changes if hasattr(each, "record")]) == 1
    at = between(fall_back_on=())
    at.live.reply(501)
    assert (await at.client.get("/shelves", headers=KEY)).status_code == 501


async def test_a_live_server_that_cannot_be_reached_is_a_bad_gateway(between: Make) -> None:
    class Gone(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ReadTimeout("slow", request=request)

    at = between()
    at.upstream._transport = Gone()
    reply = await at.client.get("/shelves", headers=KEY)
    assert (reply.status_code, at.wrong) == (504, ("http://live gave no reply in time",))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    real = between(url=f"http://127.0.0.1:{port}")
    real.upstream._transport = None
    reply = await real.client.get("/shelves", headers=KEY)
    assert reply.status_code == 502
    assert (
        reply.json()["detail"] == f"http://127.0.0.1:{port} cannot be reached: Connection refused"
    )


class Raw:
    """A server that says the same bytes to whoever comes, and hangs up."""

    def __init__(self, said: bytes) -> None:
        self._said = said

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(self._said)
        await writer.drain()
        writer.close()


NO_REPLIES = [
    ("https", b"HTTP/1.1 200 OK\r\n\r\n", 502, "cannot be reached: "),
    ("http", b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nshort", 502, "gave no whole reply: "),
    (
        "http",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        502,
        "gave no whole reply: ",
    ),
    (
        "http",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\nabcde",
        502,
        "gave no whole",
    ),
    ("http", b"220 mail ready\r\n", 502, "gave no whole reply: "),
    ("http", b"", 502, "gave no whole reply: "),
]


@pytest.mark.parametrize(("scheme", "said", "status", "told"), NO_REPLIES)
async def test_whatever_goes_wrong_at_the_live_server_is_a_problem_and_in_the_journal(
    between: Make, scheme: str, said: bytes, status: int, told: str
) -> None:
    async with await asyncio.start_server(Raw(said), "127.0.0.1", 0) as server:
        origin = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        at = between(url=origin)
        at.upstream._transport = None
        reply = await at.client.post("/shelves", headers=KEY, json={"name": "Poetry"})
    assert (reply.status_code, reply.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    assert reply.json()["detail"].startswith(f"{origin} {told}")
    [entry] = at.control.journal.of()
    assert (entry.status, entry.operation, entry.violations) == (
        status,
        "POST /shelves",
        (reply.json()["detail"],),
    )


def test_headers_of_replies_are_held_to_their_schemas() -> None:
    model = model_of("bookshop")
    spec = deepcopy(dict(model.document.spec))
    spec["paths"]["/shelves"]["post"]["responses"]["201"]["headers"] = {
        "X-Left": {"schema": {"type": "integer"}}
    }
    described = describe(spec, Schemas(spec))["POST /shelves"]
    operation = model.labeled("POST /shelves")
    assert operation is not None
    check = ReplyCheck(replace(operation, described=described), model.habits.xml)
    reply = json_answer({"id": 7, "name": "Poetry"}, 201, {"x-left": "many"})
    [found] = check.violations(LiveAnswer(reply), "POST")
    assert (found.path, found.message) == (("headers", "X-Left"), '"many" is not of type "integer"')


async def test_what_only_looks_is_sent_once_more_when_a_connection_that_was_kept_is_gone(
    between: Make,
) -> None:
    class Flaky(httpx.AsyncBaseTransport):
        asked = 0

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            self.asked += 1
            if self.asked % 2:
                raise httpx.RemoteProtocolError(
                    "Server disconnected without sending a response.", request=request
                )
            stream = httpx.ByteStream(b'{"id": 7, "name": "Poetry"}')
            return httpx.Response(200, headers={"Content-Type": "application/json"}, stream=stream)

    at = between()
    at.upstream._transport = Flaky()
    assert (await at.client.get("/shelves/7", headers=KEY)).json() == SHELF
    made = await at.client.post("/shelves", headers=KEY, json={"name": "Poetry"})
    assert (made.status_code, "gave no whole reply" in made.json()["detail"]) == (502, True)


async def test_a_client_that_leaves_ends_a_long_reply(
    between: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upstream, "LARGEST_REPLY", 10)
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        while given < 1000:
            given += 1
            yield b"x" * 20
            await asyncio.sleep(0)

    class Long(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, content=endless())

    at = between()
    at.upstream._transport = Long()
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/shelves/7",
        "query_string": b"",
        "headers": [],
    }
    messages = [{"type": "http.request", "body": b""}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        pass

    await at.app(scope, receive, send)
    assert given < 100


async def test_a_packed_reply_is_looked_into(between: Make) -> None:
    at = between()
    packed = gzip.compress(b'{"id": "7", "name": "Poetry"}')
    at.live.reply(200, packed, content_encoding="gzip", content_length=str(len(packed)))
    reply = await at.client.get("/shelves/7", headers=KEY | {"Accept-Encoding": "gzip"})
    assert reply.json() == {"id": "7", "name": "Poetry"}
    assert at.wrong == ('reply /id: "7" is not of type "integer"',)


async def test_a_large_reply_goes_through_and_is_not_kept(
    between: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upstream, "LARGEST_REPLY", 1000)
    monkeypatch.setattr("mockserver.control.recorder.LARGEST_KEPT", 1500)
    at = between()
    at.live.reply(200, b"x" * 5000)
    reply = await at.client.get("/shelves/7", headers=KEY)
    assert reply.content == b"x" * 5000
    assert len(at.control.journal.of()[0].reply_body) == 1500


async def test_an_upload_of_any_size_passes(between: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.proxy.forward.LARGEST_BODY", 1000)
    at = between()
    at.live.reply(201, {"id": 7, "name": "Poetry"})
    content = b"x" * 5000
    reply = await at.client.post("/shelves", headers=KEY, content=_in_chunks(content, 300))
    assert (reply.status_code, at.live.asked[0][3]) == (201, content)


async def _in_chunks(content: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def test_a_websocket_is_refused_in_a_clear_sentence(between: Make) -> None:
    at = between()
    headers = KEY | {"Upgrade": "websocket", "Connection": "Upgrade"}
    reply = await at.client.get("/shelves", headers=headers)
    assert (reply.status_code, at.live.asked) == (501, [])
    assert "live server itself" in reply.json()["detail"]


class _Slow(httpx.AsyncBaseTransport):
    """A live server that sends the parts of a reply when it is told to."""

    def __init__(self, media_type: str) -> None:
        self.media_type = media_type
        self.parts: asyncio.Queue[bytes] = asyncio.Queue()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        headers = {"Content-Type": self.media_type}
        return httpx.Response(200, headers=headers, content=self._content())

    async def _content(self) -> AsyncIterator[bytes]:
        while part := await self.parts.get():
            yield part


@pytest.mark.parametrize("media_type", ["text/event-stream", "application/x-ndjson", "text/plain"])
async def test_a_part_of_a_stream_passes_when_it_comes(
    between: Make, monkeypatch: pytest.MonkeyPatch, media_type: str
) -> None:
    monkeypatch.setattr("mockserver.proxy.forward.HELD_S", 0.05)
    at = between()
    slow = _Slow(media_type)
    at.upstream._transport = slow
    received: asyncio.Queue[bytes] = asyncio.Queue()
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/shelves/7",
        "query_string": b"",
        "headers": [],
    }
    requests = [{"type": "http.request", "body": b""}]

    async def receive() -> Any:
        if not requests:
            await asyncio.Event().wait()
        return requests.pop()

    async def send(message: Any) -> None:
        if message.get("body"):
            await received.put(message["body"])

    running = asyncio.ensure_future(at.app(scope, receive, send))
    for part in (b"one\n", b"two\n"):
        await slow.parts.put(part)
        assert await asyncio.wait_for(received.get(), 30) == part
    await slow.parts.put(b"")
    await asyncio.wait_for(running, 30)


async def test_redirections_and_links_lead_back_to_the_proxy(between: Make) -> None:
    at = between(url="http://live/shop")
    at.live.reply(
        302,
        location="http://live/shop/shelves/7?a=b",
        link='<http://live/shop/shelves>; rel="next"',
    )
    at.live.reply(302, location="http://live.example.com/shop")
    own, other = [await at.client.get("/__space/a/shelves/7", headers=KEY) for _ in range(2)]
    assert own.headers["location"] == "http://proxy/__space/a/shelves/7?a=b"
    assert own.headers["link"] == '<http://proxy/__space/a/shelves>; rel="next"'
    assert other.headers["location"] == "http://live.example.com/shop"
    assert at.live.asked[0][1] == b"/shop/shelves/7"
    assert [len(at.control.journal.of(space)) for space in ("", "a")] == [0, 2]


async def test_a_mock_behind_a_proxy_breaks_nothing(between: Make) -> None:
    at = between(live=fresh_app("bookshop"))
    at.client.headers["X-Api-Key"] = "bookshop-key"
    made = (await at.client.post("/shelves", json={"name": "Poetry"})).json()
    for path in ("/shelves", "/shelves/1/books?limit=1", f"/shelves/{made['id']}", "/shelves/99"):
        await at.client.get(path)
    assert (await at.client.head("/shelves")).headers["content-length"] != "0"
    assert (await at.client.delete(f"/shelves/{made['id']}")).status_code == 204
    assert [each.violations for each in at.control.journal.of()] == [()] * 7


@pytest.mark.parametrize(
    ("url", "base", "path"),
    [
        ("http://live", "/v2", "/v2/things"),
        ("http://live/", "/v2", "/v2/things"),
        ("http://live/v2/", "/v2", "/v2/things"),
        ("http://live/shop/v2", "/v2", "/shop/v2/things"),
        ("http://live/shop", "/v2", "/shop/v2/things"),
        ("http://live/shop", "", "/shop/things"),
    ],
)
def test_a_base_path_is_not_said_twice(url: str, base: str, path: str) -> None:
    assert Upstream(url).path_of((base,), f"{base}/things") == path


@pytest.mark.parametrize(
    "url", ["live.example.com", "ftp://live", "http://", "http://live:port", "http://live?a=b"]
)
def test_what_is_no_url_of_a_server_is_told(url: str) -> None:
    with pytest.raises(SettingsError, match="is no URL of a server: say http://HOST"):
        Upstream(url)


def test_a_proxy_knows_itself() -> None:
    assert Upstream("http://localhost:4010").is_at("127.0.0.1", 4010)
    assert Upstream("http://127.0.0.1:4010/v1").is_at("0.0.0.0", 4010)
    assert not Upstream("http://localhost:4011").is_at("127.0.0.1", 4010)
    assert not Upstream("http://live.example.com:4010").is_at("127.0.0.1", 4010)


PAGE = {"Origin": "http://localhost:4200"}
PREFLIGHT = PAGE | {"Access-Control-Request-Method": "PUT"}


async def test_a_page_is_let_in_where_the_live_server_says_nothing(between: Make) -> None:
    at = between()
    at.live.reply(200, {"id": 7, "name": "Poetry"})
    reply = await at.client.get("/shelves/7", headers=KEY | PAGE)
    assert reply.headers["access-control-allow-origin"] == PAGE["Origin"]
    assert "content-type" in reply.headers["access-control-expose-headers"]
    at.live.reply(405)
    preflight = await at.client.options("/shelves/7", headers=PREFLIGHT)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-methods"] == "PUT"


async def test_what_the_live_server_says_to_pages_stays(between: Make) -> None:
    at = between()
    own = {"access_control_allow_origin": "https://shop.example"}
    at.live.reply(200, {"id": 7, "name": "Poetry"}, **own)
    reply = await at.client.get("/shelves/7", headers=KEY | PAGE)
    assert reply.headers.get_list("access-control-allow-origin") == ["https://shop.example"]
    at.live.reply(200, **own)
    preflight = await at.client.options("/shelves/7", headers=PREFLIGHT)
    assert preflight.headers["access-control-allow-origin"] == "https://shop.example"


async def test_a_call_without_a_credential_gets_one_that_is_renewed_where_it_has_ended(
    between: Make,
) -> None:
    values = iter(["first", "second"])
    login = Login("ApiKey", lambda refresh: Issued(next(values)))
    door = door_of([login], {"ApiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key"}})
    at = between(door=door)
    at.live.reply(200, [])
    at.live.reply(401, {})
    at.live.reply(200, [])
    at.live.reply(200, [])
    for headers in ({}, {}, KEY):
        assert (await at.client.get("/shelves", headers=headers)).status_code == 200
    keys = [headers[b"x-api-key"].decode() for _, _, headers, _ in at.live.asked]
    assert keys == ["first", "first", "second", KEY["X-Api-Key"]]
