"""Choose the media type of a reply from the Accept header (RFC 9110 section 12.5.1).

`text/plain, application/*;q=0.5` beside a response in application/json and text/csv gives
application/json: text/csv is accepted by nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mockserver.asgi.codec.xml import is_xml
from mockserver.mediatype import plain_media_type
from mockserver.model.errorforms import error_media
from mockserver.model.types import Described, DescribedMedia, DescribedResponse, is_json

NAMED, NEARLY_NAMED, OF_ITS_KIND, ANY = 4, 3, 2, 1
"""How specific a range of Accept is to a media type."""


def offered(response: DescribedResponse) -> dict[str, DescribedMedia]:
    """Return the bodies of a response by the media types in which they can be sent."""
    return {concrete(name): media for name, media in response.content.items()}


def error_types(described: Described, status: int) -> list[str]:
    """Return the documented media types of an error status that can be written, JSON first."""
    response = described.response(status)
    known = [name for name in response.content if "json" in name or is_xml(name)]
    if known:
        return sorted(known, key=is_xml)
    media = error_media(described, status)
    return [] if media is None else [concrete(media.media_type)]


def choose_media_type(accept: str | None, offered: Sequence[str], usual: str = "") -> str | None:
    """Return the offered media type that fits best, None when none is accepted.

    Of those that are as welcome, what Accept names itself comes before what it takes with all
    others, then the usual one, then the first.
    """
    if not offered:
        return None
    if accept is None or not accept.strip() or accept == "*/*":
        return usual if usual in offered else offered[0]
    ranges = [_range(part) for part in accept.split(",") if part.strip()]

    def welcome(media_type: str) -> tuple[float, int, bool]:
        quality, specific = _quality(plain_media_type(media_type), ranges)
        is_usual = media_type == usual
        return quality, specific, is_usual

    best = max(offered, key=welcome)
    quality, _, _ = welcome(best)
    return best if quality > 0 else None


def usual_format(declared: str, headers: Mapping[str, str]) -> str:
    """Return the media type of a reply that nothing asks for: JSON to a body in JSON, else the
    declared one.

    `headers` are those of the request, by names in small letters. Nothing is declared where it is
    empty.
    """
    has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    sends_json = has_body and is_json(headers.get("content-type", ""))
    return "application/json" if declared and sends_json else declared


def concrete(media_type: str) -> str:
    """Return a media type that a reply can be sent in for a documented range: JSON for any, plain
    text for `text/*`.
    """
    kind, _, rest = media_type.partition("/")
    if not rest.startswith("*"):
        return media_type
    known = {"text": "text/plain", "image": "image/png", "audio": "audio/mpeg"}
    known["video"] = "video/mp4"
    return known.get(kind, "application/json")


def choose_format(
    accept: str | None, offered: Sequence[str], preferred: str, usual: str = ""
) -> str | None:
    """Return the media type that Accept names at full quality, else the preferred one, else the
    best accepted.

    `preferred` is what the path's extension asks for; where it is empty or not offered, Accept
    alone decides, and where that asks for nothing it is the usual one.
    """
    if preferred not in offered:
        return choose_media_type(accept, offered, usual)
    ranges = map(_range, (accept or "").split(","))
    named = {media for media, quality in ranges if quality == 1.0}
    wanted = [name for name in offered if plain_media_type(name) in named]
    return wanted[0] if wanted and preferred not in wanted else preferred


def _range(part: str) -> tuple[str, float]:
    """Return a media type, or a range of them, and its quality: 1 where none is given, 0 where it
    cannot be read.
    """
    media, *parameters = part.lower().split(";")
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() != "q":
            continue
        try:
            quality = float(value)
        except ValueError:
            quality = 0.0
    quality = min(max(quality, 0.0), 1.0)
    return media.strip(), quality


def _quality(media_type: str, ranges: list[tuple[str, float]]) -> tuple[float, int]:
    """Return the quality of the most specific range that covers a media type, and how specific that
    is. JSON covers what is made of it: `application/hal+json`.
    """
    kind, _, _ = media_type.partition("/")
    covering = {
        NAMED: media_type,
        OF_ITS_KIND: f"{kind}/*",
        ANY: "*/*",
    }
    for specific, wanted in covering.items():
        quality = _given(wanted, ranges)
        if quality is not None:
            return quality, specific
    is_made_of_json = media_type.endswith("+json")
    if is_made_of_json or media_type in ("*/*", "application/*"):
        quality = _given("application/json", ranges)
        return quality or 0.0, NEARLY_NAMED
    return 0.0, 0


def _given(wanted: str, ranges: list[tuple[str, float]]) -> float | None:
    """Return the highest quality that a range is given, None where it is not named."""
    qualities = [quality for media, quality in ranges if media == wanted]
    return max(qualities, default=None)
