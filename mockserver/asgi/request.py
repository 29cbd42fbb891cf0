"""What a handler reads of an HTTP request: headers, query, cookies and a bounded body."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, unquote

from mockserver.space import Space

SPACE = "understudy.space"
"""Where the scope of a request names its space."""
_HOST = re.compile(r"([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?", re.ASCII)
LARGEST_BODY = 10 * 1024 * 1024
"""Bytes of a request body that are read; a larger one is refused with 413."""


class TooLarge(Exception):
    """The body is larger than the limit."""


class Gone(Exception):
    """The client went away before its body was whole."""


class Request:
    """A request of the ASGI HTTP scope. `path_texts` are the path parameters as they were sent.

    `extension` is the end of the path that asks for a media type, `preferred` that media type,
    `usual` that of a reply for which nothing asks (empty: the first documented), `space` the state
    that it is about.
    """

    def __init__(
        self,
        scope: Any,
        receive: Any,
        base: str,
        path_texts: dict[str, str],
        extension: str = "",
        preferred: str = "",
        space: Space | None = None,
        usual: str = "",
    ) -> None:
        self.scope = scope
        self.base = base
        self.path_texts = path_texts
        self.extension = extension
        self.preferred = preferred
        self.space = space
        self.usual = usual
        self._receive = receive
        self.headers = headers_of(scope["headers"])
        self.query = _query(scope["query_string"])

    @property
    def query_pairs(self) -> list[tuple[str, str]]:
        """Query parameters in the order in which they were sent."""
        return [
            (name, value)
            for name, value in _pairs(self.scope["query_string"])
            if name in self.query
        ]

    def take(self, name: str) -> str | None:
        """Return the last value of a query parameter and forget that it was sent."""
        values = self.query.pop(name, None)
        return values[-1] if values else None

    @property
    def query_text(self) -> str:
        """The query as it was sent."""
        return str(self.scope["query_string"], "latin-1")

    @property
    def query_params(self) -> dict[str, str]:
        """Query parameters by name, the last value of each."""
        return {name: values[-1] for name, values in self.query.items()}

    @property
    def cookies(self) -> dict[str, str]:
        """Cookies by name (RFC 6265 section 4.2)."""
        pairs = (part.strip().partition("=") for part in self.headers.get("cookie", "").split(";"))
        return {name: unquote(value) for name, sign, value in pairs if sign}

    @property
    def origin(self) -> str:
        """Scheme and host under which the client knows the server; its address when what the client
        says is no host.
        """
        host = self.headers.get("host", "")
        if not _HOST.fullmatch(host):
            address, port = self.scope.get("server") or ("localhost", None)
            host = f"{address}:{port}" if port else str(address)
        return f"{self.scope.get('scheme', 'http')}://{host}"

    @property
    def url(self) -> str:
        """The absolute URL without its query, percent-encoded as it was sent."""
        return f"{self.origin}{self.scope.get('root_path', '')}{raw_path_of(self.scope)}"

    async def body(self, largest: int = LARGEST_BODY) -> bytes:
        """Return the whole body. Raises TooLarge, as soon as it is known, or Gone."""
        length = self.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > largest):
            raise TooLarge
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise Gone
        body: bytes = message.get("body", b"")
        if not message.get("more_body", False):
            return _checked(body, largest)
        chunks, size = [body], len(body)
        while message.get("more_body", False):
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Gone
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > largest:
                raise TooLarge
        return b"".join(chunks)


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by name in small letters; several of one name are joined by a comma (RFC 9110
    section 5.3).
    """
    headers: dict[str, str] = {}
    several: dict[str, list[str]] = {}
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name in headers:
            several.setdefault(name, [headers[name]]).append(value)
        else:
            headers[name] = value
    return (
        {**headers, **{name: ", ".join(values) for name, values in several.items()}}
        if several
        else headers
    )


def _query(raw: bytes) -> dict[str, list[str]]:
    """Return query parameters by name, each with all its values in order."""
    values: dict[str, list[str]] = {}
    if raw:
        for name, value in _pairs(raw):
            values.setdefault(name, []).append(value)
    return values


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    """Return names and values; bytes that are no UTF-8 become U+FFFD."""
    return parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True)


def raw_path_of(scope: Any) -> str:
    """Return the path as it was sent, without the prefix under which the application is mounted."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    path = raw.partition(b"?")[0].decode("latin-1")
    return path.removeprefix(scope.get("root_path", "")) or "/"


def query_of(scope: Any) -> str:
    """Return the query as it was sent, without its question mark."""
    query: bytes = scope.get("query_string", b"")
    return query.decode("latin-1")


def _checked(body: bytes, largest: int) -> bytes:
    if len(body) > largest:
        raise TooLarge
    return body
