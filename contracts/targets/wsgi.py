"""A WSGI application as a target: a request in, its answer out, without a network (PEP 3333)."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote_to_bytes

from contracts.targets.target import Answer, Sent

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
"""A WSGI application."""


class WsgiTarget:
    """A WSGI application, called in this thread; several threads may send at once."""

    def __init__(self, app: WsgiApp) -> None:
        self._app = app

    def send(self, sent: Sent) -> Answer:
        """Return the application's answer; what it raises comes through."""
        started: list[tuple[str, list[tuple[str, str]]]] = []
        written: list[bytes] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[..., Any]:
            started.append((status, headers))
            return written.append

        parts = self._app(_environ(sent), start_response)
        try:
            content = b"".join(written + list(parts))
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
        status, headers = started[-1]
        content = (
            b"" if sent.method == "HEAD" else content
        )  # as a server does, whatever the application gives
        named = [(name.lower(), value) for name, value in headers]
        return Answer(int(status.split(" ", 1)[0]), named, content)

    def send_together(self, sents: Sequence[Sent]) -> list[Answer]:
        """Send each in a thread of its own."""
        with ThreadPoolExecutor(len(sents)) as threads:
            return list(threads.map(self.send, sents))

    def close(self) -> None:
        """Do nothing: the application belongs to who made it."""


def _environ(sent: Sent) -> dict[str, Any]:
    raw, _, query = sent.target.partition("?")
    content = sent.content or b""
    return {
        "REQUEST_METHOD": sent.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(raw).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": sent.target,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **_headers({"Host": "testserver", **sent.headers}),
        **({} if not sent.content else {"CONTENT_LENGTH": str(len(content))}),
    }


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers as WSGI names them: HTTP_X_API_KEY, and the type of the body without HTTP_."""
    named = {name.upper().replace("-", "_"): value for name, value in headers.items()}
    return {
        name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}": value
        for name, value in named.items()
    }
