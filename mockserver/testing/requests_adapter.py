"""An adapter for requests that asks a mock in this process: mount it where a session would reach
the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from http.client import HTTPMessage
from io import BytesIO
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import ProtocolError

from mockserver.exchange import Answer
from mockserver.testing.inprocess import InProcess, sent_to


class MockAdapter(HTTPAdapter):
    """Answers the requests of a session: `session.mount("https://api.example.com",
    mock.requests_adapter())`.
    """

    def __init__(self, process: InProcess) -> None:
        super().__init__()
        self._process = process

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Return the answer of the mock. Raises requests.ConnectionError when it gives none."""
        headers = [(_text(name), _text(value)) for name, value in request.headers.items()]
        content = _content(request.body)
        sent = sent_to(request.method or "GET", request.url or "", headers, content)
        try:
            answer = self._process.ask(sent)
        except ConnectionError as error:
            reason = ProtocolError(str(error), error)
            raise requests.ConnectionError(reason, request=request) from error
        return self.build_response(request, _raw_response(answer, request.method))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _content(body: Any) -> bytes:
    """Return a prepared body as bytes: text, bytes, a file or an iterable of bytes."""
    if body is None:
        return b""
    if isinstance(body, bytes | bytearray | str):
        return body.encode() if isinstance(body, str) else bytes(body)
    read = getattr(body, "read", None)
    return _content(read()) if read is not None else b"".join(body)


def _raw_response(answer: Answer, method: str | None) -> HTTPResponse:
    """Return an answer as urllib3 gives it; `original_response` is where requests finds cookies."""
    message = HTTPMessage()
    for name, value in answer.headers.pairs:
        message[name] = value
    return HTTPResponse(
        BytesIO(answer.content),
        headers=HTTPHeaderDict(message.items()),
        status=answer.status,
        preload_content=False,
        request_method=method,
        original_response=_Original(message),  # type: ignore[arg-type]
    )


class _Original:
    """As much of http.client.HTTPResponse as requests reads of it."""

    def __init__(self, message: HTTPMessage) -> None:
        self.msg = message
        self.closed = True

    def isclosed(self) -> bool:
        return True

    def close(self) -> None:
        """There is nothing to close."""
