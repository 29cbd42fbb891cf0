"""What is known to be wrong and put up with: a reviewed YAML file in, findings with the reasons
that accept them out.

# yaml-language-server: $schema=ledger.schema.json
accepted:
  - fingerprint: 1a2b3c4d
    reason: The warehouse rounds weights to whole grams, ticket 1234.
  - {check: response_schema_conformance, operation: "GET /shelves*", place: /*/name, until:
    2027-03-31,
     reason: Names of before 2020 may be null until they are migrated.}
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs

from contracts.errors import LedgerError, PlanError
from contracts.events import CheckTried
from contracts.findings import Finding
from mockserver.document.lines import line_numbers
from mockserver.document.reader import read_text
from mockserver.errors import DocumentError

UNWRITTEN = "TODO: why"
"""The reason of an entry for which nobody has given one yet; a ledger with it is refused."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Accepts what agrees with all that it says. In `check`, `operation` and `place`, `*` stands
    for any text.
    """

    reason: str
    fingerprint: str = ""
    check: str = ""
    operation: str = ""
    place: str = ""
    until: date | None = None
    line: int = 0

    @property
    def name(self) -> str:
        """What people call it."""
        said = [self.fingerprint, self.check, self.operation, self.place]
        return " ".join(each for each in said if each)

    def accepts(self, finding: Finding) -> bool:
        """Tell whether a finding is meant."""
        place = re.sub(r"/\d+(?=/|$)", "/*", finding.place)
        return (
            self.fingerprint in ("", finding.fingerprint)
            and _agrees(self.check, finding.check)
            and _agrees(self.operation, finding.operation)
            and (_agrees(self.place, finding.place) or _agrees(self.place, place))
        )

    def was_tried(self, tried: CheckTried) -> bool:
        """Tell whether a check that was tried could have brought what is meant."""
        path = self.operation.partition(" ")[2] or self.operation
        here = tried.where in ("", self.operation) or _agrees(self.operation, tried.where)
        above = tried.where.startswith("/") and _agrees(f"{tried.where}*", path)
        return not tried.untried and _agrees(self.check, tried.check) and (here or above)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The entries of a file, without those whose time is over: these are `overdue`."""

    entries: Sequence[Entry] = ()
    overdue: Sequence[Entry] = ()

    def judged(self, finding: Finding) -> Finding:
        """Return a finding, with the reason that accepts it where one does."""
        entry = next((each for each in self.entries if each.accepts(finding)), None)
        return finding if entry is None else replace(finding, accepted=entry.reason)

    def gone(self, findings: Iterable[Finding], tried: Iterable[CheckTried]) -> list[str]:
        """Return the names of entries of which nothing turned up, although what would show it was
        tried.
        """
        found, seen = list(findings), list(tried)
        return [
            each.name
            for each in (*self.entries, *self.overdue)
            if not any(each.accepts(finding) for finding in found)
            and any(map(each.was_tried, seen))
        ]


def load_ledger(path: Path, today: date) -> Ledger:
    """Return what a file says. Raises LedgerError with the line, and the nearest word where one is
    unknown.
    """
    try:
        text = path.read_text("utf-8")
        said = read_text(text, str(path), [])
    except DocumentError as error:
        raise LedgerError(
            f"{path}:{error.line}" if error.line else str(path), error.message
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerError(
            str(path), f"cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from None
    if said is None:
        return Ledger()
    _check(said, text, path)
    lines = line_numbers(text, [f"/accepted/{index}" for index in range(len(said["accepted"]))])
    entries = [
        _entry(each, f"{path}:{line}", line)
        for each, line in zip(said["accepted"], lines.values(), strict=True)
    ]
    current = [each for each in entries if each.until is None or each.until >= today]
    return Ledger(current, [each for each in entries if each not in current])


def opened_ledger(path: Path | None, is_updated: bool) -> Ledger:
    """Return what the file of `--ledger` says today, nothing where there is none; one that is to
    be updated may be missing yet. Raises PlanError and LedgerError.
    """
    if path is None:
        if is_updated:
            raise PlanError("--update-ledger needs the file: say --ledger FILE")
        return Ledger()
    return Ledger() if is_updated and not path.exists() else load_ledger(path, date.today())


def updated_ledger(path: Path | None, is_updated: bool, findings: Iterable[Finding]) -> str:
    """Add entries for findings that no entry accepts to the file of `--ledger`, if it is to be
    updated; return the line that tells so, or nothing. Raises PlanError when it cannot be written.
    """
    found = [each for each in findings if not each.accepted]
    if path is None or not is_updated or not found:
        return ""
    text = path.read_text("utf-8") if path.exists() else ""
    try:
        path.write_text(appended(text, found), "utf-8")
    except OSError as error:
        raise PlanError(f"{path} cannot be written: {error.strerror or error}") from None
    return f"{path}: {len(found)} added; write a reason for each, or the file is refused\n"


def entries_for(findings: Iterable[Finding]) -> str:
    """Return the lines that accept findings, to be pasted below `accepted:`; the reasons are for
    people to write.
    """
    written = []
    for finding in findings:
        said = {
            "fingerprint": finding.fingerprint,
            "check": finding.check,
            "operation": finding.operation,
            "place": re.sub(r"/\d+(?=/|$)", "/*", finding.place),
            "reason": UNWRITTEN,
        }
        lines = [
            f"{name}: {json.dumps(value, ensure_ascii=False)}"
            for name, value in said.items()
            if value
        ]
        written.append("  - " + "\n    ".join(lines))
    return "".join(f"{each}\n" for each in written)


def appended(text: str, findings: Iterable[Finding]) -> str:
    """Return the text of a ledger with entries for findings at its end."""
    start = text if text.strip() else "accepted:\n"
    return start.rstrip("\n") + "\n" + entries_for(findings)


def _entry(said: Mapping[str, Any], source: str, line: int) -> Entry:
    if said["reason"].strip().lower().startswith("todo"):
        raise LedgerError(
            source, f"the reason is still {said['reason']!r}: write why this is put up with"
        )
    try:
        until = date.fromisoformat(said["until"]) if "until" in said else None
    except ValueError:
        raise LedgerError(
            source, f"until: {said['until']} is no day: write it as 2027-03-31"
        ) from None
    texts = {name: said.get(name, "") for name in ("fingerprint", "check", "operation", "place")}
    return Entry(reason=said["reason"].strip(), **texts, until=until, line=line)


def _agrees(pattern: str, text: str) -> bool:
    if not pattern:
        return True
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.DOTALL) is not None


def _check(said: Any, text: str, path: Path) -> None:
    error: Any = next(iter(_validator().iter_errors(said)), None)
    if error is None:
        return
    pointer = "".join(f"/{step}" for step in error.instance_path)
    message = str(error.message)
    if error.kind.name == "additionalProperties":
        word = sorted(error.kind.unexpected)[0]
        known = _words(list(error.schema_path))
        near = get_close_matches(word, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known words: {', '.join(known)}"
        pointer, message = f"{pointer}/{word}", f"unknown word {word!r} ({hint})"
    elif error.kind.name == "anyOf":
        message = "say which finding is meant: its fingerprint, or check and operation"
    elif error.kind.name == "required" and pointer and "reason" not in error.instance:
        message = "the entry has no reason: write why this is put up with"
    elif pointer.endswith("/fingerprint"):
        message = (
            "a fingerprint is eight digits from 0 to f, in quotes where YAML would read a number"
        )
    elif pointer.endswith("/reason"):
        message = "the reason is empty: write why this is put up with"
    line = line_numbers(text, [pointer])[pointer]
    raise LedgerError(f"{path}:{line}", message if len(message) < 400 else f"{message[:400]}...")


def _words(schema_path: list[Any]) -> list[str]:
    place: Any = _schema()
    for step in schema_path[:-1]:
        place = place[step]
    return list(place.get("properties", ()))


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_schema())


@cache
def _schema() -> dict[str, Any]:
    return dict(json.loads(files("contracts").joinpath("ledger.schema.json").read_text("utf-8")))
