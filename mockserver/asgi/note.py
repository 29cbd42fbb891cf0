"""What the edge tells of a request to whoever wants to know: put a Note into the scope, read it
after the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockserver.call import Call, Problem
from mockserver.state import Change

NOTE = "understudy.note"
"""Where the scope of a request holds its Note; most have none."""
ANSWERED = b"understudy-answered"
"""The header that tells who gave a reply in the place of a live server: mock or proxy."""


@dataclass(slots=True)
class Note:
    """Which space, API and operation (`POST /shelves`, and its kind) a request was for, and what
    came of it.

    `call` is the request decoded, None where it was refused before that; `problem` tells why it was
    refused, if it was; `changes` are those that it made. `live` tells that a server behind a proxy
    answered.

    `root_path` is what its path began with before that of the API: where the application is
    mounted, and the space. All are empty for a request that belongs to no API.
    """

    space: str = ""
    root_path: str = ""
    api: str = ""
    operation: str = ""
    kind: str = ""
    call: Call | None = None
    problem: Problem | None = None
    changes: tuple[Change, ...] = ()
    live: bool = False

    @property
    def reasons(self) -> tuple[str, ...]:
        """What was wrong, one text for each violation: `body /title: title is required`."""
        if self.problem is None:
            return ()
        told = [
            " ".join((each.place, "".join(f"/{step}" for step in each.path))).rstrip()
            + f": {each.message}"
            for each in self.problem.violations
        ]
        return tuple(told) or (self.problem.message,)


def note_problem(scope: Any, problem: Problem) -> None:
    """Write down why a request is refused, where somebody wants to know."""
    note = scope.get(NOTE)
    if note is not None:
        note.problem = problem
