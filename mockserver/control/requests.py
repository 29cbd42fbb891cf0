"""The part of the control API that looks at the journal: list, find, count, verify, save and forget
calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from mockserver.asgi.edge import Edge
from mockserver.control.journal import Entry
from mockserver.control.messages import AdminRequest, Unknown, is_asked, reply
from mockserver.control.pattern import (
    NEAREST,
    NearMiss,
    find,
    near_misses,
    pattern_of,
    verify,
)
from mockserver.errors import SettingsError
from mockserver.exchange import Answer
from mockserver.generation.clock import moment_of


def list_requests(request: AdminRequest) -> Answer:
    """Return the calls of a space, the latest first as WireMock does."""
    entries: Sequence[Entry] = _entries(request)
    if request.last("unmatched", "false") == "true":
        entries = _unmatched(entries)
    if "since" in request.query:
        since: datetime = moment_of(request.query["since"][-1].replace(" ", "+"))
        entries = [entry for entry in entries if entry.began_s >= since.timestamp()]
    latest_first = entries[::-1][: request.whole("limit")]
    writer = request.control.writer
    write = writer.brief if is_asked("brief", request) else writer.plain
    shown = list(map(write, latest_first))
    meta = {"total": len(entries)}
    dropped = request.control.journal.dropped
    if dropped:
        meta["dropped"] = dropped
    return reply({"requests": shown, "meta": meta})


def read_request(request: AdminRequest) -> Answer:
    """Return the call of a number."""
    return reply(request.control.writer.plain(entry_of(request)))


def forget_request(request: AdminRequest) -> Answer:
    """Forget the call of a number."""
    return _forget(request, [entry_of(request)], {})


def remove_requests(request: AdminRequest) -> Answer:
    """Forget the calls that match, and return them as WireMock does."""
    found = _found(request)
    return _forget(request, found, {"serveEvents": _forms(request, found)})


def list_unmatched(request: AdminRequest) -> Answer:
    """Return the calls that met no operation, the oldest first."""
    unmatched = _unmatched(_entries(request))
    return reply({"requests": _forms(request, unmatched)})


def explain_unmatched(request: AdminRequest) -> Answer:
    """Tell for each call that met no operation which ones of the documents come nearest."""
    labels = dict(_labels(request.control.edges))
    plain = request.control.writer.plain
    misses = []
    for entry in _unmatched(_entries(request)):
        near = get_close_matches(f"{entry.method} {entry.path}", labels, NEAREST)
        miss = {
            "request": plain(entry),
            "operations": [labels[place] for place in near],
        }
        misses.append(miss)
    return reply({"nearMisses": misses})


def find_requests(request: AdminRequest) -> Answer:
    """Return the calls that match, the oldest first."""
    found = _found(request)
    return reply({"requests": _forms(request, found)})


def count_requests(request: AdminRequest) -> Answer:
    """Return how many calls match."""
    return reply({"count": len(_found(request))})


def verify_requests(request: AdminRequest) -> Answer:
    """Tell whether so many calls match, and what came nearest when they do not."""
    words = request.object("pattern", "times")
    times = words.get("times")
    is_count = isinstance(times, int) and not isinstance(times, bool) and times >= 0
    if times is not None and not is_count:
        raise SettingsError(f"times must be a whole number from 0, not {times!r}")
    pattern = pattern_of(words.get("pattern", {}))
    verified = verify(_entries(request), pattern, times)
    return reply(
        {
            "holds": verified.holds,
            "count": verified.count,
            "explanation": verified.text,
            "nearMisses": _miss_forms(request, verified.nearest),
        }
    )


def near_miss_requests(request: AdminRequest) -> Answer:
    """Return the calls that do not match and come nearest, with what is other in them."""
    pattern = pattern_of(request.object())
    missed = near_misses(_entries(request), pattern)
    return reply({"nearMisses": _miss_forms(request, missed)})


def export_requests(request: AdminRequest) -> Answer:
    """Return all calls of a space as HAR 1.2 or as lines of JSON."""
    form = request.last("format", "jsonl")
    writer = request.control.writer
    match form:
        case "har":
            return reply(writer.har(_entries(request)))
        case "jsonl":
            lines = writer.lines(_entries(request))
            media_type = "application/jsonl; charset=utf-8"
            return Answer(200, {"content-type": media_type}, lines.encode())
        case _:
            raise SettingsError(f"format must be jsonl or har, not {form!r}")


def clear_requests(request: AdminRequest) -> Answer:
    """Forget the calls of a space."""
    request.control.journal.clear(request.space)
    return reply({})


def _entries(request: AdminRequest) -> Sequence[Entry]:
    """Return the calls of the space, the oldest first."""
    return request.control.journal.of(request.space)


def entry_of(request: AdminRequest) -> Entry:
    """Return the call of a number. Raises Unknown."""
    text = request.path["id"]
    number = int(text) if text.isdigit() and len(text) < 16 else 0
    entry = request.control.journal.get(number, request.space)
    if entry is None:
        raise Unknown(
            f"there is no call {text!r} in this space, or it was forgotten; GET "
            f"/__admin/requests lists them"
        )
    return entry


def _found(request: AdminRequest) -> list[Entry]:
    """Return the calls that match the pattern in the body."""
    return find(_entries(request), pattern_of(request.object()))


def _unmatched(entries: Iterable[Entry]) -> list[Entry]:
    """Return the calls that met no operation."""
    return [entry for entry in entries if not entry.operation]


def _forget(request: AdminRequest, entries: Sequence[Entry], value: Any) -> Answer:
    numbers = [entry.number for entry in entries]
    request.control.journal.remove(numbers, request.space)
    return reply(value)


def _labels(edges: Iterable[Edge]) -> Iterator[tuple[str, str]]:
    """Yield how each operation is called, `GET /v1/shelves`, with its label."""
    for edge in edges:
        for base in edge.bases:
            for operation in edge.space.model.operations:
                yield f"{operation.method} {base}{operation.path}", operation.label


def _forms(request: AdminRequest, entries: Iterable[Entry]) -> list[dict[str, Any]]:
    return list(map(request.control.writer.plain, entries))


def _miss_forms(request: AdminRequest, missed: Iterable[NearMiss]) -> list[dict[str, Any]]:
    plain = request.control.writer.plain
    return [
        {
            "request": plain(miss.entry),
            "differences": list(miss.differences),
        }
        for miss in missed
    ]
