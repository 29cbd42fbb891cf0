"""A report in, lines on a terminal out: by operation, breaking ones first, each with its place and
its proof.
"""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from contracts.changes.formats import others, summary, told_gone
from contracts.changes.report import Entry, Report
from contracts.changes.types import Level

STYLES = {Level.BREAKING: "bold red", Level.WARNING: "yellow", Level.INFO: "dim"}
LISTED = 4
"""Other operations that are named."""


def show(report: Report, console: Console) -> None:
    """Write the report."""
    for operation, entries in report.by_operation():
        console.print(Text(operation or "The API", style="bold"))
        for entry in entries:
            for line in _lines(entry):
                console.print(line)
        console.print()
    if report.gone:
        console.print(Text(told_gone(report)))
    console.print(Text(f"{report.old} -> {report.new}: {summary(report)}"))


def _lines(entry: Entry) -> list[Text]:
    change = entry.change
    place = f"{change.place}: " if str(change.place) else ""
    style = STYLES[change.level]
    lines = [
        Text.assemble(
            "  ",
            (f"{change.level:<9}", style),
            f" {place}{change.message}  ",
            (f"[{change.rule}]", "dim"),
        )
    ]
    where = [f"{name} {line}" for name, line in (("OLD", entry.old), ("NEW", entry.new)) if line]
    lines.append(Text(f"            {'  '.join(where)}", style="dim"))
    labels = others(entry)
    if labels:
        more = f" and {len(labels) - LISTED} more" if len(labels) > LISTED else ""
        lines.append(Text(f"            also in {', '.join(labels[:LISTED])}{more}", style="dim"))
    if entry.accepted:
        lines.append(Text(f"            accepted: {entry.accepted}", style="green"))
    return [*lines, *_proof(entry)]


def _proof(entry: Entry) -> list[Text]:
    if entry.why:
        return [Text(f"            not shown: {entry.why}", style="dim")]
    lines = [Text(f"            shown by: {entry.shown}")] if entry.calls else []
    for number, call in enumerate(entry.calls, 1):
        asked = "by a client of NEW" if call.old is None else f"OLD {call.old}"
        lines.append(Text(f"              {number}. {call.curl}  # {asked}, NEW {call.new}"))
    return lines
