"""Conditions on the version of a record: refuse a change of another version than the caller knows,
and tell a reader what it has already (RFC 9110 section 13).

    GET    If-None-Match: "a"       the tag is "a": it is known (304)
    PUT    If-Match: "a"            the tag is "b": refused (412)
    PUT    If-None-Match: *         the record is there: refused (412)
    PUT    nothing, where needed    refused (428)
    PUT    {version: 3, ...}        the version is 4: refused (409)

They are looked at inside the transaction, when it is known that the record is there and before
anything is done (section 13.2.1), in the order of section 13.2.2. A tag that is sent without its
quotes is taken as the one that it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from math import floor
from typing import Any

from mockserver.behavior.formula.instants import moment_in
from mockserver.behavior.scene import Scene
from mockserver.behavior.tags import tag_of
from mockserver.call import Call, Problem, ProblemKind, RawBody, Refused, Reply
from mockserver.model.types import Conditions, Kind, Resource
from mockserver.state import Record, key_of

ANY = "*"
_READS = frozenset({Kind.READ, Kind.LIST, Kind.VIEW})
_REMOVALS = frozenset({Kind.DELETE, Kind.BULK_DELETE})
_TAG = re.compile(r'(W/)?"([^"]*)"')


def check_change(scene: Scene) -> None:
    """Raise Refused where a change is not to be made to the record as it is now."""
    conditions = scene.operation.conditions
    if conditions is None:
        return
    sent = _sent(scene.call, conditions)
    carried = _carried(scene, conditions)
    has_one = carried is not None or not conditions.needs.isdisjoint(sent)
    if conditions.needs and not has_one:
        names = ", ".join(sorted(conditions.needs))
        text = f"a change has to say which version it is of: {names}"
        problem = Problem(ProblemKind.PRECONDITION_REQUIRED, text)
        raise Refused(problem)
    _check_headers(scene, sent)
    if carried is not None and scene.record is not None:
        _check_carried(scene, conditions, carried)


def _sent(call: Call, conditions: Conditions) -> dict[str, str]:
    """Return the conditions of a call that count here."""
    found = {}
    for name in conditions.headers:
        value = call.headers.get(name)
        if value is None:
            continue
        found[name] = str(value)
    return found


def _carried(scene: Scene, conditions: Conditions) -> Any:
    """Return the version that a body or a query carries, None where there is none."""
    if conditions.field is None:
        return None
    sent = scene.sent.get(conditions.field)
    if sent is not None or conditions.param is None:
        return sent
    return scene.call.query.get(conditions.param)


def _check_carried(scene: Scene, conditions: Conditions, carried: Any) -> None:
    """Raise Refused where the version that a change carries is not that of the record."""
    record = scene.record or {}
    current = record.get(conditions.field or "")
    if current is None or key_of(current) == key_of(carried):
        return
    text = f"the record has the {conditions.field} {current}, not {carried}"
    values = {"field": conditions.field, "value": carried}
    problem = Problem(ProblemKind.STALE, text, values=values)
    raise Refused(problem)


def _check_headers(scene: Scene, sent: Mapping[str, str]) -> None:
    """Raise Refused where the record is not as the headers of a change want it."""
    record, resource = scene.record, scene.resource
    tag = None if record is None else record_tag(resource, record)
    wanted = sent.get("if-match")
    if wanted is not None and not _is_named(wanted, tag, is_strong=True):
        raise _failed("the record is not of a version that If-Match names")
    if wanted is None and record is not None:
        moment = moment_of(resource, record)
        since = sent.get("if-unmodified-since", "")
        if _is_after(moment, since):
            raise _failed("the record was changed since the moment of If-Unmodified-Since")
    unwanted = sent.get("if-none-match")
    if unwanted is not None and _is_named(unwanted, tag, is_strong=False):
        raise _failed("the record is there in a version that If-None-Match names")


def _is_after(moment: float | None, text: str) -> bool | None:
    """Tell whether a moment is in a later second than the one that a text tells; None where one of
    them is unknown.
    """
    other = moment_in(text)
    if moment is None or other is None:
        return None
    return floor(moment) > floor(other)


def _failed(text: str) -> Refused:
    """Return the refusal of a call whose condition does not hold."""
    problem = Problem(ProblemKind.PRECONDITION_FAILED, text)
    return Refused(problem)


def _is_named(header: str, tag: str | None, *, is_strong: bool) -> bool:
    """Tell whether a list of tags names one, which is None where nothing is there; a weak tag is
    never strongly the same (section 8.8.3.2).
    """
    if tag is None:
        return False
    header = header.strip()
    if header == ANY:
        return True
    tags = _TAG.findall(header)
    if not tags:
        bare = header.split(",")
        return tag in map(str.strip, bare)
    alike = [weak for weak, name in tags if name == tag]
    if is_strong:
        return "" in alike
    return bool(alike)


def record_tag(resource: Resource, record: Record) -> str:
    """Return the tag of a record: what its own property says, else one of all that it has."""
    version = resource.version
    if version is not None and version.is_tag:
        own = record.get(version.field or "")
        if isinstance(own, str):
            match = _TAG.fullmatch(own)
            return match[2] if match else own
    return tag_of(record)


def moment_of(resource: Resource, record: Record) -> float | None:
    """Return when a record was last changed, in seconds since 1970; None where nothing tells."""
    version = resource.version
    if version is None or version.moment is None:
        return None
    value = record.get(version.moment)
    if isinstance(value, str):
        return moment_in(value)
    if isinstance(value, int | float):
        return float(value)
    return None


def versioned(scene: Scene, reply: Reply) -> Reply:
    """Return a reply with the version of what it shows. Raises Refused where a reader wants another
    one.
    """
    conditions = scene.operation.conditions
    if conditions is None or scene.operation.kind in _REMOVALS:
        return reply
    shown, resource = _shown(scene, reply), scene.resource
    told = reply
    if conditions.tells_moment:
        moment = _latest(resource, shown)
        told = replace(told, moment=moment)
    if conditions.tells_tag:
        tag = _tag(resource, reply, shown)
        told = replace(told, version=tag)
    if scene.operation.kind not in _READS:
        return told
    sent = _sent(scene.call, conditions)
    return _as_known(told, sent)


def tagged(call: Call, reply: Reply) -> Reply:
    """Return a reply that comes from no state with the tag of what it shows."""
    conditions = call.operation.conditions
    if conditions is None:
        return reply
    told = replace(reply, version=_value_tag(reply.value))
    return _as_known(told, _sent(call, conditions))


def _as_known(reply: Reply, sent: Mapping[str, str]) -> Reply:
    """Return what a reader gets: nothing where it has that version. Raises Refused where it wants
    another one.
    """
    tag = reply.version or ""
    wanted, unwanted = sent.get("if-match"), sent.get("if-none-match")
    if wanted is not None and not _is_named(wanted, tag, is_strong=True):
        raise _failed("there is no version that If-Match names")
    if unwanted is not None:
        is_known = _is_named(unwanted, tag, is_strong=False)
    else:
        since = sent.get("if-modified-since", "")
        is_known = _is_after(reply.moment, since) is False
    return replace(reply, is_known=is_known)


def _shown(scene: Scene, reply: Reply) -> list[Record]:
    """Return the records that a reply shows, as they are at the end of the call."""
    if isinstance(reply.value, list):
        return reply.value
    key = reply.location or scene.key
    if key is not None:
        record = scene.draft.get(scene.collection, key)
        if record is not None:
            return [record]
    if isinstance(reply.value, Mapping):
        return [reply.value]
    return []


def _tag(resource: Resource, reply: Reply, shown: list[Record]) -> str:
    """Return the tag of a reply: of the record, or of the whole page of a list."""
    if isinstance(reply.value, list):
        page = reply.page
        if page is None:
            return tag_of(reply.value)
        place = [page.total, page.offset, page.size]
        return tag_of([reply.value, place])
    if not shown:
        return _value_tag(reply.value)
    return record_tag(resource, shown[0])


def _value_tag(value: Any) -> str:
    """Return the tag of what is shown, a body that goes out as it is among that."""
    if isinstance(value, RawBody):
        return tag_of([value.text, value.media_type])
    return tag_of(value)


def _latest(resource: Resource, shown: list[Record]) -> float | None:
    """Return when the last of some records was changed."""
    moments = [moment_of(resource, record) for record in shown]
    known = [moment for moment in moments if moment is not None]
    return max(known, default=None)
