"""A run on a terminal: events in; a live line while somebody watches (else plain lines) and a
summary out.
"""

from __future__ import annotations

import os
import time
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.text import Text

from contracts.events import (
    CheckFailed,
    Event,
    PhaseFinished,
    PhaseStarted,
    RunFinished,
    RunStarted,
)
from contracts.reports.story import Teller
from contracts.reports.summary import counted, heading, summary
from contracts.reports.tally import PhaseTally, Tally
from mockserver.plaintext import visible

PER_SECOND = 8
"""How often the live line is drawn."""


class Terminal:
    """Tells a run to whoever watches, or to the log of a CI."""

    def __init__(self, stream: TextIO, teller: Teller) -> None:
        """Write to a stream. A terminal gets a live line and colors (none with NO_COLOR), all else
        plain lines.
        """
        watched = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._console = Console(
            file=stream, force_terminal=watched, highlight=False, emoji=False, markup=False
        )
        self._teller = teller
        self._tally = Tally()
        self._began_s = self._phase_began_s = time.monotonic()
        self._live = (
            Live(
                get_renderable=self._progress,
                console=self._console,
                refresh_per_second=PER_SECOND,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            if watched
            else None
        )

    def take(self, event: Event) -> None:
        self._tally.take(event)
        if isinstance(event, PhaseStarted):
            self._phase_began_s = time.monotonic()
        match event:
            case RunStarted():
                self._say(heading(self._tally))
                if self._live is not None:
                    self._live.start()
            case PhaseStarted() if self._live is None:
                limit = f", at most {event.seconds:.0f} s" if event.seconds is not None else ""
                self._say(Text(f"{event.phase} begins{limit}"))
            case PhaseFinished():
                self._say(self._phase_told(event))
            case CheckFailed():
                self._say(_found(event))
            case RunFinished():
                self._rest()

    def close(self) -> None:
        """Tell the summary."""
        self._rest()
        for part in summary(self._tally, self._teller.stories(self._tally)):
            self._console.print(part, soft_wrap=True)

    def _rest(self) -> None:
        if self._live is not None and self._live.is_started:
            self._live.stop()

    def _say(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)

    def _phase_told(self, event: PhaseFinished) -> Text:
        phase = self._tally.phases[event.phase]
        early = f", ended early: {visible(event.early)}" if event.early else ""
        done = [
            counted(event.cases, "case"),
            counted(phase.calls, "call"),
            counted(phase.found, "finding"),
        ]
        return Text(f"{event.phase} ended after {event.took_s:.1f} s: {', '.join(done)}{early}")

    def _progress(self) -> Text:
        """Return the live line: phase, its cases and findings, time left, operation in work, calls;
        cut at the end.
        """
        tally, now = self._tally, time.monotonic()
        phase = tally.phases.get(tally.phase, PhaseTally())
        parts = [
            tally.phase or "begins",
            counted(phase.cases, "case"),
            counted(phase.found, "finding"),
        ]
        if phase.seconds is not None:
            parts.append(f"{max(0.0, phase.seconds - (now - self._phase_began_s)):.0f} s left")
        text = Text(" · ".join(parts), "bold", no_wrap=True, overflow="ellipsis")
        speed = f"{tally.calls / (now - self._began_s):,.0f}/s"
        at_work = [visible(tally.label or ""), f"{counted(tally.calls, 'call')}, {speed}"]
        return text.append("".join(f"   {each}" for each in at_work if each), "dim")


def _found(event: CheckFailed) -> Text:
    finding = event.finding
    mark = Text(
        f"accepted {finding.check}" if finding.accepted else f"BROKE {finding.check}",
        "yellow" if finding.accepted else "red",
    )
    where = f" in {finding.operation}" if finding.operation else ""
    return mark.append(f"{where} ({finding.fingerprint}): {visible(finding.sentence)}", "default")
