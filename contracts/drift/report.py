"""Tell what a run of drift found: a Report in, text for people, Markdown for reviews or JSON for
programs out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from contracts.drift.causes import Cause
from contracts.drift.session import Report
from contracts.shell import curl
from contracts.targets.exchanges import told
from mockserver.plaintext import visible

BODY = 400
"""Characters of a body that a line of a story shows."""
LISTED = 5
"""Operations and places that a line names."""


def as_text(report: Report) -> str:
    """Return what was found for people at a terminal."""
    lines = [f"{report.api}: mock {report.mock} against live {report.live}"]
    for number, cause in enumerate(report.drifts, 1):
        lines += [
            "",
            f"{number}. {cause.title}",
            *(f"   {line}" for line in _details(cause, report)),
        ]
    lines += ["", *_summary(report)]
    return visible("\n".join(lines))


def as_markdown(report: Report) -> str:
    """Return what was found for a review."""
    lines = [f"## Drift of {report.api}", "", *_summary(report)]
    for number, cause in enumerate(report.drifts, 1):
        lines += ["", f"### {number}. {cause.title}", "", f"- {_where(cause)}"]
        lines += [f"- {cause.finding.sentence} Fingerprint `{cause.finding.fingerprint}`."]
        if cause.line is not None:
            lines += [
                "",
                f"Closed by, verified, in `{cause.line.file}`:",
                "",
                "```yaml",
                str(cause.line),
                "```",
            ]
        lines += ["", "```", *_story(cause), "```"]
    return visible("\n".join(lines)) + "\n"


def as_json(report: Report) -> str:
    """Return what was found for programs."""
    value = {
        "api": report.api,
        "mock": report.mock,
        "live": report.live,
        "seed": report.seed,
        "exit_code": report.exit_code,
        "calls": report.calls,
        "compared": report.compared,
        "withheld": report.withheld,
        "early": report.early,
        "could_not": report.could_not,
        "causes": [_json(cause, report) for cause in report.causes],
        "volatile": [
            {"operation": operation, "place": place} for operation, place in report.volatile
        ],
        "left": list(report.left),
        "gone": list(report.gone),
        "took_s": round(report.took_s, 3),
    }
    return json.dumps(value, ensure_ascii=False, indent=2)


FORMATS = {"text": as_text, "json": as_json, "markdown": as_markdown}


def _details(cause: Cause, report: Report) -> Iterator[str]:
    yield _where(cause)
    if cause.others:
        yield f"also: {', '.join(cause.others[:LISTED])}{_more(len(cause.others))}"
    yield from _story(cause)
    yield curl(cause.shown.by.exchange.sent, report.origin or "$URL")
    if cause.line is not None:
        yield f"closed by, verified ({cause.line.file}): {cause.line}"
    yield f"fingerprint {cause.finding.fingerprint}"


def _where(cause: Cause) -> str:
    calls = "1 call" if cause.count == 1 else f"{cause.count} calls"
    return f"{calls}: {', '.join(cause.operations[:LISTED])}{_more(len(cause.operations))}"


def _more(count: int) -> str:
    return f" and {count - LISTED} more" if count > LISTED else ""


def _story(cause: Cause) -> Iterator[str]:
    """Yield the calls to the live server that show a cause, and what the mock answers to the last
    one.
    """
    for number, each in enumerate(cause.shown.calls, 1):
        yield told(number, each.sent, each.answer, BODY)
    answer = cause.shown.by.answer
    shown = told(0, cause.shown.by.sent, answer, BODY).rpartition("  ->  ")[2]
    yield f"the mock: {shown}"


def _summary(report: Report) -> Iterator[str]:
    if report.could_not:
        yield f"Could not tell: {report.could_not}"
    drifts, tolerated = len(report.drifts), len(report.causes) - len(report.drifts)
    compared = f"{report.compared:,} calls compared in {report.took_s:.1f} s, seed {report.seed}"
    causes = (
        "no drift"
        if not drifts
        else "1 cause of drift"
        if drifts == 1
        else f"{drifts} causes of drift"
    )
    causes = "no drift as far as it went" if report.could_not and not drifts else causes
    yield f"{compared}: {causes}{f', {tolerated} tolerated' if tolerated else ''}."
    if report.early:
        yield f"Ended early: {report.early}."
    if report.withheld:
        yield f"{report.withheld} calls were not made: they could change what the run did not make."
    if report.volatile:
        named = [f"{operation} {place}" for operation, place in report.volatile[:LISTED]]
        yield f"Changes by itself, not compared: {', '.join(named)}{_more(len(report.volatile))}."
    if report.gone:
        yield f"Tolerated but gone, remove from the ledger: {', '.join(report.gone)}."
    if report.left:
        yield f"Left behind, remove them yourself ({len(report.left)}): {', '.join(report.left)}"


def _json(cause: Cause, report: Report) -> dict[str, object]:
    finding, drift = cause.finding, cause.shown.drift
    line = (
        {"file": cause.line.file, "line": str(cause.line), "verified": True} if cause.line else None
    )
    return {
        "way": drift.way.value,
        "place": finding.place,
        "mock": finding.expected,
        "live": finding.actual,
        "calls": cause.count,
        "operations": list(cause.operations),
        "also": list(cause.others),
        "line": line,
        "story": list(_story(cause)),
        "curl": [curl(each.sent, report.origin or "$URL") for each in cause.shown.calls],
        "fingerprint": finding.fingerprint,
        "accepted": finding.accepted,
    }
