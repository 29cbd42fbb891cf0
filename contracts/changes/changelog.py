"""A report in, a changelog out: Markdown for those who use the API, by what a change means to them.

## Bookshop API: 1.2.0 → 2.0.0

### Breaking

- `GET /shelves`: query limit: the maximum was 100 and is 50
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.changes.formats import others
from contracts.changes.report import Entry, Report
from contracts.changes.types import Level

_HEADINGS = {
    Level.BREAKING: "Breaking",
    Level.WARNING: "May break",
}
_KINDS = {
    "added": "Added",
    "deprecated": "Deprecated",
    "removed": "Removed",
}
"""The heading of a harmless change, by the last word of its rule."""
_ORDER = (
    "Breaking",
    "May break",
    "Deprecated",
    "Removed",
    "Added",
    "Changed",
)


def to_changelog(report: Report) -> str:
    """Return the report for readers of the API: without pointers, rules and calls."""
    lines = [f"## {_title(report)}"]
    headed: dict[str, list[Entry]] = {}
    for entry in report.entries:
        headed.setdefault(_heading(entry), []).append(entry)
    for heading in _ORDER:
        if heading in headed:
            lines += ["", f"### {heading}", ""]
            lines += _items(headed[heading])
    if not headed:
        lines += ["", "Nothing changed."]
    return "\n".join(lines) + "\n"


def _title(report: Report) -> str:
    title = report.title or "The API"
    old, new = report.versions
    if old == new:
        old, new = report.old, report.new
    return f"{title}: {old} → {new}"


def _heading(entry: Entry) -> str:
    change = entry.change
    if change.level in _HEADINGS:
        return _HEADINGS[change.level]
    kind = change.rule.rpartition("-")[2]
    return _KINDS.get(kind, "Changed")


def _items(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield one item for each text: what is said of many operations in the same words is said
    once.
    """
    places: dict[str, list[str]] = {}
    for entry in entries:
        place = entry.change.place
        text = entry.change.message
        if str(place):
            text = f"{place}: {text}"
        known = places.setdefault(text, [])
        known += [place.operation, *others(entry)]
    for text, labels in places.items():
        quoted = [f"`{label}`" for label in labels if label]
        if quoted:
            named = ", ".join(dict.fromkeys(quoted))
            text = f"{named}: {text}"
        yield f"- {text}"
