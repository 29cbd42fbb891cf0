"""Check credentials: the security requirements of an operation and the credentials known in, a
principal out.

    security: [{Key: []}, {Basic: [], Cookie: []}]     one of two alternatives, the second of both

A key is looked up where its scheme says; what stands in the Authorization header is read by
connexion (`authorization`), which is imported only where a scheme needs it. Alternatives are tried
in order; within one, every scheme must be satisfied.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from mockserver.asgi.issuer.bearers import foreigner, holder
from mockserver.asgi.request import Request
from mockserver.call import Principal, Problem, ProblemKind
from mockserver.model.types import Operation, Security
from mockserver.model.types.described import Requirement

ABSENT = object()
"""No credential of this scheme was sent."""
Check = Callable[[Request], Any]
"""Returns a Principal, ABSENT, or None for a credential that nobody has."""
BASIC = 'Basic realm="api"'
"""The challenge of the scheme Basic (RFC 7617 section 2 requires a realm)."""
LookUp = Callable[[str, Request], Principal | None]
"""Returns whose credential it is that a request brings, None for one that nobody has."""
ScopedCheck = tuple[Check, frozenset[str]]
"""A check, and the scopes that its credential must have."""


class Guard:
    """Decides who may call one operation."""

    def __init__(
        self,
        requirements: Sequence[Requirement] | None,
        schemes: Mapping[str, Any],
        security: Security,
        operation: Operation,
        base: str,
    ) -> None:
        needed = requirements or []
        if security.policy == "off":
            needed = []
        self._scopes = frozenset(operation.scopes)
        self.challenges = _challenges(needed, schemes, security)
        self._open = not needed or {} in needed
        self._alternatives: list[list[ScopedCheck]] = []
        for requirement in needed:
            checks = []
            for name, scopes in requirement.items():
                check = _check(name, schemes.get(name), security, base)
                if check is not None:
                    checks.append((check, _scopes_of(schemes[name], scopes)))
            if len(checks) == len(requirement):
                self._alternatives.append(checks)

    def admit(self, request: Request) -> Principal | Problem | None:
        """Return the caller, None for an anonymous one, or why the call is refused."""
        bad = False
        refused: Problem | None = None
        for checks in self._alternatives:
            principals: list[Principal] = []
            for check, _ in checks:
                result = check(request)
                if result is None:
                    bad = True
                elif result is not ABSENT:
                    principals.append(result)
            if principals and len(principals) == len(checks):
                refused = self._missing_scope(principals, checks)
                if refused is None:
                    return principals[0]
        if refused is not None:
            return refused
        if bad:
            return Problem(ProblemKind.BAD_CREDENTIALS, "these credentials are not known")
        if self._open:
            return None
        return Problem(ProblemKind.UNAUTHORIZED, "credentials are missing")

    def _missing_scope(
        self,
        principals: list[Principal],
        checks: list[ScopedCheck],
    ) -> Problem | None:
        """Return the refusal when no scope that suffices is among those of the credential."""
        for principal, (_, required) in zip(principals, checks, strict=True):
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
    requirements: Iterable[Mapping[str, Any]],
    schemes: Mapping[str, Any],
    security: Security,
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
            is_basic = word.lower() == "basic"
            return BASIC if is_basic else word.capitalize()
    return prefix


def _scopes_of(scheme: Mapping[str, Any], scopes: Sequence[str]) -> frozenset[str]:
    """Return the scopes that a requirement asks for; other kinds of schemes have none."""
    if scheme.get("type") in ("oauth2", "openIdConnect"):
        return frozenset(scopes)
    return frozenset()


def _check(
    name: str,
    scheme: Any,
    security: Security,
    base: str,
) -> Check | None:
    """Return the check of a scheme; None when it does not count under this base path, or cannot be
    played.
    """
    if not isinstance(scheme, Mapping):
        return None
    if security.at.get(name, base) != base:
        return None
    if scheme.get("type") == "mutualTLS":
        return lambda request: Principal()  # the handshake is not ours to see
    look_up = _look_up(name, security, _word_of(scheme))
    if scheme.get("type") == "apiKey":
        prefix = security.prefixes.get(name)
        if prefix is None and _is_authorization(scheme):
            look_up = _with_any_word(look_up)
        return _key_check(_key_reader(scheme, prefix), look_up)
    from mockserver.asgi.issuer.authorization import check_of  # imports connexion

    return check_of(scheme, look_up, ABSENT)


def _word_of(scheme: Mapping[str, Any]) -> str:
    """Return the word before a credential in the Authorization header; empty for a key."""
    kind = scheme.get("type")
    if kind == "http":
        return str(scheme.get("scheme")).lower()
    return "" if kind == "apiKey" else "bearer"


def _is_credential(word: str, sent: str) -> bool:
    """Tell whether a text can be a credential at all: a token is one word (RFC 6750 section 2.1),
    Basic has a user or a password (RFC 7617 section 2), Digest has parameters (RFC 7616 section
    3.4).
    """
    text = sent.strip()
    match word:
        case "bearer":
            return len(text.split()) == 1
        case "basic":
            return text not in ("", ":")
        case "digest":
            return "=" in text
    return bool(text)


def _look_up(name: str, security: Security, word: str = "") -> LookUp:
    """Return what tells whose credential one is: of those known for a scheme, of those that the
    mock gave itself, or anyone's.
    """
    known = {}
    for credential in security.credentials:
        if credential.scheme == name:
            user, _, _ = credential.value.partition(":")
            principal = Principal(user, credential.scopes)
            known[credential.value] = principal

    def find(sent: str, request: Request) -> Principal | None:
        return known.get(sent)

    def find_anyone(sent: str, request: Request) -> Principal | None:
        if sent in known:
            return known[sent]
        return Principal(sent) if _is_credential(word, sent) else None

    def find_foreigner(sent: str, request: Request) -> Principal | None:
        return known.get(sent) or foreigner(security.keys, sent, request)

    otherwise = find
    if security.keys and _takes_tokens(security.schemes.get(name, {})):
        otherwise = find_foreigner
    if security.policy == "any":
        otherwise = find_anyone
    if name not in security.issued:
        return otherwise

    def find_issued(sent: str, request: Request) -> Principal | None:
        if sent in known:
            return known[sent]
        found = holder(name, sent, request)
        if found is not None:
            return found
        return otherwise(sent, request)

    return find_issued


def _takes_tokens(scheme: Mapping[str, Any]) -> bool:
    """Tell whether a scheme is one of tokens that may be signed."""
    return scheme.get("type") != "http" or str(scheme.get("scheme")).lower() != "basic"


def _is_authorization(scheme: Mapping[str, Any]) -> bool:
    name = str(scheme.get("name"))
    return scheme.get("in") == "header" and name.lower() == "authorization"


def _with_any_word(look_up: LookUp) -> LookUp:
    """Return what finds a credential also without the word before it, such as `Bearer`, that
    clients write in the header Authorization, or as a parameter behind it: `Token token=...` (RFC
    9110 section 11.6.2), or as the user of Basic (RFC 7617 section 2).
    """

    def find(sent: str, request: Request) -> Principal | None:
        found = look_up(sent, request)
        if found is not None:
            return found
        word, _, rest = sent.strip().partition(" ")
        for told in _told_behind(word, rest.strip()):
            found = look_up(told, request)
            if found is not None:
                return found
        return None

    return find


def _told_behind(word: str, rest: str) -> Iterator[str]:
    """Yield what may be the credential behind the word of a scheme."""
    if not rest:
        return
    yield rest
    if word.lower() == "basic":
        yield from _basic(rest).split(":", 1)
        return
    for parameter in rest.split(","):
        _, equals, value = parameter.partition("=")
        if equals:
            yield value.strip(" \"'")


def _basic(encoded: str) -> str:
    """Return the user and the password of Basic; empty where they are not spelled as they must
    be.
    """
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        return ""


def _key_check(read: Callable[[Request], str | None], look_up: LookUp) -> Check:
    """Return the check of a key: sent and known, sent and unknown, or absent."""

    def check(request: Request) -> Any:
        sent = read(request)
        return ABSENT if sent is None else look_up(sent, request)

    return check


def _key_reader(scheme: Mapping[str, Any], prefix: str | None) -> Callable[[Request], str | None]:
    """Return what reads a key from a request; it gives None when there is none."""
    name, place = scheme.get("name", ""), scheme.get("in")
    if place == "query":
        return lambda request: request.query_params.get(name)
    if place == "cookie":
        return lambda request: request.cookies.get(name)
    header = name.lower()
    if prefix:
        return lambda request: _after(prefix, request.headers.get(header))
    return lambda request: request.headers.get(header)


def _after(prefix: str, value: str | None) -> str | None:
    """Return what follows a word such as `Token`; None when the header does not begin with it."""
    if value is None:
        return None
    word, _, rest = value.strip().partition(" ")
    return rest.strip() if word.lower() == prefix.lower() else None
