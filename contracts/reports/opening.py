"""Open the reports that somebody asks for: `junit=out.xml` and the like in, one reporter for all of
them out.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TextIO

from contracts.errors import PlanError
from contracts.events import Event
from contracts.reports.files import NewFile
from contracts.reports.har import Har
from contracts.reports.html import Html
from contracts.reports.jsonl import Lines
from contracts.reports.junit import junit
from contracts.reports.markdown import markdown
from contracts.reports.reporter import AtEnd, Reporter
from contracts.reports.sarif import sarif
from contracts.reports.story import Story, Teller
from contracts.reports.tally import Tally
from contracts.reports.terminal import Terminal
from contracts.secrecy import Secrets
from mockserver.model.types import Model

Write = Callable[[Tally, Sequence[Story]], str]
"""Makes the text of a report of what a run did and found."""


@dataclass(slots=True)
class Told:
    """A fold that counts, and lets a function write at the end."""

    write: Write
    teller: Teller
    tally: Tally = field(default_factory=Tally)

    def take(self, event: Event) -> None:
        self.tally.take(event)

    def text(self) -> str:
        return self.write(self.tally, self.teller.stories(self.tally))


Open = Callable[[NewFile, Model, Teller], Reporter]
KINDS: Mapping[str, Open] = {
    "har": lambda file, model, teller: Har(file),
    "html": lambda file, model, teller: AtEnd(file, Html(model, teller)),
    "jsonl": lambda file, model, teller: Lines(file),
    "junit": lambda file, model, teller: AtEnd(file, Told(junit, teller)),
    "markdown": lambda file, model, teller: AtEnd(file, Told(markdown, teller)),
    "sarif": lambda file, model, teller: AtEnd(file, Told(sarif, teller)),
}
"""The reports that are files, by the names that people ask for."""


@dataclass(slots=True)
class Reports:
    """Several reporters as one, which takes the secrets out of the events first. Closed as a
    context manager.
    """

    reporters: Sequence[Reporter]
    files: Sequence[NewFile]
    secrets: Secrets = field(default_factory=Secrets)

    def take(self, event: Event) -> None:
        masked = self.secrets.event(event)
        for each in self.reporters:
            each.take(masked)

    def close(self) -> None:
        """Close all of them; what goes wrong with one is raised when the others are closed."""
        with ExitStack() as stack:
            for each in reversed(self.reporters):
                stack.callback(each.close)

    def __enter__(self) -> Reports:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()


def open_reports(
    asked: Sequence[str],
    model: Model,
    *,
    secrets: Secrets | None = None,
    stream: TextIO | None = None,
    quiet: bool = False,
    more: Sequence[Reporter] = (),
) -> Reports:
    """Return the reports `KIND=FILE` that are asked for, beside the one on the terminal (unless it
    is to be `quiet`).

    `more` are reporters beside them. Files are opened at once, so that one
    which cannot be written is told before the run. Raises PlanError.
    """
    chosen = [_parted(each) for each in asked]
    _refuse_twins(chosen)
    files: list[NewFile] = []
    try:
        for _, path in chosen:
            files.append(NewFile(path))
    except PlanError:
        for file in files:
            file.discard()
        raise
    teller = Teller(model)
    reporters = [
        KINDS[kind](file, model, teller) for (kind, _), file in zip(chosen, files, strict=True)
    ]
    watched = [] if quiet else [Terminal(stream or sys.stdout, teller)]
    return Reports([*reporters, *more, *watched], files, secrets or Secrets())


def _parted(asked: str) -> tuple[str, Path]:
    kind, sign, path = asked.partition("=")
    if kind not in KINDS:
        near = difflib.get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"say one of {', '.join(sorted(KINDS))}"
        raise PlanError(f"there is no report {kind!r}: {hint}")
    if not sign or not path:
        raise PlanError(f"the report {kind} needs a file: say {kind}=FILE")
    return kind, Path(path)


def _refuse_twins(chosen: Sequence[tuple[str, Path]]) -> None:
    seen: dict[Path, str] = {}
    for kind, path in chosen:
        place = path.resolve()
        if place in seen:
            raise PlanError(
                f"{path} is asked for twice, for {seen[place]} and for {kind}: give each a file "
                f"of its own"
            )
        seen[place] = kind
