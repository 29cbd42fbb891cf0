"""What a server holds, as its answers show it: which lists to ask, below which records, and where a
record that was shown belongs.

    GET /shelves/7/books -> 200 [{"id": 1, "title": "Kindred"}]

shows the book 1 below the shelf 7, and that there is a shelf 7. Whoever reads a server this way
begins with the lists of the outermost records, goes down by the keys that they show, and puts each
record below the parents that its path names, else below those that its own properties name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from mockserver.lookup import value_at
from mockserver.model.envelopes import inside
from mockserver.model.paths import parameter_names
from mockserver.model.types import Kind, Model, Operation, Resource
from mockserver.slots import dataclass
from mockserver.state import Collection, Found, Put, Record, key_of

Path = Mapping[str, Any]
"""Path parameters by name, in their types."""
Known = Callable[[Collection], Iterable[Found]]
"""Returns the records of a collection that are known so far."""
NO_CONTENT = 204


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a record belongs.

    `own` puts it there; it is None where nothing tells its place. `above` puts the records above
    it there, of which nothing but their keys is known.
    """

    above: Sequence[Put]
    own: Put | None


def lists_of_all(model: Model) -> list[Operation]:
    """Return the operations that list collections whole, those above others first."""
    lists = []
    for operation in model.operations:
        is_list = operation.kind is Kind.LIST
        is_whole = operation.view is None
        if is_list and is_whole and operation.resource:
            lists.append(operation)
    return sorted(lists, key=_depth)


def _depth(operation: Operation) -> tuple[int, str]:
    path = operation.path
    return path.count("/"), path


def read_of_one(model: Model, listing: Operation) -> Operation | None:
    """Return the operation that reads one of the records that another one lists."""
    home = listing.path.rstrip("/")
    for operation in model.operations:
        if operation.kind is not Kind.READ or operation.method != "GET":
            continue
        above, _, _ = operation.path.rstrip("/").rpartition("/")
        is_same = operation.resource == listing.resource
        if is_same and operation.key_param is not None and above == home:
            return operation
    return None


def collection_paths(model: Model, operation: Operation, known: Known) -> Iterator[Path | None]:
    """Yield the path parameters of each collection that an operation is about, by the records that
    are known; None where nothing tells what a parameter may be.
    """
    owners = {}
    for parent in operation.parents:
        if parent.resource is not None:
            owners[parent.param] = model.resources[parent.resource]

    def below(names: Sequence[str], above: Path) -> Iterator[Path | None]:
        if not names:
            yield above
            return
        first, *rest = names
        owner = owners.get(first)
        if owner is None:
            yield None
            return
        keys = tuple(map(key_of, above.values()))
        collection = Collection(owner.name, keys[: len(owner.split)])
        for found in known(collection):
            key = found.record.get(owner.key or "", found.key)
            yield from below(rest, {**above, first: key})

    names = parameter_names(operation.path)
    return below(names, {})


def listed_records(operation: Operation, status: int, body: Any) -> list[Record] | None:
    """Return the records that the answer of a list shows, None where it shows none."""
    if status in (NO_CONTENT, operation.envelope.empty):
        return []
    listed = inside(operation.envelope.many, body)
    if not isinstance(listed, list):
        return None
    records = []
    for item in listed:
        record = inside(operation.envelope.item, item)
        if isinstance(record, Mapping):
            records.append(record)
    return records


def shown_record(operation: Operation, body: Any) -> Record | None:
    """Return the record that an answer shows, None where it shows none."""
    record = inside(operation.envelope.one, body)
    if isinstance(record, Mapping):
        return record
    return None


def placing(model: Model, resource: Resource, path: Path, record: Record) -> Placing:
    """Return where a record belongs by the path that it was asked at, and by its properties."""
    above: list[Put] = []
    parents: list[str] = []
    for parent in resource.split:
        name = parent.field or parent.param
        own = record.get(name)
        key = path.get(parent.param, own)
        if not _may_be_key(key):
            return Placing(above, None)
        owner = record_by_key(model, parent.resource, parents, key)
        if owner is not None:
            above.append(owner)
        parents.append(key_of(key))
    key = ""
    if resource.key:
        key = value_at(record, resource.key)
    if not _may_be_key(key):
        return Placing(above, None)
    collection = Collection(resource.name, tuple(parents))
    put = Put(collection, key_of(key), record)
    return Placing(above, put)


def record_by_key(model: Model, name: str | None, above: Sequence[str], key: Any) -> Put | None:
    """Return what puts a record there of which nothing is known but its key and those `above`;
    None where it has no place.
    """
    resource = model.resources.get(name or "")
    if resource is None or resource.key is None:
        return None
    depth = len(resource.split)
    if len(above) < depth:
        return None
    owners = tuple(above[:depth])
    collection = Collection(resource.name, owners)
    record = {resource.key: key}
    return Put(collection, key_of(key), record)


def _may_be_key(value: Any) -> bool:
    return isinstance(value, str | int | float)
