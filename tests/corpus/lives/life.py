"""The values of a derived life: what the judge is asked to play, and what could not be derived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STEPS = (
    *("create", "distinct", "echo", "read", "same", "list", "filter", "page", "refused"),
    *("update", "changed", "kept", "replaced", "refilter", "delete", "gone", "missing"),
)
"""The steps of the judge, in order."""


def is_of_one_request(header: str) -> bool:
    """Tell whether each request has a value of its own for a header, as the key by which a server
    knows one that is sent again; the judge sends the same headers with all.
    """
    return "idempoten" in header.lower()


class Underivable(Exception):
    """The document does not tell what a step needs; the text tells what."""


@dataclass(frozen=True, slots=True)
class DerivedLife:
    """The life of one resource: what is played, in the judge's words, and why steps are not tried.

    Without a way to make two records nothing is played.
    """

    collection: str
    played: Mapping[str, Any] | None = None
    untried: Mapping[str, str] = field(default_factory=dict)
    unshown: tuple[str, ...] = ()
    """What is sent and not looked for: no reply describes it, or only in another form."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a derived life: the steps that were played, with their results, why those
    failed that did, and how many of these replies were a 5xx.
    """

    life: DerivedLife
    results: Mapping[str, str] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    server_errors: int = 0

    @property
    def failed(self) -> list[str]:
        """The steps that were played and did not hold, or could not be reached for that."""
        return [step for step, result in self.results.items() if result != "passed"]

    @property
    def is_whole(self) -> bool:
        """Whether two records could be made and no step failed."""
        return self.life.played is not None and not self.failed

    @property
    def is_bare(self) -> bool:
        """Whether it is whole without filters and pages."""
        return self.life.played is not None and not set(self.failed) - EXTRAS

    @property
    def untried(self) -> list[str]:
        """The steps that were not played."""
        return [step for step in STEPS if step not in self.results]


EXTRAS = frozenset({"filter", "refilter", "page"})
"""The steps that a bare life does without."""
