"""The one place where requests leave the process, guarded, paced, tried again and noted: a target
as a run uses it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from contracts.errors import PlanError, Stopped, Unreachable, Withheld
from contracts.events import CallAnswered, CallWithheld, Event, Trouble
from contracts.targets.exchanges import Exchange
from contracts.targets.reading import Reading, Readings
from contracts.targets.remote import NoAnswer
from contracts.targets.target import SAFE_METHODS, Answer, Crowd, Sent, Target, Timed
from contracts.wire.lockout import Lockout
from contracts.wire.safety import Guard, item_path, note_user
from mockserver.credentials import Access
from mockserver.errors import SettingsError
from mockserver.inventory import shown_record
from mockserver.lookup import MISSING, value_at
from mockserver.model.types import Kind, Operation
from mockserver.state import key_of

TRIES = 3
"""How often a request is sent when no answer comes and it can be sent again."""
PATIENCE = 8
"""So many requests in a row without an answer mean that the server is gone."""
MOST_WAITS = 4
"""How often a request is sent again that came too early (429)."""
LONGEST_WAIT_S = 60.0
"""Seconds that are waited at most before it is sent again."""
UNTOLD_WAIT_S = 0.5
"""Seconds that are waited where the server does not tell how long."""
KEPT = 5_000
"""Exchanges that are kept for the stories of failures."""


class Lost(Exception):
    """A request got no answer, although others do; the text tells why."""


@dataclass(slots=True)
class Budget:
    """The time and the calls that a run may still use; `stop` ends it at the next request.

    Until `latest_s` a phase may go on that is nearly done when its own time is up.
    """

    until_s: float | None = None
    per_second: float | None = None
    stopped: bool = False
    latest_s: float | None = None
    calls: int = 0
    _next_s: float = 0.0

    def left_s(self) -> float | None:
        return None if self.until_s is None else max(0.0, self.until_s - time.monotonic())

    def extend(self) -> None:
        """Let the phase go on, at the cost of those that come after it."""
        if self.latest_s is not None:
            self.until_s = self.latest_s

    def is_over(self) -> bool:
        return self.stopped or (self.until_s is not None and time.monotonic() >= self.until_s)

    @property
    def ended(self) -> str:
        """Why there is nothing left, empty while there is."""
        return "it was interrupted" if self.stopped else "its time was up" if self.is_over() else ""

    def pace(self) -> None:
        """Wait until the next request may be sent."""
        if self.per_second is None:
            return
        now = time.monotonic()
        self._next_s = max(self._next_s, now) + 1 / self.per_second
        if self._next_s - 1 / self.per_second > now:
            time.sleep(self._next_s - 1 / self.per_second - now)


@dataclass(slots=True)
class Wire:
    """A target as a run uses it; itself a target.

    `emit` is told of each call. `history` holds the exchanges so far, the oldest first (the last
    KEPT of them). `access` renews credentials that do not last, `lockout` notices where none
    are taken. While `closing`, requests are let through although the run's time is up: what it made
    is removed then.
    """

    target: Target
    guard: Guard
    readings: Readings
    emit: Callable[[Event], None]
    budget: Budget
    phase: str = ""
    url: str = ""
    closing: bool = False
    history: list[Exchange] = field(default_factory=list)
    access: Access | None = None
    lockout: Lockout | None = None
    _silent: int = 0

    def send(self, sent: Sent) -> Answer:
        """Return the answer. Raises Withheld, Lost, Stopped, LockedOut, or Unreachable when the
        server is gone.
        """
        if self.budget.is_over() and not self.closing:
            raise Stopped
        given = sent
        sent = self._opened(given)
        reading = self.readings.read(sent)
        try:
            self.guard.check(sent, reading)
        except Withheld as withheld:
            self.emit(CallWithheld(self.phase, reading.label, sent.method, str(withheld)))
            raise
        answer = self._answered(sent, reading)
        for _ in range(MOST_WAITS):
            wait_s = seconds_to_wait(answer)
            if wait_s is None:
                break
            self._wait(wait_s)
            answer = self._answered(sent, reading)
        if self._is_renewed(sent, answer):
            sent = self._opened(sent)
            answer = self._answered(sent, reading)
        self._note_belongings(sent, reading, answer)
        if self.lockout is not None and reading.operation is not None:
            self.lockout.note(reading.operation, given, answer)
            for opener in self.lockout.openers():
                with suppress(Withheld, Lost):
                    self.send(self.lockout.asked(opener))
        return answer

    def _opened(self, sent: Sent) -> Sent:
        """Return a request with the credentials that count now. Raises PlanError."""
        if self.access is None:
            return sent
        try:
            return self.access.current(sent)
        except SettingsError as error:
            raise PlanError(str(error)) from None

    def _is_renewed(self, sent: Sent, answer: Answer) -> bool:
        """Tell whether a refused request has other credentials by now. Raises PlanError."""
        if self.access is None:
            return False
        try:
            return self.access.is_renewed(sent, answer)
        except SettingsError as error:
            raise PlanError(str(error)) from None

    def _has_ended(self, sent: Sent, answer: Answer | None) -> bool:
        """Tell whether a request was refused for a credential that is to be renewed now."""
        if self.access is None or answer is None:
            return False
        return bool(self.access.ended(sent, answer))

    def _wait(self, wait_s: float) -> None:
        """Wait as long as the server asks for. Raises Stopped where there is no time for it."""
        left_s = self.budget.left_s()
        if left_s is not None and wait_s > left_s and not self.closing:
            time.sleep(left_s)
            raise Stopped
        time.sleep(wait_s)

    def send_together(self, sents: Sequence[Sent]) -> list[Answer]:
        """Send requests at the same time, each once; one by one where the target cannot. Raises as
        `send` does.
        """
        if not isinstance(self.target, Crowd):
            return [self.send(each) for each in sents]
        if self.budget.is_over() and not self.closing:
            raise Stopped
        sents = [self._opened(each) for each in sents]
        readings = [self.readings.read(each) for each in sents]
        for sent, reading in zip(sents, readings, strict=True):
            self.guard.check(sent, reading)
            self.budget.pace()
        began_s, started = time.time(), time.perf_counter()
        try:
            answers = self.target.send_together(sents)
        except NoAnswer as error:
            raise Lost(str(error)) from None
        for sent, reading, answer in zip(sents, readings, answers, strict=True):
            self.budget.calls += 1
            self._note(sent, reading, answer, began_s, time.perf_counter() - started)
            self._note_belongings(sent, reading, answer)
        return answers

    def close(self) -> None:
        self.target.close()

    @property
    def last(self) -> Exchange:
        """The latest exchange."""
        return self.history[-1]

    def claim(self, path: str, headers: Mapping[str, str]) -> bool:
        """Take the path of an item that is not there for the run's own, so that it may be made
        there.
        """
        if self.send(Sent("GET", path, headers)).status != 404:
            return False
        self.guard.belongings.add(path.partition("?")[0].rstrip("/"))
        return True

    def _answered(self, sent: Sent, reading: Reading) -> Answer:
        for attempt in range(TRIES):
            self.budget.pace()
            self.budget.calls += 1
            began_s, started = time.time(), time.perf_counter()
            if isinstance(self.target, Timed):
                self.target.most_s = None if self.closing else self.budget.left_s()
            try:
                answer = self.target.send(sent)
            except NoAnswer as error:
                self._note(sent, reading, None, began_s, time.perf_counter() - started)
                self._silent += 1
                self._end_in_time(str(error))
                again = error.sent_nothing or sent.method in SAFE_METHODS
                if self._silent >= PATIENCE or (error.sent_nothing and attempt == TRIES - 1):
                    raise Unreachable(self.url, str(error), self._silent) from None
                if not again or attempt == TRIES - 1:
                    self.emit(
                        Trouble(self.phase, f"{sent.method} {sent.target} got no answer: {error}")
                    )
                    raise Lost(str(error)) from None
                time.sleep(0.1 * 2**attempt)
                continue
            self._silent = 0
            self._note(sent, reading, answer, began_s, time.perf_counter() - started)
            return answer
        raise AssertionError("every attempt returns or raises")

    def _end_in_time(self, reason: str) -> None:
        """Raise Stopped when the time is up, Unreachable where nothing was ever answered."""
        if not self.budget.is_over() or self.closing:
            return
        if any(each.answer is not None for each in self.history):
            raise Stopped
        raise Unreachable(self.url, reason, self._silent)

    def _note(
        self, sent: Sent, reading: Reading, answer: Answer | None, began_s: float, took_s: float
    ) -> None:
        exchange = Exchange(
            sent,
            answer,
            began_s,
            took_s,
            number=self.budget.calls,
            phase=self.phase,
            operation=reading.label or "",
        )
        has_ended = self._has_ended(sent, answer)
        if not has_ended:
            self.history.append(exchange)
        if len(self.history) > 2 * KEPT:
            del self.history[:KEPT]
        self.emit(CallAnswered(exchange, has_ended))

    def _note_belongings(self, sent: Sent, reading: Reading, answer: Answer) -> None:
        """Remember what was made, and forget what was deleted."""
        operation, belongings = reading.operation, self.guard.belongings
        if operation is None or answer.status >= 300 or answer.status < 200:
            return
        path = sent.bare_path
        note_user(belongings, sent, answer.body)
        if operation.kind is Kind.CREATE:
            key = key_told(
                self.guard,
                operation,
                answer,
            )
            item = (
                item_path(
                    self.guard.model,
                    operation,
                    path,
                    key,
                )
                if key is not None
                else None
            )
            if item is not None:
                belongings.add(item)
        elif operation.kind is Kind.DELETE:
            belongings.remove(path)


def seconds_to_wait(answer: Answer) -> float | None:
    """Return how long a server asks to wait that has had too many requests (RFC 6585, section 4),
    None where it asks for nothing.
    """
    if answer.status != 429:
        return None
    told = answer.headers.get("retry-after", "").strip()
    if told.isdigit():
        return min(float(told), LONGEST_WAIT_S)
    return UNTOLD_WAIT_S


def rows_in(body: Any) -> set[str]:
    """Return the objects in the lists of a body, each as JSON."""
    if isinstance(body, Mapping):
        found: set[str] = set()
        for child in body.values():
            found |= rows_in(child)
        return found
    if not isinstance(body, list):
        return set()
    return {json.dumps(row, sort_keys=True) for row in body if isinstance(row, Mapping)}


def key_told(guard: Guard, operation: Operation, answer: Answer) -> str | None:
    """Return the key of a record that an answer says was made: from its body, else from its
    Location.
    """
    resource = guard.model.resources.get(operation.resource or "")
    if resource is None or resource.key is None:
        return None
    record = shown_record(operation, answer.body)
    key = MISSING if record is None else value_at(record, resource.key)
    if isinstance(key, str | int):
        return key_of(key)
    return answer.located_key or None
