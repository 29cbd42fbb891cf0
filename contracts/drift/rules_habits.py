"""Lines about the habits of a whole API: what a PUT does, what becomes of odd queries, which
headers come.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.compare.differences import Way
from contracts.drift.groups import Group
from contracts.drift.lines import Line, Understanding
from mockserver.lookup import MISSING
from mockserver.model.types import Kind


def habit(word: str, value: Any) -> Line:
    """Return a line for a default of the whole API."""
    return Line({"defaults": {word: value}})


def unknown_query(group: Group, _: Understanding) -> Iterator[Line]:
    """A query parameter that nobody declared is refused, or ignored."""
    if "not declared" in str(group.key[-1]):
        refused = group.smallest.drift.live >= 400
        yield habit("unknown_query", "refuse" if refused else "ignore")


def read_only(group: Group, _: Understanding) -> Iterator[Line]:
    """A property that the server owns is refused in a request, or ignored."""
    shown = group.smallest
    if shown.by.exchange.sent.content:
        yield habit("read_only", "refuse" if shown.drift.live >= 400 else "ignore")


def upsert(group: Group, _: Understanding) -> Iterator[Line]:
    """PUT on a key that is not there makes the record, or does not find it."""
    if group.smallest.by.exchange.sent.method == "PUT":
        yield habit("upsert", bool(group.smallest.drift.live < 300))


def slash(group: Group, _: Understanding) -> Iterator[Line]:
    """A missing or surplus slash at the end brings the same, a redirection, or nothing."""
    if group.smallest.by.reading.operation is None:
        live = group.smallest.drift.live
        yield habit("slash", "accept" if live < 300 else "redirect" if live < 400 else "strict")


def put_or_patch(group: Group, understanding: Understanding) -> Iterator[Line]:
    """PUT or PATCH replaces the record, or changes what is sent and nothing else."""
    for operation in group.operations:
        if operation.method in ("PUT", "PATCH") and operation.kind in (Kind.REPLACE, Kind.MERGE):
            other = "merge" if operation.kind is Kind.REPLACE else "replace"
            yield habit(operation.method.lower(), other)
            yield Line({"operations": {operation.label: {"kind": other}}})


def created_status(group: Group, _: Understanding) -> Iterator[Line]:
    """The status of a success: of what makes a record, or of any other."""
    drift = group.smallest.drift
    if drift.way is Way.STATUS and drift.live < 300:
        for word in ("created", "status"):
            said = {operation.label: {word: drift.live} for operation in group.operations}
            yield Line({"operations": said})


def empty_list(group: Group, _: Understanding) -> Iterator[Line]:
    """A list without records has a status of its own."""
    drift = group.smallest.drift
    if drift.way is Way.STATUS and drift.live < 300:
        yield Line({"defaults": {"envelope": {"empty": None if drift.live == 200 else drift.live}}})


def list_headers(group: Group, _: Understanding) -> Iterator[Line]:
    """Lists come with X-Total-Count and Link, or without."""
    if group.smallest.drift.place in ("Link", "X-Total-Count") and _is_there_once(group):
        yield habit("list_headers", group.smallest.drift.live is not MISSING)


def location(group: Group, _: Understanding) -> Iterator[Line]:
    """A create answers with a Location header, or without."""
    if group.smallest.drift.place == "Location" and _is_there_once(group):
        yield habit("location", group.smallest.drift.live is not MISSING)


def constant_header(group: Group, _: Understanding) -> Iterator[Line]:
    """A header that goes with every reply."""
    drift = group.smallest.drift
    if isinstance(drift.live, str) and drift.place not in ("Content-Type", "Allow"):
        yield Line({"defaults": {"headers": {drift.place: drift.live}}})


def _is_there_once(group: Group) -> bool:
    """Tell whether one side has a header, and the other has none."""
    return (group.smallest.drift.mock is MISSING) is not (group.smallest.drift.live is MISSING)
