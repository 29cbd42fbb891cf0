"""What was changed before a call and has to do with it: compared calls in, the calls that each one
needs out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from contracts.drift.knowledge import MANY
from contracts.drift.replay import Compared
from contracts.openapi import is_at_or_below
from contracts.targets.exchanges import Exchange
from contracts.targets.target import SAFE_METHODS


@dataclass(slots=True)
class Changes:
    """The accepted changes so far, each with the path of the item that it is about."""

    _made: dict[str, Exchange] = field(default_factory=dict)
    _latest: dict[str, Exchange] = field(default_factory=dict)

    def note(self, compared: Compared) -> None:
        """Remember a call that changed something."""
        exchange = compared.exchange
        if (
            exchange.sent.method in SAFE_METHODS
            or exchange.answer is None
            or not exchange.answer.succeeded
        ):
            return
        if compared.item is not None:
            self._made[compared.item] = exchange
        else:
            self._latest[exchange.sent.bare_path] = exchange

    def before(self, compared: Compared) -> list[Exchange]:
        """Return the calls that made what a call is about, and the latest change of it where that
        is to blame.
        """
        path, kind = compared.exchange.sent.bare_path, compared.reading.operation
        needed = [each for item, each in self._made.items() if is_at_or_below(path, item)]
        if kind is not None and kind.kind in MANY:
            every = [*self._made.items(), *self._latest.items()]
            needed += [each for item, each in every if is_at_or_below(item, path)]
        elif compared.blamed is not None and path in self._latest:
            needed.append(self._latest[path])
        return sorted({each.number: each for each in needed}.values(), key=lambda each: each.number)
