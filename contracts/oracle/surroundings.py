"""Tell what a call may have touched of which the document does not explain what it does: an
operation in, the record or the collections around it out.

    POST /notes/{id}/restore        may have done anything to the note
    POST /items/batch               may have done anything to the items
    DELETE /items/by-sku/{sku}      takes an item, which is listed by another key
    DELETE /authors/{id}            may take the books along that name the author, and what is below
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.mentions import named_in
from mockserver.model.types import Kind, Model, Operation
from mockserver.state import Collection, Found, Query, Reader

_ITEMS = frozenset(
    {
        Kind.READ,
        Kind.MERGE,
        Kind.REPLACE,
        Kind.UPSERT,
        Kind.DELETE,
    }
)
_COLLECTIONS = frozenset({Kind.LIST, Kind.CREATE})


def item_around(model: Model, operation: Operation) -> Operation | None:
    """Return an operation on the record that the path of another one goes through."""
    found = [
        each
        for each in model.operations
        if each.kind in _ITEMS and each.key_param and _is_inside(operation.path, each.path)
    ]
    return max(found, key=lambda each: len(each.path), default=None)


def collections_around(model: Model, operation: Operation) -> Iterator[str]:
    """Yield the resources whose records an operation may change although it is not theirs: it is
    below their path, with no record of theirs on the way, and the records that it makes, if any,
    are at home elsewhere.
    """
    own = [each for each in model.operations if each.resource == operation.resource]
    if operation.resource and any(_is_home(operation.path, each) for each in own):
        return
    for each in model.operations:
        if each.kind not in _COLLECTIONS or each.resource in (None, operation.resource):
            continue
        inside = operation.path.rstrip("/")[len(each.path.rstrip("/")) :]
        if _is_inside(operation.path, each.path) and not inside.startswith("/{"):
            yield str(each.resource)


def followers(model: Model, reader: Reader, gone: tuple[str, str]) -> Iterator[Found]:
    """Yield the records that may go or change with one that is gone, by its resource and key: those
    that name it, and those that name or are below one of these, and so on.
    """
    left: list[Found] = []
    for name in model.resources:
        left += reader.select(Collection(name), Query()).found
    lost = {gone}
    while True:
        found = [each for each in left if not lost.isdisjoint(_tied_to(model, each))]
        if not found:
            return
        yield from found
        for each in found:
            left.remove(each)
            lost.add(_of(each))


def _of(found: Found) -> tuple[str, str]:
    return found.collection.resource, found.key


def _tied_to(model: Model, stored: Found) -> Iterator[tuple[str, str]]:
    """Yield the records that a record names or is below."""
    name = stored.collection.resource
    above = model.resources[name].split
    keys = stored.collection.parents
    for parent, key in zip(
        above,
        keys,
        strict=False,
    ):
        if parent.resource is not None:
            yield parent.resource, key
    yield from named_in(model, name, stored.record)


def _is_home(path: str, operation: Operation) -> bool:
    """Tell whether an operation lists or is about a record at a path, or below it."""
    is_one = operation.kind in _ITEMS or operation.kind is Kind.LIST
    return is_one and (operation.path == path or _is_inside(operation.path, path))


def _is_inside(path: str, around: str) -> bool:
    return path.rstrip("/").startswith(f"{around.rstrip('/')}/")
