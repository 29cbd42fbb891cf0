"""Credentials in the Authorization header, read by connexion: a security scheme in, what looks its
credential up out.

connexion tells the kinds of schemes apart, splits the header and decodes Basic (RFC 7617) and
Bearer (RFC 6750); what its functions are asked with is looked up among the credentials that the
mock knows. This module imports connexion, so it is imported when the first such scheme is met.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from mockserver.asgi.framework import (
    NO_VALUE,
    AbstractSecurityHandler,
    BasicSecurityHandler,
    BearerSecurityHandler,
    OAuthProblem,
    SecurityHandlerFactory,
)
from mockserver.asgi.request import Request
from mockserver.call import Principal

LookUp = Callable[[str, Request], Principal | None]
"""Returns whose credential it is that a request brings, None for one that nobody has."""
LOOK_UP = "x-look-up"
"""Where the definition of a scheme holds its LookUp."""
_MALFORMED = re.compile(r"basic (?! *[a-z0-9+/]*={0,2} *$)", re.IGNORECASE)
"""A Basic credential that is no base64 (RFC 7617, section 2), which decoders may pass over."""


class _Basic(BasicSecurityHandler):
    """User name and password; those who send UTF-8 are understood, too (RFC 7617 section 2.1)."""

    def _resolve_func(self, security_scheme: Mapping[str, Any]) -> Any:
        return security_scheme[LOOK_UP]

    def check_basic_auth(self, basic_info_func: LookUp) -> Any:
        def check(request: Any, user: str, password: str) -> Principal | None:
            sent = f"{user}:{password}".encode("latin-1")
            return basic_info_func(sent.decode("utf-8", "replace"), request.sent)

        return check


class _Bearer(BearerSecurityHandler):
    """A token, also one of OAuth 2 or OpenID Connect."""

    def _resolve_func(self, security_scheme: Mapping[str, Any]) -> Any:
        return security_scheme[LOOK_UP]

    def check_bearer_token(self, token_info_func: LookUp) -> Any:
        return lambda request, token: token_info_func(token, request.sent)


class _Word(AbstractSecurityHandler):
    """What follows the name of another scheme of HTTP, such as `Digest`."""

    def get_fn(self, security_scheme: Mapping[str, Any], required_scopes: list[str]) -> Any:
        look_up: LookUp = security_scheme[LOOK_UP]
        word = str(security_scheme.get("scheme")).lower()

        def check(request: Any) -> Any:
            sent_word, value = self.get_auth_header_value(request)
            return look_up(value, request.sent) if sent_word == word else NO_VALUE

        return check


_HANDLERS = {"basic": _Basic, "bearer": _Bearer, "oauth2": _Bearer, "openIdConnect": _Bearer}


def check_of(
    scheme: Mapping[str, Any], look_up: LookUp, absent: object
) -> Callable[[Request], Any] | None:
    """Return what checks a request: a Principal, None, or `absent` where no such credential was
    sent. None for a scheme that cannot be played.
    """
    word = str(scheme.get("scheme", "")).lower()
    factory = SecurityHandlerFactory({word: _Word, **_HANDLERS})
    read = factory.parse_security_scheme({**scheme, LOOK_UP: look_up}, [])
    if read is None:
        return None

    def check(request: Request) -> Any:
        header = request.headers.get("authorization")
        if word == "basic" and _MALFORMED.match(header or ""):
            return None
        try:
            found = read(SimpleNamespace(headers={"Authorization": header}, sent=request))
        except OAuthProblem:  # there is a header, but it holds no credential
            return None
        return absent if found is NO_VALUE else found

    return check
