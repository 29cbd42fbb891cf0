"""The calls of a run as HAR 1.2, for browsers' tools and proxies: events in, a file that grows with
each call out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from contracts.events import CallAnswered, Event, RunStarted
from contracts.reports.files import NewFile
from contracts.targets.exchanges import Exchange
from mockserver.recording import har, har_entry


@dataclass(slots=True)
class Har:
    """Writes each call when it comes, so that a long run takes no memory."""

    file: NewFile
    _origin: str = ""
    _before: str = ""

    def take(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._origin = event.origin
        elif isinstance(event, CallAnswered):
            self._begin()
            self.file.write(f"{self._before}{json.dumps(entry(event.exchange, self._origin))}")
            self._before = ",\n"

    def close(self) -> None:
        self._begin()
        self.file.write("\n]}}\n")
        self.file.close()

    def _begin(self) -> None:
        """Write all that stands before the entries, once."""
        if not self._before:
            self.file.write(json.dumps(har([])).removesuffix("]}}") + "\n")
            self._before = "\n"


def entry(exchange: Exchange, origin: str) -> dict[str, Any]:
    """Return a call as an entry of a log, with the operation that it belongs to as its comment."""
    sent = replace(exchange.sent, origin=origin)
    comment = " ".join(part for part in (exchange.phase, exchange.operation) if part)
    if exchange.answer is None:
        comment += " (no answer)"
    return {**har_entry(replace(exchange, sent=sent)), "comment": comment}
