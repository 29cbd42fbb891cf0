"""Find the collections that laws are about: a place in, path parameters of parents that are there
out.

Where records can be made above, new ones are, so that what is below them belongs to the run alone.
Else those are taken that the run was given, that a list shows, that are known, or that the document
shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from contracts.laws.bench.law import Untried
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made
from contracts.requests.caller import Keys
from contracts.requests.drafts import Record
from contracts.requests.samples import sample_parameters, text
from contracts.wire.subject import Subject
from mockserver.call import Supply
from mockserver.model.types import Parent
from mockserver.state import Collection, Query, key_of

MOST = 5
"""Parents that are looked at in search of one that has records."""


class Owner(Protocol):
    """What is done at the place of records above others, as `World` does it."""

    @property
    def may_make(self) -> bool:
        """Whether a record can be made there."""
        ...

    @property
    def naming(self) -> set[str]:
        """The resources of which a record is being made to name it in another one."""
        ...

    def make(self, *, above: Keys | None = None) -> Made:
        """Make a record. Raises Untried."""
        ...

    def listed(self, *, above: Keys | None = None) -> list[Record]:
        """Return the records. Raises Untried."""
        ...

    def key(self, record: Record) -> str:
        """Return the key of a record."""
        ...


Owning = TypeVar("Owning", bound=Owner)


@dataclass(slots=True)
class Above(Generic[Owning]):
    """Chooses parents. `own` are the parents that the run made, as path prefix and key."""

    subject: Subject
    places: Mapping[str, Place]
    supply: Supply
    world_of: Callable[[Place], Owning]
    own: set[tuple[str, str]] = field(default_factory=set)

    def choose(self, place: Place, new: bool) -> Keys:
        """Return the parameters of a collection, of one with records when none is made. Raises
        Untried.
        """
        found: dict[str, str] = {}
        for param in place.parameters[:-1]:
            found[param] = self._first(place, param, found, new)
        if not place.parameters:
            return found
        last = place.parameters[-1]
        candidates = self._candidates(place, last, found, new)
        if new:
            return {**found, last: next(candidates)}
        return self._fullest(
            place, [{**found, last: key} for key, _ in zip(candidates, range(MOST), strict=False)]
        )

    def another(self, place: Place, above: Keys, new: bool) -> Keys:
        """Return the parameters of a collection that is below another parent. Raises Untried."""
        for param in reversed(place.parameters):
            if self._parent(place, param) is None:
                continue
            for key in self._candidates(place, param, above, new):
                if key != above[param]:
                    return {**above, param: key}
        raise Untried("there is no second parent")

    def is_own(self, place: Place, above: Keys) -> bool:
        """Tell whether a collection is below a record that the run made."""
        return any(
            (_prefix(place, param), above[param]) in self.own
            for param in place.parameters
            if param in above
        )

    def key_for(self, resource: str) -> str | None:
        """Return the key of a record of a resource whose collection is below no other, None where
        none can be had.
        """
        found = [each for each in self.places.values() if each.resource.name == resource]
        if not found or found[0].parameters:
            return None
        world = self.world_of(found[0])
        naming = world.naming
        if resource in naming:
            return None  # it names others that name it
        naming.add(resource)
        try:
            if world.may_make:
                return world.make().key
            return next(map(world.key, world.listed()), None)
        except Untried:
            return None
        finally:
            naming.discard(resource)

    def owner(self, place: Place) -> tuple[Place, str] | None:
        """Return the place of the records that a collection is right below, and the parameter of
        their keys.
        """
        for param in place.parameters[-1:]:
            owner = self.places.get(_prefix(place, param))
            return (owner, param) if owner is not None and owner.key_param else None
        return None

    def keys_for(self, owner: Place, place: Place, above: Keys) -> Keys:
        """Return the parameters by the names that they have in the path of the owner."""
        return {
            theirs: above[ours]
            for theirs, ours in zip(owner.parameters, place.parameters, strict=False)
        }

    def _first(self, place: Place, param: str, found: Keys, new: bool) -> str:
        return next(self._candidates(place, param, found, new))

    def _candidates(self, place: Place, param: str, found: Keys, new: bool) -> Iterator[str]:
        """Yield keys for a parameter, each once; a new one first when that is wanted."""
        owner = self.places.get(_prefix(place, param))
        seen: set[str] = set()
        if new and owner is not None and owner is not place and owner.make and owner.resource.key:
            for _ in range(2):
                with suppress(Untried):
                    made = self.world_of(owner).make(above=self.keys_for(owner, place, found))
                    self.own.add((owner.path, made.key))
                    yield made.key
        for key in self._known(place, param, owner, found):
            if key not in seen:
                seen.add(key)
                yield key

    def _known(self, place: Place, param: str, owner: Place | None, found: Keys) -> Iterator[str]:
        prefix = self._filled(_prefix(place, param), found)
        given = [path.rstrip("/").rpartition("/") for path in self.subject.parents]
        yield from (key for before, _, key in given if before == prefix)
        if owner is not None and owner is not place and owner.list is not None:
            with suppress(Untried):
                world = self.world_of(owner)
                yield from map(world.key, world.listed(above=self.keys_for(owner, place, found)))
        parent = self._parent(place, param)
        if parent is not None and parent.resource is not None:
            there = self.subject.known().select(Collection(parent.resource), Query(limit=20)).found
            yield from (each.key for each in there)
        operation = place.operations[0]
        sample = sample_parameters(
            self.subject.model.document.spec, operation, "path", self.supply, "laws/path"
        )
        yield key_of(text(sample.get(param, "1")))

    def _fullest(self, place: Place, choices: list[Keys]) -> Keys:
        """Return the first collection with three records, else the one with the most."""
        best, most = choices[0], -1
        for choice in choices:
            if place.list is None or len(choices) == 1:
                return choices[0]
            with suppress(Untried):
                count = len(self.world_of(place).listed(above=choice))
                best, most = (choice, count) if count > most else (best, most)
                if count > 2:
                    break
        return best

    def _filled(self, path: str, keys: Keys) -> str:
        for name, key in keys.items():
            path = path.replace("{" + name + "}", key)
        return f"{self.subject.base}{path}"

    def _parent(self, place: Place, param: str) -> Parent | None:
        owner = self.places.get(_prefix(place, param))
        named = next((each for each in place.resource.parents if each.param == param), None)
        known = [each for op in place.operations for each in op.parents if each.param == param]
        parent = next((each for each in known if each.splits), None) or named
        if parent is not None and parent.resource is not None:
            return parent
        return Parent(param, owner.resource.name) if owner is not None and owner.key_param else None


def _prefix(place: Place, param: str) -> str:
    return place.path.partition("/{" + param + "}")[0]
