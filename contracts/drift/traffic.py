"""Make the drawn calls on a live server: a subject in, the calls with their answers out, and
nothing left behind.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from contracts.drift.comparison import Traffic
from contracts.drift.reads import Reads
from contracts.drift.start import Start, StartReader
from contracts.drift.writes import Writes
from contracts.errors import ContractError, Stopped, Withheld
from contracts.events import CallAnswered, CallWithheld, Event, LeftBehind
from contracts.oracle.plain_store import PlainStore
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Answer, Sent
from contracts.wire.cleaning import clean_up
from contracts.wire.safety import Safety
from contracts.wire.subject import Emit, Subject
from contracts.wire.survey import Survey
from contracts.wire.wire import Budget, Lost, Wire
from mockserver.call import Supply

INTERRUPTED = "interrupted"
"""Why a run that somebody ended is over early."""


@dataclass(slots=True)
class Collector:
    """Makes the calls of a run. What was made so far is in `exchanges`, also when the run is cut
    short.

    `early` tells why not all calls were made; `withheld` counts those that may not leave.
    """

    live: Subject
    supply: Supply
    emit: Emit
    budget: Budget
    exchanges: list[Exchange] = field(default_factory=list)
    withheld: int = 0
    early: str = ""
    left: tuple[str, ...] = ()
    _wire: Wire = field(init=False)

    def __post_init__(self) -> None:
        self._wire = self.live.wire("drift", self._note, self.budget)

    @property
    def traffic(self) -> Traffic:
        """The calls that were answered so far."""
        return Traffic(self.exchanges, self.live.origin, self.live.base)

    def collect(self) -> None:
        """Make all calls; when the time is up, or somebody interrupts, those before. Raises
        Unreachable.
        """
        try:
            self._calls()
        except Stopped:
            self.early = INTERRUPTED if self.budget.stopped else "the time is up"
        except KeyboardInterrupt:
            self.early = INTERRUPTED

    def ask(self, sent: Sent) -> Exchange | None:
        """Make one more call; None when it may not be made, nothing came back, or the run is
        over.
        """
        try:
            self._wire.send(sent)
        except (Withheld, Lost, Stopped, ContractError):
            return None
        return self._wire.last

    def close(self) -> None:
        """Remove what the run made, and close the server."""
        try:
            self.left = tuple(clean_up(self.live, self._wire))
        except (ContractError, KeyboardInterrupt):
            self.left = tuple(self.live.belongings.items)
        finally:
            self._wire.close()
        if self.left:
            self.emit(LeftBehind(self.left))

    def _calls(self) -> None:
        Survey(self.live, self._wire, PlainStore()).run()
        for sent in Reads(self.live, self._start(self._wire), self.supply).guesses():
            self._try(sent)
        start = self._start(self._wire)
        for sent in Reads(self.live, start, self.supply).draw():
            self._try(sent)
        if self.live.safety is not Safety.READ:
            Writes(self.live, start, self.supply, self._try, self._claim).tell()

    def _try(self, sent: Sent) -> Answer | None:
        try:
            return self._wire.send(sent)
        except (Withheld, Lost):
            return None

    def _claim(self, sent: Sent) -> bool:
        """Take the path of an item that is not there for the run's own; on a disposable server all
        is its own.
        """
        try:
            return self.live.safety is Safety.ALL or self._wire.claim(sent.target, sent.headers)
        except (Withheld, Lost):
            return False

    def _start(self, wire: Wire) -> Start:
        return StartReader(self.live.model, wire.readings).read(self.exchanges)

    def _note(self, event: Event) -> None:
        if isinstance(event, CallAnswered) and not event.has_ended:
            self.exchanges.append(event.exchange)
        elif isinstance(event, CallWithheld):
            self.withheld += 1
        self.emit(event)
