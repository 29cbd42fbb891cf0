"""Ask a mock in this process, as a client of its APIs or of its control API: a request in, the
values of the reply out.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from json import loads
from typing import Any
from urllib.parse import urlencode

import httpx

from mockserver.asgi.spaces import RESERVED
from mockserver.errors import ServerError, SettingsError
from mockserver.mediatype import plain_media_type
from mockserver.model.types.described import is_json
from mockserver.testing.mock import Mock

ORIGIN = "http://localhost"
"""What requests are sent to; no port is behind it."""
_FRAMING = frozenset({"content-length", "transfer-encoding", "content-encoding", "connection"})
"""Headers of a reply that tell of its way and not of what it says."""


class MockClient:
    """Sends requests to one space of a mock. No cookie is kept and no redirection is followed."""

    def __init__(self, mock: Mock) -> None:
        self._transport = mock.transport()

    def ask(self, request: httpx.Request) -> dict[str, Any]:
        """Return the status, the headers and the body of a reply: the value of JSON, a text, or
        `{"base64": ...}`. Raises ServerError where there is none.
        """
        reply = self._reply(request)
        headers = {}
        for name, value in reply.headers.items():
            if name not in _FRAMING:
                headers[name] = value
        return {"status": reply.status_code, "headers": headers, "body": _body(reply)}

    def control(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
    ) -> dict[str, Any]:
        """Return what the control API tells, an empty object where it tells nothing. Raises
        SettingsError with its reason where it refuses.
        """
        url = f"{ORIGIN}{RESERVED}{path}"
        if query:
            url = f"{url}?{urlencode(query, doseq=True)}"
        reply = self._reply(httpx.Request(method, url, json=body))
        value = _body(reply)
        if reply.is_error:
            raise SettingsError(str(value["detail"]))
        return value or {}

    def _reply(self, request: httpx.Request) -> httpx.Response:
        try:
            reply = self._transport.handle_request(request)
        except httpx.ReadError as error:
            raise ServerError(str(error)) from None
        reply.read()
        return reply


def made_request(
    method: str, url: str, headers: Mapping[str, str], **sending: Any
) -> httpx.Request:
    """Return a request; `sending` is its body as httpx takes it. Raises SettingsError for what no
    request can hold.
    """
    try:
        return httpx.Request(method, url, headers=headers, **sending)
    except (httpx.InvalidURL, ValueError) as error:
        raise SettingsError(f"{method} {url} cannot be sent: {error}") from None


def _body(reply: httpx.Response) -> Any:
    """Return what a body says; None where there is none."""
    content = reply.content
    if not content:
        return None
    media_type = plain_media_type(reply.headers.get("content-type", ""))
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(content).decode()}
    if not media_type or not is_json(media_type):
        return text
    try:
        return loads(text)
    except ValueError:  # a planned fault may spoil it
        return text
