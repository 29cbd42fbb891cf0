"""A run as one page that stands alone and works from a file: events in, HTML without outside
resources out.

Here is what the page shows; its markup is `page.html`, its style and script lie beside that.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from contracts.events import Event
from contracts.reports.coverage import Coverage
from contracts.reports.matrix import matrices
from contracts.reports.story import Teller
from contracts.reports.summary import SAFETY, reasons, tried, verdict_words
from contracts.reports.tally import Tally
from contracts.targets.exchanges import answer_text, sent_text
from mockserver.htmlpage import html_page
from mockserver.model.types import Model

PACKAGE = "contracts.reports"
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
        tally = self._tally
        stories = self._teller.stories(tally)
        style = files(PACKAGE).joinpath("page.css").read_text("utf-8")
        script = files(PACKAGE).joinpath("page.js").read_text("utf-8")
        return html_page(
            PACKAGE,
            "page.html",
            style=style,
            script=script,
            policy=_policy(style, script),
            run=tally.started,
            safety=SAFETY,
            state=STATES[tally.exit_code],
            verdict=verdict_words(tally),
            reasons=f"{reasons(tally)} (exit code {tally.exit_code})",
            findings=[story for story in stories if not story.finding.accepted],
            accepted=[story for story in stories if story.finding.accepted],
            gone=tally.finished.gone if tally.finished is not None else (),
            left_behind=tally.left_behind,
            phases=tally.phases,
            tried=tried(tally),
            matrices=matrices(tally),
            coverage=self._coverage,
            sent_text=sent_text,
            answer_text=answer_text,
        )


def _policy(style: str, script: str) -> str:
    """Return what lets this style and script run and nothing else (Content Security Policy 3)."""
    return f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'"


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
