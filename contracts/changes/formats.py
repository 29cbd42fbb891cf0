"""A report in, text out: JSON for programs, Markdown for a pull request."""

from __future__ import annotations

import json
from typing import Any

from contracts.changes.report import Entry, Line, Report
from contracts.changes.types import Level


def summary(report: Report) -> str:
    """Return how many changes there are, in words."""
    counts = {level: report.count(level) for level in Level}
    if not report.entries:
        return "nothing changed"
    told = (
        f"{counts[Level.BREAKING]} breaking, {counts[Level.WARNING]} to look at, "
        f"{counts[Level.INFO]} harmless"
    )
    accepted = sum(bool(entry.accepted) for entry in report.entries)
    if accepted:
        told += f"; {accepted} accepted"
    proven = sum(bool(entry.calls) for entry in report.entries)
    return f"{told}; {proven} shown by calls" if report.replayed else told


def to_json(report: Report) -> str:
    """Return the report as one JSON object."""
    value = {
        "old": report.old,
        "new": report.new,
        "summary": {str(level): report.count(level) for level in Level},
        "replayed": report.replayed,
        "changes": [_plain(entry) for entry in report.entries],
        "gone": list(report.gone),
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _plain(entry: Entry) -> dict[str, Any]:
    change = entry.change
    return {
        "fingerprint": entry.finding.fingerprint,
        "rule": change.rule,
        "level": str(change.level),
        "operation": change.place.operation or None,
        "place": str(change.place) or None,
        "message": change.message,
        "old": _place(entry.old),
        "new": _place(entry.new),
        "also": [
            f"{place.operation}: {place}" if str(place) else place.operation
            for place in change.also
        ],
        "shown_by": [{"curl": call.curl, "old": call.old, "new": call.new} for call in entry.calls],
        "shown": entry.shown or None,
        "not_shown": entry.why or None,
        "accepted": entry.accepted or None,
    }


def _place(line: Line | None) -> dict[str, Any] | None:
    return {"pointer": line.pointer, "file": line.file, "line": line.line} if line else None


def to_markdown(report: Report) -> str:
    """Return the report as a comment for people who read a change."""
    lines = [
        f"## API changes: `{report.old}` → `{report.new}`",
        "",
        f"{summary(report)}.".capitalize(),
    ]
    for operation, entries in report.by_operation():
        lines += ["", f"### {f'`{operation}`' if operation else 'The API'}", ""]
        for entry in entries:
            lines += _item(entry)
    if report.gone:
        lines += ["", told_gone(report)]
    return "\n".join(lines) + "\n"


def told_gone(report: Report) -> str:
    """Return the line that tells what the ledger accepts and did not turn up."""
    return f"Accepted but gone, remove from the ledger: {', '.join(report.gone)}."


def _item(entry: Entry) -> list[str]:
    change = entry.change
    place = f" `{change.place}`" if str(change.place) else ""
    where = ", ".join(f"`{line}`" for line in (entry.old, entry.new) if line)
    also = (
        f" (also in {', '.join(f'`{label}`' for label in others(entry))})" if others(entry) else ""
    )
    lines = [f"- **{change.level}** `{change.rule}`{place}: {change.message}{also}  ", f"  {where}"]
    if entry.accepted:
        lines += [f"  Accepted: {entry.accepted}"]
    if entry.calls:
        calls = [
            call.curl + (f"  # NEW: {call.new}" if call is entry.calls[-1] else "")
            for call in entry.calls
        ]
        lines += [
            "",
            f"  Shown by: {entry.shown}",
            "",
            "  ```sh",
            *(f"  {each}" for each in calls),
            "  ```",
            "",
        ]
    elif entry.why:
        lines += [f"  Not shown: {entry.why}"]
    return lines


def others(entry: Entry) -> list[str]:
    """Return the other operations that a change is in."""
    labels = dict.fromkeys(place.operation for place in entry.change.also)
    return [label for label in labels if label != entry.change.place.operation]
