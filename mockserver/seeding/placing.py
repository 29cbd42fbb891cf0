"""Put records where they belong: resources with parents first, and for each record the parents that it hangs below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.model.declared import parameters, resolved
from mockserver.model.paths import bare, singular
from mockserver.model.types import Model, Parent, Resource
from mockserver.state import Collection, Found, Query, Reader, Record, key_of

Keys = tuple[str, ...]


def parents_first(model: Model) -> list[Resource]:
    """Return the resources so that each comes after its parents and after those that it refers to."""
    ordered: dict[str, Resource] = {}

    def visit(resource: Resource, above: tuple[str, ...]) -> None:
        if resource.name in ordered or resource.name in above:
            return
        needed = [*(parent.resource for parent in resource.parents), *references_of(model, resource).values()]
        for name in needed:
            if name is not None:
                visit(model.resources[name], (*above, resource.name))
        ordered[resource.name] = resource

    for resource in model.resources.values():
        visit(resource, ())
    return list(ordered.values())


def references_of(model: Model, resource: Resource) -> dict[str, str]:
    """Return the resources that properties name: those declared, and `customer_id` for the key `id` of customers."""
    found = {}
    by_name = {bare(singular(each.name)) + bare(each.key): each.name for each in model.resources.values() if each.key}
    for name in resource.schema.get("properties") or ():
        other = by_name.get(bare(name))
        if other is not None and name != resource.key:
            found[name] = other
    return found | {each.field: each.resource for each in resource.references}


def collections_of(model: Model, resource: Resource, reader: Reader) -> Iterator[Collection]:
    """Yield every collection of a resource whose parents are there."""

    def below(keys: Keys, parents: tuple[Parent, ...]) -> Iterator[Keys]:
        if not parents:
            yield keys
            return
        for key in _keys_of(model, parents[0], keys, reader, resource):
            yield from below((*keys, key), parents[1:])

    for keys in below((), resource.split):
        yield Collection(resource.name, keys)


def place_of(model: Model, resource: Resource, record: Record, reader: Reader) -> tuple[Collection, Record] | None:
    """Return the collection that a record names by its properties, else the first; None when its parents are not there.

    A property that names a parent which is not there is set right.
    """
    keys: Keys = ()
    for parent in resource.split:
        named = record.get(parent.field) if parent.field else None
        there = list(_keys_of(model, parent, keys, reader, resource))
        if named is not None and (key_of(named) in there or parent.resource is None):
            keys = (*keys, key_of(named))
        elif there:
            keys = (*keys, there[0])
            record = {**record, parent.field: _typed(there[0], named)} if parent.field else record
        else:
            return None
    return Collection(resource.name, keys), record


def _keys_of(model: Model, parent: Parent, above: Keys, reader: Reader, child: Resource) -> list[str]:
    """Return the keys that a parent may have below those above it; those the document shows where it is no resource."""
    if parent.resource is None:
        shown = _shown_key(model, parent.param, child)
        return [] if shown is None else [shown]
    resource = model.resources[parent.resource]
    collection = Collection(resource.name, above[: len(resource.split)])
    return [each.key for each in records_in(reader, collection)]


def records_in(reader: Reader, collection: Collection) -> tuple[Found, ...]:
    return reader.select(collection, Query()).found


def _shown_key(model: Model, param: str, child: Resource) -> str | None:
    """Return the example, default or first value of a path parameter of the operations on a resource."""
    spec = model.document.spec
    for operation in model.operations:
        if operation.resource == child.name:
            for each in parameters(spec, operation.path, operation.method):
                if each.get("in") == "path" and each.get("name") == param:
                    return _shown(each, resolved(spec, each.get("schema")))
    return None


def _shown(parameter: Mapping[str, Any], schema: Mapping[str, Any]) -> str | None:
    told = [parameter.get("example"), schema.get("example"), schema.get("default"), *(schema.get("enum") or ())]
    return next((key_of(value) for value in told if isinstance(value, str | int) and value != ""), None)


def _typed(key: str, like: Any) -> Any:
    """Return a key in the type of the value that it takes the place of."""
    return int(key) if isinstance(like, int) and key.removeprefix("-").isdecimal() else key
