"""Leave alone the records that no client can know of: operations in, those on such records without
state out.

GET /rates/{rate_id} where nothing makes or lists rates, DELETE /tokens/{token} where nothing reads
them either: a mock that kept state for them could only ever answer that they are not there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from mockserver.model.types import Kind, Operation, Resource

TELLING = frozenset({Kind.CREATE, Kind.UPSERT, Kind.LIST, Kind.VIEW})
CHANGING = frozenset({Kind.MERGE, Kind.REPLACE, Kind.DELETE, Kind.BULK_DELETE})
UNMADE = "nothing makes or lists {resource}: answers with an example"
UNREAD = "nothing reads {resource}: answers with an example"


def leave_untold(
    operations: Sequence[Operation], resources: Mapping[str, Resource], declared: Collection[str]
) -> tuple[Operation, ...]:
    """Return the operations; what the semantics declare stays as it is."""
    kinds: dict[str, set[Kind]] = {}
    for each in operations:
        kinds.setdefault(each.resource or "", set()).add(each.kind)
    reasons = {name: _reason(name, kinds[name]) for name in kinds.keys() - set(declared) - {""}}
    untold = {
        name: reason
        for name, reason in reasons.items()
        if reason and resources[name].key is not None
    }
    return tuple(
        _without_state(each, untold[each.resource])
        if each.resource in untold and each.reason != "declared"
        else each
        for each in operations
    )


def _reason(name: str, kinds: Collection[Kind]) -> str:
    if TELLING & set(kinds):
        return ""
    if Kind.READ not in kinds:
        return UNREAD.format(resource=name)
    return "" if CHANGING & set(kinds) else UNMADE.format(resource=name)


def _without_state(operation: Operation, reason: str) -> Operation:
    plain = Operation(operation.label, operation.method, operation.path, Kind.STATELESS)
    kept = ("success", "created", "scopes", "unknown_query", "location", "errors")
    return replace(plain, reason=reason, **{name: getattr(operation, name) for name in kept})
