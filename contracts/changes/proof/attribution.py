"""Tell whether what a call showed is what a change says: a change and a piece of evidence in, yes
or no out.

Each part of an API has signs of its own: a change of a body shows as a refusal for a fault at that
place, a change of a reply as a fault of the reply there, an operation that is gone as 404 or 405.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qs

from contracts.changes.proof.evidence import Evidence, Sign, names_in
from contracts.changes.proof.faults import CHOICE, Fault, json_of
from contracts.changes.proof.tape import Tape, names_in_body
from contracts.changes.types import Change, Place, Where
from contracts.changes.walk import ANY

GONE = frozenset({404, 405, 410, 501})
SHUT = frozenset({401, 403})
_SOFT = frozenset({Sign.LOST, Sign.OTHER, Sign.REPLY})


def shows(change: Change, evidence: Evidence, tape: Tape) -> Place | None:
    """Return the place of a change that a piece of evidence shows, None when it shows none."""
    for place in change.places:
        signed = _about(place, evidence, tape) and _SIGNS[place.where](change, place, evidence)
        if signed and (
            evidence.sign is Sign.REFUSED or _is_heard(change, place, tape[: evidence.at + 1])
        ):
            return place
    return None


def _is_heard(change: Change, place: Place, tape: Tape) -> bool:
    """Tell whether a call sends what is no longer heeded, or leaves out what is filled in
    otherwise.
    """
    sent = [step.sent for step in tape if step.operation == place.operation]
    if change.rule in _UNHEARD and place.where.is_parameter:
        return any(
            place.name in parse_qs(each.target.partition("?")[2]) or place.name in each.headers
            for each in sent
        )
    if change.rule in _UNHEARD and place.path:
        return any(
            place.path[-1] in names for each in sent for names in names_in(json_of(each.content))
        )
    if change.rule in _DEFAULTS and place.path:
        return any(place.path[-1] not in names_in_body(each) for each in sent)
    return change.rule not in _DEFAULTS or all(
        place.name not in parse_qs(each.target.partition("?")[2]) for each in sent
    )


_UNHEARD = frozenset(
    {
        "query-parameter-removed",
        "header-parameter-removed",
        "filter-lost",
        "sort-lost",
        "parameter-style-changed",
    }
    | {"request-property-read-only", "request-property-removed"}
)
_DEFAULTS = frozenset({"request-default-changed", "stored-default-changed", "page-size-changed"})


def _about(place: Place, evidence: Evidence, tape: Tape) -> bool:
    """Tell whether the call, or for what is stored one before it, is of the operation."""
    if place.where is Where.API:
        return True
    if evidence.operation == place.operation:
        return True
    earlier = {step.operation for step in tape[: evidence.at]}
    return (
        place.where in (Where.BODY, Where.OPERATION)
        and place.operation in earlier
        and evidence.sign in _SOFT
    )


def _api(change: Change, place: Place, evidence: Evidence) -> bool:
    return evidence.sign is Sign.REFUSED and evidence.status in (
        SHUT if "security" in change.rule else GONE
    )


def _operation(change: Change, place: Place, evidence: Evidence) -> bool:
    if change.rule.startswith(("security", "scope")):
        return evidence.sign is Sign.REFUSED and evidence.status in SHUT
    if "removed" in change.rule or "moved" in change.rule:
        return evidence.sign is Sign.REFUSED and evidence.status in GONE
    return not evidence.faults or evidence.sign in _SOFT


def _parameter(change: Change, place: Place, evidence: Evidence) -> bool:
    if evidence.sign is Sign.REFUSED:
        return any(where.lower() == place.name.lower() for where, _, _ in evidence.faults)
    soft = change.rule in _UNHEARD | _DEFAULTS or change.rule == "paging-changed"
    return soft and evidence.sign in (*_SOFT, Sign.STATUS)


def _body(change: Change, place: Place, evidence: Evidence) -> bool:
    if evidence.sign is Sign.REFUSED:
        media = change.rule == "request-media-type-removed"
        return any(
            where == "body" and (media or _meets(place.path, path))
            for where, path, _ in evidence.faults
        )
    if change.rule in ("put-replaces", "put-merges", "envelope-changed"):
        return evidence.sign in _SOFT
    soft = change.rule in _UNHEARD | _DEFAULTS
    return soft and place.path[-1:] != () and _names(place.path[-1], evidence.faults)


def _reply(change: Change, place: Place, evidence: Evidence) -> bool:
    if "status" in change.rule or change.rule == "answered-otherwise":
        return evidence.sign is Sign.STATUS
    if change.rule == "reply-media-type-removed":
        return evidence.status == 406 or any(where == "media" for where, _, _ in evidence.faults)
    if change.rule in ("envelope-changed", "reply-body-removed"):
        return evidence.sign in _SOFT
    shown = evidence.sign is Sign.REPLY or (evidence.sign is Sign.LOST and "removed" in change.rule)
    shown = shown or (
        evidence.sign is Sign.LOST
        and change.rule in ("reply-property-write-only", "reply-property-optional")
    )
    return shown and any(
        where == "reply" and _meets(place.path, path) for where, path, _ in evidence.faults
    )


def _reply_header(change: Change, place: Place, evidence: Evidence) -> bool:
    name = place.name.partition(" ")[2]
    return any(name in (where, *path) for where, path, _ in evidence.faults)


def _never(change: Change, place: Place, evidence: Evidence) -> bool:
    return False


_SIGNS: Mapping[Where, Callable[[Change, Place, Evidence], bool]] = {
    Where.API: _api,
    Where.OPERATION: _operation,
    **dict.fromkeys((Where.PATH, Where.QUERY, Where.HEADER, Where.COOKIE), _parameter),
    Where.BODY: _body,
    Where.REPLY: _reply,
    Where.REPLY_HEADER: _reply_header,
    Where.CALLBACK: _never,
}


def _meets(wanted: Sequence[str], path: Sequence[str]) -> bool:
    """Tell whether a fault is at a place, or inside it; one in a choice of schemas is anywhere
    below the choice.
    """
    if path and path[-1] == CHOICE:
        path = path[:-1]
        return _begins(path, wanted) or _begins(wanted, path)
    return _begins(path, wanted)


def _begins(path: Sequence[str], start: Sequence[str]) -> bool:
    return len(path) >= len(start) and all(
        one in (ANY, other) for one, other in zip(start, path, strict=False)
    )


def _names(name: str, faults: Sequence[Fault]) -> bool:
    return any(name in path for _, path, _ in faults)
