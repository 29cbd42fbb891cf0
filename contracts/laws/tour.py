"""Call every operation of an API once, as well as can be, before laws are held: places in, answers
out.

A large API has more operations than the time of a run has laws. The tour makes one record in each
collection, those of parents first, and calls with its key whatever can be called on it, with bodies
that name the records that are there; what ends records comes last. So most operations succeed at
least once, and what is learned of bodies (what the server takes, what must be unique) is known to
all laws.

    POST /flows                    makes the flow that all below it use
    POST /runs {"flow_id": ...}    names it
    GET /flows/name/{name}         asks for it by a property
    POST /runs/{id}/pause          does something to what was made
    DELETE /runs/{id}              at the end

What would end the session or the server for all others is left to phases that come later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from contracts.laws.bench.keyforms import key_like
from contracts.laws.bench.law import Untried
from contracts.laws.bench.maker import CLASHES, TAKEN, UNKNOWN
from contracts.laws.bench.nouns import nouns_of
from contracts.laws.bench.places import Place
from contracts.laws.bench.visit import Made, Visit
from contracts.laws.bench.world import World
from contracts.mentions import with_keys
from contracts.openapi import parameters
from contracts.requests.caller import Keys
from contracts.requests.drafts import Draft, Record
from contracts.requests.lessons import missing_in
from contracts.requests.samples import sample_bodies, sample_parameters, text
from contracts.targets.target import SAFE_METHODS, Answer
from contracts.wire.safety import Safety
from mockserver.lookup import MISSING, value_at
from mockserver.model.paths import bare
from mockserver.model.types import Operation
from mockserver.state import key_of

DRAFTS = 3
"""Bodies of one operation that are tried."""
TRIES = 3
"""Times that one of them is sent, as refusals say that it must be."""
SHARE = 0.5
"""The part of the time of the laws that a tour may take."""
_ENDS = re.compile(
    r"log_?-?out|sign_?-?out|revoke|shut_?-?down|terminate|restart|reset|clear|purge|wipe|flush|"
    r"drop|delete|destroy|uninstall|password",
    re.IGNORECASE,
)
"""Names of what ends more than one record."""
_OWN = re.compile(r"/(me|self|myself|current[-_]?user|account|profile)(/|$)", re.IGNORECASE)
"""Paths of the user whose credentials a run has."""
_ID_OF = re.compile(r"(.+?)[-_]?(id|key|name|uuid|slug|id_or_name)$", re.IGNORECASE)


@dataclass(slots=True)
class Tour:
    """One way through an API. `kept` are the records that were made or found, by the paths of their
    places, `wanted` the query parameters that refusals asked for, `missed` the operations that did
    not succeed, with the path parameters that they were called with, both by label.
    """

    visit: Visit
    places: Mapping[str, Place]
    kept: dict[str, Made] = field(default_factory=dict)
    wanted: dict[str, dict[str, Any]] = field(default_factory=dict)
    missed: dict[str, tuple[Operation, Keys]] = field(default_factory=dict)
    _changes: int = 0
    _looked: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        """Make the calls. Raises Stopped."""
        self.visit.most_drafts = DRAFTS
        try:
            self._go()
        finally:
            self.visit.most_drafts = None
            self.visit.drafts.refusals.clear()  # not all was tried

    def _go(self) -> None:
        left_s = self.visit.wire.budget.left_s()
        until_s = None if left_s is None else left_s * (1 - SHARE)
        for step in self._steps():
            now_s = self.visit.wire.budget.left_s()
            if until_s is not None and now_s is not None and now_s < until_s:
                return
            with suppress(Untried):
                step()

    def _steps(self) -> Iterator[Callable[[], object]]:
        done: set[str] = set()
        ends: list[Place] = []
        for place in self.places.values():
            yield lambda place=place: self._open(place)  # type: ignore[misc]
            done.update(each.label for each in place.operations)
            if place.delete is not None:
                ends.append(place)
        safety = self.visit.subject.safety
        rest = [
            each
            for each in self.visit.subject.model.operations
            if each.label not in done and (safety is Safety.ALL or each.method in SAFE_METHODS)
        ]
        rest.sort(key=lambda each: (each.method != "GET", each.method == "DELETE"))
        for operation in rest:
            if not ends_more(operation):
                yield lambda operation=operation: self._call(operation)  # type: ignore[misc]
        yield from self._again()
        for place in reversed(ends):
            yield lambda place=place: self._end(place)  # type: ignore[misc]

    def _again(self) -> Iterator[Callable[[], object]]:
        """Yield the calls of operations that did not succeed and have other keys by now."""
        for operation, keys in [*self.missed.values()]:
            if self._keys(operation.path, operation) != keys:
                yield lambda operation=operation: self._call(operation)  # type: ignore[misc]

    def _open(self, place: Place) -> None:
        """Make a record of a place, and read and change it. Raises Untried."""
        world = World(self.visit, place)
        world.above = self._keys(
            place.path,
            place.operations[0],
        )
        if place.make is not None and world.may_make:
            with suppress(Untried):
                self.kept[place.path] = world.make()
        for listing in (*place.lists, *place.counts):
            with suppress(Untried):
                self._call(listing)
        if place.path not in self.kept:
            self._find(world)
        is_known = self._key_at(
            f"{place.path}/{{{place.key_param}}}",
            str(place.key_param),
        )
        changes = place.changes if world.may_write and is_known else ()
        for operation in filter(None, (place.read, *changes)):
            with suppress(Untried):
                self._call(operation)

    def _find(self, world: World) -> None:
        """Keep the first record that a list shows. Raises Untried."""
        if world.place.list is None or world.resource.key is None:
            return
        for record in world.listed()[:1]:
            key = world.key(record)
            if key:
                answer = self.visit.wire.last.answer
                assert answer is not None, "the list was shown"
                self.kept[world.place.path] = Made(key, world.above, {}, answer, record)

    def _look_again(self, path: str) -> None:
        """Keep a record of a place that had none when it was looked at, where something was made
        since.
        """
        place = self.places.get(path)
        if place is None or self._looked.get(path, 0) == self._changes:
            return
        self._looked[path] = self._changes
        world = World(self.visit, place)
        with suppress(Untried):
            world.above = self._keys(path, place.operations[0])
            self._find(world)

    def _end(self, place: Place) -> None:
        """Delete the record that was made here. Raises Untried."""
        own = [made for there, made in self.visit.made if there is place]
        if place.path in self.kept and self.kept[place.path] in own:
            World(self.visit, place).delete(self.kept[place.path])

    def _call(self, operation: Operation) -> Answer:
        """Call an operation with bodies until it takes one, and with the query parameters that a
        refusal asks for. Raises Untried.
        """
        keys = self._keys(
            operation.path,
            operation,
        )
        asked = self._asked(operation)
        answer = self._offered(
            operation,
            keys,
            asked,
        )
        more = self._asked_for(operation, asked, answer)
        if more:
            asked = {**asked, **more}
            self.wanted[operation.label] = more
            answer = self._offered(operation, keys, asked)
        if answer is None or (answer.status in UNKNOWN and operation.described.request is None):
            spec, supply = self.visit.drafts.spec, self.visit.drafts.supply
            bodies = sample_bodies(
                spec,
                operation,
                supply,
                f"tour/{operation.label}",
            )
            for body in islice(bodies, DRAFTS):
                answer = self.visit.send(
                    operation,
                    keys,
                    body,
                    asked,
                )
                if answer.succeeded:
                    break
        if answer is None:
            raise Untried(f"no body can be made for {operation.label}")
        self._note(operation, keys, answer)
        return answer

    def _note(self, operation: Operation, keys: Keys, answer: Answer) -> None:
        """Note whether an operation succeeded."""
        if not answer.succeeded:
            self.missed[operation.label] = (operation, keys)
            return
        self.missed.pop(operation.label, None)
        if operation.method not in SAFE_METHODS:
            self._changes += 1

    def _offered(self, operation: Operation, keys: Keys, asked: Mapping[str, Any]) -> Answer | None:
        """Send drafts of a JSON body, as refusals say that they must be; None where there is
        none.
        """
        drafts, answer = self.visit.drafts, None
        if operation.described.request is None:
            return self.visit.send(
                operation,
                keys,
                None,
                asked,
            )
        known = drafts.accepted.get(operation.label)
        found = [known] if known is not None else islice(drafts.of(operation, keys), DRAFTS)
        for draft in found:
            record = first = self._named(operation, draft.record)
            for _ in range(TRIES):
                answer = self.visit.send(
                    operation,
                    keys,
                    draft.with_record(record),
                    asked,
                )
                if answer.succeeded:
                    drafts.accepted.setdefault(
                        operation.label,
                        draft.with_lesson(first, record),
                    )
                    return answer
                better = self._better(
                    draft,
                    record,
                    answer,
                )
                if better == record:
                    break
                record = better
        return answer

    def _asked_for(
        self, operation: Operation, asked: Mapping[str, Any], answer: Answer | None
    ) -> dict[str, Any]:
        """Return the query parameters of which a refusal says that they must be sent."""
        if answer is None or answer.status not in UNKNOWN:
            return {}
        drafts = self.visit.drafts
        usual = sample_parameters(
            drafts.spec, operation, "query", drafts.supply, f"tour/{operation.label}", True
        )
        absent = [name for name in usual if name not in asked]
        found: dict[str, Any] = {}
        for name in missing_in(answer.text, absent):
            found[name] = self._key_by_noun(f"{name}_id", "") or usual[name]
            found[name] = self._key_by_noun(name, "") or found[name]
        return found

    def _better(self, draft: Draft, record: Record, answer: Answer) -> Record:
        """Return a record as a refusal says that it must be."""
        drafts = self.visit.drafts
        if answer.status in CLASHES:
            self.visit.number += 1
            return drafts.apart(
                draft,
                record,
                self.visit.number,
            )
        if answer.status not in TAKEN:
            return record
        return drafts.learned(
            draft.operation,
            record,
            answer.text,
        )

    def _named(self, operation: Operation, record: Record) -> Record:
        """Return a record that names those that were made."""
        model = self.visit.subject.model
        named: Record = with_keys(
            model,
            operation.resource,
            record,
            self._key_of,
        )
        return named

    def _key_of(self, resource: str, old: Any) -> str | None:
        for path, made in self.kept.items():
            if self.places[path].resource.name == resource:
                return _key_like(made, old)
        return None

    def _asked(self, operation: Operation) -> dict[str, Any]:
        """Return the query parameters that must be sent and name a record that was made, and those
        that a refusal asked for.
        """
        spec = self.visit.drafts.spec
        found = {**self.wanted.get(operation.label, {})}
        for each in parameters(spec, operation.path, operation.method):
            if each.get("in") == "query" and each.get("required") is True:
                key = self._key_by_noun(str(each["name"]), "")
                if key is not None:
                    found[str(each["name"])] = key
        return found

    def _keys(self, path: str, operation: Operation) -> dict[str, str]:
        """Return the path parameters of an operation, as far as records are known to have them."""
        drafts = self.visit.drafts
        sample = sample_parameters(
            drafts.spec, operation, "path", drafts.supply, f"tour/{operation.label}"
        )
        found: dict[str, str] = {}
        for name in re.findall(r"\{([^{}]+)\}", path):
            usual = text(sample.get(name, "1"))
            found[name] = self._key_at(path, name, usual) or usual
        return found

    def _key_at(self, path: str, name: str, usual: str = "") -> str | None:
        """Return the key for a parameter of a path: that of the record of the collection before it,
        a property of that which is called so, or the key of one that it names, in the form of the
        `usual` values of the parameter.
        """
        before = path.partition("/{" + name + "}")[0]
        if before not in self.kept:
            self._look_again(before)
        if before in self.kept:
            return _key_like(self.kept[before], usual)
        above = [each for each in self.kept if before.startswith(f"{each}/")]
        for each in sorted(above, key=len, reverse=True):
            told = _property(self.kept[each], name)
            if told is not None:
                return told
        return self._key_by_noun(name, usual)

    def _key_by_noun(self, name: str, usual: str) -> str | None:
        """Return the key, or the property, that a name tells: `flow_id`, `flow_name`."""
        match = _ID_OF.fullmatch(name)
        if match is None:
            return None
        noun, word = match[1].lower(), match[2].lower()
        for path, made in self.kept.items():
            if noun in nouns_of(self.places[path]):
                told = None if word in ("id", "key", "uuid") else _property(made, word)
                return _key_like(made, usual) if told is None else told
        return None


def ends_more(operation: Operation) -> bool:
    """Tell whether an operation may end more than one record, or the session of the run."""
    last = operation.path.rstrip("/").rpartition("/")[2]
    is_verb = not last.startswith("{") and bool(_ENDS.search(last))
    return operation.method != "GET" and (is_verb or bool(_OWN.search(operation.path)))


def _key_like(made: Made, old: Any) -> str:
    """Return the key of a record, in the form of an old one."""
    return key_like(made.key, {**made.sent, **made.shown}, old)


def _property(made: Made, name: str) -> str | None:
    """Return what a record has under a name, None where it has no such text or number."""
    for shown in (made.shown, made.sent):
        for own in shown:
            value = value_at(shown, own)
            is_plain = value is not MISSING and isinstance(value, str | int)
            if bare(own) == bare(name) and is_plain:
                return key_of(value)
    return None
