"""Put records where they belong: resources with parents first, and for each record the parents that
it hangs below.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.call import Supply
from mockserver.model.paths import bare, canonical, singular
from mockserver.model.types import Model, Parent, Resource
from mockserver.model.types.described import DescribedParameter
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
    found = []
    for parent in resource.parents:
        name = parent.resource or _read_at(model, parent.param, resource)
        if name is not None:
            found.append(name)
    return found


def _above(model: Model, resource: Resource) -> frozenset[str]:
    """Return the owners of a resource, their owners and so on."""
    found: set[str] = set()
    waiting = _owners(model, resource)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _owners(model, model.resources[name])
    return frozenset(found)


def references_of(model: Model, resource: Resource) -> dict[str, str]:
    """Return the resources that properties name: those declared, and `customer_id` for the key `id`
    of customers.
    """
    by_name = {}
    for other in model.resources.values():
        if other.key:
            by_name[bare(singular(other.name)) + bare(other.key)] = other.name
    found = {}
    for name in model.schemas.schema(resource.schema).properties:
        named = by_name.get(bare(name))
        if named is not None and name != resource.key:
            found[name] = named
    declared = {reference.field: reference.resource for reference in resource.references}
    return found | declared


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
        there = _keys_of(model, parent, keys, reader, resource, supply)
        is_there = named is not None and key_of(named) in there
        if is_there or (named is not None and parent.resource is None):
            keys = (*keys, key_of(named))
            continue
        if not there:
            return None
        keys = (*keys, there[0])
        if parent.field:
            record = {**record, parent.field: _typed(there[0], named)}
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
        return [found.key for found in records_of(reader, collection)]
    return [_lone_key(model, parent.param, child, supply)]


def records_of(reader: Reader, collection: Collection) -> tuple[Found, ...]:
    return reader.select(collection, Query()).found


def _read_at(model: Model, param: str, child: Resource) -> str | None:
    """Return the resource whose records are addressed by the beginning of a child's path, up to a
    parameter.
    """
    marker = "{" + param + "}"
    beginnings = set()
    for operation in model.operations:
        if operation.resource == child.name and marker in operation.path:
            before, _, _ = operation.path.partition(marker)
            beginnings.add(canonical(before + marker))
    for operation in model.operations:
        if operation.key_param != param or operation.resource in (None, child.name):
            continue
        if canonical(operation.path) in beginnings:
            return operation.resource
    return None


def _lone_key(model: Model, param: str, child: Resource, supply: Supply) -> str:
    """Return the example, default or first value of a path parameter of the operations on a
    resource, else one made.
    """
    for operation in model.operations:
        if operation.resource != child.name:
            continue
        parameter = operation.described.parameter("path", param)
        if parameter is not None:
            key = _documented_key(parameter)
            return key or _made(supply.value(parameter.schema, f"path/{param}"))
    return _made(None)


def _made(value: Any) -> str:
    """Return a value as a key that can stand in a path."""
    text = key_of(value) if isinstance(value, str | int | float) else ""
    return text if text and "/" not in text else "1"


def _documented_key(parameter: DescribedParameter) -> str | None:
    """Return the example, default or first option of a parameter."""
    schema = parameter.schema.plain
    values = [*parameter.examples, schema.get("example"), schema.get("default")]
    values += schema.get("enum") or ()
    for value in values:
        if isinstance(value, str | int) and value != "":
            return key_of(value)
    return None


def _typed(key: str, like: Any) -> Any:
    """Return a key in the type of the value that it takes the place of."""
    return int(key) if isinstance(like, int) and key.removeprefix("-").isdecimal() else key
