"""Answer the authorization endpoint, pure: the fields of a request in, and where the browser is
sent next out (RFC 6749 sections 4.1 and 4.2).

    {"response_type": "code", "client_id": "app", "redirect_uri": "https://app.example/back", ...}
    https://app.example/back?code=5c3a...&state=xyz

What is wrong with the client or with where it wants to be sent is told to the user, anything else
to the client, at the end of the URL.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from mockserver.behavior.issuer.grants import (
    Enquiry,
    GrantRefused,
    access_reply,
    granted_scopes,
)
from mockserver.behavior.issuer.tokens import Holder, begun, give_code

METHODS = ("plain", "S256")
"""How a code_challenge is made (RFC 7636 section 4.2)."""
TERMS = ("code_challenge", "code_challenge_method")
_NOT_SENT_TO = frozenset({"javascript", "data", "vbscript", "file", "blob"})


class SentBack(Exception):
    """Where the browser is sent because the request of the client is refused."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


def check_client(enquiry: Enquiry) -> None:
    """Raise GrantRefused for a client, or a place to be sent to, that no browser is sent to."""
    client = enquiry.field("client_id")
    if not enquiry.register.has_client(client):
        raise GrantRefused("invalid_client", f"no client {client}")
    place = enquiry.field("redirect_uri")
    parts = urlsplit(place)
    if not parts.scheme or parts.scheme in _NOT_SENT_TO or parts.fragment:
        raise GrantRefused("invalid_request", "redirect_uri is no absolute URL")


def checked_scopes(enquiry: Enquiry) -> tuple[str, ...] | None:
    """Return the scopes that would be granted. Raises SentBack for what is wrong."""
    fields = enquiry.fields
    kind = fields.get("response_type", "")
    if not kind:
        raise _back(enquiry, "invalid_request", "response_type is missing")
    if kind not in enquiry.issuer.flows:
        raise _back(enquiry, "unsupported_response_type", f"{kind} is not given here")
    if fields.get("code_challenge_method", "plain") not in METHODS:
        raise _back(enquiry, "invalid_request", "code_challenge_method is plain or S256")
    if fields.get("code_challenge_method") and not fields.get("code_challenge"):
        raise _back(enquiry, "invalid_request", "code_challenge is missing")
    try:
        return granted_scopes(enquiry.issuer, fields)
    except GrantRefused as refused:
        raise _back(enquiry, refused.error, refused.text) from None


def approved(
    enquiry: Enquiry,
    user: str,
) -> str:
    """Return where the browser of a user who consents is sent. Raises SentBack."""
    scopes = checked_scopes(enquiry)
    fields = enquiry.fields
    client, nonce = fields["client_id"], fields.get("nonce", "")
    holder = begun(enquiry.draft, Holder(client, user, scopes, nonce=nonce))
    if fields["response_type"] == "token":
        return _url(enquiry, access_reply(enquiry, holder))
    terms = {"redirect_uri": fields["redirect_uri"]}
    if fields.get("code_challenge"):
        terms["code_challenge"] = fields["code_challenge"]
        terms["code_challenge_method"] = fields.get("code_challenge_method") or "plain"
    code = give_code(enquiry.draft, holder, enquiry.mint, terms)
    return _url(enquiry, {"code": code})


def denied(enquiry: Enquiry) -> str:
    """Return where the browser of a user who does not consent is sent."""
    return _back(enquiry, "access_denied", "the user did not consent").url


def _back(
    enquiry: Enquiry,
    error: str,
    text: str,
) -> SentBack:
    return SentBack(_url(enquiry, {"error": error, "error_description": text}))


def _url(
    enquiry: Enquiry,
    more: dict[str, Any],
) -> str:
    """Return the place of the client with more in its query, for a token in its fragment."""
    if enquiry.fields.get("state"):
        more = {**more, "state": enquiry.fields["state"]}
    parts = urlsplit(enquiry.fields["redirect_uri"])
    if enquiry.fields.get("response_type") == "token":
        return urlunsplit(parts._replace(fragment=urlencode(more)))
    known = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode([*known, *more.items()])
    return urlunsplit(parts._replace(query=query))
