"""A run as one page that stands alone and works from a file: events in, HTML without outside
resources out.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from importlib.resources import files

from contracts.events import Event
from contracts.reports.coverage import Coverage
from contracts.reports.findings import findings
from contracts.reports.markup import Markup, element, joined
from contracts.reports.matrix import coverage, matrices
from contracts.reports.story import Story, Teller
from contracts.reports.summary import SAFETY, reasons, tried, verdict_words
from contracts.reports.tally import Tally
from mockserver.model.types import Model

STATES = {0: "held", 1: "broke", 2: "untried"}


class Html:
    """Folds events into the page."""

    def __init__(self, model: Model, teller: Teller) -> None:
        self._teller = teller
        self._tally = Tally()
        self._coverage = Coverage(model)

    def take(self, event: Event) -> None:
        self._tally.take(event)
        self._coverage.take(event)

    def text(self) -> str:
        """Return the page."""
        style, script = (
            files("contracts.reports").joinpath(name).read_text("utf-8")
            for name in ("page.css", "page.js")
        )
        api = self._tally.started.api if self._tally.started is not None else "contract"
        policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'"
        head = element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=policy),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("title", f"{verdict_words(self._tally)} {api}"),
            element("style", Markup(style)),
        )
        body = element(
            "body", _content(self._tally, self._teller.stories(self._tally), self._coverage)
        )
        page = element("html", head, body, element("script", Markup(script)), lang="en")
        return f"<!doctype html>\n{page}\n"


def _digest(text: str) -> str:
    """Return what lets one script or style run and no other (Content Security Policy, level 3)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _content(tally: Tally, stories: Sequence[Story], covered: Coverage) -> Markup:
    return joined(
        [
            element("a", "Skip to the findings", href="#findings", class_="skip"),
            element("header", *_header(tally)),
            element("main", *_sections(tally, stories, covered)),
        ]
    )


def _header(tally: Tally) -> Iterator[Markup]:
    run = tally.started
    yield element(
        "h1",
        run.api if run is not None else "A run",
        " ",
        element("small", run.target if run else ""),
    )
    words = verdict_words(tally)
    told = f"{reasons(tally)} (exit code {tally.exit_code})"
    yield element(
        "p", element("strong", words), " ", told, class_=f"verdict {STATES[tally.exit_code]}"
    )
    if run is not None:
        limit = f", at most {run.seconds:.0f} s" if run.seconds is not None else ""
        yield element(
            "p",
            f"The run {SAFETY.get(run.safety, run.safety)}, seed {run.seed}{limit}.",
            class_="dim",
        )
    label = element("label", "Filter ", element("kbd", "/"), for_="filter")
    box = element(
        "input",
        id="filter",
        type="search",
        autocomplete="off",
        placeholder="an operation, a check, a text",
    )
    yield element(
        "div",
        label,
        box,
        element("output", for_="filter", aria_live="polite"),
        class_="filter",
        hidden=True,
    )


def _sections(tally: Tally, stories: Sequence[Story], covered: Coverage) -> Iterator[Markup]:
    open_ones = [each for each in stories if not each.finding.accepted]
    yield _section(
        "findings", f"Findings ({len(open_ones)})", findings(open_ones) or [element("p", "None.")]
    )
    accepted = [each for each in stories if each.finding.accepted]
    if accepted:
        yield _section(
            "accepted", f"Accepted by the ledger ({len(accepted)})", findings(accepted, opened=0)
        )
    gone = tally.finished.gone if tally.finished is not None else ()
    if gone:
        told = element("ul", *(element("li", element("code", each)) for each in gone))
        yield _section("gone", "Gone, take them out of the ledger", [told])
    if tally.left_behind:
        told = element("ul", *(element("li", element("code", each)) for each in tally.left_behind))
        yield _section("left-behind", "Left behind, remove them yourself", [told])
    yield _section(
        "tried",
        "What was tried",
        [_phases(tally), element("ul", *(element("li", each) for each in tried(tally)))],
    )
    yield from (
        _section(f"checks-{name}", f"Checks of {name}", [table]) for name, table in matrices(tally)
    )
    yield _section("coverage", "Coverage of the document", coverage(covered))


def _section(name: str, title: str, content: Sequence[Markup]) -> Markup:
    return element(
        "section",
        element("h2", title, id=f"{name}-title"),
        *content,
        id=name,
        aria_labelledby=f"{name}-title",
    )


def _phases(tally: Tally) -> Markup:
    names = ("phase", "took", "cases", "calls", "findings", "")
    head = element("tr", *(element("th", each, scope="col") for each in names))
    rows = []
    for name, phase in tally.phases.items():
        took = f"{phase.took_s:.1f} s" if phase.took_s is not None else "cut off"
        early = f"ended early: {phase.early}" if phase.early else ""
        numbers = (took, f"{phase.cases:,}", f"{phase.calls:,}", f"{phase.found:,}")
        cells = [
            element("th", name, scope="row"),
            *(element("td", each, class_="number") for each in numbers),
        ]
        rows.append(element("tr", *cells, element("td", early)))
    table = element("table", element("thead", head), element("tbody", *rows))
    return element("div", table, class_="wide", tabindex="0", role="region", aria_label="phases")
