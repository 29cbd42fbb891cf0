"""Answer what code sends by clients that it makes itself: httpx and requests in, each request to a
host of the API answered by a mock in this process, all others left alone.

    with mock.patch("https://api.example.com/v1"):
        httpx.get("https://api.example.com/v1/shelves")     # the mock
        httpx.get("https://www.example.org/")               # the network

The transports of both libraries are patched while at least one interception is active. Of several
that are meant by a URL the one that became active last answers.
"""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar
from unittest.mock import patch
from urllib.parse import urlsplit

from mockserver.errors import SettingsError
from mockserver.slots import dataclass

P = ParamSpec("P")
R = TypeVar("R")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class ApiAddress:
    """Where an API is called: a scheme, a host and a port, and the path with which URLs begin;
    `base` is where the mock has what is below that path.
    """

    scheme: str
    host: str
    port: int
    path: str = ""
    base: str = ""

    def leads(self, url: str) -> str | None:
        """Return the URL by which the mock is asked, None where another host is meant."""
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
        if (parts.scheme, parts.hostname, port) != (self.scheme, self.host, self.port):
            return None
        path = parts.path
        below = path.removeprefix(self.path)
        is_below = path.startswith(self.path) and below[:1] in ("", "/")
        if not is_below:
            return None
        return parts._replace(path=self.base + below or "/").geturl()


def address_of(url: str, bases: Sequence[str]) -> ApiAddress:
    """Return the address of a URL; its path is that of the API with this base path, else the only
    API's. Raises SettingsError for what is no URL with a host.
    """
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.scheme not in _PORTS or not parts.hostname:
        raise SettingsError(f"{url!r} is no URL of an API: say one like https://api.example.com")
    port = parts.port or _PORTS[parts.scheme]
    path = parts.path.rstrip("/")
    base = path
    if path and path not in bases and len(bases) == 1:
        base = bases[0]
    return ApiAddress(parts.scheme, parts.hostname, port, path, base)


class Interception:
    """A context manager, and a decorator of functions and coroutine functions."""

    def __init__(
        self,
        addresses: Sequence[ApiAddress],
        transport: Callable[[], Any],
        adapter: Callable[[], Any],
        begin: Callable[[], None],
    ) -> None:
        """Take what makes a transport for httpx and an adapter for requests, and what is done
        before each call of a decorated function.
        """
        self._addresses = addresses
        self._make_transport = transport
        self._make_adapter = adapter
        self._begin = begin

    @functools.cached_property
    def transport(self) -> Any:
        return self._make_transport()

    @functools.cached_property
    def adapter(self) -> Any:
        return self._make_adapter()

    def leads(self, url: str) -> str | None:
        """Return the URL by which the mock is asked, None where another host is meant."""
        for address in self._addresses:
            led = address.leads(url)
            if led is not None:
                return led
        return None

    def __enter__(self) -> Self:
        _ACTIVE.add(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _ACTIVE.remove(self)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def awaited(*args: Any, **options: Any) -> Any:
                self._begin()
                with self:
                    return await function(*args, **options)

            return awaited  # type: ignore[return-value]

        @functools.wraps(function)
        def called(*args: P.args, **options: P.kwargs) -> R:
            self._begin()
            with self:
                return function(*args, **options)

        return called


class _Active:
    """The interceptions that are active, and the patches that let them be asked."""

    def __init__(self) -> None:
        self._held: list[Interception] = []
        self._patches = ExitStack()
        self._lock = threading.Lock()

    def add(self, interception: Interception) -> None:
        with self._lock:
            if not self._held:
                self._patches = _patched()
            self._held.append(interception)

    def remove(self, interception: Interception) -> None:
        with self._lock:
            self._held.remove(interception)
            if not self._held:
                self._patches.close()

    def of(self, url: str) -> Iterator[tuple[Interception, str]]:
        """Yield the interception that answers a URL, and by which URL."""
        for interception in reversed(self._held):
            led = interception.leads(url)
            if led is not None:
                yield interception, led
                return


_ACTIVE = _Active()


def _patched() -> ExitStack:
    """Return what is left when the transports are to be as they were."""
    stack = ExitStack()
    if find_spec("httpx"):
        stack.enter_context(_httpx_patch())
        stack.enter_context(_async_httpx_patch())
    if find_spec("requests"):
        stack.enter_context(_requests_patch())
    return stack


def _httpx_patch() -> Any:
    import httpx

    usual = httpx.HTTPTransport.handle_request

    def handle_request(self: Any, request: Any) -> Any:
        for interception, url in _ACTIVE.of(str(request.url)):
            return interception.transport.handle_request(_led(request, url))
        return usual(self, request)

    return patch.object(httpx.HTTPTransport, "handle_request", handle_request)


def _led(request: Any, url: str) -> Any:
    """Return a request of httpx as it is sent to another URL; the given one stays as it is."""
    import httpx

    return httpx.Request(
        request.method,
        url,
        headers=request.headers,
        stream=request.stream,
        extensions=request.extensions,
    )


def _async_httpx_patch() -> Any:
    import httpx

    usual = httpx.AsyncHTTPTransport.handle_async_request

    async def handle_async_request(self: Any, request: Any) -> Any:
        for interception, url in _ACTIVE.of(str(request.url)):
            led = _led(request, url)
            return await interception.transport.handle_async_request(led)
        return await usual(self, request)

    return patch.object(httpx.AsyncHTTPTransport, "handle_async_request", handle_async_request)


def _requests_patch() -> Any:
    from requests.adapters import HTTPAdapter

    usual = HTTPAdapter.send

    def send(self: Any, request: Any, *args: Any, **options: Any) -> Any:
        for interception, url in _ACTIVE.of(request.url):
            sent = request.copy()
            sent.url = url
            response = interception.adapter.send(sent, *args, **options)
            response.request, response.url = request, request.url
            return response
        return usual(self, request, *args, **options)

    return patch.object(HTTPAdapter, "send", send)
