"""The table of what is written on a connection, and the statuses that may come first."""

from __future__ import annotations

from dataclasses import dataclass

from tests.hostile.raw import GOOD, KEY, request

CREATE = b"POST /shelves HTTP/1.1"
JSON = b"Content-Type: application/json"
SHELF = b'{"name": "Poetry"}'
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked"
MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes on a connection, and the statuses of which one must come first; 0 is none."""

    name: str
    parts: tuple[bytes, ...]
    first: tuple[int, ...] = (400,)
    most: int = 1
    leave: bool = False

    def __str__(self) -> str:
        return self.name


def get(*headers: bytes) -> tuple[bytes]:
    return (request(b"GET /shelves HTTP/1.1", *headers),)


def post(*headers: bytes, body: bytes = b"") -> tuple[bytes]:
    return (request(CREATE, JSON, *headers, body=body),)


RAWS = (
    Raw("half a head, then gone", (GOOD[:30],), (0,), leave=True),
    Raw("half a body, then gone", post(b"Content-Length: 50", body=SHELF), (0,), leave=True),
    Raw("half a chunk, then gone", post(CHUNKED, body=b"50\r\n" + SHELF), (0,), leave=True),
    Raw("nothing, then gone", (b"",), (0,), leave=True),
    Raw("blank lines before", (b"\r\n" * 10 + GOOD,), (200, 400)),
    Raw("garbage", (bytes(range(256)) * 40,)),
    Raw("zeros", (b"\0" * 10_000,)),
    Raw("a TLS hello", (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500,)),
    Raw("HTTP/0.9", (b"GET /shelves\r\n\r\n",), (400, 401)),
    Raw("HTTP/1.0", (b"GET /shelves HTTP/1.0\r\n" + KEY + b"\r\n",), (200,)),
    Raw("HTTP/2 with prior knowledge", (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0" * 9,)),
    Raw("HTTP/9.9", (GOOD.replace(b"1.1", b"9.9"),)),
    Raw("another protocol", (b"EHLO a\r\nMAIL FROM:<a@b>\r\n",)),
    Raw("no Host", (GOOD.replace(b"Host: a\r\n", b""),), (200, 400)),
    Raw("two Hosts", get(b"Host: b"), (200, 400)),
    Raw("a method in small letters", (GOOD.replace(b"GET", b"get"),)),
    Raw("a method that nobody knows", (GOOD.replace(b"GET", b"BREW"),), (400, 501)),
    Raw("a method of 1,000 characters", (GOOD.replace(b"GET", b"G" * 1_000),), (400, 501)),
    Raw("a blank in the path", (GOOD.replace(b"/shelves", b"/she lves"),)),
    Raw("UTF-8 in the path", (GOOD.replace(b"/shelves", "/é".encode()),), (400, 404)),
    Raw("a NUL in the path", (GOOD.replace(b"/shelves", b"/she\0lves"),)),
    Raw(
        "a path of 100 kB",
        (GOOD.replace(b"/shelves", b"/" + b"x" * 100_000),),
        (400, 404, 414, 431),
    ),
    Raw("a path of 1 MB", (GOOD.replace(b"/shelves", b"/" + b"x" * MB),), (400, 404, 414, 431)),
    Raw("a whole URL", (GOOD.replace(b"/shelves", b"http://b/shelves"),), (200, 400)),
    Raw("a URL without a path", (GOOD.replace(b"/shelves?limit=1", b"http://b"),), (400, 404)),
    Raw("an asterisk", (GOOD.replace(b"GET /shelves?limit=1", b"OPTIONS *"),), (204, 400, 404)),
    Raw("CONNECT", (GOOD.replace(b"GET /shelves?limit=1", b"CONNECT a:443"),), (400, 404, 405)),
    Raw("no target", (GOOD.replace(b" /shelves?limit=1", b""),)),
    Raw("a fragment", (GOOD.replace(b"?limit=1", b"#a"),), (200, 400)),
    Raw("two question marks", (GOOD.replace(b"?", b"??"),), (200, 400)),
    Raw("a header without a colon", get(b"nocolon")),
    Raw("a header without a name", get(b": 1")),
    Raw("a blank before the colon", get(b"X-A : 1")),
    Raw("a NUL in a header", get(b"X-A: a\0b")),
    Raw("a bare CR in a header", get(b"X-A: a\rX-B: 1")),
    Raw("a bare LF in a header", get(b"X-A: a\nX-B: 1"), (200, 400)),
    Raw("a folded header", get(b"X-A: a\r\n b"), (200, 400)),
    Raw("bytes beyond ASCII in a header", get(b"X-A: \xff\xfe"), (200, 400)),
    Raw("1,000 header lines", get(*[b"X-A: 1"] * 1_000), (200, 400, 431)),
    Raw("10,000 header lines", get(*[b"X-A: 1"] * 10_000), (200, 400, 431)),
    Raw("a header of 64 kB", get(b"X-A: " + b"a" * 65_000), (200, 400, 431)),
    Raw("a header of 1 MB", get(b"X-A: " + b"a" * MB), (400, 431)),
    Raw("a head of 20 MB", get(*[b"X-A: " + b"a" * 1_000] * 20_000), (400, 431)),
    Raw("a length and chunks", post(b"Content-Length: 5", CHUNKED, body=b"0\r\n\r\n" + SMUGGLED)),
    Raw("chunks and a length", post(CHUNKED, b"Content-Length: 5", body=b"0\r\n\r\n" + SMUGGLED)),
    Raw("two lengths", post(b"Content-Length: 5", b"Content-Length: 6", body=b"{}    " + SMUGGLED)),
    Raw("two lengths in one", post(b"Content-Length: 5, 6", body=b"{}    " + SMUGGLED)),
    Raw("a length with a plus", post(b"Content-Length: +5", body=b"{}   " + SMUGGLED)),
    Raw("a length below zero", post(b"Content-Length: -5", body=SMUGGLED)),
    Raw("a length in hexadecimal", post(b"Content-Length: 0x5", body=b"{}   " + SMUGGLED)),
    Raw("a length with a blank in it", post(b"Content-Length: 1 0", body=SHELF)),
    Raw("a length of 30 digits", post(b"Content-Length: " + b"9" * 30, body=SHELF), (400, 413)),
    Raw(
        "an unknown transfer coding",
        post(b"Transfer-Encoding: xchunked", body=SMUGGLED),
        first=(501,),
    ),
    Raw(
        "chunked is not last",
        post(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n" + SMUGGLED),
    ),
    Raw("chunked twice", post(CHUNKED, CHUNKED, body=b"0\r\n\r\n"), (400,)),
    Raw(
        "chunked with odd blanks",
        post(b"Transfer-Encoding:\x0bchunked", body=b"0\r\n\r\n" + SMUGGLED),
    ),
    Raw("a chunk size of no number", post(CHUNKED, body=b"zz\r\n{}\r\n0\r\n\r\n")),
    Raw("a chunk size below zero", post(CHUNKED, body=b"-1\r\n{}\r\n0\r\n\r\n")),
    Raw("a chunk size beyond 64 bits", post(CHUNKED, body=b"FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n")),
    Raw("a chunk longer than it says", post(CHUNKED, body=b"2\r\n{}{}\r\n0\r\n\r\n")),
    Raw(
        "a chunk extension of 64 kB",
        post(CHUNKED, body=b"2;a=" + b"b" * 65_000 + b"\r\n{}\r\n0\r\n\r\n"),
        (400, 413),
    ),
    Raw(
        "a head after the chunks",
        post(CHUNKED, body=b"12\r\n" + SHELF + b"\r\n0\r\nX-Api-Key: no\r\n\r\n"),
        (201,),
    ),
    Raw(
        "an upgrade to WebSocket",
        get(b"Connection: upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13"),
    ),
    Raw(
        "an upgrade to HTTP/2",
        get(b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: A"),
    ),
    Raw("50 requests at once", (GOOD * 50,), (200,), most=50),
    Raw("a good request and garbage", (GOOD + b"\0garbage\r\n\r\n",), (200, 400), most=2),
    Raw(
        "a body that GET does not want",
        (request(b"GET /shelves HTTP/1.1", b"Content-Length: 9", body=b"{" * 9),),
        (200,),
    ),
    Raw(
        "Expect",
        (request(CREATE, JSON, b"Expect: 100-continue", b"Content-Length: 18"), SHELF),
        (100, 201),
        most=2,
    ),
    Raw(
        "Expect, and too much",
        post(b"Expect: 100-continue", b"Content-Length: 99999999999"),
        (413,),
    ),
    Raw("an Expect that nobody meets", get(b"Expect: the-impossible"), (200, 417)),
    Raw("1 GB that does not come", post(b"Content-Length: 1073741824", body=b"x"), (413,)),
)
UPGRADES = {"an upgrade to WebSocket", "an upgrade to HTTP/2"}
