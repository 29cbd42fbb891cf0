"""A report in, annotations out: workflow commands of GitHub Actions, a line for each change.

::error title=request-max-length-narrowed,file=openapi.yaml,line=7::POST /shelves: ...
"""

from __future__ import annotations

from contracts.changes.report import Entry, Report
from contracts.changes.types import Level
from mockserver.document.reach import is_url

_COMMANDS = {
    Level.BREAKING: "error",
    Level.WARNING: "warning",
    Level.INFO: "notice",
}
"""The workflow command that tells of a change."""


def to_annotations(report: Report) -> str:
    """Return the report as lines by which each change is shown beside the line of the document."""
    lines = map(_annotation, report.entries)
    return "".join(lines)


def _annotation(entry: Entry) -> str:
    change = entry.change
    command = "notice" if entry.accepted else _COMMANDS[change.level]
    properties = ",".join(_properties(entry))
    words = [change.place.operation, str(change.place)]
    place = " ".join(filter(None, words))
    text = change.message
    if place:
        text = f"{place}: {text}"
    if entry.accepted:
        text += f" (accepted: {entry.accepted})"
    return f"::{command} {properties}::{_data(text)}\n"


def _properties(entry: Entry) -> list[str]:
    """Return what names the change and where it is, as far as that is a file."""
    found = [f"title={_property(entry.change.rule)}"]
    line = entry.new or entry.old
    if line is None or is_url(line.file):
        return found
    found.append(f"file={_property(line.file)}")
    if line.line is not None:
        found.append(f"line={line.line}")
    return found


def _data(text: str) -> str:
    """Return a text as the message of a workflow command, which ends with its line."""
    text = text.replace("%", "%25")
    text = text.replace("\r", "%0D")
    return text.replace("\n", "%0A")


def _property(text: str) -> str:
    """Return a text as a property of a workflow command."""
    text = _data(text)
    text = text.replace(":", "%3A")
    return text.replace(",", "%2C")
