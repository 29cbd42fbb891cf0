"""The calls of one space, as its journal has them: find, count, verify and save them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, overload

from mockserver.call import ProblemKind
from mockserver.control.control import Control
from mockserver.control.journal import Entry
from mockserver.control.pattern import find, pattern_of, verify
from mockserver.recording import open_private

BREACHES = frozenset(
    {
        ProblemKind.MALFORMED,
        ProblemKind.INVALID_QUERY,
        ProblemKind.INVALID_PATH,
        ProblemKind.NO_ROUTE,
        ProblemKind.METHOD_NOT_ALLOWED,
        ProblemKind.METHOD_NOT_IMPLEMENTED,
        ProblemKind.NOT_ACCEPTABLE,
        ProblemKind.UNSUPPORTED_MEDIA_TYPE,
        ProblemKind.UNSUPPORTED_CODING,
        ProblemKind.LIMIT_EXCEEDED,
    }
)
"""Why a call is refused that no state of the server would have answered: it breaks the document."""
STATE_RULES = frozenset({"reference", "unique"})
"""Rules that a body breaks because of what other records say, and not by its form."""


def is_breach(entry: Entry) -> bool:
    """Tell whether a request broke the document; one that only does not fit the state does not."""
    problem = entry.note.problem
    if problem is None or problem.chosen:
        return False
    if problem.kind is ProblemKind.INVALID:
        return any(each.rule not in STATE_RULES for each in problem.violations)
    return problem.kind in BREACHES


class Calls(Sequence[Entry]):
    """The calls so far, the oldest first; what is looked for is said in the words of a pattern.

    >>> from mockserver import MockServer
    >>> mock = MockServer("bookshop")
    >>> mock.requests.count(method="POST", status=201)
    0
    """

    def __init__(self, control: Control, space: str) -> None:
        self._control = control
        self._space = space

    def find(self, **pattern: Any) -> list[Entry]:
        """Return the calls that match. Raises SettingsError for an unknown word."""
        return find(self._entries, pattern_of(pattern))

    def count(self, value: Any = None, **pattern: Any) -> int:
        """Return how many calls match. Raises SettingsError for an unknown word."""
        return self._entries.count(value) if value is not None else len(self.find(**pattern))

    def verify(self, times: int | None = None, **pattern: Any) -> None:
        """Check that so many calls match, at least one without `times`. Raises AssertionError with
        the near misses.
        """
        __tracebackhide__ = True
        verified = verify(self._entries, pattern_of(pattern), times)
        if not verified.holds:
            raise AssertionError(verified.text)

    def breaches(self) -> list[Entry]:
        """Return the calls that broke the document, and were refused for it."""
        return [entry for entry in self._entries if is_breach(entry)]

    def save(self, path: Path | str) -> None:
        """Write the calls down, secrets masked: as HAR 1.2 into a `.har` file, else one JSON object
        a line.
        """
        writer = self._control.writer
        har = Path(path).suffix.lower() == ".har"
        text = (
            json.dumps(writer.har(self._entries), indent=1) if har else writer.lines(self._entries)
        )
        with open_private(Path(path)) as file:
            file.write(text)

    def remove(self, **pattern: Any) -> int:
        """Forget the calls that match; tell how many there were. Raises SettingsError for an
        unknown word.
        """
        return self._control.journal.remove(
            [each.number for each in self.find(**pattern)], self._space
        )

    def clear(self) -> None:
        """Forget the calls."""
        self._control.journal.clear(self._space)

    @overload
    def __getitem__(self, at: int) -> Entry: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Entry]: ...

    def __getitem__(self, at: int | slice) -> Entry | Sequence[Entry]:
        return self._entries[at]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<{len(self)} calls>"

    @property
    def _entries(self) -> tuple[Entry, ...]:
        return self._control.journal.of(self._space)
