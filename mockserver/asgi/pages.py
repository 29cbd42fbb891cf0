"""Show the documents that are played: an index, each document as JSON, and Swagger UI, under one
reserved path.
"""

from __future__ import annotations

import html
import mimetypes
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any
from urllib.parse import quote, unquote

from mockserver.asgi.request import raw_path_of
from mockserver.asgi.respond import Answer, encode, send_answer
from mockserver.model.servers import filled
from mockserver.model.types import Model

RESERVED = "/__admin"
"""What is not the mocked APIs' own begins with this."""

_UI = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="{static}/swagger-ui.css"></head>
<body><div id="ui"></div><script src="{static}/swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({{url: "{url}", dom_id: "#ui"}})</script></body></html>"""
_CONTROL = f"""<p><a href="{RESERVED}/docs/">Control API</a> ·
<a href="{RESERVED}/openapi.yaml">openapi.yaml</a></p>"""
_INDEX = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Understudy</title>
<style>body{{font-family:system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}}
td,th{{text-align:left;padding:.3rem 1rem .3rem 0}}</style></head>
<body><h1>Understudy</h1><table><tr><th>API</th><th>Operations</th><th></th></tr>{rows}</table>{control}</body></html>"""


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

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = unquote(raw_path_of(scope))
        steps = [step for step in path.removeprefix(RESERVED).split("/") if step]
        answer = self._answer(steps, path.endswith("/"))
        await send_answer(send, answer, (), scope["method"] == "HEAD")

    def _answer(self, steps: list[str], slashed: bool) -> Answer:
        match steps:
            case []:
                return self._index()
            case ["docs"] if self._control:
                if not slashed:
                    return Answer(307, [(b"location", b"docs/")], b"")
                return _html(
                    _UI.format(title="Control API", static="static", url="../openapi.yaml")
                )
            case ["docs", "static", name]:
                return _static(name)
            case ["docs", name] if name in self._models:
                if not slashed:
                    return Answer(307, [(b"location", f"{quote(name)}/".encode())], b"")
                return _html(
                    _UI.format(title=html.escape(name), static="../static", url="openapi.json")
                )
            case ["docs", name, "openapi.json"] if name in self._models:
                return encode(
                    200, [], _served(self._models[name], self._bases[name]), "application/json"
                )
        said = "/".join((RESERVED, *steps))
        detail = f"there is no {said} here; {RESERVED}/ tells what there is"
        problem = {"type": "about:blank", "title": "Not Found", "status": 404, "detail": detail}
        return encode(404, [], problem, "application/problem+json")

    def _index(self) -> Answer:
        rows = "".join(
            f"<tr><td>{html.escape(name)}</td><td>{len(model.operations)}</td>"
            f'<td><a href="{RESERVED}/docs/{quote(name)}/">Swagger UI</a> · '
            f'<a href="{RESERVED}/docs/{quote(name)}/openapi.json">openapi.json</a></td></tr>'
            for name, model in self._models.items()
        )
        return _html(_INDEX.format(rows=rows, control=_CONTROL if self._control else ""))


def _served(model: Model, bases: Sequence[str]) -> dict[str, Any]:
    """Return the document with the servers of this mock in place of its own."""
    servers = [{"url": filled(model.document.spec, base) or "/"} for base in bases]
    return {**model.document.spec, "servers": servers}


def _html(page: str) -> Answer:
    return Answer(200, [(b"content-type", b"text/html; charset=utf-8")], page.encode())


def _static(name: str) -> Answer:
    """Return a file of Swagger UI, from the package that connexion uses."""
    folder = files("swagger_ui_bundle").joinpath("vendor")
    for each in folder.iterdir():
        path = each.joinpath(name)
        if each.name.startswith("swagger-ui") and "/" not in name and path.is_file():
            media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
            return Answer(200, [(b"content-type", media_type.encode())], path.read_bytes())
    return Answer(404, [], b"")
