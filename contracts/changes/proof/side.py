"""One of the two mocks as a proof uses it: a model and an application in, fresh states of it
out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.targets.reading import Readings
from contracts.targets.target import Answer, Sent, Target
from contracts.wire.subject import Subject
from mockserver.call import Supply
from mockserver.model.types import Model
from mockserver.state import Found


@dataclass(frozen=True, slots=True)
class Side:
    """The mock of OLD or NEW.

    `start` are the records that each state begins with, `supply` gives values for what a document
    leaves open.
    """

    subject: Subject
    supply: Supply
    start: Sequence[Found] = ()

    @property
    def model(self) -> Model:
        return self.subject.model

    @property
    def base(self) -> str:
        """The path before the operations'."""
        return self.subject.base

    def fresh(self) -> Target:
        """Return the mock in the state of its start; whoever asks closes it."""
        return _Answering(self.subject.connect())

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
class _Answering:
    """A mock whose breakdowns are answers too, as they are for a client."""

    target: Target

    def send(self, sent: Sent) -> Answer:
        try:
            return self.target.send(sent)
        except Exception as error:  # whatever it is that the mock stumbled over
            return Answer(500, {}, f"{type(error).__name__}: {error}".encode())

    def close(self) -> None:
        self.target.close()


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
