"""What a report is: something that takes the events of a run, one by one, and is closed when there
are no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from contracts.events import Event
from contracts.reports.files import NewFile


class Reporter(Protocol):
    """Takes events. It is closed once, also after a run that was cut off: then without a
    RunFinished.
    """

    def take(self, event: Event) -> None: ...

    def close(self) -> None: ...


class Fold(Protocol):
    """Takes events, and can say all of it in one text at the end."""

    def take(self, event: Event) -> None: ...

    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class AtEnd:
    """A report that is written when the run is over."""

    file: NewFile
    fold: Fold

    def take(self, event: Event) -> None:
        self.fold.take(event)

    def close(self) -> None:
        self.file.write(self.fold.text())
        self.file.close()
