"""Compare media types: one as it is declared or sent in, its plain form out.

Application/JSON; charset=utf-8     application/json
"""

from __future__ import annotations


def plain_media_type(text: str) -> str:
    """Return a media type in small letters and without parameters (RFC 9110, section 8.3.1)."""
    media_type, _, _ = text.partition(";")
    return media_type.strip().lower()
