"""What a run does to a live server, and what becomes of it when the run is cut short."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.drift.lines import Line, Understanding
from contracts.drift.playing import understood
from contracts.drift.report import as_text
from contracts.errors import Unreachable
from contracts.events import CallAnswered, Event
from contracts.targets.remote import NoAnswer
from contracts.targets.target import Answer, AppTarget, Sent, Target
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from mockserver.model.types import Credential, Security
from tests.drift.stage import app_of, drift_of, live_of


class Shaky:
    """A server that stops answering, or is interrupted, at its n-th call."""

    def __init__(self, inner: Target, last: int, failure: BaseException) -> None:
        self._inner, self._left, self._failure = inner, last, failure

    def send(self, sent: Sent) -> Answer:
        self._left -= 1
        if self._left == 0 or (self._left < 0 and isinstance(self._failure, NoAnswer)):
            raise self._failure
        return self._inner.send(sent)

    def close(self) -> None:
        self._inner.close()


def _subject(safety: Safety, last: int, failure: BaseException, *lines: Line) -> Subject:
    _, understanding = understood("bookshop", None)
    app = app_of("bookshop", *lines)
    subject = live_of(understanding, app, safety)
    return replace(subject, connect=lambda: Shaky(AppTarget(app), last, failure))


def test_a_run_that_only_reads_sends_nothing_else() -> None:
    sent: list[str] = []

    def note(event: Event) -> None:
        sent.extend([event.exchange.sent.method] if isinstance(event, CallAnswered) else [])

    drift_of("bookshop", emit=note)
    assert set(sent) == {"GET", "HEAD", "OPTIONS"}


def test_an_interrupted_run_tells_what_it_found_and_removes_what_it_made() -> None:
    line = Line({"defaults": {"unknown_query": "refuse"}})
    live = _subject(Safety.OWN, 150, KeyboardInterrupt(), line)
    report = drift_of("bookshop", live)
    assert report.early == "interrupted"
    assert [str(each.line) for each in report.causes] == [str(line)]
    assert (report.left, live.belongings.items) == ((), [])
    store = drift_of(
        "bookshop", replace(live, safety=Safety.READ, connect=lambda: AppTarget(app_of("bookshop")))
    )
    assert store.causes == []


def test_a_server_that_is_not_there_is_an_error_and_no_finding() -> None:
    with pytest.raises(Unreachable, match="does not answer"):
        drift_of("bookshop", _subject(Safety.READ, 1, NoAnswer("refused", sent_nothing=True)))


def test_a_server_that_lets_nobody_in_is_told_as_such() -> None:
    _, understanding = understood("bookshop", None)
    stranger = replace(understanding.model, security=Security((Credential("ApiKey", "wrong"),)))
    subject = live_of(Understanding(stranger, {}), app_of("bookshop"), Safety.READ)
    report = drift_of("bookshop", subject)
    assert report.could_not.endswith("with 401: say by --auth or --header who is calling")
    assert (report.exit_code, list(report.causes)) == (2, [])
    assert as_text(report).splitlines()[-1].endswith("no drift as far as it went.")


def test_a_server_that_goes_away_leaves_what_was_found_and_cannot_be_told() -> None:
    line = Line({"defaults": {"unknown_query": "refuse"}})
    report = drift_of(
        "bookshop", _subject(Safety.READ, 60, NoAnswer("reset", sent_nothing=True), line)
    )
    assert "does not answer" in report.could_not
    assert report.exit_code == 2
    assert report.causes
