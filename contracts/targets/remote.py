"""A server at a URL as a target, by the proxies and authorities of the environment; a request in,
its answer out.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import RemoteDisconnected
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ProtocolError

from contracts.errors import PlanError
from contracts.targets.target import SAFE_METHODS, Answer, Sent

_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"})
"""What OpenSSL says of an answer that is no TLS."""
SHORTEST_S = 0.2
"""Seconds that are waited for an answer at least."""
MOST_AT_ONCE = 10
"""Connections that are kept to one server."""


class NoAnswer(Exception):
    """The server did not answer this request; `sent_nothing` tells that it cannot have seen it."""

    def __init__(self, reason: str, sent_nothing: bool = False) -> None:
        super().__init__(reason)
        self.sent_nothing = sent_nothing


class UrlTarget:
    """A server at an origin, over connections that are kept; cookies are not, so that each call
    stands for itself.

    Proxies come from HTTP_PROXY, HTTPS_PROXY and NO_PROXY, authorities from REQUESTS_CA_BUNDLE or
    `authority` (a PEM file). Redirects are answers like others.
    """

    def __init__(self, url: str, timeout_s: float = 30.0, authority: Path | None = None) -> None:
        """Take the URL of a server, of which the path goes before every path that is sent. Raises
        PlanError.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise PlanError(
                f"{url} is no URL of a server: say http://HOST[:PORT] or https://HOST[:PORT]"
            )
        if authority is not None:
            _check_authority(authority)
        self._url = url.rstrip("/")
        self._authority = authority
        self._timeout_s = timeout_s
        self.most_s: float | None = None
        self._adapter = HTTPAdapter(max_retries=0, pool_maxsize=MOST_AT_ONCE)
        self._way: _Way | None = None

    def send(self, sent: Sent) -> Answer:
        """Return the server's answer. Raises NoAnswer."""
        try:
            if self._way is None:
                self._way = _way(self._adapter, self._url, self._authority)
            reply = self._reply(self._way, sent)
        except (
            HTTPError,
            requests.RequestException,
            OSError,
            ValueError,
        ) as error:  # ValueError: of a header
            raise NoAnswer(_reason(error), _is_unsent(error)) from None
        headers = {name.lower(): reply.headers[name] for name in reply.headers}
        return Answer(reply.status, headers, reply.data)

    def send_together(self, sents: Sequence[Sent]) -> list[Answer]:
        """Send each over a connection of its own. Raises NoAnswer."""
        with ThreadPoolExecutor(max_workers=min(len(sents), MOST_AT_ONCE)) as pool:
            return list(pool.map(self.send, sents))

    def close(self) -> None:
        """Close the connections that are kept."""
        if self._way is not None:
            self._way.pool.close()
        self._adapter.close()

    def _reply(self, way: _Way, sent: Sent) -> urllib3.BaseHTTPResponse:
        """Return what comes back. A safe request goes once more, over a new connection, where the
        server had closed the kept one meanwhile (RFC 9112 section 9.3.1).
        """
        opened = way.pool.num_connections
        try:
            return self._sent(way, sent)
        except ProtocolError as error:
            was_kept = way.pool.num_connections == opened
            if not was_kept or sent.method not in SAFE_METHODS or not _is_hung_up(error):
                raise
            return self._sent(way, sent)

    def _sent(self, way: _Way, sent: Sent) -> urllib3.BaseHTTPResponse:
        headers = {
            name: value for name, value in sent.headers.items() if name.lower() not in way.replaced
        }
        if not sent.content and sent.method not in ("GET", "HEAD"):
            headers["Content-Length"] = "0"
        return way.pool.urlopen(
            sent.method,
            f"{way.before}{sent.target}",
            sent.content or None,
            {**headers, **way.headers},
            retries=False,
            redirect=False,
            assert_same_host=False,
            timeout=self._timeout,
        )

    @property
    def _timeout(self) -> urllib3.Timeout:
        usual_s = self._timeout_s
        wait_s = usual_s if self.most_s is None else max(SHORTEST_S, min(usual_s, self.most_s))
        return urllib3.Timeout(connect=wait_s, read=wait_s)


@dataclass(frozen=True, slots=True)
class _Way:
    """How requests come to a server: over which connections, what goes before each path, and with
    which headers.

    `replaced` are headers of a request, in small letters, that do not count here.
    """

    pool: urllib3.HTTPConnectionPool
    before: str
    headers: Mapping[str, str]
    replaced: frozenset[str]


def _way(adapter: Any, url: str, authority: Path | None) -> _Way:
    """Ask the environment for the way to a server, once: it costs more than a request.

    The session only asks; what it is asked for would go through all of its layers with every
    request.
    """
    with requests.Session() as session:
        found = session.merge_environment_settings(url, {}, None, None, None)
        session.trust_env = False
        prepared = session.prepare_request(requests.Request("GET", url))
    verify, proxies = str(authority) if authority is not None else found["verify"], found["proxies"]
    pool = adapter.get_connection_with_tls_context(prepared, verify, proxies)
    adapter.cert_verify(pool, url, verify, None)
    place = adapter.request_url(prepared, proxies)  # a proxy is asked for the whole URL
    given = (
        {"Authorization": prepared.headers["Authorization"]}
        if "Authorization" in prepared.headers
        else {}
    )
    return _Way(
        pool, place.rstrip("/"), given, frozenset({"content-length", *map(str.lower, given)})
    )


def _check_authority(path: Path) -> None:
    """Raise PlanError for a file from which no authority can be read: told later, it would look
    like the server's.
    """
    try:
        ssl.create_default_context(cafile=str(path))
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        reason = "it holds no certificate in PEM form" if isinstance(error, ssl.SSLError) else error
        raise PlanError(f"--cacert {path} cannot be used: {reason}") from None


def _is_unsent(error: BaseException) -> bool:
    """Tell whether the server cannot have seen the request."""
    return isinstance(
        error, ConnectTimeoutError | NewConnectionError
    ) or "Failed to establish" in str(error)


def _is_hung_up(error: ProtocolError) -> bool:
    """Tell whether the other side closed a connection without a byte of an answer."""
    return any(isinstance(cause, ConnectionError) for cause in error.args)


def _reason(error: BaseException) -> str:
    """Return the innermost cause of a failed request that the system told, else what the library
    says.
    """
    told, cause = str(error), error
    while True:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (
                f"its certificate is not trusted: {cause.verify_message} (name the authority by "
                f"--cacert FILE)"
            )
        if isinstance(cause, ssl.SSLError) and cause.reason in _NO_TLS:
            return "it speaks no TLS there: say http:// in its URL"
        if isinstance(cause, RemoteDisconnected):
            return "it hung up without an answer"
        inner = getattr(cause, "reason", None) or cause.__cause__ or cause.__context__
        inner = inner or next(
            (each for each in cause.args if isinstance(each, BaseException)), None
        )
        if not isinstance(inner, BaseException):
            return told
        cause = inner
        if isinstance(cause, OSError) and cause.strerror:
            told = cause.strerror
