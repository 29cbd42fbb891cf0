"""What a handler reads of an HTTP request (headers, query, cookies and a bounded body), and the
Note that tells of it to whoever wants to know.

A Note is put into the scope before a request is answered, and read after its answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from mockserver.call import Call, Problem
from mockserver.slots import dataclass
from mockserver.space import Space
from mockserver.state import Change

FAILING_DELIVERIES = "understudy.failing_deliveries"
"""Holds how many first attempts fail to deliver what a call brings about, where that is planned."""
NOTE = "understudy.note"
"""Where the scope of a request holds its Note; most have none."""
ANSWERED = b"understudy-answered"
"""The header that tells who gave a reply in the place of a live server: mock or proxy."""
SPACE = "understudy.space"
"""Where the scope of a request names its space."""
FAILING = "understudy.failing"
"""Where the scope of a request tells that the job which it begins is to fail."""
ENDLESS = "understudy.endless"
"""Where the state of the scope of a request tells that its reply ends only when its client goes."""
LARGEST_BODY = 10 * 1024 * 1024
"""Bytes of a request body that are read; a larger one is refused with 413."""
_HOST = re.compile(r"([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?", re.ASCII)

Pairs = list[tuple[str, str]]
"""Names and values, in the order in which they were sent."""


class TooLarge(Exception):
    """The body is larger than the limit."""


class Gone(Exception):
    """The client went away before its body was whole."""


@dataclass(slots=True)
class Note:
    """Which space, API and operation (`POST /shelves`, and its kind) a request was for, and what
    came of it.

    `call` is the request decoded, None where it was refused before that; `problem` tells why it was
    refused, if it was; `changes` are those that it made, and `disagreements` where the reply breaks
    its schema to say what the record has.
    `live` tells that a server behind a proxy answered.

    `root_path` is what its path began with before that of the API: where the application is
    mounted, and the space. All are empty for a request that belongs to no API.
    """

    space: str = ""
    root_path: str = ""
    api: str = ""
    operation: str = ""
    kind: str = ""
    call: Call | None = None
    problem: Problem | None = None
    changes: tuple[Change, ...] = ()
    disagreements: tuple[str, ...] = ()
    live: bool = False

    @property
    def reasons(self) -> tuple[str, ...]:
        """What was wrong, one text for each violation: `body /title: title is required`."""
        if self.problem is None:
            return ()
        texts = []
        for violation in self.problem.violations:
            steps = "".join(f"/{step}" for step in violation.path)
            texts.append(f"{f'{violation.place} {steps}'.rstrip()}: {violation.message}")
        return tuple(texts) or (self.problem.message,)


def note_problem(scope: Any, problem: Problem) -> None:
    """Write down why a request is refused, where somebody wants to know."""
    note = scope.get(NOTE)
    if note is not None:
        note.problem = problem


class Request:
    """A request of the ASGI HTTP scope.

    `raw_path` is its path without what it is mounted under, `path_texts` are the path parameters,
    both as they were sent; `extension` is the end of the path that asks for a media type,
    `preferred` that media type, `usual` that of a reply for which nothing asks (empty: the first
    documented), `space` the state that it is about, `home` the one that it shares with all tenants,
    `under` the path below which its API is played. `page_urls` are the URLs of pages that its reply
    names, by the parameter that asks for one.
    """

    def __init__(
        self,
        scope: Any,
        receive: Any,
        *,
        raw_path: str = "",
        extension: str = "",
        preferred: str = "",
        space: Space | None = None,
    ) -> None:
        self.scope = scope
        self.raw_path = raw_path or raw_path_of(scope)
        self.path_texts: dict[str, str] = {}
        self.extension = extension
        self.preferred = preferred
        self.usual = ""
        self.space = space
        self.home = space
        self.under = ""
        self.page_urls: dict[str, Any] = {}
        self._receive = receive
        self._url = ""
        self.headers = headers_of(scope["headers"])
        sent = scope["query_string"]
        self._pairs = _pairs(sent) if sent else []
        self.query: dict[str, list[str]] = {}
        for name, value in self._pairs:
            self.query.setdefault(name, []).append(value)

    @property
    def query_pairs(self) -> Pairs:
        """Query parameters in the order in which they were sent."""
        return [pair for pair in self._pairs if pair[0] in self.query]

    def named(self, names: Iterable[str]) -> dict[str, str]:
        """Return the headers of some names, as they were sent."""
        return {name: self.headers[name] for name in names if name in self.headers}

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
        parts = self.headers.get("cookie", "").split(";")
        found = {}
        for part in parts:
            name, sign, value = part.strip().partition("=")
            if sign:
                found[name] = unquote(value)
        return found

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
        if not self._url:
            self._url = f"{self.origin}{self.scope.get('root_path', '')}{self.raw_path}"
        return self._url

    @property
    def full_url(self) -> str:
        """The absolute URL with its query."""
        query = urlencode(self.query_pairs)
        return f"{self.url}?{query}" if query else self.url

    async def body(self, largest: int = LARGEST_BODY) -> bytes:
        """Return the whole body. Raises TooLarge, as soon as it is known, or Gone."""
        length = self.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > largest):
            raise TooLarge
        chunks = []
        size = 0
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Gone
            chunk: bytes = message.get("body", b"")
            chunks.append(chunk)
            size += len(chunk)
            if size > largest:
                raise TooLarge
            more = message.get("more_body", False)
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
    for name, values in several.items():
        headers[name] = ", ".join(values)
    return headers


def _pairs(raw: bytes) -> Pairs:
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
