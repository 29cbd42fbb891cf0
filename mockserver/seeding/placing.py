"""Put records where they belong: resources with parents first, and for each record the parents that
it hangs below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.call import Supply
from mockserver.model.declared import parameters, resolved
from mockserver.model.paths import bare, canonical, singular
from mockserver.model.types import Model, Parent, Resource
from mockserver.state import Collection, Found, Query, Reader, Record, key_of

Keys = tuple[str, ...]


def parents_first(model: Model) -> list[Resource]:
    """Return the resources so that each comes after its parents and after those that it refers
    to.
    """
    ordered: dict[str, Resource] = {}
    above = {name: _above(model, resource) for name, resource in model.resources.items()}

    def visit(resource: Resource, waiting: tuple[str, ...]) -> None:
        if resource.name in ordered or resource.name in waiting:
            return
        waiting = (*waiting, resource.name)
        for name in _owners(model, resource):
            visit(model.resources[name], waiting)
        for name in references_of(model, resource).values():
            if not above[name] & {*waiting}:  # what hangs below a resource in waiting comes later
                visit(model.resources[name], waiting)
        ordered[resource.name] = resource

    for resource in model.resources.values():
        visit(resource, ())
    return list(ordered.values())


def _owners(model: Model, resource: Resource) -> list[str]:
    """Return the resources below whose records those of a resource are."""
    found = [each.resource or _read_at(model, each.param, resource) for each in resource.parents]
    return [name for name in found if name is not None]


def _above(model: Model, resource: Resource) -> frozenset[str]:
    """Return the owners of a resource, their owners and so on."""
    found: set[str] = set()
    new = set(_owners(model, resource))
    while new:
        found |= new
        new = {name for each in new for name in _owners(model, model.resources[each])} - found
    return frozenset(found)


def references_of(model: Model, resource: Resource) -> dict[str, str]:
    """Return the resources that properties name: those declared, and `customer_id` for the key `id`
    of customers.
    """
    found = {}
    by_name = {
        bare(singular(each.name)) + bare(each.key): each.name
        for each in model.resources.values()
        if each.key
    }
    for name in resource.schema.get("properties") or ():
        other = by_name.get(bare(name))
        if other is not None and name != resource.key:
            found[name] = other
    return found | {each.field: each.resource for each in resource.references}


def collections_of(
    model: Model, resource: Resource, reader: Reader, supply: Supply
) -> Iterator[Collection]:
    """Yield every collection of a resource whose parents are there."""

    def below(keys: Keys, parents: tuple[Parent, ...]) -> Iterator[Keys]:
        if not parents:
            yield keys
            return
        for key in _keys_of(model, parents[0], keys, reader, resource, supply):
            yield from below((*keys, key), parents[1:])

    for keys in below((), resource.split):
        yield Collection(resource.name, keys)


def place_of(
    model: Model, resource: Resource, record: Record, reader: Reader, supply: Supply
) -> tuple[Collection, Record] | None:
    """Return the collection that a record names by its properties, else the first; None when its
    parents are not there.

    A property that names a parent which is not there is set right.
    """
    keys: Keys = ()
    for parent in resource.split:
        named = record.get(parent.field) if parent.field else None
        there = list(_keys_of(model, parent, keys, reader, resource, supply))
        if named is not None and (key_of(named) in there or parent.resource is None):
            keys = (*keys, key_of(named))
        elif there:
            keys = (*keys, there[0])
            record = {**record, parent.field: _typed(there[0], named)} if parent.field else record
        else:
            return None
    return Collection(resource.name, keys), record


def _keys_of(
    model: Model, parent: Parent, above: Keys, reader: Reader, child: Resource, supply: Supply
) -> list[str]:
    """Return the keys that a parent may have below those above it.

    A parent that is no resource has those of the records that are read at its path, else the one
    that the document shows, else one that is made: `/stores/{store}/products` has products below
    one store.
    """
    name = parent.resource or _read_at(model, parent.param, child)
    if name is not None:
        resource = model.resources[name]
        collection = Collection(resource.name, above[: len(resource.split)])
        return [each.key for each in records_in(reader, collection)]
    return [_lone_key(model, parent.param, child, supply)]


def records_in(reader: Reader, collection: Collection) -> tuple[Found, ...]:
    return reader.select(collection, Query()).found


def _read_at(model: Model, param: str, child: Resource) -> str | None:
    """Return the resource whose records are addressed by the beginning of a child's path, up to a
    parameter.
    """
    before = {
        canonical(each.path.partition("{" + param + "}")[0] + "{" + param + "}")
        for each in model.operations
        if each.resource == child.name and "{" + param + "}" in each.path
    }
    at = (
        each
        for each in model.operations
        if each.key_param == param and canonical(each.path) in before
    )
    return next((each.resource for each in at if each.resource not in (None, child.name)), None)


def _lone_key(model: Model, param: str, child: Resource, supply: Supply) -> str:
    """Return the example, default or first value of a path parameter of the operations on a
    resource, else one made.
    """
    spec = model.document.spec
    for operation in model.operations:
        for each in (
            parameters(spec, operation.path, operation.method)
            if operation.resource == child.name
            else ()
        ):
            if each.get("in") == "path" and each.get("name") == param:
                shown = _shown(each, resolved(spec, each.get("schema")))
                return shown or _made(supply.value(each.get("schema", {}), f"path/{param}"))
    return _made(None)


def _made(value: Any) -> str:
    """Return a value as a key that can stand in a path."""
    text = key_of(value) if isinstance(value, str | int | float) else ""
    return text if text and "/" not in text else "1"


def _shown(parameter: Mapping[str, Any], schema: Mapping[str, Any]) -> str | None:
    told = [
        parameter.get("example"),
        schema.get("example"),
        schema.get("default"),
        *(schema.get("enum") or ()),
    ]
    return next(
        (key_of(value) for value in told if isinstance(value, str | int) and value != ""), None
    )


def _typed(key: str, like: Any) -> Any:
    """Return a key in the type of the value that it takes the place of."""
    return int(key) if isinstance(like, int) and key.removeprefix("-").isdecimal() else key
