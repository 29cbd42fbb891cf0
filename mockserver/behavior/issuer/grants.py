"""Answer an issuer's endpoints, pure: the fields of a form and how the client shows itself in, a
body and the changes in a Draft out.

    {"grant_type": "client_credentials", "scope": "read"}, Basic app:secret
    {"access_token": "8d1f...", "token_type": "Bearer", "expires_in": 3600, "scope": "read"}

What is wrong is a GrantRefused with the words of RFC 6749 section 5.2.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_plus

from mockserver.behavior.issuer.tokens import (
    ISSUED,
    LIFE_S,
    Holder,
    Mint,
    about_user,
    begun,
    give_access,
    give_refresh,
    good,
    holder_of,
    identity,
    take_back,
    take_back_grant,
)
from mockserver.model.types import Issuer
from mockserver.slots import dataclass
from mockserver.state import Draft, Record

Fields = Mapping[str, str]
"""What was sent, by the names of RFC 6749."""


class GrantRefused(Exception):
    """Why an endpoint refuses: `error` of RFC 6749 section 5.2, and a text."""

    def __init__(
        self,
        error: str,
        text: str,
    ) -> None:
        super().__init__(text)
        self.error = error
        self.text = text


@dataclass(frozen=True, slots=True)
class Register:
    """Who is known, each as `name:secret`; None where anybody is."""

    clients: frozenset[str] | None
    users: frozenset[str] | None

    def has_client(self, name: str) -> bool:
        """Tell whether a client of this name is known."""
        if self.clients is None:
            return True
        return any(client.partition(":")[0] == name for client in self.clients)


@dataclass(frozen=True, slots=True)
class Client:
    """A client that has shown itself: `proven` by its secret, or by its name alone."""

    name: str = ""
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Enquiry:
    """One request to an issuer: what was sent, and what is needed for the answer.

    `refreshes` tells that the reply is to have a refresh token whatever the grant.
    """

    issuer: Issuer
    fields: Fields
    authorization: str
    register: Register
    draft: Draft
    mint: Mint
    life_s: int = LIFE_S
    refreshes: bool = False

    def field(self, name: str) -> str:
        """Return a field. Raises GrantRefused where it is missing."""
        value = self.fields.get(name, "")
        if not value:
            raise GrantRefused("invalid_request", f"{name} is missing")
        return value


def token_reply(enquiry: Enquiry) -> dict[str, Any]:
    """Return the reply of the token endpoint. Raises GrantRefused."""
    grant_type = enquiry.field("grant_type")
    grant = _GRANTS.get(grant_type)
    if grant is None or grant_type not in enquiry.issuer.grants:
        known = ", ".join(sorted(enquiry.issuer.grants))
        raise GrantRefused("unsupported_grant_type", f"{grant_type} is none of {known}")
    return grant(enquiry)


def revoke(enquiry: Enquiry) -> None:
    """Take a token back; one that is not known is as good as gone (RFC 7009 section 2.2)."""
    take_back(enquiry.draft, enquiry.field("token"))


def introspection(enquiry: Enquiry) -> dict[str, Any]:
    """Return what is known of a token (RFC 7662 section 2.2)."""
    token = enquiry.field("token")
    for kind in ("access", "refresh"):
        record = good(enquiry.draft, kind, token, enquiry.mint.now_s)
        if record is not None:
            return _told(record, enquiry.mint, kind)
    return {"active": False}


def _told(
    record: Record,
    mint: Mint,
    kind: str,
) -> dict[str, Any]:
    holder = holder_of(record)
    found = {
        "active": True,
        "scope": " ".join(holder.scopes or ()),
        "client_id": holder.client,
        "username": holder.user,
        "token_type": "Bearer" if kind == "access" else "refresh_token",
        "exp": record["expires_s"],
        "iat": record["issued_s"],
        "sub": holder.name,
        "iss": mint.url,
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def user_reply(
    enquiry: Enquiry,
    token: str,
) -> dict[str, Any] | None:
    """Return what is told of the user of a token, None where the token is not good."""
    record = good(enquiry.draft, "access", token, enquiry.mint.now_s)
    if record is None:
        return None
    return about_user(holder_of(record))


def client_of(enquiry: Enquiry) -> Client:
    """Return the client that shows itself (RFC 6749 section 2.3). Raises GrantRefused."""
    word, _, sent = enquiry.authorization.partition(" ")
    name = enquiry.fields.get("client_id", "")
    secret = enquiry.fields.get("client_secret", "")
    if word.lower() == "basic":
        shown, shown_secret = _decoded(sent)
        if secret or name not in ("", shown):
            text = "a client shows itself in one way: in the header or in the body"
            raise GrantRefused("invalid_request", text)
        name, secret = shown, shown_secret
    clients = enquiry.register.clients
    if clients is None:
        return Client(name, bool(name))
    if secret:
        if f"{name}:{secret}" not in clients:
            raise GrantRefused("invalid_client", "no such client and secret")
        return Client(name, True)
    if name and not enquiry.register.has_client(name):
        raise GrantRefused("invalid_client", f"no client {name}")
    return Client(name, f"{name}:" in clients)


def proven_client(enquiry: Enquiry) -> Client:
    """Return the client, which has to show its secret. Raises GrantRefused."""
    client = client_of(enquiry)
    if not client.proven:
        raise GrantRefused("invalid_client", "the client has to show its secret")
    return client


def _decoded(sent: str) -> tuple[str, str]:
    """Return name and secret of a Basic credential, each encoded as a form is (RFC 6749 section
    2.3.1).
    """
    try:
        text = b64decode(sent.strip(), validate=True).decode()
    except ValueError:
        raise GrantRefused("invalid_client", "the header is no Basic credential") from None
    name, _, secret = text.partition(":")
    return unquote_plus(name), unquote_plus(secret)


def _client_credentials(enquiry: Enquiry) -> dict[str, Any]:
    """RFC 6749 section 4.4."""
    client = proven_client(enquiry)
    scopes = granted_scopes(enquiry.issuer, enquiry.fields)
    holder = begun(enquiry.draft, Holder(client.name, "", scopes))
    return _tokens(enquiry, holder, client, refresh=False)


def _password(enquiry: Enquiry) -> dict[str, Any]:
    """RFC 6749 section 4.3; clients that show nothing are let in, as many such forms have none."""
    client = client_of(enquiry)
    user, password = enquiry.field("username"), enquiry.field("password")
    users = enquiry.register.users
    if users is not None and f"{user}:{password}" not in users:
        raise GrantRefused("invalid_grant", "no such user and password")
    scopes = granted_scopes(enquiry.issuer, enquiry.fields)
    holder = begun(enquiry.draft, Holder(client.name, user, scopes))
    return _tokens(enquiry, holder, client, refresh=True)


def _authorization_code(enquiry: Enquiry) -> dict[str, Any]:
    """RFC 6749 section 4.1.3, RFC 7636 section 4.6."""
    client = client_of(enquiry)
    code = enquiry.field("code")
    record = good(enquiry.draft, "code", code, enquiry.mint.now_s)
    if record is None or record["client"] != client.name:
        raise GrantRefused("invalid_grant", "the code is not known, or has expired")
    terms = record["terms"]
    if record["used"]:
        take_back_grant(enquiry.draft, record["grant"])
        raise GrantRefused("invalid_grant", "the code was used before")
    if enquiry.fields.get("redirect_uri", "") != terms.get("redirect_uri", ""):
        raise GrantRefused("invalid_grant", "redirect_uri is not that of the authorization")
    challenge = terms.get("code_challenge", "")
    verifier = enquiry.fields.get("code_verifier", "")
    if challenge and challenged(verifier, terms["code_challenge_method"]) != challenge:
        raise GrantRefused("invalid_grant", "code_verifier does not fit the challenge")
    if verifier and not challenge:
        raise GrantRefused("invalid_grant", "there was no challenge for a code_verifier")
    if not client.proven and not challenge:
        raise GrantRefused("invalid_client", "show a secret, or begin with a code_challenge")
    enquiry.draft.put(ISSUED, f"code:{code}", {**record, "used": True})
    return _tokens(enquiry, holder_of(record), client, refresh=True)


def challenged(
    verifier: str,
    method: str,
) -> str:
    """Return the challenge of a verifier (RFC 7636 section 4.2).

    >>> challenged("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "S256")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    if method == "plain":
        return verifier
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _refresh_token(enquiry: Enquiry) -> dict[str, Any]:
    """RFC 6749 section 6."""
    client = client_of(enquiry)
    token = enquiry.field("refresh_token")
    record = good(enquiry.draft, "refresh", token, enquiry.mint.now_s)
    if record is None:
        raise GrantRefused("invalid_grant", "the refresh token is not known")
    if not client.proven and not record["public"]:
        raise GrantRefused("invalid_client", "the client has to show its secret")
    holder = holder_of(record)
    if client.name != holder.client and holder.client:
        raise GrantRefused("invalid_grant", "the refresh token is that of another client")
    asked = tuple(enquiry.fields.get("scope", "").split())
    if holder.scopes is not None and not set(asked) <= set(holder.scopes):
        raise GrantRefused("invalid_scope", "the scope is more than was granted")
    narrowed = replace(holder, scopes=asked or holder.scopes)
    reply = _tokens(enquiry, narrowed, client, refresh=False)
    return {**reply, "refresh_token": token}


_GRANTS: Mapping[str, Callable[[Enquiry], dict[str, Any]]] = {
    "client_credentials": _client_credentials,
    "password": _password,
    "authorization_code": _authorization_code,
    "refresh_token": _refresh_token,
}


def granted_scopes(
    issuer: Issuer,
    fields: Fields,
) -> tuple[str, ...] | None:
    """Return the scopes that are granted: those that were asked for, all where none was. Raises
    GrantRefused for one that there is not.
    """
    asked = tuple(dict.fromkeys(fields.get("scope", "").split()))
    known = _spelled_apart(issuer.scopes)
    unknown = [scope for scope in asked if scope not in known]
    if known and unknown:
        text = f"there is no scope {unknown[0]}; there are {', '.join(sorted(issuer.scopes))}"
        raise GrantRefused("invalid_scope", text)
    if asked:
        return (*asked, *_spelled_together(issuer.scopes, asked))
    return tuple(sorted(issuer.scopes)) or None


def _spelled_apart(scopes: frozenset[str]) -> frozenset[str]:
    """Return scopes, and the words of those that some documents write as one: `read+write`."""
    words: set[str] = set(scopes)
    for scope in scopes:
        words.update(scope.replace("+", " ").split())
    return frozenset(words)


def _spelled_together(
    scopes: frozenset[str],
    asked: tuple[str, ...],
) -> list[str]:
    """Return the scopes of several words that were all asked for."""
    found = []
    for scope in sorted(scopes - set(asked)):
        words = scope.replace("+", " ").split()
        if len(words) > 1 and set(words) <= set(asked):
            found.append(scope)
    return found


def access_reply(
    enquiry: Enquiry,
    holder: Holder,
) -> dict[str, Any]:
    """Return a new access token with what is told of it (RFC 6749 sections 4.2.2 and 5.1)."""
    token = give_access(enquiry.draft, enquiry.issuer, holder, enquiry.mint, enquiry.life_s)
    reply: dict[str, Any] = {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": enquiry.life_s,
    }
    if holder.scopes is not None:
        reply["scope"] = " ".join(holder.scopes)
    return reply


def _tokens(
    enquiry: Enquiry,
    holder: Holder,
    client: Client,
    refresh: bool,
) -> dict[str, Any]:
    """Return new tokens (RFC 6749 section 5.1)."""
    reply = access_reply(enquiry, holder)
    if refresh or enquiry.refreshes:
        is_public = not client.proven
        reply["refresh_token"] = give_refresh(enquiry.draft, holder, enquiry.mint, is_public)
    if enquiry.issuer.openid and holder.user and "openid" in (holder.scopes or ()):
        reply["id_token"] = identity(enquiry.issuer, holder, enquiry.mint)
    return reply
