"""A transport for httpx that asks a mock in this process, for clients that block and those that do
not.
"""

from __future__ import annotations

import httpx

from mockserver.exchange import Answer, Headers, Sent
from mockserver.testing.inprocess import InProcess, ask


class MockTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Takes the place of the network in `httpx.Client` and `httpx.AsyncClient`, whatever the
    host.
    """

    def __init__(self, process: InProcess) -> None:
        self._process = process

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        sent = _sent(request, request.read())
        try:
            return _response(self._process.ask(sent))
        except ConnectionError as error:
            raise httpx.ReadError(str(error), request=request) from error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sent = _sent(request, await request.aread())
        try:
            return _response(await ask(self._process.app, sent))
        except ConnectionError as error:
            raise httpx.ReadError(str(error), request=request) from error


def _sent(request: httpx.Request, content: bytes) -> Sent:
    url = request.url
    headers = Headers.from_wire(request.headers.raw)
    host = url.netloc.decode()
    target = url.raw_path.decode()
    origin = f"{url.scheme}://{host}"
    return Sent(request.method, target, headers, content, origin)


def _response(answer: Answer) -> httpx.Response:
    """Return an answer as httpx gives it."""
    return httpx.Response(answer.status, headers=answer.headers.to_wire(), content=answer.content)
