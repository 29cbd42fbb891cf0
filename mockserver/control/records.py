"""Look into a state and change it by hand: spaces in, views of their records as plain dicts out.

What is read is a copy: changing it changes nothing until it is put back. What is put is stored as
it is given, past all rules of the API, as a fixture is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from difflib import get_close_matches
from typing import Any

from mockserver.behavior.kin.consequences import follow
from mockserver.errors import StateError
from mockserver.model.types import Resource
from mockserver.seeding import IN, seed
from mockserver.space import Space
from mockserver.state import Collection, Condition, Draft, Found, Query, Reader, Selection, key_of

SOURCE = "state"


class State(Mapping[str, "Records"]):
    """The records of one space, by resource: `state["images"]`, or `state["omnitron/images"]` where
    two APIs have a resource of that name.
    """

    def __init__(self, spaces: Sequence[Space]) -> None:
        self._spaces = spaces

    def __getitem__(self, name: str) -> Records:
        """Return the records of a resource. Raises StateError, which is a KeyError, when there is
        none.
        """
        space, resource = self._find(name)
        return Records(space, resource)

    def __iter__(self) -> Iterator[str]:
        for name, count in self._counted().items():
            yield from (
                [name]
                if count == 1
                else (f"{each.model.name}/{name}" for each in self._having(name))
            )

    def __len__(self) -> int:
        return self._counted().total()

    def seed(self, records: Mapping[str, Any], source: str, api: str = "") -> None:
        """Put records by resource, of one API or of any; each may take the place of another.

        Raises StateError or FixtureError; then nothing is put into that API.
        """
        if not isinstance(records, Mapping):
            raise StateError(
                f"records must map resources to lists of records, not be a {type(records).__name__}"
            )
        by_space: dict[int, tuple[Space, dict[str, Any]]] = {}
        for name, each in records.items():
            space, resource = self._find(f"{api}/{name}" if api else name)
            by_space.setdefault(id(space), (space, {}))[1][resource.name] = each
        for space, given in by_space.values():
            seed(space.model, space.store, space.supply, given, source, replace=True)

    def _find(self, name: str) -> tuple[Space, Resource]:
        api, sign, bare = name.rpartition("/")
        owners = [each for each in self._having(bare) if not sign or each.model.name == api]
        owners = owners or self._having(name)
        if len(owners) == 1:
            resources = owners[0].model.resources
            return owners[0], resources[bare] if bare in resources else resources[name]
        if owners:
            raise StateError(
                f"several APIs have {name!r}: say "
                f"{' or '.join(f'{o.model.name}/{name}' for o in owners)}"
            )
        known = self._counted()
        near = get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise StateError(
            f"there is no resource {name!r} ({hint}known: {', '.join(sorted(known)) or 'none'})"
        )

    def _having(self, name: str) -> list[Space]:
        return [space for space in self._spaces if name in space.model.resources]

    def _counted(self) -> Counter[str]:
        """Return in how many APIs each resource is."""
        return Counter(name for space in self._spaces for name in space.model.resources)


class Records:
    """The records of one resource, all or those `under` some parents."""

    def __init__(self, space: Space, resource: Resource, parents: tuple[str, ...] = ()) -> None:
        self._space = space
        self._resource = resource
        self._parents = parents

    def under(self, /, *keys: Any, **by_param: Any) -> Records:
        """Return the records below parents, named outermost first or by the path parameter:
        `product_id=29`.

        Raises StateError for a parent that the resource does not have.
        """
        names = [parent.param for parent in self._resource.split]
        given = [*self._parents, *map(key_of, keys)]
        rest = dict(by_param)
        for name in names[len(given) :]:
            if name not in rest:
                break
            given.append(key_of(rest.pop(name)))
        if rest or len(given) > len(names):
            wanted = ", ".join(names) or "none"
            raise StateError(
                f"{self._resource.name!r} has no such parents: give keys for {wanted}, in this "
                f"order"
            )
        return Records(self._space, self._resource, tuple(given))

    def all(self, /, **equal: Any) -> list[dict[str, Any]]:
        """Return copies of the records whose properties equal these values, in the order of a
        list.
        """
        return [deepcopy(dict(found.record)) for found in self._found(self._resource.order, equal)]

    def count(self, /, **equal: Any) -> int:
        """Return how many records there are whose properties equal these values."""
        return len(self._found((), equal)) if equal else self._total()

    def get(self, key: Any = "") -> dict[str, Any] | None:
        """Return a copy of the record of a key, None when there is none; a singleton needs no key.

        Raises StateError when several parents have one: say `under` which.
        """
        with self._space.store.transaction(reads=True) as reader:
            found = self._at(key, reader)
        return deepcopy(dict(found.record)) if found else None

    def select(self, query: Query) -> Selection:
        """Return the slice of the records that a query asks for, with their places."""
        with self._space.store.transaction(reads=True) as reader:
            return reader.select(self._collection, query)

    @property
    def order(self) -> tuple[str, ...]:
        """The properties by which a list is sorted."""
        return self._resource.order

    def put(self, record: Mapping[str, Any]) -> None:
        """Store a record, in the place of the one with its key. Raises FixtureError when it lacks
        key or parents.
        """
        params = [parent.param for parent in self._resource.split]
        above = {**dict(zip(params, self._parents, strict=False)), **record.get(IN, {})}
        given = {**deepcopy(dict(record)), **({IN: above} if above else {})}
        space = self._space
        seed(
            space.model,
            space.store,
            space.supply,
            {self._resource.name: [given]},
            SOURCE,
            replace=True,
        )

    def remove(self, key: Any = "") -> bool:
        """Forget the record of a key and all below it; tell whether there was one. Raises
        StateError as `get`.
        """
        space = self._space
        with space.store.transaction() as transaction:
            found = self._at(key, transaction)
            if found is None:
                return False
            draft = Draft(transaction)
            draft.remove(found.collection, found.key)
            follow(space.model, draft, space.supply)
            transaction.apply(draft.changes)
        return True

    def clear(self) -> None:
        """Forget all records of this view and all below them."""
        space = self._space
        with space.store.transaction() as transaction:
            draft = Draft(transaction)
            for found in self._selected(transaction, Query()):
                draft.remove(found.collection, found.key)
            follow(space.model, draft, space.supply)
            transaction.apply(draft.changes)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.all())

    def __len__(self) -> int:
        return self._total()

    def __contains__(self, key: object) -> bool:
        return any(found.key == key_of(key) for found in self._found(()))

    def __repr__(self) -> str:
        return f"<{len(self)} records of {self._resource.name!r}>"

    @property
    def _collection(self) -> Collection:
        return Collection(self._resource.name, self._parents)

    def _found(
        self, order: tuple[str, ...], equal: Mapping[str, Any] | None = None
    ) -> tuple[Found, ...]:
        where = tuple(Condition(name, (value,)) for name, value in (equal or {}).items())
        with self._space.store.transaction(reads=True) as reader:
            return self._selected(reader, Query(where=where, order=order))

    def _selected(self, reader: Reader, query: Query) -> tuple[Found, ...]:
        return reader.select(self._collection, query).found

    def _total(self) -> int:
        with self._space.store.transaction(reads=True) as reader:
            return reader.select(self._collection, Query(limit=0)).total

    def _at(self, key: Any, reader: Reader) -> Found | None:
        names = [parent.param for parent in self._resource.split]
        if len(names) == len(self._parents):
            own = key_of(key)
            record = reader.get(self._collection, own)
            if record is None:
                return None
            return Found(self._collection, own, record)
        wanted = key_of(key)
        known = self._selected(reader, Query())
        found = [each for each in known if each.key == wanted]
        if len(found) > 1:
            parents = ", ".join(names[len(self._parents) :])
            text = (
                f"{len(found)} records of {self._resource.name!r} have the key {key}: say which "
                f"{parents} by under()"
            )
            raise StateError(text)
        return found[0] if found else None
