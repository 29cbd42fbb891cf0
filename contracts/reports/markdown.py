"""A summary in Markdown, as the page of a CI job shows it: a Tally and the stories of what was
found in, a text out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from contracts.reports.story import Story
from contracts.reports.summary import SAFETY, reasons, tried, verdict_words
from contracts.reports.tally import Tally
from mockserver.plaintext import visible

STORIES = 50
"""Findings that are told in full: a page of a CI job holds a megabyte."""
LONGEST = 10_000
"""Characters of one story."""


def markdown(tally: Tally, stories: Sequence[Story]) -> str:
    """Return the report."""
    return "\n".join(_lines(tally, stories)) + "\n"


def _lines(tally: Tally, stories: Sequence[Story]) -> Iterator[str]:
    mark = {0: "✅", 1: "❌", 2: "⚠️"}[tally.exit_code]
    yield f"## {mark} {verdict_words(tally)}"
    yield ""
    run = tally.started
    if run is not None:
        yield (
            f"{_code(run.api)} at {_code(run.target)}: {SAFETY.get(run.safety, run.safety)}, seed "
            f"{run.seed}."
        )
    yield f"{_safe(reasons(tally))}"
    if tally.phases:
        yield from _phases(tally)
    yield from _findings(tally, stories)
    yield from ("", *(f"- {_safe(line)}" for line in tried(tally)))
    if tally.left_behind:
        yield from (
            "",
            "**Left behind**, remove them yourself:",
            "",
            *(f"- {_code(each)}" for each in tally.left_behind),
        )


def _phases(tally: Tally) -> Iterator[str]:
    yield from ("", "| phase | took | cases | calls | findings | |", "|---|--:|--:|--:|--:|---|")
    for name, phase in tally.phases.items():
        took = f"{phase.took_s:.1f} s" if phase.took_s is not None else "cut off"
        early = f"ended early: {_safe(phase.early)}" if phase.early else ""
        yield (
            f"| {_safe(name)} | {took} | {phase.cases:,} | {phase.calls:,} | {phase.found} | "
            f"{early} |"
        )


def _findings(tally: Tally, stories: Sequence[Story]) -> Iterator[str]:
    if not stories:
        return
    yield from ("", "| finding | operation | check | documented at |", "|---|---|---|---|")
    for story in stories:
        finding = story.finding
        state = (
            f"{finding.fingerprint}, accepted" if finding.accepted else f"**{finding.fingerprint}**"
        )
        cells = [state, _code(finding.operation), _safe(finding.check), _code(story.documented)]
        yield f"| {' | '.join(cells)} |"
    told = [each for each in stories if not each.finding.accepted]
    for story in told[:STORIES]:
        yield from _story(story)
    if len(told) > STORIES:
        yield from (
            "",
            f"... and {len(told) - STORIES} findings more: a report of another kind has them.",
        )
    for each in tally.finished.gone if tally.finished is not None else ():
        yield from ("", f"Gone, take it out of the ledger: {_code(each)}")


def _story(story: Story) -> Iterator[str]:
    title = html.escape(f"{story.finding.fingerprint} {visible(story.title)}", quote=False)
    text = "\n".join(story.lines())
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}\n... ({len(text):,} characters)"
    fence = "`" * max(3, 1 + max((len(each) for each in re.findall("`+", text)), default=0))
    yield from (
        "",
        f"<details><summary>{title}</summary>",
        "",
        f"{fence}text",
        *text.splitlines(),
        fence,
        "",
        "</details>",
    )


def _code(text: str) -> str:
    """Return a text as code on one line, also inside a table."""
    return f"<code>{_entities(text)}</code>" if text else ""


def _safe(text: str) -> str:
    """Return a text on one line, in which nothing means anything to Markdown."""
    return re.sub(r"([\\`*_\[\]~])", r"\\\1", _entities(text))


def _entities(text: str) -> str:
    return html.escape(" ".join(visible(text).split()), quote=False).replace("|", "&#124;")
