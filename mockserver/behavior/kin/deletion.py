"""What becomes of the records that belong to one which goes, or name it: they go along, name none
any more, or hold it back.

    references: {author_id: {resource: authors, by: id, on_delete: restrict}}
    DELETE /authors/7       refused, as long as a book has the author_id 7
"""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.behavior.linkage import links_to
from mockserver.behavior.records import touch
from mockserver.behavior.scene import spellings
from mockserver.call import Problem, ProblemKind, Refused, Supply
from mockserver.lookup import MISSING, put_at, value_at
from mockserver.model.keys import GONE
from mockserver.model.types import Model, Reference, Resource
from mockserver.model.types.relation import CASCADE, KEEP, RESTRICT, SET_NULL
from mockserver.state import Change, Collection, Condition, Draft, Found, Put, Query, Remove


def take_along(
    model: Model,
    change: Remove,
    draft: Draft,
    supply: Supply,
) -> None:
    """Remove the records below a removed one and the links to it, and settle what becomes of those
    that name it.
    """
    parent = model.resources[change.collection.resource]
    for name in parent.linked_by:
        for found in links_to(name, change.key, draft):
            draft.remove(found.collection, found.key)
    for child in model.resources.values():
        for found in _below(parent, child, change, draft):
            draft.remove(found.collection, found.key)
        for reference in child.references:
            if reference.resource != parent.name or reference.on_delete == KEEP:
                continue
            for found in _naming(child, reference, change, draft):
                _let_go(child, reference, found, draft, supply)


def _let_go(
    resource: Resource,
    reference: Reference,
    found: Found,
    draft: Draft,
    supply: Supply,
) -> None:
    """Let a record go along with the one that it names, or name none."""
    if reference.on_delete == CASCADE:
        draft.remove(found.collection, found.key)
    if reference.on_delete == SET_NULL:
        record = dict(found.record)
        put_at(record, reference.field, None)
        touch(resource, record, supply)
        draft.put(found.collection, found.key, record)


def check_held(
    model: Model,
    change: Change,
    draft: Draft,
) -> None:
    """Raise Refused where a record goes that others hold back, for good or into a trash."""
    if not _goes(change):
        return
    assert isinstance(change, Put | Remove), "asked before"
    parent = model.resources[change.collection.resource]
    for child in model.resources.values():
        for found in _holding(parent, child, change, draft):
            text = f"{parent.name} {change.key} is held by {child.name} {found.key}"
            values = {"key": change.key, "resource": parent.name, "by": child.name}
            raise Refused(Problem(ProblemKind.CONFLICT, text, values=values))


def _goes(change: Change) -> bool:
    """Tell whether a change removes a record or puts it into a trash."""
    if isinstance(change, Put):
        return change.record.get(GONE) is not None
    return isinstance(change, Remove)


def _holding(
    parent: Resource,
    child: Resource,
    change: Put | Remove,
    draft: Draft,
) -> Iterator[Found]:
    """Yield the records that do not let one go."""
    for level in child.split:
        if level.resource == parent.name and level.on_delete == RESTRICT:
            yield from _below(parent, child, change, draft)
    for reference in child.references:
        if reference.resource == parent.name and reference.on_delete == RESTRICT:
            yield from _naming(child, reference, change, draft)


def _below(
    parent: Resource,
    child: Resource,
    change: Put | Remove,
    draft: Draft,
) -> Iterator[Found]:
    """Yield the records that live below one, also where paths leave out the parents above it."""
    path = (*change.collection.parents, change.key)
    depth = len(parent.split)
    for place, level in enumerate(child.split[: depth + 1]):
        if level.resource != parent.name:
            continue
        collection = Collection(child.name, path[depth - place :])
        yield from _present(collection, Query(), draft)
        return


def _naming(
    child: Resource,
    reference: Reference,
    change: Put | Remove,
    draft: Draft,
) -> Iterator[Found]:
    """Yield the other records that name one."""
    old = draft.reader.get(change.collection, change.key)
    value = value_at(old, reference.by)
    if value is MISSING or value is None:
        return
    where = Condition(reference.field, spellings(value))
    itself = (change.collection, change.key)
    for found in _present(Collection(child.name), Query(where=(where,)), draft):
        if (found.collection, found.key) != itself:
            yield found


def _present(
    collection: Collection,
    query: Query,
    draft: Draft,
) -> Iterator[Found]:
    """Yield the records that are there, neither removed by now nor in a trash."""
    for found in draft.select(collection, query).found:
        current = draft.get(found.collection, found.key)
        if current is not None and current.get(GONE) is None:
            yield found
