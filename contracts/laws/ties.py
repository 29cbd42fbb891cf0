"""Laws of links between records, such as the tags of a post or the members of a team: what is
linked is listed once, what is taken off is not.

    PUT  /posts/{id}/tags/{tag_id}               links by the path
    POST /teams/{id}/members {"user_id": 5}      links by a body, once where words say so
    DELETE /teams/{id}/members/{user_id}         takes it off
    DELETE /users/{id}                           takes it off too, where words say so

A number of the record that counts what is linked follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contracts.compare.scalars import is_integer
from contracts.laws.bench.envelopes import key_shown, records_of
from contracts.laws.bench.law import Broken, Untried
from contracts.laws.bench.maker import key_for
from contracts.laws.bench.nouns import nouns_at
from contracts.laws.bench.visit import Made
from contracts.laws.bench.world import World
from contracts.laws.counts import told_counts
from contracts.requests.bodies import alike
from contracts.requests.caller import Keys
from contracts.requests.samples import Body
from contracts.targets.target import Answer
from mockserver.model.paths import bare
from mockserver.model.types import Kind, Operation

_TWICE = re.compile(r"\b(already|once|twice|duplicates?|idempotent|again)\b", re.IGNORECASE)
_KEEPS = re.compile(
    r"\b(not|cannot|can't|never|unless|stays?|keeps?|kept|archived?|soft|marked)\b", re.IGNORECASE
)


KEYS = ("integer", "string", "array")
"""Types of what holds the key of a record, or several."""


@dataclass(frozen=True, slots=True)
class Ties:
    """The operations on what is linked to a record: `link` links by the key in its path, or by the
    property `field` of its body.
    """

    listing: Operation
    link: Operation
    take: Operation | None
    field: str | None = None

    @property
    def only_once(self) -> bool:
        """Whether the same record cannot be linked twice: words must say so of a POST."""
        described = self.link.described
        if self.link.method == "PUT":
            return True
        words = [described.summary, described.description]
        if described.documents(409):
            words.append(described.response(409).description)
        return bool(_TWICE.search(" ".join(words)))


@dataclass(frozen=True, slots=True)
class Tied:
    """One record, and another one that is to be linked to it."""

    world: World
    ties: Ties
    made: Made
    key: str

    @property
    def at(self) -> Keys:
        return {**self.made.above, str(self.world.place.key_param): self.made.key}

    def link(self) -> Answer:
        link = self.ties.link
        at = {**self.at}
        if link.key_param is not None:
            at[link.key_param] = self.key
        return self.world.send(link, at, self._body())

    def take(self) -> bool:
        """Take the link off; tell whether the server does it."""
        take = self.ties.take
        if take is None:
            return False
        at = {**self.at, str(take.key_param): self.key}
        return self.world.send(take, at).succeeded

    def _body(self) -> Body | None:
        if self.ties.field is None:
            return None
        field = self.ties.field
        draft = self.world.draft(
            self.ties.link,
            self.at,
        )
        record = dict(draft.record)
        old = record.get(field)
        if isinstance(old, list):
            record[field] = [alike(self.key, each) for each in old[:1]]
        else:
            record[field] = alike(self.key, old)
        return draft.with_record(record)

    def numbers(self) -> dict[str, int]:
        """Return the numbers of the record that count what is linked to it."""
        world = self.world
        nouns = nouns_at(self.ties.listing.path)
        names = told_counts(
            world.resource,
            nouns,
        )
        if not names or world.place.read is None:
            return {}
        record = world.record(self.made)
        numbers = {}
        for name in names:
            if is_integer(record.get(name)):
                numbers[name] = record[name]
        return numbers

    def check(self, times: int, why: str) -> None:
        """Hold how often the record is listed among those that are linked."""
        listing = self.ties.listing
        answer = self.world.send(listing, self.at)
        rows = records_of(listing, answer) if answer.succeeded else None
        if rows is None:
            raise Untried(f"{listing.label} is refused")
        resource = self.world.visit.subject.model.resources[str(self.ties.link.resource)]
        keys = [key_shown(resource, each) for each in rows]
        if keys.count(self.key) != times:
            told = f"the record {self.key} {times} times, for it was {why}"
            raise Broken(
                listing,
                told,
                f"it is there {keys.count(self.key)} times",
            )

    def check_numbers(self, before: Mapping[str, int], more: int, why: str) -> None:
        read = self.world.place.read
        now = self.numbers() if before else {}
        for name, number in before.items():
            actual = now.get(name)
            if read is not None and actual != number + more:
                told = f"{number + more}, for one was {why}"
                raise Broken(
                    read,
                    told,
                    str(actual),
                    f"/{name}",
                )


def links_are_kept(world: World) -> None:
    """Link a record twice and take it off: it is listed once, and then no more."""
    tried = False
    for ties in _ties(world):
        world.begin()
        tied = _tied(world, ties)
        if tied is None:
            continue
        before = tied.numbers()
        if not tied.link().succeeded:
            continue
        tried = True
        tied.check(1, "linked")
        tied.check_numbers(before, 1, "linked")
        if ties.only_once:
            tied.link()
            tied.check(1, "linked twice")
        if tied.take():
            tied.check(0, "taken off")
            tied.check_numbers(before, 0, "linked and taken off")
        _check_deleted(world, ties)
    if not tried:
        raise Untried("nothing is linked to a record by its key")


def _tied(world: World, ties: Ties) -> Tied | None:
    """Return a new record and one to link to it, None where there is none."""
    with world.visit.off_stage():
        key = key_for(world.visit, ties.link.resource or "")
    return None if key is None else Tied(world, ties, world.make(), key)


def _check_deleted(world: World, ties: Ties) -> None:
    """Delete a record that is linked: it is listed no more, where words say so."""
    delete = _home_delete(world, ties)
    if delete is None or not _takes_links(delete, ties.listing):
        return
    world.begin()
    tied = _tied(world, ties)
    if tied is None or not tied.link().succeeded:
        return
    before = tied.numbers()
    at = {str(delete.key_param): tied.key}
    if world.send(delete, at).succeeded:
        tied.check(0, "deleted")
        tied.check_numbers(before, -1, "linked and deleted")


def _home_delete(world: World, ties: Ties) -> Operation | None:
    """Return what deletes a record that is linked, where it lives."""
    for place in world.visit.places.values():
        if place.resource.name == ties.link.resource and not place.parameters:
            return place.delete
    return None


def _takes_links(delete: Operation, listing: Operation) -> bool:
    """Tell whether words say that a delete takes links along: they name what is listed."""
    described = delete.described
    words = described.words.lower()
    if _KEEPS.search(words):
        return False
    words = words.replace("memberships", "members")
    said = set(re.findall(r"[a-z]+", words))
    own = nouns_at(delete.path.rpartition("/")[0])
    nouns = nouns_at(listing.path) - own
    return bool(said & nouns)


def _ties(world: World) -> Iterator[Ties]:
    item = f"{world.place.item_path}/"
    known = []
    for each in world.visit.subject.model.operations:
        is_linked = each.membership is not None and not each.membership.back
        if is_linked and each.path.startswith(item):
            known.append(each)
    for link in known:
        path, field = link.path, None
        if _links_by_path(link):
            path = link.path.rpartition("/")[0]
        else:
            field = _named(link)
            if field is None:
                continue
        listing = _first(known, "GET", path)
        if listing is None or listing.kind is not Kind.LIST:
            continue
        take = _take(world, known, path)
        yield Ties(
            listing,
            link,
            take,
            field,
        )


def _links_by_path(link: Operation) -> bool:
    is_bare = link.described.request is None
    return link.method == "PUT" and link.key_param is not None and is_bare


def _take(world: World, known: list[Operation], path: str) -> Operation | None:
    """Return the operation that takes off what is listed at a path, by its key."""
    for each in known:
        if each.method != "DELETE" or each.path.rpartition("/")[0] != path:
            continue
        resource = world.visit.subject.model.resources[str(each.resource)]
        is_by_key = each.key_field in (None, resource.key)
        if each.key_param is not None and is_by_key and each.path.endswith("}"):
            return each
    return None


def _named(link: Operation) -> str | None:
    """Return the one property of a body that has the key of what is linked, or such keys."""
    if link.method != "POST" or link.key_param is not None or link.membership is None:
        return None
    words = link.membership.words
    fields = link.described.sent_schema.properties
    found = [name for name in fields if bare(name) in words]
    if len(found) != 1:
        return None
    name = found[0]
    is_plain = fields[name].type in KEYS
    return name if is_plain else None


def _first(known: list[Operation], method: str, path: str) -> Operation | None:
    return next(
        (each for each in known if each.method == method and each.path == path),
        None,
    )
