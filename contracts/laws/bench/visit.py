"""One opening of a server by the laws: requests in, answers out; what was made, and by which calls,
is remembered.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.compare.descriptions import Wording
from contracts.errors import Withheld
from contracts.laws.bench.envelopes import record_of
from contracts.laws.bench.law import Untried
from contracts.laws.bench.places import Place
from contracts.openapi import is_at_or_below, json_content, operation_at, response_at
from contracts.requests.caller import NOTHING, Caller, Keys
from contracts.requests.drafts import Drafts, Record
from contracts.requests.samples import Body
from contracts.targets.exchanges import Exchange
from contracts.targets.failures import as_meant
from contracts.targets.target import SAFE_METHODS, Answer, Sent
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from contracts.wire.wire import Lost, Wire
from mockserver.model.types import Operation


@dataclass(frozen=True, slots=True)
class Made:
    """A record that was made: its key as a text, the parameters above it, what was sent and what
    came back.
    """

    key: str
    above: Keys
    sent: Record
    answer: Answer
    shown: Record


Named = tuple[str, Record]
"""A record that others name, behind its key."""


@dataclass(slots=True)
class Visit:
    """What the worlds of one opening share.

    A pause of `pause_s` comes before what is read first after a change, of the operations in `late`
    alone where there are some. `made` are the records that were made, by their places, the oldest
    first; `owners` those of them that were made for others to stand below, as path and key. `aside`
    are the numbers of calls that have no part in a story, `origins` those of the calls that made
    something, by its path. `naming` are the resources of which a record is being made for others to
    name, `named` those that were made for that, by resource and property, `unread` the paths of
    places where what is made cannot be read. `most_drafts` are tried of one operation, None where
    all are.
    """

    subject: Subject
    wire: Wire
    places: Mapping[str, Place]
    drafts: Drafts
    made: list[tuple[Place, Made]] = field(default_factory=list)
    owners: set[tuple[str, str]] = field(default_factory=set)
    aside: set[int] = field(default_factory=set)
    origins: dict[str, int] = field(default_factory=dict)
    number: int = 0
    naming: set[str] = field(default_factory=set)
    named: dict[str, Named] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    most_drafts: int | None = None
    pause_s: float = 0.0
    late: frozenset[str] = frozenset()
    wording: Wording = field(init=False)
    _is_fresh: bool = False

    def __post_init__(self) -> None:
        self.wording = Wording(self.subject.model)

    @property
    def may_write(self) -> bool:
        return self.subject.safety is not Safety.READ

    @property
    def caller(self) -> Caller:
        return Caller(
            self.subject.model,
            self.wire,
            self.drafts.supply,
            self.subject.base,
            self.subject.granted,
        )

    def send(
        self,
        operation: Operation,
        keys: Keys,
        body: Body | None = None,
        asked: Mapping[str, Any] = NOTHING,
    ) -> Answer:
        """Call an operation. Raises Untried when the request may not be sent or gets no answer."""
        return self.send_raw(self.granted(operation, keys, body, asked))

    def send_raw(self, sent: Sent) -> Answer:
        """Send a request as it is. Raises Untried."""
        self._pause(sent)
        with self.reachable():
            return as_meant(self.wire.send(sent))

    def _pause(self, sent: Sent) -> None:
        """Give a server that shows changes late a moment, before the first look after a change."""
        if sent.method not in SAFE_METHODS:
            self._is_fresh = True
        elif self._is_fresh and self._may_be_late(sent):
            self._is_fresh = False
            left_s = self.wire.budget.left_s()
            time.sleep(self.pause_s if left_s is None else min(self.pause_s, left_s))

    def _may_be_late(self, sent: Sent) -> bool:
        """Tell whether what a request shows may be late: where the document says so of some reads
        alone, the others are not.
        """
        return not self.late or self.wire.readings.read(sent).label in self.late

    def send_together(self, sents: Sequence[Sent]) -> list[Answer]:
        """Send requests at the same time. Raises Untried."""
        with self.reachable():
            return [as_meant(each) for each in self.wire.send_together(sents)]

    def granted(
        self,
        operation: Operation,
        keys: Keys,
        body: Body | None = None,
        asked: Mapping[str, Any] = NOTHING,
    ) -> Sent:
        """Return the request of a call, with credentials."""
        return self.subject.granted(operation, self.spelled(operation, keys, body, asked))

    def spelled(
        self,
        operation: Operation,
        keys: Keys,
        body: Body | None = None,
        asked: Mapping[str, Any] = NOTHING,
    ) -> Sent:
        """Return the request of a call without credentials, asking for JSON where the document has
        it.
        """
        body, asked = self._of_version(operation, keys, body, asked)
        sent = self.caller.spelled(operation, keys, body, self._narrowing(operation), asked)
        declared = operation_at(self.subject.model.document.spec, operation.path, operation.method)
        content = json_content(response_at(declared, operation.success).get("content"))
        accept = {"Accept": content[0]} if content is not None and "*" not in content[0] else {}
        return sent.with_headers({**accept, **sent.headers})

    def _narrowing(self, operation: Operation) -> Record | None:
        """Return what a list that must be narrowed is narrowed to: the record of its kind that was
        made last.
        """
        if operation.method != "GET":
            return None
        for place, made in reversed(self.made):
            if place.resource.name == operation.resource:
                return made.sent
        return None

    def _of_version(
        self, operation: Operation, keys: Keys, body: Body | None, asked: Mapping[str, Any]
    ) -> tuple[Body | None, Mapping[str, Any]]:
        """Return a body, and what is asked for, with the version that the record has now, where a
        change carries it.
        """
        conditions = operation.conditions
        if conditions is None or conditions.field is None:
            return body, asked
        with self.off_stage():
            version = self._version(operation, keys, conditions.field)
        if version is None:
            return body, asked
        if conditions.param is not None:
            asked = {**asked, conditions.param: version}
        wrapper = operation.envelope.request
        value = None if body is None else body.value
        inner = value.get(wrapper) if wrapper and isinstance(value, Mapping) else value
        if body is None or not isinstance(inner, Mapping) or conditions.field not in inner:
            return body, asked
        inner = {**inner, conditions.field: version}
        whole = {**value, wrapper: inner} if wrapper and isinstance(value, Mapping) else inner
        return replace(body, value=whole), asked

    def _version(self, operation: Operation, keys: Keys, field: str) -> Any:
        """Return the version of the record that a change is about, None where no read shows it."""
        place = next((each for each in self.places.values() if operation in each.operations), None)
        read = None if place is None else place.read
        if read is None or not {operation.key_param, read.key_param} <= {*keys, None}:
            return None
        answer = self.send_raw(self.granted(read, keys))
        shown = record_of(read, answer) if answer.succeeded else None
        return None if shown is None else shown.get(field)

    @contextmanager
    def reachable(self) -> Iterator[None]:
        """Turn what keeps a request from its answer into Untried."""
        try:
            yield
        except Withheld as withheld:
            raise Untried(f"not sent: {withheld}") from None
        except Lost as lost:
            raise Untried(f"no answer: {lost}") from None

    @contextmanager
    def off_stage(self) -> Iterator[None]:
        """Leave the calls made here out of the story of a failure."""
        before = self.wire.budget.calls
        try:
            yield
        finally:
            self.aside.update(range(before + 1, self.wire.budget.calls + 1))

    def story(self, since: int) -> list[Exchange]:
        """Return the calls after one of this number that have a part in what happened, and what
        made their records.
        """
        late = [
            each
            for each in self.wire.history
            if each.number > since and each.number not in self.aside
        ]
        paths = [each.sent.raw_path for each in late]
        needed = {
            number
            for item, number in self.origins.items()
            if number <= since or number in self.aside
            for path in paths
            if is_at_or_below(path, item)
        }
        early = [each for each in self.wire.history if each.number in needed]
        return [*early, *(each for each in late if each.number not in needed)]
