"""Check credentials: the security requirements of an operation and the credentials known in, a
principal out.

connexion's factory tells the kinds of schemes apart; the handlers here look the credential up among
those the mock knows. Alternatives are tried in order; within one, every scheme must be satisfied.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

from mockserver.asgi.framework import AbstractSecurityHandler, SecurityHandlerFactory
from mockserver.asgi.request import Request
from mockserver.call import Principal, Problem, ProblemKind
from mockserver.model.types import Operation, Security

ABSENT = object()
"""No credential of this scheme was sent."""
Check = Callable[[Request], Any]
"""Returns a Principal, ABSENT, or None for a credential that nobody has."""


class _Known(AbstractSecurityHandler):
    """Looks a credential up. The name of the scheme comes along under NAME in its definition."""

    def get_fn(self, security_scheme: Mapping[str, Any], required_scopes: list[str]) -> Check:
        known: Mapping[str, Principal] = security_scheme[KNOWN]
        anyone: bool = security_scheme[ANYONE]
        read = self.reader(security_scheme)

        def check(request: Request) -> Any:
            sent = read(request)
            if sent is None:
                return ABSENT
            return Principal(sent) if anyone else known.get(sent)

        return check

    def reader(self, scheme: Mapping[str, Any]) -> Callable[[Request], str | None]:
        """Return what reads the credential from a request; it gives None when there is none."""
        raise NotImplementedError


KNOWN = "x-known"
PREFIX = "x-prefix"
ANYONE = "x-anyone"
BASIC = 'Basic realm="api"'
"""The challenge of the scheme Basic (RFC 7617 section 2 requires a realm)."""


class _Key(_Known):
    def reader(self, scheme: Mapping[str, Any]) -> Callable[[Request], str | None]:
        name, place, prefix = scheme.get("name", ""), scheme.get("in"), scheme.get(PREFIX)
        if place == "query":
            return lambda request: request.query_params.get(name)
        if place == "cookie":
            return lambda request: request.cookies.get(name)
        header = name.lower()
        if prefix:
            return lambda request: _after(prefix, request.headers.get(header))
        return lambda request: request.headers.get(header)


class _Word(_Known):
    """A credential after a word in the Authorization header: that of the scheme, `Bearer` for
    tokens.
    """

    def reader(self, scheme: Mapping[str, Any]) -> Callable[[Request], str | None]:
        word = str(scheme.get("scheme", "")) if scheme.get("type") == "http" else "Bearer"
        return lambda request: _after(word, request.headers.get("authorization"))


class _Basic(_Known):
    def reader(self, scheme: Mapping[str, Any]) -> Callable[[Request], str | None]:
        return lambda request: _decoded(_after("Basic", request.headers.get("authorization")))


_HANDLERS = {
    "apiKey": _Key,
    "basic": _Basic,
    "bearer": _Word,
    "oauth2": _Word,
    "openIdConnect": _Word,
}


class Guard:
    """Decides who may call one operation."""

    def __init__(
        self,
        requirements: list[Mapping[str, list[str]]] | None,
        schemes: Mapping[str, Any],
        security: Security,
        operation: Operation,
        base: str,
    ) -> None:
        requirements = None if security.policy == "off" else requirements
        self._scopes = frozenset(operation.scopes)
        self.challenges = _challenges(requirements or (), schemes, security)
        self._open = not requirements or any(not requirement for requirement in requirements)
        factory = SecurityHandlerFactory(_HANDLERS)
        self._alternatives: list[list[tuple[Check, frozenset[str]]]] = []
        for requirement in requirements or ():
            checks = []
            for name, scopes in requirement.items():
                check = _check(factory, name, schemes.get(name), security, base)
                if check is not None:
                    oauth = schemes[name].get("type") in ("oauth2", "openIdConnect")
                    checks.append((check, frozenset(scopes) if oauth else frozenset()))
            if len(checks) == len(requirement):
                self._alternatives.append(checks)

    def admit(self, request: Request) -> Principal | Problem | None:
        """Return the caller, None for an anonymous one, or why the call is refused."""
        bad = False
        refused: Problem | None = None
        for checks in self._alternatives:
            results = [(check(request), scopes) for check, scopes in checks]
            if any(result is None for result, _ in results):
                bad = True
            if results and all(isinstance(result, Principal) for result, _ in results):
                refused = self._missing_scope(results)
                if refused is None:
                    principal: Principal = results[0][0]
                    return principal
        if refused is not None:
            return refused
        if bad:
            return Problem(ProblemKind.BAD_CREDENTIALS, "these credentials are not known")
        if self._open:
            return None
        return Problem(ProblemKind.UNAUTHORIZED, "credentials are missing")

    def _missing_scope(self, results: list[tuple[Any, frozenset[str]]]) -> Problem | None:
        """Return the refusal when no scope that suffices is among those of the credential."""
        for principal, required in results:
            if principal.scopes is None:
                continue
            lacks_one = not required <= principal.scopes
            if lacks_one or (self._scopes and not self._scopes & principal.scopes):
                needed = ", ".join(sorted(required | self._scopes))
                return Problem(
                    ProblemKind.FORBIDDEN,
                    f"a scope is missing: {needed}",
                    values={"scopes": needed},
                )
        return None


def _challenges(
    requirements: Iterable[Mapping[str, Any]], schemes: Mapping[str, Any], security: Security
) -> tuple[str, ...]:
    """Return what tells a client which credentials would let it in (RFC 9110 section 11.6.1)."""
    found: dict[str, None] = {}
    for name in chain.from_iterable(requirements):
        prefix = security.prefixes.get(name, "")
        found[_challenge(schemes.get(name), prefix)] = None
    found.pop("", None)
    return tuple(found)


def _challenge(scheme: Any, prefix: str) -> str:
    """Return the challenge of a scheme, empty for a key, for which HTTP has no word."""
    if not isinstance(scheme, Mapping):
        return ""
    match scheme.get("type"):
        case "oauth2" | "openIdConnect":
            return "Bearer"
        case "http":
            word = str(scheme.get("scheme"))
            return BASIC if word.lower() == "basic" else word.capitalize()
    return prefix


def _check(factory: Any, name: str, scheme: Any, security: Security, base: str) -> Check | None:
    """Return the check of a scheme; None when it does not count under this base path, or cannot be
    played.
    """
    if not isinstance(scheme, Mapping) or security.at.get(name, base) != base:
        return None
    known = {
        credential.value: Principal(credential.value.partition(":")[0], credential.scopes)
        for credential in security.credentials
        if credential.scheme == name
    }
    played = {
        **scheme,
        KNOWN: known,
        PREFIX: security.prefixes.get(name),
        ANYONE: security.policy == "any",
    }
    if scheme.get("type") == "mutualTLS":
        return lambda request: Principal()  # the handshake is not ours to see
    if scheme.get("type") == "http" and str(scheme.get("scheme", "")).lower() not in _HANDLERS:
        return _Word().get_fn(played, [])
    check: Check | None = factory.parse_security_scheme(played, [])
    return check


def _after(prefix: str, value: str | None) -> str | None:
    """Return what follows a word such as `Bearer`; None when the header does not begin with it."""
    if value is None:
        return None
    word, _, rest = value.strip().partition(" ")
    return rest.strip() if word.lower() == prefix.lower() else None


def _decoded(value: str | None) -> str | None:
    """Return `user:password` (RFC 7617 section 2); text that nobody has for what is no Base64."""
    if value is None:
        return None
    try:
        return base64.b64decode(value, validate=True).decode("utf-8")
    except ValueError:
        return ""
