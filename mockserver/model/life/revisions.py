"""Find the collections that keep what records were: resources and operations in, the resources with
that out.

    /pages/{id}                       {id, title, text, version}
    /pages/{id}/revisions             [{version, title, text, created_at}]
    /pages/{id}/revisions/{version}   one of them

Nothing makes revisions but the changes of what they are of, which they show as it was: so they have
most of its properties.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from mockserver.model.paths import bare
from mockserver.model.stocks import MAKING
from mockserver.model.types import Operation, Resource

KEEPING = frozenset({"revision", "revisions", "version", "versions", "history", "histories"})
"""What collections are called that keep what records were."""
NUMBERS = frozenset({"version", "revision", "versionnumber", "revisionnumber", "number", "rev"})
"""Properties that number revisions."""


def with_revisions(
    resources: Mapping[str, Resource],
    operations: Iterable[Operation],
    declared: Collection[str],
) -> dict[str, Resource]:
    """Return the resources, each of them with the one that keeps what its records were."""
    made = set()
    for operation in operations:
        if operation.kind in MAKING:
            made.add(operation.resource)
    settled = dict(resources)
    for name, resource in resources.items():
        if name in declared or name in made:
            continue
        parent = _revised(resource, resources)
        if parent is None:
            continue
        revised = settled[parent.name]
        settled[parent.name] = replace(revised, revisions=name)
        kept = settled[name]
        settled[name] = replace(kept, revises=parent.name)
    return settled


def _revised(resource: Resource, resources: Mapping[str, Resource]) -> Resource | None:
    """Return the resource of which another one keeps what its records were."""
    *_, last = resource.name.split(".")
    if resource.key is None or not resource.split or bare(last) not in KEEPING:
        return None
    above = resource.split[-1].resource
    parent = resources.get(above or "")
    if parent is None:
        return None
    told = set(resource.record.properties)
    told.discard(resource.key)
    kept = told & parent.writable
    if not kept or 2 * len(kept) < len(told):
        return None
    return parent
