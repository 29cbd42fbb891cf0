"""Who is let in at the control API of a command: the address it listens on and what was said in, a token out."""

from __future__ import annotations

from secrets import token_urlsafe

from mockserver.control.admin import is_loopback


def token_for(host: str, said: str | None, admin: bool) -> str | None:
    """Return the token that was said; without one a made one where others can reach the server, else None."""
    return said or (token_urlsafe(18) if admin and not is_loopback(host) else None)
