"""Find the collections that keep what records were: resources and operations in, the resources with
that out.

    /pages/{id}                       {id, title, text, version}
    /pages/{id}/revisions             [{version, title, text, created_at}]
    /pages/{id}/revisions/{version}   one of them

Nothing makes revisions but the changes of what they are of, which they show as it was: so they have
most of its properties.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from mockserver.model.paths import bare
from mockserver.model.stocks import MAKING
from mockserver.model.types import Kind, Operation, Resource

KEEPING = frozenset({"revision", "revisions", "version", "versions", "history", "histories"})
"""What collections are called that keep what records were."""
NUMBERS = frozenset({"version", "revision", "versionnumber", "revisionnumber", "number", "rev"})
"""Properties that number revisions."""


def with_revisions(
    resources: Mapping[str, Resource],
    operations: Iterable[Operation],
    declared: Iterable[str],
) -> dict[str, Resource]:
    """Return the resources, each of them with the one that keeps what its records were."""
    kinds: dict[str, set[Kind]] = {}
    for operation in operations:
        kinds.setdefault(operation.resource or "", set()).add(operation.kind)
    settled = dict(resources)
    for name, resource in resources.items():
        parent = _revised(resource, resources)
        is_made = not MAKING.isdisjoint(kinds.get(name, set()))
        if parent is None or is_made or name in set(declared):
            continue
        settled[parent.name] = replace(settled[parent.name], revisions=name)
        settled[name] = replace(settled[name], revises=parent.name)
    return settled


def _revised(resource: Resource, resources: Mapping[str, Resource]) -> Resource | None:
    """Return the resource of which another one keeps what its records were."""
    called = bare(resource.name.rpartition(".")[2])
    above = resource.split[-1].resource if resource.split else None
    parent = resources.get(above or "")
    if parent is None or resource.key is None or called not in KEEPING:
        return None
    kept = set(resource.record.properties) & parent.writable
    told = set(resource.record.properties) - {resource.key}
    return parent if kept and 2 * len(kept) >= len(told) else None
