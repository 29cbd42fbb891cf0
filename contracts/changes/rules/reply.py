"""The rules for replies: statuses, bodies, media types, headers, and calls back."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.changes.carried import (
    callbacks_of,
    content_of,
    headers_of,
    is_required,
    moved_status,
    replies_of,
    reply_like,
    success,
    uncovered,
)
from contracts.changes.operations import OperationPair, OperationRule
from contracts.changes.types import Found, Level, Place, Rule, Spot, Where

BREAKING, WARNING, INFO = Level
Replies = dict[str, Spot]


def _replies(pair: OperationPair) -> tuple[Replies, Replies]:
    return (replies_of(pair.both[0]), replies_of(pair.both[1])) if pair.both else ({}, {})


def success_status_changed(pair: OperationPair) -> Iterator[Found]:
    old, new = _replies(pair)
    status = moved_status(old, new)
    if status is not None:
        before = success(old)[0]
        place = Place(pair.label, Where.REPLY, before)
        yield pair.told(place, f"success is {status}, not {before}", old[before], new[status])


def success_status_removed(pair: OperationPair) -> Iterator[Found]:
    old, new = _replies(pair)
    for status in success(old) if moved_status(old, new) is None else ():
        if reply_like(new, status) is None:
            place = Place(pair.label, Where.REPLY, status)
            yield pair.told(place, f"success is never {status} any more", old[status], None)


def success_status_added(pair: OperationPair) -> Iterator[Found]:
    old, new = _replies(pair)
    for status in success(new) if moved_status(old, new) is None else ():
        if reply_like(old, status) is None:
            place = Place(pair.label, Where.REPLY, status)
            yield pair.told(place, f"success may be {status} now", None, new[status])


def refusal_removed(pair: OperationPair) -> Iterator[Found]:
    yield from _refusals(pair, gone=True)


def refusal_added(pair: OperationPair) -> Iterator[Found]:
    yield from _refusals(pair, gone=False)


def _refusals(pair: OperationPair, gone: bool) -> Iterator[Found]:
    old, new = _replies(pair)
    one, other = (old, new) if gone else (new, old)
    for status, spot in one.items():
        if not status.startswith("2") and status not in other and reply_like(other, status) is None:
            message = f"{status} is no longer told of" if gone else f"{status} may be the answer"
            place = Place(pair.label, Where.REPLY, status)
            yield pair.told(place, message, spot if gone else None, None if gone else spot)


def _kept(pair: OperationPair) -> Iterator[tuple[str, Spot, Spot]]:
    """Yield the replies that are in both documents."""
    old, new = _replies(pair)
    moved = moved_status(old, new)
    for status, reply in old.items():
        other = new[moved] if moved and status == success(old)[0] else reply_like(new, status)
        if other is not None:
            yield status, reply, other


def reply_body_removed(pair: OperationPair) -> Iterator[Found]:
    for status, old, new in _kept(pair):
        if content_of(old) and not content_of(new):
            yield pair.told(
                Place(pair.label, Where.REPLY, status), f"{status} has no body any more", old, new
            )


def reply_media_type_removed(pair: OperationPair) -> Iterator[Found]:
    for status, old, new in _kept(pair):
        for name in uncovered(old, new) if content_of(new) else ():
            yield pair.told(
                Place(pair.label, Where.REPLY, status), f"{name} is no longer given", old, new
            )


def reply_media_type_added(pair: OperationPair) -> Iterator[Found]:
    for status, old, new in _kept(pair):
        for name in uncovered(new, old):
            yield pair.told(
                Place(pair.label, Where.REPLY, status), f"{name} can be given now", old, new
            )


def _headers(pair: OperationPair) -> Iterator[tuple[Place, Spot | None, Spot | None]]:
    for status, reply, other in _kept(pair):
        old, new = headers_of(reply), headers_of(other)
        for name in [*old, *(name for name in new if name not in old)]:
            yield (
                Place(pair.label, Where.REPLY_HEADER, f"{status} {name}"),
                old.get(name),
                new.get(name),
            )


def reply_header_removed(pair: OperationPair) -> Iterator[Found]:
    for place, old, new in _headers(pair):
        if new is None:
            yield pair.told(place, f"the header {place.name.partition(' ')[2]} is gone", old, new)


def reply_header_optional(pair: OperationPair) -> Iterator[Found]:
    for place, old, new in _headers(pair):
        if new is not None and is_required(old) and not is_required(new):
            yield pair.told(
                place, f"the header {place.name.partition(' ')[2]} may be missing", old, new
            )


def reply_header_added(pair: OperationPair) -> Iterator[Found]:
    for place, old, new in _headers(pair):
        if old is None:
            yield pair.told(place, f"the header {place.name.partition(' ')[2]} is new", old, new)


def _callbacks(pair: OperationPair, gone: bool) -> Iterator[Found]:
    old, new = (callbacks_of(each) for each in pair.both) if pair.both else ({}, {})
    one, other = (old, new) if gone else (new, old)
    for name in one.keys() - other.keys():
        message = (
            f"nobody is called back by {name} any more"
            if gone
            else f"there is a new callback, {name}"
        )
        yield pair.told(
            Place(pair.label, Where.CALLBACK, name), message, old.get(name), new.get(name)
        )


def callback_removed(pair: OperationPair) -> Iterator[Found]:
    yield from _callbacks(pair, gone=True)


def callback_added(pair: OperationPair) -> Iterator[Found]:
    yield from _callbacks(pair, gone=False)


REPLY_RULES: tuple[OperationRule, ...] = (
    Rule("success-status-changed", BREAKING, "Success has another status.", success_status_changed),
    Rule(
        "success-status-removed", BREAKING, "A status of success is gone.", success_status_removed
    ),
    Rule(
        "success-status-added",
        WARNING,
        "Success may have another status too.",
        success_status_added,
    ),
    Rule("refusal-removed", INFO, "A refusal is no longer told of.", refusal_removed),
    Rule("refusal-added", INFO, "There is another refusal.", refusal_added),
    Rule("reply-body-removed", BREAKING, "A reply has no body any more.", reply_body_removed),
    Rule(
        "reply-media-type-removed",
        BREAKING,
        "A media type is no longer given.",
        reply_media_type_removed,
    ),
    Rule(
        "reply-media-type-added",
        INFO,
        "A reply can be had in another media type.",
        reply_media_type_added,
    ),
    Rule("reply-header-removed", BREAKING, "A header of a reply is gone.", reply_header_removed),
    Rule(
        "reply-header-optional",
        WARNING,
        "A header of a reply may be missing.",
        reply_header_optional,
    ),
    Rule("reply-header-added", INFO, "A reply has another header.", reply_header_added),
    Rule("callback-removed", WARNING, "A callback no longer comes.", callback_removed),
    Rule("callback-added", INFO, "There is another callback.", callback_added),
)
