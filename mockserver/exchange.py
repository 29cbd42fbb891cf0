"""A request and its answer as they went over the wire: the values that the journal, recordings, the
proxy, clients in this process and contract checks have in common.

`Sent` is a request, `Answer` its answer, and an `Exchange` both of them, with their time and with
what is known of them: which space, API and operation they belong to, and why a request was
refused. `content` is a body in bytes (RFC 9110, section 6.4), `body` what it says.

>>> sent = Sent("GET", "/shelves?limit=2", {"Accept": "application/json"})
>>> sent.path, sent.query, sent.headers["accept"]
('/shelves', [('limit', '2')], 'application/json')
>>> json_answer([{"id": 1}]).body
[{'id': 1}]
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from mockserver.mediatype import plain_media_type

Pairs = Iterable[tuple[str, str]]
NO_BODY: Any = None
"""The body of an answer without one. JSON null and no body are not told apart."""
_UNREAD: Any = object()


class Headers(Mapping[str, str]):
    """Headers as they were sent, found by their names in any case.

    Values of one name are read as one, joined by `, ` (RFC 9110, section 5.2); `pairs` has each.
    In a mapping each name counts once, whatever its case: the last one.
    """

    __slots__ = ("pairs",)

    def __init__(self, given: Mapping[str, str] | Pairs = ()) -> None:
        self.pairs: tuple[tuple[str, str], ...]
        if isinstance(given, Headers):
            self.pairs = given.pairs
        elif isinstance(given, Mapping):
            by_name = {name.lower(): (name, value) for name, value in given.items()}
            self.pairs = tuple(by_name.values())
        else:
            self.pairs = tuple(given)

    @classmethod
    def from_wire(cls, raw: Iterable[tuple[bytes, bytes]]) -> Headers:
        """Return headers in bytes as texts (RFC 9110, section 5.5: ISO-8859-1)."""
        return cls((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)

    def to_wire(self) -> list[tuple[bytes, bytes]]:
        """Return headers in bytes, their names in small letters, as ASGI has them."""
        lowered = ((name.lower(), value) for name, value in self.pairs)
        return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in lowered]

    @property
    def media_type(self) -> str:
        """The media type of the body, in small letters and without parameters; empty for none."""
        return plain_media_type(self.get("content-type", ""))

    def __getitem__(self, name: str) -> str:
        wanted = name.lower()
        values = [value for known, value in self.pairs if known.lower() == wanted]
        if not values:
            raise KeyError(name)
        return ", ".join(values)

    def __iter__(self) -> Iterator[str]:
        names: dict[str, str] = {}
        for name, _ in self.pairs:
            names.setdefault(name.lower(), name)
        return iter(names.values())

    def __len__(self) -> int:
        return len({name.lower() for name, _ in self.pairs})

    def __repr__(self) -> str:
        return f"Headers({list(self.pairs)})"


@dataclass(frozen=True, slots=True, init=False)
class Sent:
    """A request. `target` is path and query, percent-encoded; `origin` is where it was sent,
    `http://127.0.0.1:8000`, empty where that is not known.
    """

    method: str
    target: str
    headers: Headers
    content: bytes
    origin: str
    http_version: str

    def __init__(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | Pairs = (),
        content: bytes | None = None,
        origin: str = "",
        http_version: str = "1.1",
    ) -> None:
        object.__setattr__(self, "method", method)
        object.__setattr__(self, "target", target)
        object.__setattr__(self, "headers", Headers(headers))
        object.__setattr__(self, "content", content or b"")
        object.__setattr__(self, "origin", origin)
        object.__setattr__(self, "http_version", http_version)

    def with_headers(self, headers: Mapping[str, str] | Pairs) -> Sent:
        """Return the same request with other headers."""
        return replace(self, headers=Headers(headers))

    @property
    def body(self) -> Any:
        """The value of a JSON body, the text of another one, NO_BODY where there is none."""
        return _decoded(self.content, self.headers)

    @property
    def path(self) -> str:
        """The path, decoded."""
        return unquote(self.raw_path)

    @property
    def raw_path(self) -> str:
        """The path as it was sent."""
        return self.target.partition("?")[0]

    @property
    def bare_path(self) -> str:
        """The path as it was sent, without a slash at its end."""
        return self.raw_path.rstrip("/")

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query parameters in their order, decoded."""
        return parse_qsl(self.raw_query, keep_blank_values=True)

    @property
    def raw_query(self) -> str:
        """The query as it was sent, without its question mark."""
        return self.target.partition("?")[2]


SEE_OTHER = 303
"""The status of what was done, and is shown elsewhere (RFC 9110, section 15.4.4)."""


def is_success(status: int) -> bool:
    """Tell whether a status says that a request was done."""
    return 200 <= status < 300 or status == SEE_OTHER


@dataclass(frozen=True, slots=True, init=False)
class Answer:
    """An answer to a request."""

    status: int
    headers: Headers
    content: bytes
    _body: Any = field(init=False, repr=False, compare=False)

    def __init__(
        self,
        status: int,
        headers: Mapping[str, str] | Pairs = (),
        content: bytes | None = None,
    ) -> None:
        object.__setattr__(self, "status", status)
        object.__setattr__(self, "headers", Headers(headers))
        object.__setattr__(self, "content", content or b"")
        object.__setattr__(self, "_body", _UNREAD)

    @property
    def body(self) -> Any:
        """The value of a JSON body, the text of another one, NO_BODY where there is none."""
        if self._body is _UNREAD:
            object.__setattr__(self, "_body", _decoded(self.content, self.headers))
        return self._body

    def with_body(self, value: Any) -> Answer:
        """Return the same answer with another body, spelled in the media type that it has."""
        if value is NO_BODY:
            return replace(self, content=b"")
        is_json = "json" in self.headers.get("content-type", "")
        text = json.dumps(value, ensure_ascii=False) if is_json else str(value)
        return replace(self, content=text.encode())

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    @property
    def located_key(self) -> str:
        """The key of a new record by the last step of Location, empty where there is none."""
        path, _, _ = self.headers.get("location", "").partition("?")
        return path.rstrip("/").rpartition("/")[2]

    @property
    def succeeded(self) -> bool:
        return is_success(self.status)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with its answer, None where there was none.

    `began_s` counts seconds since 1970, `took_s` is how long the answer took. `number` counts the
    calls of a journal or of a run, of which `phase` is a part. `operation` is a label of the
    document, `POST /shelves`, empty where the request belongs to none; `kind` is what that does.
    `reasons` tell why the request was refused, `notes` what of it nothing was done with.
    """

    sent: Sent
    answer: Answer | None
    began_s: float = 0.0
    took_s: float = 0.0
    number: int = field(default=0, kw_only=True)
    phase: str = field(default="", kw_only=True)
    space: str = field(default="", kw_only=True)
    api: str = field(default="", kw_only=True)
    operation: str = field(default="", kw_only=True)
    kind: str = field(default="", kw_only=True)
    reasons: tuple[str, ...] = field(default=(), kw_only=True)
    notes: tuple[str, ...] = field(default=(), kw_only=True)


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer whose body is a JSON value."""
    with_type = {"content-type": "application/json", **(headers or {})}
    return Answer(status, with_type, json.dumps(value, ensure_ascii=False).encode())


def sent_from(scope: Mapping[str, Any], content: bytes, root_path: str = "") -> Sent:
    """Return the request of an ASGI scope; its path is the one below `root_path`."""
    encoded = scope.get("raw_path") or quote(scope["path"]).encode()
    path = encoded.partition(b"?")[0].decode("utf-8", "replace").removeprefix(root_path) or "/"
    query = scope.get("query_string", b"").decode("utf-8", "replace")
    headers = Headers.from_wire(scope["headers"])
    origin = f"{scope.get('scheme', 'http')}://{headers.get('host') or 'localhost'}"
    target = f"{path}?{query}" if query else path
    version = scope.get("http_version", "1.1")
    return Sent(scope["method"], target, headers, content, origin, version)


def _decoded(content: bytes, headers: Headers) -> Any:
    if not content:
        return NO_BODY
    if "json" in headers.get("content-type", ""):
        with suppress(ValueError):  # the text is then all that can be said of it
            return json.loads(content)
    return content.decode("utf-8", "replace")
