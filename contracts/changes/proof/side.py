"""One of the two mocks as a proof uses it: a model and an application in, fresh states of it
out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.targets.reading import Readings
from contracts.targets.target import Answer, Sent, Target
from mockserver.call import Supply
from mockserver.model.types import Model
from mockserver.state import Found


@dataclass(frozen=True, slots=True)
class Side:
    """The mock of OLD or NEW.

    `base` is the path before the operations', `space` the header that names an isolated state,
    `start` the records that each state begins with, `supply` gives values for what a document
    leaves open.
    """

    model: Model
    target: Target
    base: str
    supply: Supply
    space: str
    start: Sequence[Found] = ()

    def fresh(self, name: str) -> Target:
        """Return the mock in the state of its start; the name must not have been used."""
        return _InSpace(self.target, {self.space: name})

    def readings(self) -> Readings:
        """Return what reads requests by the document, without the base path."""
        return Readings(self.model, "")

    def below(self, sent: Sent) -> Sent:
        """Return a request without the base path."""
        return replace(sent, target=sent.target.removeprefix(self.base) or "/")

    def based(self, sent: Sent) -> Sent:
        """Return a request with the base path."""
        return replace(sent, target=f"{self.base}{sent.target}")


@dataclass(frozen=True, slots=True)
class _InSpace:
    target: Target
    headers: Mapping[str, str]

    def send(self, sent: Sent) -> Answer:
        try:
            return self.target.send(sent.with_headers({**sent.headers, **self.headers}))
        except (
            Exception
        ) as error:  # whatever a server raises is for its client an answer that never comes
            return Answer(500, {}, f"{type(error).__name__}: {error}".encode())

    def close(self) -> None:
        """Leave the mock open for others."""


@dataclass(slots=True)
class Taping:
    """A target that remembers what was sent and answered."""

    target: Target
    taped: list[tuple[Sent, Answer]] = field(default_factory=list)

    def send(self, sent: Sent) -> Answer:
        answer = self.target.send(sent)
        self.taped.append((sent, answer))
        return answer

    def close(self) -> None:
        self.target.close()


def header(answer: Answer, name: str) -> Any:
    """Return a header of an answer, None when it has none."""
    return answer.headers.get(name.lower())
