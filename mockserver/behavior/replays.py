"""Carry out a request once: what was answered under its key is answered again, and another request
under the same key is refused (draft-ietf-httpapi-idempotency-key-header-07).

What is kept is a record of the state, so that it is there and gone with everything else that a call
changed: under the operation and the caller, by the key,

    {"request": "5d41...", "until": 1767225600.0, "value": {...}, "created": true, "location": "7"}

A refusal is not kept: the request was not carried out, and may be sent again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.behavior.tags import tag_of
from mockserver.call import Call, Problem, ProblemKind, RawBody, Refused, Reply, Supply
from mockserver.model.types import Idempotency
from mockserver.state import Change, Collection, Put, Query, Reader, Record, Remove

KEPT = "$idempotency"
"""Where the answers are kept that may be given again; no document has a resource of this name."""
MOST_FORGOTTEN = 2
"""Answers whose time is over that are forgotten for each one that is kept."""


def answered_before(call: Call, reader: Reader, supply: Supply) -> Reply | None:
    """Return what was answered to the same request under its key, None where it is new. Raises
    Refused where the key stands for another request.
    """
    key = _key(call)
    if key is None:
        return None
    kept = reader.get(_place(call), key)
    if kept is None or kept["until"] <= supply.now():
        return None
    if kept["request"] != _print(call):
        text = f"the key {key} was sent with another request"
        values = {"key": key}
        raise Refused(Problem(ProblemKind.KEY_REUSED, text, values=values))
    return _reply(kept)


def keeping(call: Call, reply: Reply, reader: Reader, supply: Supply) -> Iterator[Change]:
    """Yield the changes that keep an answer, where the call has a key; some whose time is over
    go.
    """
    key, promised = _key(call), call.operation.idempotency
    if key is None or promised is None:
        return
    place, now = _place(call), supply.now()
    oldest = Query(order=("until",), limit=MOST_FORGOTTEN)
    for found in reader.select(place, oldest).found:
        if found.record["until"] <= now:
            yield Remove(place, found.key)
    yield Put(place, key, _record(call, reply, now + promised.keep_s))


def _key(call: Call) -> str | None:
    """Return the key of a call, None where it has none."""
    promised = call.operation.idempotency
    if promised is None:
        return None
    found = _sent(call, promised)
    return str(found) if found not in (None, "") else None


def _sent(call: Call, promised: Idempotency) -> Any:
    if promised.place == "header":
        return call.headers.get(promised.name)
    if promised.place == "query":
        return call.query.get(promised.name)
    return call.body.get(promised.name) if isinstance(call.body, dict) else None


def _place(call: Call) -> Collection:
    """Return where the answers of an operation to a caller are kept."""
    caller = call.principal.name if call.principal else ""
    return Collection(KEPT, (call.operation.label, tag_of(caller)))


def _print(call: Call) -> str:
    """Return what tells a request from others."""
    body = call.body
    if isinstance(body, RawBody):
        body = [body.text, body.media_type]
    return tag_of([dict(call.path), dict(call.query), body])


def _record(call: Call, reply: Reply, until: float) -> Record:
    value = reply.value
    record = {
        "request": _print(call),
        "until": until,
        "value": value,
        "created": reply.created,
        "location": reply.location,
        "version": reply.version,
        "moment": reply.moment,
    }
    if isinstance(value, RawBody):
        record |= {"value": value.text, "media_type": value.media_type}
    return record


def _reply(kept: Record) -> Reply:
    """Return the answer that was kept."""
    value = kept["value"]
    if "media_type" in kept:
        value = RawBody(value, kept["media_type"])
    return Reply(
        value,
        created=kept["created"],
        location=kept["location"],
        version=kept["version"],
        moment=kept["moment"],
    )
