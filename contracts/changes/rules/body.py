"""The rules for the body of a request: whether there is one, and in which media types."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.changes.carried import body_of, is_required, uncovered
from contracts.changes.operations import OperationPair, OperationRule
from contracts.changes.types import Found, Level, Place, Rule, Spot, Where

BREAKING, WARNING, INFO = Level


def body_required(pair: OperationPair) -> Iterator[Found]:
    old, new = _bodies(pair)
    if is_required(new) and not is_required(old):
        what = "a body is required" if old is None else "the body is required now"
        yield pair.told(Place(pair.label, Where.BODY), what, old, new)


def body_removed(pair: OperationPair) -> Iterator[Found]:
    old, new = _bodies(pair)
    if pair.both and old is not None and new is None:
        yield pair.told(Place(pair.label, Where.BODY), "no body is taken any more", old, new)


def body_optional(pair: OperationPair) -> Iterator[Found]:
    old, new = _bodies(pair)
    if pair.both and new is not None and not is_required(new) and (old is None or is_required(old)):
        yield pair.told(
            Place(pair.label, Where.BODY), "a body can be sent, and need not be", old, new
        )


def _bodies(pair: OperationPair) -> tuple[Spot | None, Spot | None]:
    return (body_of(pair.both[0]), body_of(pair.both[1])) if pair.both else (None, None)


def _media(pair: OperationPair, gone: bool) -> Iterator[tuple[str, Spot, Spot]]:
    old, new = _bodies(pair)
    if old is not None and new is not None:
        for name in uncovered(old, new) if gone else uncovered(new, old):
            yield name, old, new


def request_media_type_removed(pair: OperationPair) -> Iterator[Found]:
    for name, old, new in _media(pair, gone=True):
        yield pair.told(Place(pair.label, Where.BODY, name), f"{name} is no longer taken", old, new)


def request_media_type_added(pair: OperationPair) -> Iterator[Found]:
    for name, old, new in _media(pair, gone=False):
        yield pair.told(Place(pair.label, Where.BODY, name), f"{name} is taken now", old, new)


BODY_RULES: tuple[OperationRule, ...] = (
    Rule("request-body-required", BREAKING, "A request must have a body.", body_required),
    Rule("request-body-removed", BREAKING, "A request has no body any more.", body_removed),
    Rule("request-body-optional", INFO, "A request may have a body.", body_optional),
    Rule(
        "request-media-type-removed",
        BREAKING,
        "A media type is no longer taken.",
        request_media_type_removed,
    ),
    Rule(
        "request-media-type-added", INFO, "Another media type is taken.", request_media_type_added
    ),
)
