"""Documents that declare who gives tokens, and a server that plays one of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver import MockServer
from tests.asgi.conftest import play as play

Serve = Callable[..., MockServer]
SCOPES = {"read": "see", "write": "change"}
FLOWS = {
    "clientCredentials": {"tokenUrl": "https://login.example/oauth/token", "scopes": SCOPES},
    "password": {"tokenUrl": "https://login.example/oauth/token", "scopes": SCOPES},
    "authorizationCode": {
        "tokenUrl": "https://login.example/oauth/token",
        "authorizationUrl": "https://login.example/oauth/authorize",
        "scopes": SCOPES,
    },
}
OAUTH = {"type": "oauth2", "flows": FLOWS}
OPENID = {
    "type": "openIdConnect",
    "openIdConnectUrl": "https://login.example/realms/a/.well-known/openid-configuration",
}
NOTE = {"type": "object", "properties": {"id": {"type": "integer"}, "text": {"type": "string"}}}


def listing(scheme: str, *scopes: str) -> dict[str, Any]:
    """An operation that needs scopes of a scheme."""
    content = {"application/json": {"schema": {"type": "array", "items": NOTE}}}
    return {
        "security": [{scheme: list(scopes)}],
        "responses": {"200": {"description": "OK", "content": content}},
    }


def document(scheme: dict[str, Any], **paths: Any) -> dict[str, Any]:
    """A document with one security scheme, `o`, and a list that needs the scope `read`."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "Notes", "version": "1"},
        "servers": [{"url": "https://api.example/v2"}],
        "paths": {"/notes": {"get": listing("o", "read")}, **paths},
        "components": {"securitySchemes": {"o": scheme}},
    }


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Serve a document, with the settings of the server."""
    running: list[MockServer] = []

    def start(spec: dict[str, Any], **settings: Any) -> MockServer:
        file = tmp_path / "notes.json"
        file.write_text(json.dumps(spec), "utf-8")
        server = MockServer(str(file), **settings)
        running.append(server)
        server.start()
        return server

    yield start
    for server in running:
        server.stop()
