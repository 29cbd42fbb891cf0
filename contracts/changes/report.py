"""What a comparison found, for readers: changes with their proofs in, entries with files, lines and
curl lines out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from contracts.changes.proof.proven import Proven, Shown
from contracts.changes.rules.table import RULES
from contracts.changes.types import Change, Level
from contracts.events import CheckTried
from contracts.findings import Finding
from contracts.ledger import Ledger
from contracts.shell import curl
from mockserver.document.document import Document

ORIGIN = "http://127.0.0.1:4010"
"""Where `understudy mock NEW` is by default."""


@dataclass(frozen=True, slots=True)
class Line:
    """A place in a source: the pointer into the document, and the file and line where they are
    known.
    """

    pointer: str
    file: str
    line: int | None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class ShownCall:
    """A call of a proof: a curl line for NEW, and the statuses with which both answered (None: OLD
    was not asked).
    """

    curl: str
    old: int | None
    new: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A change as it is told. `shown` is what the last of the calls brought; `why` tells why there
    are none; `accepted` is the reason for which the ledger puts up with it, empty when it does not.
    """

    change: Change
    old: Line | None
    new: Line | None
    calls: tuple[ShownCall, ...] = ()
    shown: str = ""
    why: str = ""
    accepted: str = ""

    @property
    def finding(self) -> Finding:
        """The change as a ledger knows it: its check is the rule, its place that of the change."""
        change = self.change
        return Finding(
            phase="diff",
            check=change.rule,
            sentence="",
            operation=change.place.operation,
            message=change.message,
            place=str(change.place),
            accepted=self.accepted,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """Two documents, as they were named, and what changed. `title` and `versions` are what they
    call themselves; `gone` names what the ledger accepts and did not turn up.
    """

    old: str
    new: str
    entries: tuple[Entry, ...]
    replayed: bool
    title: str = ""
    versions: tuple[str, str] = ("", "")
    gone: tuple[str, ...] = ()

    def count(self, level: Level) -> int:
        return sum(entry.change.level is level for entry in self.entries)

    def judged(self, ledger: Ledger) -> Report:
        """Return the report with the reasons for which a ledger accepts changes, and what of it is
        gone.
        """
        entries = [
            replace(each, accepted=ledger.judged(each.finding).accepted) for each in self.entries
        ]
        tried = [CheckTried("diff", rule.name, "", held=True) for rule in RULES]
        gone = ledger.gone([each.finding for each in entries], tried)
        return replace(self, entries=tuple(entries), gone=tuple(gone))

    def by_operation(self) -> list[tuple[str, list[Entry]]]:
        """Return the entries of each operation, those with a breaking change first."""
        groups: dict[str, list[Entry]] = {}
        for entry in self.entries:
            groups.setdefault(entry.change.place.operation, []).append(entry)
        ranks = list(Level)
        return sorted(
            groups.items(),
            key=lambda each: min(ranks.index(entry.change.level) for entry in each[1]),
        )


Rename = Callable[[str], str]
"""Turns a file of a checked-out revision into what the reader called it."""


def report(
    old: Document,
    new: Document,
    proven: Sequence[Proven],
    names: tuple[str, str],
    rename: Rename,
    replayed: bool,
) -> Report:
    """Return the report; `rename` tells what to call a file."""
    before = _lines(old, [each.change.old for each in proven], rename)
    after = _lines(new, [each.change.new for each in proven], rename)
    entries = [_entry(each, *lines) for each, *lines in zip(proven, before, after, strict=True)]
    about = new.spec.get("info", {})
    versions = (str(old.spec.get("info", {}).get("version", "")), str(about.get("version", "")))
    return Report(*names, tuple(entries), replayed, str(about.get("title", "")), versions)


def _entry(proven: Proven, old: Line | None, new: Line | None) -> Entry:
    proof = proven.proof
    calls = tuple(_call(each) for each in proof.calls) if proof else ()
    return Entry(proven.change, old, new, calls, proof.message if proof else "", proven.why)


def _call(shown: Shown) -> ShownCall:
    return ShownCall(
        curl(shown.sent, ORIGIN), shown.old.status if shown.old else None, shown.new.status
    )


def _lines(document: Document, pointers: Sequence[str | None], rename: Rename) -> list[Line | None]:
    """Find all pointers at once: each search reads the whole text."""
    wanted = [each for each in dict.fromkeys(pointers) if each is not None]
    locator = document.locator
    found = (
        locator.locate([locator.trace(each) for each in wanted])
        if locator and wanted
        else [(document.source, None)] * len(wanted)
    )
    known = {
        pointer: Line(pointer, rename(file), line)
        for pointer, (file, line) in zip(wanted, found, strict=True)
    }
    return [known.get(each) if each is not None else None for each in pointers]
