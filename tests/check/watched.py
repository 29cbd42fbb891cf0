"""A server that notes every request which reaches it, for tests of what a run may send."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from contracts.oracle.plain_store import PlainStore
from contracts.targets.remote import NoAnswer
from contracts.targets.target import Answer, AppTarget, Sent, Target
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from tests.conftest import fresh_app, model_of

KEY = {"X-Api-Key": "bookshop-key"}


@dataclass
class Watched:
    """The bookshop behind a target that notes what is sent. `hook` may raise instead of
    answering.
    """

    hook: Callable[[Sent], None] = lambda sent: None
    seen: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.target = AppTarget(fresh_app("bookshop"))

    def send(self, sent: Sent) -> Answer:
        self.hook(sent)
        self.seen.append(sent)
        return self.target.send(sent)

    def close(self) -> None:
        pass

    def subject(self, safety: Safety, parents: tuple[str, ...] = ()) -> Subject:
        """Return the server as one that keeps its state."""

        def connect() -> Target:
            return self

        return Subject(
            model_of("bookshop"), connect, PlainStore, fresh=False, safety=safety, parents=parents
        )

    def get(self, path: str) -> Answer:
        return self.target.send(Sent("GET", path, KEY))


class Flapping:
    """Answers every other request, or none once it is `gone`."""

    def __init__(self, gone_after: int | None = None) -> None:
        self.asked, self._gone_after = 0, gone_after

    def __call__(self, sent: Sent) -> None:
        self.asked += 1
        gone = self._gone_after is not None and self.asked > self._gone_after
        if gone or (self._gone_after is None and self.asked % 2):
            raise NoAnswer("Connection reset by peer", sent_nothing=gone)


Watching = Callable[..., Watched]
"""Makes a server; see the fixture `watched`."""
