"""Make the calls of a live server on the mock as well: exchanges and a mock in, the places where
they differ out.

The calls come in their order, each in the mock's own keys and with its own credentials. A
difference in what a call changes would show again in every later answer about the same records, so
these are not compared any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from contracts.compare.alignment import Alignment
from contracts.compare.differences import Drift, Way, normal
from contracts.drift.answers import Answers
from contracts.drift.knowledge import MANY, Knowledge
from contracts.drift.start import Start
from contracts.drift.translation import Translation
from contracts.errors import Withheld
from contracts.targets.exchanges import Exchange
from contracts.targets.reading import Reading, Readings
from contracts.targets.target import SAFE_METHODS, Answer, Sent, Target
from contracts.wire.subject import Subject
from contracts.wire.wire import Lost
from mockserver.inventory import shown_record
from mockserver.lookup import MISSING, value_at
from mockserver.model.types import Kind, Operation
from mockserver.state import key_of


@dataclass(frozen=True, slots=True)
class Compared:
    """A call that both answered: what the mock was sent and answered, and where the answers differ.

    `blamed` is the operation that changed what a reading shows, None when it is the call's own;
    `item` is the path of the record that the call made. A call is `doubtful` when its answers
    differ in what cannot be compared.
    """

    exchange: Exchange
    reading: Reading
    sent: Sent
    answer: Answer
    drifts: Sequence[Drift]
    blamed: Operation | None = None
    item: str | None = None
    doubtful: bool = False

    @property
    def operation(self) -> Operation | None:
        """The operation that the differences are of."""
        return self.blamed or self.reading.operation


@dataclass(slots=True)
class Replay:
    """Makes calls on a mock, one after another. `volatile` are places that change by themselves, by
    operation.
    """

    mock: Subject
    target: Target
    readings: Readings
    start: Start
    alignment: Alignment
    volatile: frozenset[tuple[str, str]] = frozenset()
    _sent: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    _changed: dict[str, Operation] = field(default_factory=dict)
    _items: dict[int, str] = field(default_factory=dict)
    _answers: Answers = field(init=False)
    _knowledge: Knowledge = field(init=False)
    _translation: Translation = field(init=False)

    def __post_init__(self) -> None:
        self._answers = Answers(self.mock.model, self.alignment, self._sent)
        self._knowledge = Knowledge(self.mock.model, self.start, self.alignment)
        self._translation = Translation(self.mock, self.alignment)

    def run(self, exchanges: Sequence[Exchange]) -> Iterator[Compared]:
        """Yield what came of each call that both could answer."""
        for each in exchanges:
            compared = self._call(each) if each.answer is not None else None
            if compared is not None:
                yield compared

    def _call(self, exchange: Exchange) -> Compared | None:
        live = exchange.answer
        reading = self.readings.read(exchange.sent)
        sent = self._translation.spelled(exchange.sent, reading)
        if live is None or sent is None:
            return None
        try:
            answer = self.target.send(sent)
        except (Withheld, Lost):
            return None
        self._keep(exchange, reading, answer)
        every = self._answers.compare(reading, exchange.sent.method, answer, live, _names(reading))
        drifts = [each for each in every if self._counts(each, exchange, reading)]
        blamed = self._note(exchange, reading, every)
        item, doubtful = self._items.get(exchange.number), len(drifts) < len(every)
        return Compared(exchange, reading, sent, answer, drifts, blamed, item, doubtful)

    def _counts(self, drift: Drift, exchange: Exchange, reading: Reading) -> bool:
        """Tell whether a difference is one of the call's own, in what both are known to have."""
        path = exchange.sent.bare_path
        label = reading.label or f"{exchange.sent.method} {path}"
        if (label, normal(drift.place)) in self.volatile or self._knowledge.has_lost(path):
            return False
        if drift.way in (Way.STATUS, Way.STATUS_CLASS):
            return self._knowledge.covers_refusal(reading)
        form = drift.place in ("Content-Type", "Allow") or (
            drift.way is Way.ENVELOPE and not drift.place
        )
        return form or self._knowledge.covers(reading)

    def _note(
        self, exchange: Exchange, reading: Reading, drifts: Sequence[Drift]
    ) -> Operation | None:
        """Remember what can no longer be compared; return the operation that a difference is owed
        to.
        """
        operation, path = reading.operation, exchange.sent.bare_path
        if operation is None:
            return None
        changes = exchange.sent.method not in SAFE_METHODS
        if changes and any(each.way is Way.STATUS_CLASS for each in drifts):
            self._knowledge.lose(operation, path)
        differs = any(each.resource and each.way is not Way.ORDER for each in drifts)
        item = self._items.get(exchange.number, path)
        if not differs or item not in self._changed or operation.kind in MANY:
            return None
        self._knowledge.lose_item(item)
        return None if changes else self._changed[item]

    def _keep(self, exchange: Exchange, reading: Reading, answer: Answer) -> None:
        """Note which properties a call sent for a record that the run made, and what it changed."""
        live, operation, path = exchange.answer, reading.operation, exchange.sent.bare_path
        resource = (
            self.mock.model.resources.get(operation.resource or "")
            if operation is not None
            else None
        )
        if (
            operation is None
            or resource is None
            or live is None
            or exchange.sent.method in SAFE_METHODS
        ):
            return
        if live.status >= 300 or answer.status >= 300:
            return
        if operation.key_param is not None:
            self._changed[path] = operation
        self._knowledge.follow(operation)
        record = shown_record(operation, live.body)
        key = value_at(record, resource.key or "")
        key = reading.path.get(operation.key_param or "", MISSING) if key is MISSING else key
        if key is MISSING or key is None or not self.alignment.is_new(key, resource.name):
            return
        self._sent.setdefault((resource.name, key_of(key)), set()).update(
            _names(reading) or _sent_names(reading)
        )
        if operation.kind is Kind.CREATE:
            self._items[exchange.number] = f"{path}/{key_of(key)}"
            self._changed[f"{path}/{key_of(key)}"] = operation


def _names(reading: Reading) -> set[str] | None:
    """Return the properties that a call sends for a record that it makes, None for another call."""
    makes = reading.operation is not None and reading.operation.kind in (Kind.CREATE, Kind.UPSERT)
    return _sent_names(reading) if makes else None


def _sent_names(reading: Reading) -> set[str]:
    if reading.operation is None or not isinstance(reading.body, Mapping):
        return set()
    wrapped = reading.body.get(reading.operation.envelope.request or "", reading.body)
    return set(wrapped) if isinstance(wrapped, Mapping) else set()
