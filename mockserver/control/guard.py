"""Who may look inside and steer, and who may read the pages: the scope of a request in, why it is
refused out.

    what                     with a token               without one
    the control API          who has the token          this machine, and no page of another site
    dropping a space         the same                   the same
    documents and pages      everybody, but from no page of another site
    health                   everybody, who is told no more than that the mock is there

A page of another site is one that a browser shows on this machine: it has another origin, or a host
name of its own that it had point to this machine (DNS rebinding).
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from typing import Any

from mockserver.control.messages import problem
from mockserver.exchange import Answer
from mockserver.slots import dataclass

Headers = Mapping[bytes, str]


@dataclass(frozen=True, slots=True)
class AccessGuard:
    """Lets in who has the token; without a token, this machine."""

    token: str | None = None

    def refusal(self, scope: Any) -> Answer | None:
        """Return why a client may not use the control API; None where it may."""
        headers = _headers_of(scope)
        if self.token is not None:
            given = headers.get(b"authorization", "").partition(" ")[2].strip()
            if hmac.compare_digest(given.encode(), self.token.encode()):
                return None
            text = "send the admin token: Authorization: Bearer TOKEN"
            return problem(401, "Unauthorized", text, {"www-authenticate": "Bearer"})
        if _is_near(scope) and _is_local_host(headers) and _is_own_origin(headers):
            return None
        text = "the control API is for this machine alone; give an --admin-token for others"
        return problem(403, "Forbidden", text)

    def refusal_of_page(self, scope: Any) -> Answer | None:
        """Return why a client may not read a document or a page; None where it may."""
        headers = _headers_of(scope)
        is_local = not _is_near(scope) or _is_local_host(headers)
        if is_local and _is_own_origin(headers):
            return None
        text = "the documents are for no page of another site"
        return problem(403, "Forbidden", text)


def is_loopback(host: str) -> bool:
    """Tell whether a server that is bound to a host is reached from this machine alone."""
    if host == "localhost":
        return True
    address = _address_of(host)
    return address is not None and address.is_loopback


def _headers_of(scope: Any) -> Headers:
    return {name: value.decode("latin-1") for name, value in scope["headers"]}


def _is_near(scope: Any) -> bool:
    """Tell whether a client is on this machine, or in this process."""
    client = scope.get("client")
    if client is None:
        return True
    return _address_of(client[0]) is None or is_loopback(client[0])


def _is_local_host(headers: Headers) -> bool:
    """Tell whether a request calls the mock by an address, or by a name that no site can have."""
    host = headers.get(b"host", "")
    before, _, after = host.rpartition(":")
    name = before if after.isdigit() else host
    if "." not in name or name.endswith(".localhost"):
        return True
    return _address_of(name.strip("[]")) is not None


def _is_own_origin(headers: Headers) -> bool:
    """Tell whether a request is sent by no page, or by one of the mock's own."""
    origin = headers.get(b"origin")
    return origin is None or origin.partition("://")[2] == headers.get(b"host", "")


def _address_of(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    without_zone = text.partition("%")[0]
    try:
        return ipaddress.ip_address(without_zone)
    except ValueError:
        return None
