"""The live server behind a proxy: a request in, its reply out, read up to a bound; or why there is
none.

A reply is read before it is passed on, so that it can be looked at. It is passed on as it comes
where it is a stream, where it is longer than the bound, and where it keeps its client waiting.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

import httpx

from mockserver.errors import SettingsError
from mockserver.exchange import Answer, Headers, Sent
from mockserver.mediatype import plain_media_type
from mockserver.slots import dataclass

WireHeaders = Sequence[tuple[bytes, bytes]]
LARGEST_REPLY = 10 * 1024 * 1024
"""Bytes of a reply that are read before it is passed on; the rest of a longer one goes through as
it comes.
"""
HELD_S = 1.0
"""How long a client waits for a reply that has begun, so that it can be looked at first."""
_STREAMS = frozenset(
    {
        "text/event-stream",
        "multipart/x-mixed-replace",
        "application/x-ndjson",
        "application/jsonl",
        "application/json-seq",
    }
)
"""Media types that may never end, and whose parts are for now."""
CONNECT_S = 10.0
_DECODED = ("gzip", "deflate")
"""Content codings that are asked for, since they can be taken off (RFC 9110 section 8.4.1)."""
_OF_CONNECTION = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer "
    b"transfer-encoding "
    b"upgrade expect".split()
)
"""Headers that are for the next hop alone (RFC 9110 section 7.6.1)."""
_OWN = frozenset({b"host", b"accept-encoding", b"understudy-space"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that ask for no change (RFC 9110 section 9.2.1): such a request may be sent once more."""
_DEFAULT_PORTS = {"http": 80, "https": 443}


class NoReply(Exception):
    """The live server gave no reply; `status` is what a gateway says of it (RFC 9110 section
    15.6).
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """An answer as it is passed on, its body without content coding; `rest` is what did not fit
    into the bound.
    """

    answer: Answer
    rest: AsyncGenerator[bytes] | None = None


class Upstream:
    """A live server at a URL. Its connections are kept; proxies and authorities come from the
    environment (HTTP_PROXY, HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE). Redirects are replies like
    others.
    """

    def __init__(
        self, url: str, timeout_s: float = 60.0, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Take what takes the place of the network, too. Raises SettingsError for what is no URL of
        a server.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port, parts = None, None, urlsplit("")
        if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
            raise SettingsError(
                f"{url!r} is no URL of a server: say http://HOST[:PORT] or "
                f"https://HOST[:PORT][/PATH]"
            )
        self.host = host
        self.port = port or _DEFAULT_PORTS[parts.scheme]
        self.origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self.path = parts.path.rstrip("/")
        self._timeout_s = timeout_s
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    def is_at(self, host: str, port: int) -> bool:
        """Tell whether this is what listens on a port of this machine: a proxy to itself would
        never end.
        """
        return self.port == port and (
            self.host == host or (_is_loopback(self.host) and _is_loopback(host))
        )

    def path_of(self, bases: Iterable[str], path: str) -> str:
        """Return where a path of an API is here: what the URL has before it, but no base path of
        the API twice.
        """
        for base in sorted(bases, key=len, reverse=True):
            if base and self.path.endswith(base):
                return self.path.removesuffix(base) + path
        return self.path + path

    async def ask(
        self, sent: Sent, rest: AsyncIterator[bytes] | None = None, held_s: float | None = HELD_S
    ) -> LiveAnswer:
        """Return the answer to a request to a target of the live server, of whose body `rest` has
        yet to come. A reply is held for so many seconds, None until it is whole. Raises NoReply.
        """
        raw_target = sent.target.encode("ascii", "replace")
        url = httpx.URL(self.origin).copy_with(raw_path=raw_target)
        headers = _onward(sent.headers.to_wire())
        content = sent.content or None
        upload = content if rest is None else _upload(sent.content, rest)
        request = httpx.Request(sent.method, url, headers=headers, content=upload)
        try:
            try:
                return await self._sent(request, held_s)
            except (httpx.RemoteProtocolError, httpx.ReadError):
                if sent.method not in _SAFE or rest is not None:
                    raise
                # the server may just have ended a connection that was kept
                return await self._sent(request, held_s)
        except httpx.TimeoutException as error:
            unconnected = isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout)
            missing = "connection" if unconnected else "reply"
            raise NoReply(504, f"{self.origin} gave no {missing} in time") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            unreachable = isinstance(error, httpx.ConnectError)
            what = "cannot be reached" if unreachable else "gave no whole reply"
            raise NoReply(502, f"{self.origin} {what}: {_reason(error)}") from None

    async def _sent(self, request: httpx.Request, held_s: float | None) -> LiveAnswer:
        response = await self._connected().send(request, stream=True)
        return await _read(response, held_s)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            timeout = httpx.Timeout(self._timeout_s, connect=min(CONNECT_S, self._timeout_s))
            self._client = httpx.AsyncClient(
                timeout=timeout, follow_redirects=False, transport=self._transport
            )
        return self._client


async def _read(response: httpx.Response, held_s: float | None) -> LiveAnswer:
    """Return an answer whose body was read up to the bound. Raises httpx.HTTPError."""
    coded = response.headers.get("content-encoding", "").strip().lower()
    is_decoded = coded in _DECODED
    stream = response.aiter_bytes() if is_decoded else response.aiter_raw()
    headers = Headers.from_wire(_backward(response.headers.raw, is_decoded))
    body = _LiveBody(stream, response)
    if plain_media_type(headers.get("content-type", "")) in _STREAMS:
        held_s = 0.0
    begun, is_whole = await body.begin(held_s)
    answer = Answer(response.status_code, headers, begun)
    return LiveAnswer(answer, None if is_whole else body.rest())


class _LiveBody:
    """The body of a response, which is read chunk by chunk."""

    def __init__(self, stream: AsyncIterator[bytes], response: httpx.Response) -> None:
        self._stream = stream
        self._response = response
        self._next: asyncio.Task[bytes] | None = None

    async def begin(self, held_s: float | None) -> tuple[bytes, bool]:
        """Return what comes within the time and the bound, and whether it is all. Raises
        httpx.HTTPError.
        """
        chunks: list[bytes] = []
        size = 0
        loop = asyncio.get_running_loop()
        end_s = None if held_s is None else loop.time() + held_s
        while size <= LARGEST_REPLY:
            left_s = None if end_s is None else max(end_s - loop.time(), 0)
            chunk = await self._within(left_s)
            if chunk is None:
                break
            if not chunk:
                await self._response.aclose()
                return b"".join(chunks), True
            chunks.append(chunk)
            size += len(chunk)
        return b"".join(chunks), False

    async def rest(self) -> AsyncGenerator[bytes]:
        """Yield what comes yet. Where the server breaks off, so does this: the client sees a body
        that ends too early, as it would without us.
        """
        try:
            with suppress(httpx.HTTPError):
                while True:
                    chunk = await self._chunk()
                    if not chunk:
                        break
                    yield chunk
        finally:
            if self._next is not None:
                self._next.cancel()
            await self._response.aclose()

    async def _within(self, seconds: float | None) -> bytes | None:
        """Return the next chunk, None where it does not come in time."""
        task = self._task()
        await asyncio.wait({task}, timeout=seconds)
        if not task.done():
            return None
        return await self._chunk()

    async def _chunk(self) -> bytes:
        task = self._task()
        self._next = None
        try:
            return await task
        except httpx.HTTPError:
            await self._response.aclose()
            raise

    def _task(self) -> asyncio.Task[bytes]:
        """Return what waits for the next chunk. It is never cut off in the midst of a read."""
        if self._next is None:
            self._next = asyncio.ensure_future(self._pull())
        return self._next

    async def _pull(self) -> bytes:
        """Return the next chunk; an empty one is the end."""
        async for chunk in self._stream:
            if chunk:
                return chunk
        return b""


async def _upload(begun: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield begun
    async for chunk in rest:
        yield chunk


def _onward(headers: WireHeaders) -> list[tuple[bytes, bytes]]:
    """Return the headers of a request for the live server."""
    asked = (
        b",".join(value for name, value in headers if name == b"accept-encoding")
        .decode("latin-1")
        .lower()
    )
    codings = ", ".join(each for each in _DECODED if each in asked) or "identity"
    return [*_kept(headers, _OWN), (b"accept-encoding", codings.encode())]


def _backward(headers: WireHeaders, is_decoded: bool) -> list[tuple[bytes, bytes]]:
    """Return the headers of a reply for the client; the server of the proxy says the date."""
    dropped = {b"date", *((b"content-encoding", b"content-length") if is_decoded else ())}
    return _kept([(name.lower(), value) for name, value in headers], frozenset(dropped))


def _kept(headers: WireHeaders, dropped: frozenset[bytes]) -> list[tuple[bytes, bytes]]:
    named = b",".join(value for name, value in headers if name == b"connection").lower()
    hop = {each.strip() for each in named.split(b",")} | _OF_CONNECTION | dropped
    return [(name, value) for name, value in headers if name not in hop]


def _reason(error: Exception) -> str:
    """Return the innermost reason: httpx words it after the libraries below it."""
    cause: BaseException = error
    while cause.__cause__ is not None or cause.__context__ is not None:
        cause = cause.__cause__ or cause.__context__ or cause
    if isinstance(cause, ssl.SSLCertVerificationError):
        return (
            f"its certificate is not trusted: {cause.verify_message} (name the authority by "
            f"SSL_CERT_FILE)"
        )
    if (
        isinstance(cause, OSError)
        and cause.errno is not None
        and not isinstance(cause, socket.gaierror)
    ):
        return os.strerror(cause.errno)
    text = cause.strerror if isinstance(cause, OSError) else str(cause)
    return text or str(error) or type(error).__name__


def _is_loopback(host: str) -> bool:
    with suppress(ValueError):
        address = ipaddress.ip_address(host)
        return address.is_loopback or address.is_unspecified
    return host == "localhost"
