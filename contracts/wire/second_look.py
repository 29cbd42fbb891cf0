"""Look again before anything is said to be wrong: a difference and the call that showed it in, what
is left of it out.

A right server may need a moment: a list that lags, a delete in the background. So a difference is
told only where it stays. What a server was seen to do late is expected from it from then on: a
resource that is `slow` leaves its records in doubt after each write, until a reply shows them.

    DELETE /disks/7  ->  202
    GET /disks/7     ->  200     looks wrong
    GET /disks/7     ->  404     a moment later: disks are slow
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from contracts.compare.placeholders import Keeper
from contracts.compare.values import Difference
from contracts.errors import Withheld
from contracts.oracle.lenient import Observations
from contracts.oracle.settled import Settled
from contracts.oracle.shadow import Shadow
from contracts.targets.target import SAFE_METHODS, Answer, Sent
from contracts.wire.wire import Lost
from mockserver.model.types import Kind, Model, Operation

WAITS_S = (0.15, 0.35, 0.7)
"""How long is waited before each new look, in seconds."""
GONE = frozenset({404, 410})
_SLOW = re.compile(
    r"in the background|eventual|asynchron|\blags?\b|takes? effect|propagat|"
    r"(within|after|up to) (about )?(a|an|one|half|some|few|\d+(\.\d+)?) ?(a )?"
    r"(moment|while|seconds?|minutes?|ms|milliseconds?|delay)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Patience:
    """What is known of how late a server is: `slow` are resources whose writes show later,
    `confirmed` the kinds of differences that were looked at again and stayed, `observations` what
    it was seen to show.
    """

    slow: set[str] = field(default_factory=set)
    confirmed: set[tuple[str, str]] = field(default_factory=set)
    observations: Observations = field(default_factory=Observations)

    def shadow(
        self,
        model: Model,
        store: Keeper,
        partial: Iterable[str] | None = None,
    ) -> Shadow:
        """Return a shadow of the server that knows this of it."""
        return Shadow(
            model,
            store,
            partial,
            slow=self.slow,
            observations=self.observations,
        )

    @classmethod
    def told_by(cls, model: Model) -> Patience:
        """Return what the words of a document tell."""
        late = [each for each in model.operations if each.resource and is_late(each)]
        return cls({str(each.resource) for each in late})


def is_late(operation: Operation) -> bool:
    """Tell whether the document says that what an operation does, or shows, comes late."""
    described = operation.described
    replies = [each.description for each in described.responses.values()]
    return any(_SLOW.search(each) for each in (described.description, described.summary, *replies))


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Looks again through `send`, with the `granted` credentials of an operation."""

    model: Model
    send: Callable[[Sent], Answer]
    granted: Callable[[Operation, Sent], Sent]
    patience: Patience

    def left(
        self,
        shadow: Shadow,
        settled: Settled,
        sent: Sent,
        answer: Answer,
        found: Sequence[Difference],
    ) -> Sequence[Difference]:
        """Return what is left of differences after a while; nothing where they are explained.
        Raises Stopped.
        """
        kind = (settled.operation.label, re.sub(r"/\d+", "/*", found[0].place))
        if kind in self.patience.confirmed:
            return found
        try:
            left = self._looked(shadow, settled, sent, answer, found)
        except (Withheld, Lost):
            left = found
        if left:
            self.patience.confirmed.add(kind)
        return left

    def _looked(
        self,
        shadow: Shadow,
        settled: Settled,
        sent: Sent,
        answer: Answer,
        found: Sequence[Difference],
    ) -> Sequence[Difference]:
        operation = settled.operation
        if sent.method in SAFE_METHODS and operation.kind is not Kind.STATELESS:
            left = self._asked_again(shadow, settled, sent, found)
        elif found[0].place != "status":
            return found
        elif answer.status in GONE:
            left = self._is_there_after_all(operation, sent, found)
        elif answer.status < 300 and shadow.was_there(settled):
            left = self._is_gone_after_all(operation, sent, found)
        else:
            return found
        if not left and operation.resource:
            self.patience.slow.add(operation.resource)
        return left

    def _asked_again(
        self, shadow: Shadow, settled: Settled, sent: Sent, found: Sequence[Difference]
    ) -> Sequence[Difference]:
        for wait_s in WAITS_S:
            time.sleep(wait_s)
            found = shadow.judge(settled, self.send(sent))
            if not found:
                return found
        return found

    def _is_there_after_all(
        self, operation: Operation, sent: Sent, found: Sequence[Difference]
    ) -> Sequence[Difference]:
        """Look for a record that a call did not find: it is there, or comes, or the difference
        stays.
        """
        read = self._read(operation, sent)
        for wait_s in (0.0, *WAITS_S) if read is not None else ():
            time.sleep(wait_s)
            if read is not None and self.send(read).status < 300:
                return ()
        return found

    def _is_gone_after_all(
        self, operation: Operation, sent: Sent, found: Sequence[Difference]
    ) -> Sequence[Difference]:
        """Look for a record that was deleted and that a call found all the same: it goes, or the
        difference stays.
        """
        read = self._read(operation, sent)
        for wait_s in WAITS_S if read is not None else ():
            time.sleep(wait_s)
            if read is not None and self.send(read).status in GONE:
                return ()
        return found

    def _read(self, operation: Operation, sent: Sent) -> Sent | None:
        """Return the request that reads the record which a call is about, None where there is
        none.
        """
        for each in self.model.operations:
            if each.kind is Kind.READ and each.path == operation.path:
                bare = Sent("GET", sent.raw_path)
                return self.granted(each, bare)
        return None
