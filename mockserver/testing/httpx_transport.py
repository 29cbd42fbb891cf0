"""A transport for httpx that asks a mock in this process, for clients that block and those that do
not.
"""

from __future__ import annotations

import httpx

from mockserver.testing.inprocess import Asked, InProcess, Told, ask


class MockTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Takes the place of the network in `httpx.Client` and `httpx.AsyncClient`, whatever the
    host.
    """

    def __init__(self, process: InProcess) -> None:
        self._process = process

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return _response(self._process.ask(_asked(request, request.read())))
        except ConnectionError as error:
            raise httpx.ReadError(str(error), request=request) from error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return _response(await ask(self._process.app, _asked(request, await request.aread())))
        except ConnectionError as error:
            raise httpx.ReadError(str(error), request=request) from error


def _asked(request: httpx.Request, body: bytes) -> Asked:
    url = request.url
    return Asked(
        request.method,
        url.scheme,
        url.netloc.decode(),
        url.raw_path.decode(),
        request.headers.raw,
        body,
    )


def _response(told: Told) -> httpx.Response:
    return httpx.Response(told.status, headers=list(told.headers), content=told.body)
