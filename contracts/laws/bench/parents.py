"""Find the collections that laws are about: a place in, path parameters of parents that are there
out.

Where records can be made above, new ones are, so that what is below them belongs to the run alone.
Else those are taken that the run was given, that a list shows, that are known, or that the document
shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from contracts.laws.bench.law import Untried
from contracts.laws.bench.lists import listed
from contracts.laws.bench.maker import Maker
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Visit
from contracts.requests.caller import Keys
from contracts.requests.samples import sample_parameters, text
from mockserver.model.types import Parent
from mockserver.state import Collection, Query, key_of

MOST = 5
"""Parents that are looked at in search of one that has records."""


@dataclass(frozen=True, slots=True)
class Parents:
    """Chooses the parents below which laws look."""

    visit: Visit

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
        choices = [{**found, last: key} for key in islice(candidates, MOST)]
        return self._fullest(place, choices)

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
        for param in place.parameters:
            key = above.get(param)
            if (_prefix(place, param), key) in self.visit.owners:
                return True
        return False

    def owner(self, place: Place) -> tuple[Place, str] | None:
        """Return the place of the records that a collection is right below, and the parameter of
        their keys.
        """
        if not place.parameters:
            return None
        param = place.parameters[-1]
        owner = self.visit.places.get(_prefix(place, param))
        if owner is None or not owner.key_param:
            return None
        return owner, param

    def keys_for(self, owner: Place, place: Place, above: Keys) -> Keys:
        """Return the parameters by the names that they have in the path of the owner."""
        names = zip(owner.parameters, place.parameters, strict=False)
        return {theirs: above[ours] for theirs, ours in names}

    def _first(self, place: Place, param: str, found: Keys, new: bool) -> str:
        return next(self._candidates(place, param, found, new))

    def _candidates(self, place: Place, param: str, found: Keys, new: bool) -> Iterator[str]:
        """Yield keys for a parameter, each once; a new one first when that is wanted."""
        owner = self.visit.places.get(_prefix(place, param))
        seen: set[str] = set()
        is_other = owner is not None and owner is not place
        if new and owner is not None and is_other and owner.make and owner.resource.key:
            maker = Maker(self.visit, owner)
            above = self.keys_for(owner, place, found)
            for _ in range(2):
                with suppress(Untried):
                    made = maker.make_for_others(above)
                    self.visit.owners.add((owner.path, made.key))
                    yield made.key
        for key in self._known(place, param, owner, found):
            if key not in seen:
                seen.add(key)
                yield key

    def _known(self, place: Place, param: str, owner: Place | None, found: Keys) -> Iterator[str]:
        prefix = self._filled(_prefix(place, param), found)
        for path in self.visit.subject.parents:
            before, _, key = path.rstrip("/").rpartition("/")
            if before == prefix:
                yield key
        if owner is not None and owner is not place and owner.list is not None:
            with suppress(Untried):
                there = listed(self.visit, owner, self.keys_for(owner, place, found))
                yield from map(owner.key, there)
        parent = self._parent(place, param)
        if parent is not None and parent.resource is not None:
            known = self.visit.subject.known()
            collection = Collection(parent.resource)
            for record in known.select(collection, Query(limit=20)).found:
                yield record.key
        sample = sample_parameters(
            self.visit.drafts.spec,
            place.operations[0],
            "path",
            self.visit.drafts.supply,
            "laws/path",
        )
        yield key_of(text(sample.get(param, "1")))

    def _fullest(self, place: Place, choices: Sequence[Keys]) -> Keys:
        """Return the first collection with three records, else the one with the most."""
        best = choices[0]
        most = -1
        if place.list is None or len(choices) == 1:
            return best
        for choice in choices:
            with suppress(Untried):
                count = len(listed(self.visit, place, choice))
                if count > most:
                    best = choice
                    most = count
            if most > 2:
                break
        return best

    def _filled(self, path: str, keys: Keys) -> str:
        for name, key in keys.items():
            path = path.replace("{" + name + "}", key)
        return f"{self.visit.subject.base}{path}"

    def _parent(self, place: Place, param: str) -> Parent | None:
        owner = self.visit.places.get(_prefix(place, param))
        parent = _split_by(place, param)
        if parent is None:
            known = [each for each in place.resource.parents if each.param == param]
            parent = known[0] if known else None
        if parent is not None and parent.resource is not None:
            return parent
        if owner is None or not owner.key_param:
            return None
        return Parent(param, owner.resource.name)


def _split_by(place: Place, param: str) -> Parent | None:
    """Return the parent by which an operation splits its collection."""
    for operation in place.operations:
        for parent in operation.parents:
            if parent.param == param and parent.splits:
                return parent
    return None


def _prefix(place: Place, param: str) -> str:
    return place.path.partition("/{" + param + "}")[0]
