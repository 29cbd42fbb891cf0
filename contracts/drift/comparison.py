"""Play the traffic of a live server on a mock by a model: exchanges and a way to open a mock in,
what differs out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from contracts.compare.alignment import Alignment, Side
from contracts.drift.replay import Compared, Replay
from contracts.drift.start import Start, StartReader
from contracts.drift.volatile import Place, volatile
from contracts.targets.exchanges import Exchange
from contracts.targets.reading import Readings
from contracts.targets.target import Target
from contracts.wire.subject import Subject
from mockserver.model.types import Model

Play = Callable[[Model, Start], Subject]
"""Returns a mock of a model that begins with these records."""


@dataclass(frozen=True, slots=True)
class Mocks:
    """How mocks of one API are opened, and what they are called.

    `play` opens the mock in question, `trial` one in this process; they are `trusted` to have all
    records that the live server had, whatever was read of it.
    """

    name: str
    play: Play
    trial: Play
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Traffic:
    """Calls to a live server at an origin, whose operations are below a base path, and its
    answers.
    """

    exchanges: Sequence[Exchange]
    origin: str
    base: str

    @property
    def began(self) -> datetime:
        """When the first call was made."""
        began_s = min((each.began_s for each in self.exchanges), default=0.0)
        return datetime.fromtimestamp(began_s, UTC)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of each call that both answered. `volatile` are places that change by
    themselves.
    """

    compared: Sequence[Compared]
    volatile: frozenset[Place]
    start: Start

    @property
    def apart(self) -> list[Compared]:
        """The calls whose answers differ."""
        return [each for each in self.compared if each.drifts]


class Comparer:
    """Compares one traffic with mocks of any model."""

    def __init__(self, traffic: Traffic, play: Play, trusted: bool = False) -> None:
        """Take the traffic, how mocks are opened, and whether they have all that the live server
        had.
        """
        self.traffic = traffic
        self._play = play
        self._trusted = trusted

    def compare(self, model: Model, exchanges: Sequence[Exchange] | None = None) -> Comparison:
        """Return what differs in the traffic, or in some of its calls."""
        readings = Readings(model, self.traffic.base)
        every = self.traffic.exchanges
        start = StartReader(model, Readings(model, self.traffic.base)).read(every)
        start.trusted = self._trusted
        changing = volatile(every, readings)
        replay, target = self._opened(model, start, readings, changing)
        try:
            compared = list(replay.run(every if exchanges is None else exchanges))
        finally:
            target.close()
        return Comparison(compared, changing, start)

    def _opened(
        self, model: Model, start: Start, readings: Readings, changing: frozenset[Place]
    ) -> tuple[Replay, Target]:
        mock = self._play(model, start)
        live = Side(self.traffic.origin, self.traffic.base, self.traffic.began)
        ours = Side(mock.origin, mock.base, datetime.now(UTC))
        known = {name: start.keys(name) for name in model.resources}
        target = mock.connect()
        return Replay(mock, target, readings, start, Alignment(live, ours, known), changing), target
