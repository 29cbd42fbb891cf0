"""A server at a URL as a target, by the proxies and authorities of the environment; a request in, its answer out."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from contracts.errors import PlanError
from contracts.targets.target import Answer, Sent, decoded

MOST_AT_ONCE = 10
"""Connections that are kept to one server."""


class NoAnswer(Exception):
    """The server did not answer this request; `sent_nothing` tells that it cannot have seen it."""

    def __init__(self, reason: str, sent_nothing: bool = False) -> None:
        super().__init__(reason)
        self.sent_nothing = sent_nothing


class UrlTarget:
    """A server at an origin, over connections that are kept.

    Proxies come from HTTP_PROXY, HTTPS_PROXY and NO_PROXY, authorities from REQUESTS_CA_BUNDLE or `authority`
    (a PEM file). Redirects are answers like others.
    """

    def __init__(self, url: str, timeout_s: float = 30.0, authority: Path | None = None) -> None:
        """Take the URL of a server, of which the path goes before every path that is sent. Raises PlanError."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise PlanError(f"{url} is no URL of a server: say http://HOST[:PORT] or https://HOST[:PORT]")
        self.url = url.rstrip("/")
        self._timeout_s = timeout_s
        self._session = requests.Session()
        self._session.headers.clear()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=0))
        merged = self._session.merge_environment_settings(self.url, {}, None, None, None)
        self._proxies = merged["proxies"]
        self._verify = str(authority) if authority is not None else merged["verify"]
        self._session.trust_env = False  # asked once, above: it costs more than a request

    def send(self, sent: Sent) -> Answer:
        """Return the server's answer. Raises NoAnswer."""
        prepared = self._session.prepare_request(
            requests.Request(sent.method, self.url, headers=dict(sent.headers), data=sent.body)
        )
        prepared.url = f"{self.url}{sent.path}"
        try:
            reply = self._session.send(
                prepared,
                timeout=self._timeout_s,
                allow_redirects=False,
                proxies=self._proxies,
                verify=self._verify,
            )
        except requests.exceptions.ConnectTimeout as error:
            raise NoAnswer(_reason(error), sent_nothing=True) from None
        except requests.RequestException as error:
            raise NoAnswer(_reason(error), "Failed to establish" in str(error)) from None
        headers = {name.lower(): value for name, value in reply.headers.items()}
        return Answer(reply.status_code, headers, decoded(reply.content, headers), reply.content)

    def send_together(self, sents: Sequence[Sent]) -> list[Answer]:
        """Send each over a connection of its own. Raises NoAnswer."""
        with ThreadPoolExecutor(max_workers=min(len(sents), MOST_AT_ONCE)) as pool:
            return list(pool.map(self.send, sents))

    def close(self) -> None:
        self._session.close()


def _reason(error: BaseException) -> str:
    """Return the innermost cause of a failed request that the system told, else what the library says."""
    told, cause = str(error), error
    while True:
        inner = getattr(cause, "reason", None) or cause.__cause__ or cause.__context__
        inner = inner or next((each for each in cause.args if isinstance(each, BaseException)), None)
        if not isinstance(inner, BaseException):
            return told
        cause = inner
        if isinstance(cause, OSError) and cause.strerror:
            told = cause.strerror
