"""Tell a finding to people, with the calls that show it and how to bring them again: a Finding in,
lines out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contracts.findings import Finding
from contracts.reports.tally import Tally
from contracts.shell import curl
from contracts.targets.exchanges import told
from mockserver.document.pointers import join
from mockserver.model.types import Model, Operation
from mockserver.plaintext import visible

OTHERS = 12
"""Other operations that a story names."""


@dataclass(frozen=True, slots=True)
class Story:
    """What there is to say of a finding. `source` and `line` tell where the document says what was
    broken.
    """

    finding: Finding
    origin: str
    source: str = ""
    line: int | None = None

    @property
    def title(self) -> str:
        """What broke and where, in a few words."""
        where = f" in {self.finding.operation}" if self.finding.operation else ""
        return f"{self.finding.check}{where}"

    @property
    def documented(self) -> str:
        """The file and line in the document, empty where there is none."""
        return f"{self.source}:{self.line}" if self.line else ""

    @property
    def sign(self) -> str:
        """What brings it again and what names it."""
        return (
            f"fingerprint {self.finding.fingerprint}, phase {self.finding.phase}, seed "
            f"{self.finding.seed}"
        )

    def steps(self, longest: int = 2_000) -> list[str]:
        """Return the calls that lead to it, numbered, a line for each."""
        return [
            visible(told(number, each.sent, each.answer, longest))
            for number, each in enumerate(self.finding.calls, 1)
        ]

    def curls(self) -> list[str]:
        """Return the same calls as lines for a shell."""
        return [visible(curl(each.sent, self.origin)) for each in self.finding.calls]

    def lines(self) -> Iterator[str]:
        """Yield all of it as plain text."""
        finding = self.finding
        yield f"{self.title}: {finding.sentence}"
        if finding.accepted:
            yield f"accepted: {finding.accepted}"
        yield from visible(finding.message).splitlines()
        yield from self.elsewhere()
        yield from self.steps()
        yield from self.contrast_lines()
        if self.documented:
            yield f"documented at {self.documented}"
        yield self.sign
        if finding.calls:
            yield "again:"
            yield from (f"  {line}" for line in self.curls())

    def elsewhere(self) -> Iterator[str]:
        """Yield the other operations that show the same, in one line."""
        others = [visible(label) for label in self.finding.also]
        more = f" and {len(others) - OTHERS} more" if len(others) > OTHERS else ""
        if others:
            yield f"the same in {', '.join(others[:OTHERS])}{more}"

    @property
    def contrast(self) -> Mapping[str, str]:
        """The place, what was expected there and what came; empty where the finding tells no more
        than its sentence and the last call do.
        """
        finding = self.finding
        if finding.expected == finding.sentence or not (finding.expected or finding.actual):
            return {}
        place = finding.place or "the body"
        return {"at": place, "expected": finding.expected, "actual": finding.actual}

    def contrast_lines(self) -> Iterator[str]:
        """Yield the same as plain text."""
        shown = {name: visible(text) for name, text in self.contrast.items()}
        if shown:
            yield f"at {shown['at']}:"
            yield f"  expected {shown['expected']}"
            yield f"  actual   {shown['actual']}"


class Teller:
    """Tells findings of an API. Each place is looked up in the document once, however many reports
    ask for it.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._pointers = {each.label: pointer_of(each) for each in model.operations}
        self._places: dict[str, tuple[str, int | None]] = {"": (near(model.document.source), None)}

    def stories(self, tally: Tally) -> list[Story]:
        """Return the stories of all that a run found."""
        return self.told(tally.findings, tally.started.origin if tally.started is not None else "")

    def told(self, findings: Sequence[Finding], origin: str) -> list[Story]:
        """Return the stories of findings, each with the place that its pointer or its operation
        leads to.
        """
        pointers = [each.pointer or self._pointers.get(each.operation, "") for each in findings]
        return [
            Story(each, origin, *place)
            for each, place in zip(findings, self.places(pointers), strict=True)
        ]

    def places(self, pointers: Sequence[str]) -> list[tuple[str, int | None]]:
        """Return file and line of places in the document."""
        new = [each for each in dict.fromkeys(pointers) if each not in self._places]
        found = self._model.document.locate_all(new) if new else []
        self._places |= {
            pointer: (near(source), line)
            for pointer, (source, line) in zip(new, found, strict=True)
        }
        return [self._places[each] for each in pointers]


def near(source: str) -> str:
    """Return a path as seen from the working folder where it is below that; a URL and all else as
    it is.
    """
    path = Path(source)
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else source


def pointer_of(operation: Operation) -> str:
    """Return the JSON pointer of an operation in its document."""
    return join(["paths", operation.path, operation.method.lower()])
