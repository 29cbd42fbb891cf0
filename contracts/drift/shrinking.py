"""Make the call that shows a difference smaller: a call in, the smallest one that both servers
still answer so out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from contracts.drift.comparison import Comparer
from contracts.drift.groups import Group, Shown, key_of
from contracts.reduction import without_one
from contracts.requests.caller import asking
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Sent
from mockserver.model.types import Kind, Model

Ask = Callable[[Sent], Exchange | None]
"""Asks the live server; None when it may not be asked, or does not answer."""
MOST = 12
"""Requests that are sent to make one call smaller."""


@dataclass(frozen=True, slots=True)
class Shrinking:
    """Makes calls smaller by leaving out query parameters and properties, asking both sides each
    time.
    """

    ask: Ask
    comparer: Comparer

    def smallest(self, group: Group, model: Model) -> Shown:
        """Return the smallest call that shows a group by a model."""
        found, left = group.smallest, MOST
        candidates = self._smaller(found)
        while left and (sent := next(candidates, None)) is not None:
            left -= 1
            again = self._again(group, found, sent, model)
            if again is not None:
                found = again
                candidates = self._smaller(found)
        return found

    def _smaller(self, shown: Shown) -> Iterator[Sent]:
        sent, operation = shown.by.exchange.sent, shown.by.reading.operation
        path, _, query = sent.target.partition("?")
        pairs = parse_qsl(query, keep_blank_values=True)
        for index in range(len(pairs)):
            yield replace(sent, target=asking(path, pairs[:index] + pairs[index + 1 :]))
        body = shown.by.reading.body
        if operation is None or operation.kind is not Kind.CREATE or not isinstance(body, Mapping):
            return
        wrapper = operation.envelope.request
        inner = body.get(wrapper, body) if wrapper else body
        for rest in without_one(inner) if isinstance(inner, Mapping) else ():
            content = json.dumps({wrapper: rest} if wrapper else rest, ensure_ascii=False).encode()
            yield replace(sent, content=content)

    def _again(self, group: Group, shown: Shown, sent: Sent, model: Model) -> Shown | None:
        """Return the same difference as another request shows it, None when it does not."""
        exchange = self.ask(sent)
        if exchange is None or exchange.answer is None:
            return None
        compared = self.comparer.compare(model, [*shown.before, exchange]).compared
        for each in compared:
            if each.exchange is exchange:
                found = [drift for drift in each.drifts if key_of(each, drift) == group.key]
                return Shown(each, found[0], shown.before) if found else None
        return None
