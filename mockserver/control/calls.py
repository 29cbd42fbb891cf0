"""The part of the control API that looks at the journal: list, find, count, verify, save and forget
calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches

from mockserver.control.asked import Asked, Missing, Told
from mockserver.control.journal import Entry
from mockserver.control.pattern import pattern_of
from mockserver.control.verify import NEAREST, NearMiss, find, near_misses, verify
from mockserver.errors import SettingsError
from mockserver.generation.clock import moment_of


def list_requests(asked: Asked) -> Told:
    """Return the calls of a space, the latest first as WireMock does."""
    entries = list(asked.control.journal.of(asked.space))
    if asked.query.get("unmatched", ["false"])[-1] == "true":
        entries = [entry for entry in entries if not entry.operation]
    if "since" in asked.query:
        since: datetime = moment_of(asked.query["since"][-1].replace(" ", "+"))
        entries = [entry for entry in entries if entry.began_s >= since.timestamp()]
    total = len(entries)
    entries.reverse()
    return Told(body=_shown(asked, entries[: asked.whole("limit")]) | {"meta": {"total": total}})


def read_request(asked: Asked) -> Told:
    return Told(body=asked.control.writer.plain(_entry(asked)))


def _entry(asked: Asked) -> Entry:
    """Return the call of a number. Raises Missing."""
    number = asked.path["id"]
    entry = asked.control.journal.get(
        int(number) if number.isdigit() and len(number) < 16 else 0, asked.space
    )
    if entry is None:
        raise Missing(
            f"there is no call {number!r} in this space, or it was forgotten; GET "
            f"/__admin/requests lists them"
        )
    return entry


def forget_request(asked: Asked) -> Told:
    asked.control.journal.remove([_entry(asked).number], asked.space)
    return Told(body={})


def remove_requests(asked: Asked) -> Told:
    """Forget the calls that match, and return them as WireMock does."""
    found = find(asked.control.journal.of(asked.space), pattern_of(asked.object()))
    asked.control.journal.remove((entry.number for entry in found), asked.space)
    return Told(body={"serveEvents": [asked.control.writer.plain(entry) for entry in found]})


def list_unmatched(asked: Asked) -> Told:
    return Told(
        body=_shown(
            asked, [each for each in asked.control.journal.of(asked.space) if not each.operation]
        )
    )


def explain_unmatched(asked: Asked) -> Told:
    """Tell for each call that met no operation which ones of the documents come nearest."""
    spelled = {
        f"{each.method} {base}{each.path}": each.label
        for edge in asked.control.edges
        for base in edge.bases
        for each in edge.space.model.operations
    }
    told = []
    for entry in asked.control.journal.of(asked.space):
        if not entry.operation:
            near = get_close_matches(f"{entry.method} {entry.path}", spelled, NEAREST)
            told.append(
                {
                    "request": asked.control.writer.plain(entry),
                    "operations": [spelled[each] for each in near],
                }
            )
    return Told(body={"nearMisses": told})


def find_requests(asked: Asked) -> Told:
    found = find(asked.control.journal.of(asked.space), pattern_of(asked.object()))
    return Told(body=_shown(asked, found))


def count_requests(asked: Asked) -> Told:
    return Told(
        body={"count": len(find(asked.control.journal.of(asked.space), pattern_of(asked.object())))}
    )


def verify_requests(asked: Asked) -> Told:
    """Tell whether so many calls match, and what came nearest when they do not."""
    said = asked.object("pattern", "times")
    times = said.get("times")
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 0):
        raise SettingsError(f"times must be a whole number from 0, not {times!r}")
    verdict = verify(
        asked.control.journal.of(asked.space), pattern_of(said.get("pattern", {})), times
    )
    nearest = _misses(asked, verdict.nearest)
    return Told(
        body={
            "holds": verdict.holds,
            "count": verdict.count,
            "explanation": verdict.text,
            "nearMisses": nearest,
        }
    )


def near_miss_requests(asked: Asked) -> Told:
    missed = near_misses(asked.control.journal.of(asked.space), pattern_of(asked.object()))
    return Told(body={"nearMisses": _misses(asked, missed)})


def export_requests(asked: Asked) -> Told:
    """Return all calls of a space as HAR 1.2 or as lines of JSON."""
    form = asked.query.get("format", ["jsonl"])[-1]
    entries = asked.control.journal.of(asked.space)
    if form == "har":
        return Told(body=asked.control.writer.har(entries))
    if form != "jsonl":
        raise SettingsError(f"format must be jsonl or har, not {form!r}")
    return Told(
        body=asked.control.writer.lines(entries), media_type="application/jsonl; charset=utf-8"
    )


def clear_requests(asked: Asked) -> Told:
    asked.control.journal.clear(asked.space)
    return Told(body={})


def _shown(asked: Asked, entries: Sequence[Entry]) -> dict[str, object]:
    return {"requests": [asked.control.writer.plain(entry) for entry in entries]}


def _misses(asked: Asked, missed: Sequence[NearMiss]) -> list[dict[str, object]]:
    plain = asked.control.writer.plain
    return [
        {"request": plain(each.entry), "differences": list(each.differences)} for each in missed
    ]
