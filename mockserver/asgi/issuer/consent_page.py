"""Show the page on which a user lets a client in: what the client asks for in, HTML out.

It is a form without a script: the name of the user, what is asked for, and two buttons, `Allow` and
`Deny`, whose names are `consent` and whose values are `allow` and `deny`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mockserver.asgi.respond import Answer
from mockserver.htmlpage import html_page

_HEADERS = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
]


def consent_page(api: str, fields: Mapping[str, str], scopes: Sequence[str], user: str) -> Answer:
    """Return the page for the fields of an authorization request, and the user to begin with."""
    hidden = {name: value for name, value in fields.items() if name not in ("username", "consent")}
    page = html_page(
        "mockserver.asgi",
        "templates/consent.html",
        hidden=hidden,
        client=fields["client_id"],
        api=api,
        scopes=scopes,
        user=user,
    )
    return Answer(200, list(_HEADERS), page.encode())


def refusal_page(error: str, text: str) -> Answer:
    """Return the page that tells why no browser is sent back."""
    page = html_page("mockserver.asgi", "templates/refusal.html", error=error, text=text)
    return Answer(400, list(_HEADERS), page.encode())
