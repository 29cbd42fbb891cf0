"""Compare media types: one as it is declared or sent in, its plain form out.

Application/JSON; charset=utf-8     application/json
"""

from __future__ import annotations

JSON_LINES = frozenset(
    {
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonl",
        "application/jsonlines",
        "application/x-jsonlines",
        "application/json-seq",
        "application/stream+json",
    }
)
"""Names of newline-delimited JSON that are in use; none is registered but json-seq (RFC 7464)."""


def plain_media_type(text: str) -> str:
    """Return a media type in small letters and without parameters (RFC 9110, section 8.3.1)."""
    media_type, _, _ = text.partition(";")
    return media_type.strip().lower()
