"""Show the page on which a user lets a client in: what the client asks for in, HTML out.

It is a form without a script: the name of the user, what is asked for, and two buttons, `Allow` and
`Deny`, whose names are `consent` and whose values are `allow` and `deny`.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from mockserver.asgi.respond import Answer

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body{{font-family:system-ui,sans-serif;max-width:30rem;margin:3rem auto;padding:0 1rem}}
button{{padding:.5rem 1.5rem;margin-right:.5rem}}</style></head>
<body><h1>{title}</h1>{content}</body></html>"""
_FORM = """<form method="post" action="?">{hidden}
<p><strong>{client}</strong> asks to be let in to {api}{asked}</p>{scopes}
<p><label>User <input name="username" value="{user}"></label></p>
<p><button name="consent" value="allow" id="allow">Allow</button>
<button name="consent" value="deny" id="deny">Deny</button></p></form>"""
_HIDDEN = '<input type="hidden" name="{name}" value="{value}">'
_HEADERS = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
]


def consent_page(api: str, fields: Mapping[str, str], scopes: Sequence[str], user: str) -> Answer:
    """Return the page for the fields of an authorization request, and the user to begin with."""
    hidden = []
    for name, value in fields.items():
        if name not in ("username", "consent"):
            hidden.append(_HIDDEN.format(name=html.escape(name), value=html.escape(value)))
    listed = "".join(f"<li>{html.escape(scope)}</li>" for scope in scopes)
    form = _FORM.format(
        hidden="".join(hidden),
        client=html.escape(fields["client_id"]),
        api=html.escape(api),
        asked=" with:" if scopes else ".",
        scopes=f"<ul>{listed}</ul>" if scopes else "",
        user=html.escape(user),
    )
    return _page(200, "Let this client in?", form)


def refusal_page(error: str, text: str) -> Answer:
    """Return the page that tells why no browser is sent back."""
    content = f"<p>{html.escape(text)}</p><p><code>{html.escape(error)}</code></p>"
    return _page(400, "This client cannot be let in", content)


def _page(status: int, title: str, content: str) -> Answer:
    text = _PAGE.format(title=title, content=content)
    return Answer(status, list(_HEADERS), text.encode())
