"""Show the documents that are played, under one reserved path: an index, each document as JSON, and
Swagger UI.

    /__admin/                           the index: each API with links to the next two
    /__admin/docs/NAME/                 Swagger UI, whose files are under /__admin/docs/static/
    /__admin/docs/NAME/openapi.json     the document
    /__admin/docs/                      Swagger UI for the control API, where that is open
"""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from mockserver.asgi.request import raw_path_of
from mockserver.asgi.respond import Answer, encode, send_answer
from mockserver.asgi.site.openapi_json import openapi_json
from mockserver.asgi.spaces import RESERVED
from mockserver.errors import MissingExtraError
from mockserver.extras import is_installed
from mockserver.htmlpage import html_page
from mockserver.model.types import Model

_FILES = "flask_swagger_ui"
"""The package that holds the files of Swagger UI."""


class Pages:
    """An ASGI application for the reserved path."""

    def __init__(
        self, played: Sequence[tuple[Model, Sequence[str]]], control: bool = False
    ) -> None:
        """Take each model with the base paths under which it is played, and whether the control API
        is open.
        """
        self._control = control
        self._models: Mapping[str, Model] = {model.name: model for model, _ in played}
        self._bases: Mapping[str, Sequence[str]] = {model.name: bases for model, bases in played}
        self._swagger: dict[str, Any] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = unquote(raw_path_of(scope))
        steps = [step for step in path.removeprefix(RESERVED).split("/") if step]
        if self._is_swagger(steps) and path.endswith("/"):
            await self._show_swagger(steps[1:], scope, receive, send)
            return
        answer = self._answer(steps)
        await send_answer(send, answer, (), scope["method"] == "HEAD")

    def _is_swagger(self, steps: list[str]) -> bool:
        """Tell whether a path is that of a page of Swagger UI."""
        match steps:
            case ["docs"]:
                return self._control
            case ["docs", name]:
                return name in self._models
        return False

    async def _show_swagger(self, name: list[str], scope: Any, receive: Any, send: Any) -> None:
        """Answer with Swagger UI for an API, for the control API where there is no name."""
        if scope["method"] not in ("GET", "HEAD"):
            refused = Answer(405, [(b"allow", b"GET, HEAD")], b"")
            await send_answer(send, refused, (), False)
            return
        if not is_installed(_FILES):
            missing = MissingExtraError("Swagger UI", "ui")
            await send_answer(send, _problem(501, "Not Implemented", str(missing)), (), False)
            return
        from mockserver.asgi.site.swagger_ui import PATH, page_of  # imports connexion

        key = "/".join(name)
        if key not in self._swagger:
            if name:
                page = page_of(name[0], document="openapi.json", static="../static")
            else:
                page = page_of("Control API", document="../openapi.yaml", static="static")
            self._swagger[key] = page
        inner = {**scope, "path": PATH, "raw_path": PATH.encode(), "root_path": ""}
        await self._swagger[key](inner, receive, send)

    def _answer(self, steps: list[str]) -> Answer:
        match steps:
            case []:
                return self._index()
            case ["docs", "static", name]:
                return _static(name)
            case ["docs", *_] if self._is_swagger(steps):  # without the slash at its end
                location = f"{quote(steps[-1])}/"
                return Answer(307, [(b"location", location.encode())], b"")
            case ["docs", name, "openapi.json"] if name in self._models:
                document = openapi_json(self._models[name], self._bases[name])
                return encode(200, [], document, "application/json")
        path = "/".join((RESERVED, *steps))
        detail = f"there is no {path} here; {RESERVED}/ tells what there is"
        return _problem(404, "Not Found", detail)

    def _index(self) -> Answer:
        page = html_page(
            "mockserver.asgi",
            "templates/index.html",
            reserved=RESERVED,
            models=self._models.values(),
            is_control_open=self._control,
        )
        return Answer(200, [(b"content-type", b"text/html; charset=utf-8")], page.encode())


def _problem(status: int, title: str, detail: str) -> Answer:
    """Return problem details (RFC 9457)."""
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return encode(status, [], problem, "application/problem+json")


def _static(name: str) -> Answer:
    """Return a file of Swagger UI, from a package that holds them; its code is never imported."""
    package = find_spec(_FILES)
    if package is None or package.origin is None:
        return Answer(404, [], b"")
    file = Path(package.origin).parent / "dist" / name
    if not file.is_file():
        return Answer(404, [], b"")
    guessed, _ = mimetypes.guess_type(name)
    media_type = guessed or "application/octet-stream"
    headers = [(b"content-type", media_type.encode())]
    return Answer(200, headers, file.read_bytes())
