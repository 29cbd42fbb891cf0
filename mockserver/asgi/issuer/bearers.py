"""Tell who bears a token that the mock gave, and why another one does not open: a request or a
refusal in, a Principal or the refusal with its reason out.

    WWW-Authenticate: Bearer error="insufficient_scope", scope="write"
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.asgi.request import Request
from mockserver.asgi.respond import Answer
from mockserver.behavior.issuer.tokens import principal_of
from mockserver.call import Principal, Problem, ProblemKind


def holder(
    scheme: str,
    sent: str,
    request: Request,
) -> Principal | None:
    """Return who has a token that the mock gave, also where a word stands before it."""
    home = request.home
    if home is None:
        return None
    _, _, token = sent.strip().rpartition(" ")
    now = home.clock()
    now_s = int(now.timestamp())
    with home.transaction(reads=True) as transaction:
        return principal_of(transaction, scheme, token, now_s)


def foreigner(
    keys: Sequence[Mapping[str, Any]],
    sent: str,
    request: Request,
) -> Principal | None:
    """Return who has a token that another issuer has signed with one of these keys, and that is
    good by the clock of the mock.
    """
    from mockserver.generation.signatures import verified  # imports PyJWT

    _, _, token = sent.strip().rpartition(" ")
    if request.home is None or token.count(".") != 2:
        return None
    now = request.home.clock()
    claims = verified(token, keys, now.timestamp())
    if claims is None:
        return None
    return _bearer(claims)


def _bearer(claims: Mapping[str, Any]) -> Principal:
    """Return of whom the claims of a token tell, and of which scopes."""
    name = claims.get("sub")
    if name is None:
        name = claims.get("client_id", "")
    for claim in ("scope", "scp", "scopes"):
        told = claims.get(claim)
        if isinstance(told, str):
            told = told.split()
        if isinstance(told, list):
            scopes = map(str, told)
            return Principal(str(name), frozenset(scopes))
    return Principal(str(name))


def with_reason(answer: Answer, problem: Problem) -> Answer:
    """Return a refusal that tells the bearer of a token why (RFC 6750 section 3)."""
    headers = list(answer.headers)
    if answer.status == 401 and problem.kind is ProblemKind.BAD_CREDENTIALS:
        headers = []
        for name, value in answer.headers:
            header = _with_error(name, value)
            headers.append(header)
    elif answer.status == 403 and "scopes" in problem.values:
        scopes = problem.values["scopes"].replace(",", "")
        challenge = f'Bearer error="insufficient_scope", scope="{scopes}"'
        value = challenge.encode("latin-1", "replace")
        headers.append((b"www-authenticate", value))
    return replace(answer, headers=headers)


def _with_error(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Return a header; a bare challenge for a token tells that there was one that is not good."""
    if name != b"www-authenticate":
        return name, value
    challenges = value.split(b", ")
    at = challenges.index(b"Bearer") if b"Bearer" in challenges else -1
    if at >= 0:
        challenges[at] = b'Bearer error="invalid_token"'
    return name, b", ".join(challenges)
