"""Every error that the contract kit raises on purpose, each with a text that tells the next step.

UnderstudyError
└── ContractError        the root of these
    ├── Unreachable      no server answers at the target: nothing can be said about it
    ├── LockedOut        a server answers, and lets the run in nowhere
    ├── PlanError        what was asked for cannot be run (an unknown phase or law, a wrong target)
    ├── LedgerError      a file of accepted findings is wrong
    └── RecordingError   a recording cannot be read, or does not hold what is asked of it

Withheld and Stopped are no errors but signals: a request that may not leave the process, and a run
that must end.
"""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.errors import UnderstudyError


class ContractError(UnderstudyError):
    """The root of the errors of the contract kit."""


@dataclass
class Unreachable(ContractError):
    """A target does not answer: `url` is where it should, `reason` what happened, after so many
    `tries`.
    """

    url: str
    reason: str
    tries: int = 1

    def __str__(self) -> str:
        often = f" ({self.tries} tries)" if self.tries > 1 else ""
        return (
            f"{self.url} does not answer{often}: {self.reason}; is the server up, and is the URL "
            f"right?"
        )


class LockedOut(ContractError):
    """A server refuses whoever the run says is calling; the text tells what to do."""


class PlanError(ContractError):
    """What was asked for cannot be run."""


@dataclass
class LedgerError(ContractError):
    """A file of accepted findings is wrong: where, and what."""

    source: str
    message: str

    def __str__(self) -> str:
        return f"{self.source}: {self.message}"


@dataclass
class RecordingError(ContractError):
    """A recording cannot be used: which file, and why."""

    source: str
    message: str

    def __str__(self) -> str:
        return f"{self.source}: {self.message}"


class Withheld(Exception):
    """A request that must not leave the process, because of what it could change; the text tells
    why.
    """


class Stopped(Exception):
    """The run must end: its time is up, or somebody asked for it."""
