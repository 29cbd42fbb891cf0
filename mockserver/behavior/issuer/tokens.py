"""What an issuer has given: access tokens, refresh tokens and codes, kept as records beside those
of the API, so that they are part of the state: forked, reset and restored with it.

    access:8d1f...    {"client": "app", "user": "ann", "scopes": ["read"], "opens": ["o"],
                       "grant": 4, "issued_s": 1767225600, "expires_s": 1767229200}

Of one grant there may be several tokens; what takes back the grant takes back all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from mockserver.call import Principal
from mockserver.model.types import Issuer
from mockserver.slots import dataclass
from mockserver.state import Collection, Condition, Draft, Query, Reader, Record

ISSUED = Collection("~issued")
"""Where that is kept; no resource has this name."""
GRANTS = "~grants"
LIFE_S = 3600
"""Seconds for which an access token is good where the document shows nothing else."""
CODE_LIFE_S = 600
"""Seconds for which a code is good (RFC 6749 section 4.1.2 recommends ten minutes at most)."""


class Mint(Protocol):
    """Makes tokens: an opaque one for a salt, and a signed one that holds claims (RFC 7519)."""

    url: str
    now_s: int

    def opaque(self, salt: str) -> str: ...

    def signed(self, claims: Mapping[str, Any], algorithm: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a grant: the client, the user where there is one, and the scopes, None for all."""

    client: str = ""
    user: str = ""
    scopes: tuple[str, ...] | None = None
    grant: int = 0
    nonce: str = ""

    @property
    def name(self) -> str:
        """Who calls with the token."""
        return self.user or self.client

    def record(self) -> dict[str, Any]:
        """Return what is kept of it with each token."""
        scopes = None if self.scopes is None else list(self.scopes)
        return {
            "client": self.client,
            "user": self.user,
            "scopes": scopes,
            "grant": self.grant,
            "nonce": self.nonce,
        }


def holder_of(record: Record) -> Holder:
    """Return who has what was kept."""
    scopes = record["scopes"]
    kept = None if scopes is None else tuple(scopes)
    return Holder(record["client"], record["user"], kept, record["grant"], record["nonce"])


def begun(
    draft: Draft,
    holder: Holder,
) -> Holder:
    """Return the holder of a new grant."""
    return replace(holder, grant=draft.draw(GRANTS))


def give_access(
    draft: Draft, issuer: Issuer, holder: Holder, mint: Mint, life_s: int | None = LIFE_S
) -> str:
    """Return a new access token, good for some seconds, or for ever."""
    number = draft.draw("~access")
    token = mint.opaque(f"access/{number}")
    expires_s = None if life_s is None else mint.now_s + life_s
    if issuer.signed:
        claims = _claims(holder, mint, expires_s)
        claims = {**claims, "jti": token, "client_id": holder.client}
        token = mint.signed(claims, issuer.algorithm)
    keep_access(draft, issuer, holder, mint, token, expires_s)
    return token


def keep_access(
    draft: Draft,
    issuer: Issuer,
    holder: Holder,
    mint: Mint,
    token: str,
    expires_s: float | None = None,
) -> None:
    """Let a token open until a moment, or for ever: one that was made here or otherwise, such as
    that of a record.
    """
    record = {
        **holder.record(),
        "opens": sorted(issuer.opens),
        "issued_s": mint.now_s,
        "expires_s": expires_s,
    }
    draft.put(ISSUED, f"access:{token}", record)


def give_refresh(
    draft: Draft,
    holder: Holder,
    mint: Mint,
    public: bool,
) -> str:
    """Return a new refresh token; that of a `public` client is good without its secret."""
    number = draft.draw("~refresh")
    token = mint.opaque(f"refresh/{number}")
    record = {**holder.record(), "public": public, "issued_s": mint.now_s, "expires_s": None}
    draft.put(ISSUED, f"refresh:{token}", record)
    return token


def give_code(
    draft: Draft,
    holder: Holder,
    mint: Mint,
    terms: Mapping[str, str],
) -> str:
    """Return a new code, good once and on the terms under which it was asked for."""
    number = draft.draw("~codes")
    code = mint.opaque(f"code/{number}")
    expires_s = mint.now_s + CODE_LIFE_S
    record = {**holder.record(), "terms": dict(terms), "used": False, "expires_s": expires_s}
    draft.put(ISSUED, f"code:{code}", record)
    return code


def identity(
    issuer: Issuer,
    holder: Holder,
    mint: Mint,
) -> str:
    """Return an id token (OpenID Connect Core 1.0 section 2)."""
    claims = _claims(holder, mint, mint.now_s + LIFE_S)
    claims = {**claims, "aud": holder.client, "auth_time": mint.now_s}
    if holder.nonce:
        claims["nonce"] = holder.nonce
    return mint.signed({**claims, **about_user(holder)}, issuer.algorithm)


def about_user(holder: Holder) -> dict[str, Any]:
    """Return what is told of a user to those whose scopes reach so far (OpenID Connect Core 1.0
    section 5.4).
    """
    found: dict[str, Any] = {"sub": holder.name}
    scopes = holder.scopes or ()
    if "profile" in scopes:
        found["name"] = holder.name
        found["preferred_username"] = holder.name
    if "email" in scopes:
        is_address = "@" in holder.name
        found["email"] = holder.name if is_address else f"{holder.name}@example.com"
        found["email_verified"] = True
    return found


def good(
    reader: Reader,
    kind: str,
    token: str,
    now_s: int,
) -> Record | None:
    """Return what is kept of a token or a code that has not expired."""
    record = reader.get(ISSUED, f"{kind}:{token}")
    if record is None:
        return None
    expires_s = record["expires_s"]
    is_over = expires_s is not None and expires_s <= now_s
    return None if is_over else record


def principal_of(
    reader: Reader,
    scheme: str,
    token: str,
    now_s: int,
) -> Principal | None:
    """Return whom a token lets in by a scheme, None where it does not."""
    record = good(reader, "access", token, now_s)
    if record is None or scheme not in record["opens"]:
        return None
    holder = holder_of(record)
    scopes = None if holder.scopes is None else frozenset(holder.scopes)
    return Principal(holder.name, scopes)


def take_back(
    draft: Draft,
    token: str,
) -> None:
    """Forget a token; with a refresh token goes all of its grant (RFC 7009 section 2.1)."""
    if draft.get(ISSUED, f"access:{token}") is not None:
        draft.remove(ISSUED, f"access:{token}")
    record = draft.get(ISSUED, f"refresh:{token}")
    if record is not None:
        take_back_grant(draft, record["grant"])


def take_back_grant(
    draft: Draft,
    grant: int,
) -> None:
    """Forget all tokens of a grant."""
    where = (Condition("grant", (grant,)),)
    for found in draft.select(ISSUED, Query(where=where)).found:
        if not found.key.startswith("code:"):
            draft.remove(ISSUED, found.key)


def _claims(
    holder: Holder,
    mint: Mint,
    expires_s: int | None,
) -> dict[str, Any]:
    """Return the claims of a token (RFC 9068 section 2.2)."""
    claims: dict[str, Any] = {"iss": mint.url, "sub": holder.name, "aud": mint.url}
    claims["iat"] = mint.now_s
    if expires_s is not None:
        claims["exp"] = expires_s
    if holder.scopes:
        claims["scope"] = " ".join(holder.scopes)
    return claims
