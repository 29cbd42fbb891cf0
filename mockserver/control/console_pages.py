"""Serve the console, the page by which people look inside and steer: an ASGI application for pages
in, one around it out.

    /__admin/                     the console for who accepts HTML by name, as browsers do
    /__admin/console/app.js       its files

The page is for everybody whom the guard lets read pages and holds nothing that is worth a secret;
what it shows comes from the control API, which asks for the token. It loads nothing from elsewhere,
and runs no script but its own (Content Security Policy Level 3).
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from mockserver.asgi.request import raw_path_of
from mockserver.asgi.spaces import RESERVED
from mockserver.control.messages import send_whole
from mockserver.exchange import Answer, Headers

FOLDER = f"{RESERVED}/console/"
PAGE = "index.html"
MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "LICENSE": "text/plain; charset=utf-8",
}
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
_SAFE: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class ConsolePages:
    """An ASGI application around the pages: the console, and for all else what is there already."""

    def __init__(self, pages: Callable[[Any, Any, Any], Awaitable[None]]) -> None:
        self._pages = pages

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        answer = None
        if scope["method"] in ("GET", "HEAD"):
            headers = Headers.from_wire(scope["headers"])
            answer = console_answer(raw_path_of(scope), headers)
        if answer is None:
            await self._pages(scope, receive, send)
        else:
            await send_whole(send, answer, scope["method"] == "HEAD")


def console_answer(path: str, headers: Headers) -> Answer | None:
    """Return a file of the console, None where a path has none."""
    if path.rstrip("/") == RESERVED:
        if not accepts_html(headers.get("accept", "")):
            return None
        if not path.endswith("/"):  # what the page names is beside it
            location = RESERVED.rpartition("/")[2] + "/"
            return Answer(307, {"location": location, "vary": "Accept"})
        return _file(PAGE, headers)
    if not path.startswith(FOLDER):
        return None
    return _file(path.removeprefix(FOLDER), headers)


def accepts_html(accepted: str) -> bool:
    """Tell whether an Accept header names HTML, as those of browsers do and `*/*` does not."""
    types = [part.partition(";")[0].strip().lower() for part in accepted.split(",")]
    return "text/html" in types


def _file(name: str, headers: Headers) -> Answer | None:
    """Return a file as it is asked for: whole, or that it has not changed (RFC 9110, section
    13.1.2).
    """
    known = console_files()
    if name not in known:
        return None
    content = known[name]
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    shown = {
        "content-type": MEDIA_TYPES[name.rpartition(".")[2]],
        "etag": tag,
        "cache-control": "no-cache",
        "vary": "Accept",
        **_SAFE,
    }
    known_tags = headers.get("if-none-match", "").replace("W/", "").split(",")
    if tag in map(str.strip, known_tags):
        del shown["content-type"]
        return Answer(304, shown)
    return Answer(200, shown, content)


@cache
def console_files() -> Mapping[str, bytes]:
    """Return the files of the console by their names below its folder."""
    found: dict[str, bytes] = {}
    _gather(files("mockserver.control") / "console", "", found)
    return found


def _gather(folder: Any, prefix: str, found: dict[str, bytes]) -> None:
    for each in folder.iterdir():
        name = prefix + each.name
        if each.is_dir():
            _gather(each, f"{name}/", found)
        elif name.rpartition(".")[2] in MEDIA_TYPES:
            found[name] = each.read_bytes()
