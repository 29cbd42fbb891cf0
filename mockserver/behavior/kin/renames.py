"""Let a record go by another key: the record as it is to be in, it and all that is below it, or
names it, at the new key out.

    PATCH /projects/alpha {slug: omega}     /projects/omega, /projects/omega/builds/7
    PATCH /projects/omega {slug: beta}      refused, as long as there is a project beta
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.behavior.linkage import links_to
from mockserver.behavior.scene import Scene, spellings
from mockserver.call import Problem, ProblemKind, Refused
from mockserver.lookup import put_at
from mockserver.model.memberships import LINK_KEY
from mockserver.model.types import Resource
from mockserver.state import Collection, Condition, Found, Query, Record, key_of


def may_rename(
    scene: Scene,
    sent: Mapping[str, Any],
) -> bool:
    """Tell whether what was sent gives a record another key."""
    if not scene.operation.renames:
        return False
    own = scene.resource.key or ""
    told = sent.get(own)
    if told == "" or not isinstance(told, str | int):
        return False
    return key_of(told) != scene.key


def rename(
    scene: Scene,
    record: Record,
) -> str:
    """Take a record and what belongs to it from its key to the one that it has now, which is
    returned. Raises Refused where another record has that.
    """
    draft = scene.draft
    own = scene.resource.key or ""
    old = scene.key or ""
    told = record.get(own)
    key = key_of(told)
    if draft.get(scene.collection, key) is not None:
        text = f"{own} {key} is taken"
        values = {"key": key}
        problem = Problem(ProblemKind.CONFLICT, text, values=values)
        raise Refused(problem)
    below = list(_below(scene, old))
    for found in below:
        _move_below(scene, found, told)
    for name in scene.resource.linked_by:
        for link in links_to(name, old, draft):
            draft.remove(link.collection, link.key)
            moved = {LINK_KEY: told}
            draft.put(link.collection, key, moved)
    for name, field in _naming(scene):
        collection = Collection(name)
        _name_anew(scene, collection, field, told)
    draft.remove(scene.collection, old)
    return key


def _place(scene: Scene, child: Resource) -> int | None:
    """Return which of the parents of another resource the record is, None where it is none."""
    for place, level in enumerate(child.split):
        if level.resource == scene.resource.name:
            return place
    return None


def _below(scene: Scene, key: str) -> Iterator[Found]:
    """Yield all records that live below a record."""
    path = (*scene.collection.parents, key)
    depth = len(scene.resource.split)
    for child in scene.model.resources.values():
        place = _place(scene, child)
        if place is None or place > depth:
            continue
        above = path[depth - place :]
        collection = Collection(child.name, above)
        everything = Query()
        selection = scene.draft.select(collection, everything)
        yield from selection.found


def _move_below(
    scene: Scene,
    found: Found,
    told: Any,
) -> None:
    """Let a record live below the new key of the one above it."""
    child = scene.model.resources[found.collection.resource]
    place = _place(scene, child) or 0
    keys = list(found.collection.parents)
    keys[place] = key_of(told)
    record = dict(found.record)
    field = child.split[place].field
    if field is not None and field in record:
        record[field] = told
    scene.draft.remove(found.collection, found.key)
    collection = Collection(child.name, tuple(keys))
    scene.draft.put(collection, found.key, record)


def _naming(scene: Scene) -> set[tuple[str, str]]:
    """Return the resources whose records name such a record by its key, and their properties that
    do.
    """
    resource = scene.resource
    found = set()
    for offspring in resource.offspring:
        if offspring.link is None or offspring.by is not None:
            continue
        naming = (offspring.resource, offspring.link)
        found.add(naming)
    for operation in scene.model.operations:
        for parent in operation.parents:
            if parent.resource != resource.name or parent.by is not None:
                continue
            if parent.splits or parent.field is None:
                continue
            naming = (operation.resource or "", parent.field)
            found.add(naming)
    for other in scene.model.resources.values():
        for reference in other.references:
            if reference.resource != resource.name:
                continue
            if reference.by == resource.key:
                naming = (other.name, reference.field)
                found.add(naming)
    return found


def _name_anew(
    scene: Scene,
    place: Collection,
    field: str,
    told: Any,
) -> None:
    """Let the records that name a record name it by its new key."""
    values = spellings(scene.key)
    where = Condition(field, values)
    query = Query(where=(where,))
    selection = scene.draft.select(place, query)
    for found in selection.found:
        record = dict(found.record)
        put_at(record, field, told)
        scene.draft.put(found.collection, found.key, record)
