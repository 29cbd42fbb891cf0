"""Find out how records go without being forgotten: operations and resources in, the same with the
trash and the times that the document tells of out.

    DELETE /notes/{id}, POST /notes/{id}/restore     a deleted note is in the trash
    GET /notes/trash, GET /notes?include_deleted=    and is listed there
    expires_at, and GET /notes/{id} documents 410    a note is there until then

A restore is known by its word, a trash by its path. A moment of expiry alone says little, as much
that has expired can be read: something must say that it is gone then, a documented 410 or words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.model.operations import infer_envelope
from mockserver.model.paths import bare, canonical, segments, singular
from mockserver.model.types import (
    Departure,
    DescribedSchema,
    Kind,
    Operation,
    Resource,
    Sight,
)
from mockserver.model.types.schema import SchemaTable

RESTORES = frozenset({"restore", "undelete", "untrash", "recover", "undestroy"})
PLAIN_RESTORES = RESTORES - {"restore", "recover"}
"""Words that mean nothing else."""
TRASHES = frozenset({"trash", "trashed", "deleted", "bin", "recyclebin", "trashbin"})
SHOWING = {
    **dict.fromkeys(
        (
            "includedeleted",
            "withdeleted",
            "showdeleted",
            "includetrashed",
            "withtrashed",
            "showtrashed",
            "includetrash",
        ),
        "all",
    ),
    **dict.fromkeys(("onlydeleted", "onlytrashed", "deleted", "trashed", "isdeleted"), "trashed"),
}
"""Names of query parameters that show what is in the trash, and what they show."""
PURGES = frozenset({"permanent", "permanently", "force", "hard", "purge", "harddelete"})
MOMENTS = frozenset({"deletedat", "deletedon", "deletiondate", "trashedat", "removedat"})
FLAGS = frozenset({"deleted", "isdeleted", "trashed", "istrashed", "intrash"})
EXPIRIES = frozenset(
    {
        "expiresat",
        "expireat",
        "expires",
        "expireson",
        "expirationdate",
        "expirationtime",
        "expirydate",
        "expirytime",
        "expiration",
        "expiry",
        "validuntil",
    }
)
LENGTHS = frozenset({"ttl", "ttlseconds", "timetolive", "expiresin", "expiresinseconds"})
_IS_GONE = re.compile(
    r"delet|remov|purg|disappear|\bgone\b|no longer (be )?(available|exist|found|readable)", re.I
)
_STAYS = re.compile(r"(\bnot|\bnever|n't)( be| been)?( \w+ly)? (delet|remov|purg)", re.I)
_DELETED = re.compile(r"\b(soft-?)?deleted\b|trash|recycle", re.I)
_STYLES = {"date-time": "now-rfc3339", "date": "now-date"}


def with_departures(
    operations: Sequence[Operation],
    resources: Mapping[str, Resource],
    schemas: SchemaTable,
    declared: Mapping[str, Mapping[str, Any]],
) -> tuple[tuple[Operation, ...], dict[str, Resource]]:
    """Return the operations with what they see, and the resources with how their records go."""
    found = dict(resources)
    settled = {operation.label: operation for operation in operations}
    groups: dict[str, list[Operation]] = {}
    for operation in operations:
        group = groups.setdefault(operation.resource or "", [])
        group.append(operation)
    telling = [operation for operation in operations if _may_tell(operation)]
    for name, resource in resources.items():
        own = groups.get(name, [])
        if resource.states is not None:
            continue
        departure = _expiry(resource, own)
        place = _item_of(own)
        seen = []
        if place is not None:
            about = [_seen(operation, resource, place, own, schemas) for operation in telling]
            seen = [operation for operation in about if operation.sight is not None]
        if seen:
            departure = _with_trash(departure or Departure(), resource)
            removals = [_purging(operation) for operation in own]
            settled |= {operation.label: operation for operation in (*removals, *seen)}
        if departure is not None:
            found[name] = replace(resource, departure=departure)
    return tuple(settled.values()), found


def _may_tell(operation: Operation) -> bool:
    """Tell whether an operation may be about a trash: by the end of its path, or a parameter."""
    if operation.reason == "declared" or operation.view is not None:
        return False
    steps = segments(canonical(operation.path))
    if steps and bare(steps[-1]) in RESTORES | TRASHES:
        return True
    parameters = operation.described.parameters_in("query")
    return any(bare(parameter.name) in SHOWING for parameter in parameters)


def _item_of(own: Sequence[Operation]) -> Operation | None:
    """Return the operation that removes a record, None where none does."""
    removals = [operation for operation in own if operation.kind is Kind.DELETE]
    return removals[0] if removals else None


def _purging(operation: Operation) -> Operation:
    """Return a removal with the parameter by which it is for good; any other as it is."""
    if operation.kind is not Kind.DELETE:
        return operation
    for parameter in operation.described.parameters_in("query"):
        if bare(parameter.name) in PURGES:
            sight = Sight(usual="all", purge=parameter.name)
            return replace(operation, sight=sight)
    return operation


def _with_trash(departure: Departure, resource: Resource) -> Departure:
    """Return how records go where there is a trash, with the properties that tell of it."""
    moment, flag, style = None, None, "now-rfc3339"
    for name, schema in resource.record.all_properties.items():
        word = bare(name)
        if word in MOMENTS:
            moment = name
            style = _STYLES.get(str(schema.get("format")), "now-rfc3339")
        elif word in FLAGS and schema.type == "boolean":
            flag = name
    return replace(departure, trash=True, moment=moment, style=style, flag=flag)


def _expiry(resource: Resource, operations: Sequence[Operation]) -> Departure | None:
    """Return until when records are there, None where nothing says that they are gone then."""
    reads = [
        operation
        for operation in operations
        if operation.resource == resource.name and operation.kind is Kind.READ
    ]
    is_gone = any(read.described.documents(410) for read in reads)
    for name, schema in resource.record.all_properties.items():
        word = bare(name)
        text = str(schema.plain.get("description", ""))
        if not is_gone and not _says_gone(text, resource):
            continue
        if word in LENGTHS and schema.type == "integer":
            return Departure(expires=name, counts=True)
        if word in EXPIRIES and _is_moment(schema):
            return Departure(expires=name)
    return None


def _says_gone(text: str, resource: Resource) -> bool:
    """Tell whether a text says that a record itself, and nothing of it, is gone at some time."""
    if not _IS_GONE.search(text) or _STAYS.search(text):
        return False
    _, _, last = resource.name.rpartition(".")
    named = re.escape(singular(last).replace("_", " "))
    return re.search(rf"\b(it|this|{named})\b", text, re.I) is not None


def _is_moment(schema: DescribedSchema) -> bool:
    return schema.type == "integer" or schema.get("format") == "date-time"


def _seen(
    operation: Operation,
    resource: Resource,
    removal: Operation,
    own: Sequence[Operation],
    schemas: SchemaTable,
) -> Operation:
    """Return an operation with which records it sees, where it tells of a trash."""
    *above, last = segments(canonical(operation.path)) or [""]
    word = bare(last)
    item = segments(canonical(removal.path))
    if word in RESTORES and above == item:
        is_one = _is_restore(operation, resource, word)
        return _restoring(operation, removal, resource, schemas) if is_one else operation
    if operation.method == "GET" and word in TRASHES and above == item[:-1]:
        return _of_trash(operation, own, resource, schemas)
    if operation.resource != resource.name or operation.kind not in _LOOKING:
        return operation
    filtering = {each.param for each in operation.filters}
    for parameter in operation.described.parameters_in("query"):
        other = SHOWING.get(bare(parameter.name))
        is_filter = other == "trashed" and parameter.name in filtering
        if other is not None and not is_filter:
            sight = Sight(param=parameter.name, other=other)
            return replace(operation, sight=sight)
    return operation


def _is_restore(operation: Operation, resource: Resource, word: str) -> bool:
    """Tell whether an operation takes records out of a trash: "restore" may mean more than that,
    and a verb that sets a state means that, unless its words speak of what is deleted.
    """
    if operation.method == "GET" or operation.resource not in (None, resource.name):
        return False
    described = operation.described
    text = f"{described.summary} {described.description}"
    if _DELETED.search(text):
        return True
    if any(bare(name) not in FLAGS | MOMENTS for name in operation.sets):
        return False
    fields = {bare(name) for name in resource.record.all_properties}
    return word in PLAIN_RESTORES or not fields.isdisjoint(MOMENTS | FLAGS)


_LOOKING = frozenset({Kind.LIST, Kind.READ, Kind.COUNT})


def _restoring(
    operation: Operation, removal: Operation, resource: Resource, schemas: SchemaTable
) -> Operation:
    """Return an operation that takes a record out of the trash."""
    record = schemas.schema(resource.schema)
    described = operation.described
    envelope = infer_envelope(described, Kind.MERGE, resource, record, operation.success)
    return replace(
        operation,
        kind=Kind.MERGE,
        resource=resource.name,
        key_param=removal.key_param,
        key_field=removal.key_field,
        parents=removal.parents,
        envelope=envelope,
        sets={},
        sight=Sight(usual="trashed", restores=True),
        reason="restore-item",
    )


def _of_trash(
    operation: Operation, own: Sequence[Operation], resource: Resource, schemas: SchemaTable
) -> Operation:
    """Return an operation that lists what is in the trash."""
    record = schemas.schema(resource.schema)
    described = operation.described
    envelope = infer_envelope(described, Kind.LIST, resource, record, operation.success)
    lists = [each for each in own if each.kind is Kind.LIST]
    parents = lists[0].parents if lists else ()
    return replace(
        operation,
        kind=Kind.LIST,
        resource=resource.name,
        key_param=None,
        parents=parents,
        envelope=envelope,
        sight=Sight(usual="trashed"),
        reason="list-trash",
    )
