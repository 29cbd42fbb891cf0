"""The places of an API: a model in, each collection with the operations on it, below it and on its
items out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.laws.bench.envelopes import key_shown
from contracts.laws.bench.makings import batches_beside
from mockserver.model.paths import canonical, collection_of, parameter_names
from mockserver.model.types import Kind, Model, Operation, Parent, Resource

WITHOUT_RECORD = (Kind.STATELESS, Kind.ACTION)
CHANGES = (Kind.MERGE, Kind.REPLACE, Kind.UPSERT)


@dataclass(frozen=True, slots=True)
class Place:
    """A collection path and what can be called there.

    `create` and `upsert` make records (an upsert on the item when `upsert.key_param` is set),
    `batches` several at once under a path of their own; `changes` are the other ways to change an
    item; `looks` are views and counts under the path; `elsewhere` are lists and counts of the same
    resource under other paths that need no more than the parameters known here.
    """

    path: str
    resource: Resource
    key_param: str | None = None
    create: Operation | None = None
    upsert: Operation | None = None
    read: Operation | None = None
    list: Operation | None = None
    changes: tuple[Operation, ...] = ()
    batches: tuple[Operation, ...] = ()
    delete: Operation | None = None
    bulk: Operation | None = None
    looks: tuple[Operation, ...] = ()
    elsewhere: tuple[Operation, ...] = ()

    @property
    def item_path(self) -> str:
        """The path of a record, with its parameters; that of the collection where no record has
        one.
        """
        found = [self.read, self.delete, *self.changes, self.upsert]
        for each in found:
            if each is not None and each.key_param and each.path.endswith("}"):
                return canonical(each.path)
        return f"{self.path}/{{{self.key_param}}}" if self.key_param else self.path

    @property
    def make(self) -> Operation | None:
        """The operation by which a record is made here."""
        return self.create or self.upsert

    @property
    def parents(self) -> tuple[Parent, ...]:
        """What is above a record that is made here, the outermost first."""
        return self.make.parents if self.make is not None else ()

    @property
    def item_changes(self) -> tuple[Operation, ...]:
        """The operations that change an item, or make it under a key of the client's."""
        upserts = [self.upsert] if self.upsert is not None and self.upsert.key_param else []
        return (*self.changes, *upserts)

    @property
    def counts(self) -> tuple[Operation, ...]:
        return tuple(each for each in self.looks if each.kind is Kind.COUNT)

    @property
    def lists(self) -> tuple[Operation, ...]:
        """The list and the views under the path."""
        views = [each for each in self.looks if each.kind is not Kind.COUNT]
        return (*([self.list] if self.list else []), *views)

    @property
    def writes(self) -> tuple[Operation, ...]:
        return _distinct((self.create, self.upsert, *self.changes, *self.batches))

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation of the place, those that read first."""
        reading = [self.list, self.read, *self.looks]
        return _distinct((*reading, *self.writes, self.bulk, self.delete))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The path parameters that choose the collection, the outermost first."""
        return tuple(parameter_names(self.path))

    def key(self, record: Mapping[str, Any]) -> str:
        """Return the key of a record as a text, an empty one where the record does not show it."""
        return key_shown(self.resource, record)


def places(model: Model) -> dict[str, Place]:
    """Return the place of each collection path, those of parents first."""
    known = []
    for operation in model.operations:
        is_of_links = operation.membership is not None
        if operation.kind in WITHOUT_RECORD or is_of_links:
            continue
        if operation.resource:
            known.append(operation)
    paths = {_home(each) for each in known}
    found: dict[str, Place] = {}
    for path in sorted(paths, key=lambda each: (each.count("/"), each)):
        place = _place(
            model,
            known,
            path,
        )
        if place is None or not place.operations:
            continue
        home = _found_above(
            found,
            path,
        )
        if (
            home is not None
            and home.resource is place.resource
            and not (place.list or place.key_param)
        ):
            found[home.path] = replace(
                home,
                batches=(*home.batches, *place.writes),
            )
        else:
            found[path] = place
    for path, place in found.items():
        found[path] = _with_batches(
            model,
            place,
        )
    return found


def _found_above(found: Mapping[str, Place], path: str) -> Place | None:
    """Return the place one step above a path, or before its verb (`/tags:batchCreate`)."""
    for sign in "/:":
        above = path.rpartition(sign)[0]
        if above in found:
            return found[above]
    return None


def _with_batches(model: Model, place: Place) -> Place:
    if place.create is None:
        return place
    told = batches_beside(
        model,
        place.path,
        place.resource,
    )
    batches = (*place.batches, *told)
    return replace(place, batches=batches)


def makes_items(place: Place) -> bool:
    """Tell whether records are made in a place that can be asked for by their keys."""
    return place.create is not None and place.key_param is not None


def verbs_at(model: Model, place: Place) -> Iterator[Operation]:
    """Yield what can be done to a record of a place by a call without a body."""
    item = f"{place.item_path}/"
    for operation in model.operations:
        name = operation.path.removeprefix(item)
        is_verb = operation.path.startswith(item) and name.isalpha()
        request = operation.described.request
        is_bare = request is None or not request.required
        if is_verb and is_bare and operation.method == "POST" and operation.key_param:
            yield operation


def is_below(path: str, place: Place) -> bool:
    """Tell whether the collection at a path is below an item of a place."""
    return place.key_param is not None and path.startswith(f"{place.path}/{{{place.key_param}}}/")


def _distinct(found: Iterable[Operation | None]) -> tuple[Operation, ...]:
    return tuple({each.label: each for each in found if each is not None}.values())


def _home(operation: Operation) -> str:
    path = operation.path
    if operation.key_param is None:
        return canonical(path)
    return collection_of(path)


def _place(model: Model, known: list[Operation], path: str) -> Place | None:
    on_path = [each for each in known if canonical(each.path) == path]
    on_item = [
        each
        for each in known
        if each.key_param and canonical(each.path) != path and _home(each) == path
    ]
    if not on_item:
        on_item = [each for each in on_path if _is_of_one(model, each)]
        on_path = [each for each in on_path if each not in on_item]
    if not on_item:
        on_item = _items_elsewhere(known, on_path)
    first = next(iter([*on_path, *on_item]), None)
    if first is None or (not on_item and first.kind in (Kind.VIEW, Kind.COUNT)):
        return None
    name = first.resource
    on_path = [each for each in on_path if each.resource == name]
    on_item = [each for each in on_item if each.resource == name]
    same = [each for each in known if each.resource == name]
    names = parameter_names(path)
    upsert = _first(on_path, Kind.UPSERT) or _first(on_item, Kind.UPSERT)
    return Place(
        path=path,
        resource=model.resources[name or ""],
        key_param=next((each.key_param for each in on_item), None),
        create=_first(on_path, Kind.CREATE),
        upsert=upsert,
        read=_first(on_item, Kind.READ),
        list=_first(
            [each for each in on_path if each.method == "GET"],
            Kind.LIST,
        ),
        changes=tuple(each for each in on_item if each.kind in CHANGES and each is not upsert),
        delete=_first(on_item, Kind.DELETE),
        bulk=_first(on_path, Kind.BULK_DELETE),
        looks=tuple(_looks(same, path)),
        elsewhere=tuple(
            each
            for each in same
            if each.kind in (Kind.LIST, Kind.COUNT)
            and each.method == "GET"
            and set(parameter_names(each.path)) <= set(names)
            and not canonical(each.path).startswith(path)
        ),
    )


def _items_elsewhere(known: list[Operation], on_path: list[Operation]) -> list[Operation]:
    """Return what is about one record at a path without those above it, where records are made
    below others: `GET /issues/{id}` for `POST /projects/{id}/issues`.
    """
    made = [each.resource for each in on_path if each.kind is Kind.CREATE and "{" in each.path]
    found = []
    for each in known:
        is_item = each.key_param is not None and each.path.endswith(f"/{{{each.key_param}}}")
        if is_item and each.resource in made and each.path.count("{") == 1:
            found.append(each)
    return found


def _is_of_one(model: Model, operation: Operation) -> bool:
    """Tell whether an operation is about the one record of its path, which needs no key."""
    resource = model.resources[operation.resource or ""]
    return resource.key is None and operation.kind in (Kind.READ, Kind.MERGE, Kind.REPLACE)


def _looks(same: list[Operation], path: str) -> Iterator[Operation]:
    """Yield the views and counts of the collection: those with the same parameters and one segment
    more.
    """
    for each in same:
        at = canonical(each.path)
        inside = at.startswith(f"{path}/") and "{" not in at[len(path) :]
        if each.method == "GET" and inside and each.kind in (Kind.VIEW, Kind.COUNT, Kind.LIST):
            yield each


def _first(operations: list[Operation], kind: Kind) -> Operation | None:
    return next((each for each in operations if each.kind is kind), None)
