"""Choose the media type of a reply from the Accept header (RFC 9110 section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence


def choose_media_type(accept: str | None, offered: Sequence[str]) -> str | None:
    """Return the offered media type that fits best, the first when all do equally; None when none
    is accepted.
    """
    if not offered:
        return None
    if accept is None or not accept.strip() or accept == "*/*":
        return offered[0]
    ranges = [_range(part) for part in accept.split(",") if part.strip()]
    best, best_quality = None, 0.0
    for media_type in offered:
        quality = _quality(media_type.partition(";")[0].strip().lower(), ranges)
        if quality > best_quality:
            best, best_quality = media_type, quality
    return best


def concrete(media_type: str) -> str:
    """Return a media type that a reply can be sent in for a documented range: JSON for any, plain
    text for `text/*`.
    """
    kind, _, rest = media_type.partition("/")
    if not rest.startswith("*"):
        return media_type
    return {
        "text": "text/plain",
        "image": "image/png",
        "audio": "audio/mpeg",
        "video": "video/mp4",
    }.get(kind, "application/json")


def choose_format(accept: str | None, offered: Sequence[str], preferred: str) -> str | None:
    """Return the media type that Accept names at full quality, else the preferred one, else the
    best accepted.

    `preferred` is what the path's extension asks for; where it is empty or not offered, Accept
    alone decides.
    """
    if preferred not in offered:
        return choose_media_type(accept, offered)
    named = {media for media, quality in map(_range, (accept or "").split(",")) if quality == 1.0}
    wanted = [each for each in offered if each.partition(";")[0].strip().lower() in named]
    return wanted[0] if wanted and preferred not in wanted else preferred


def _range(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
    return media, quality


def _quality(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """Return the quality of the most specific range that covers a media type."""
    kind = media_type.partition("/")[0]
    for wanted in (media_type, f"{kind}/*", "*/*"):
        qualities = [quality for media, quality in ranges if media == wanted]
        if qualities:
            return max(qualities)
    if media_type.endswith("+json") or media_type in ("*/*", "application/*"):
        return max(
            (quality for media, quality in ranges if media == "application/json"), default=0.0
        )
    return 0.0
