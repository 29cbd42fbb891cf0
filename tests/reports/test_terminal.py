from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from contracts.events import CallAnswered, CasesTried, CheckFailed, PhaseStarted, RunFinished
from contracts.findings import Finding
from contracts.reports.story import Teller
from contracts.reports.terminal import Terminal
from contracts.targets.target import Answer, Sent
from tests.conftest import model_of
from tests.reports.runs import CREATED, LISTED, LOST, broken_run, call, good_run, started


class Watched(io.StringIO):
    def isatty(self) -> bool:
        return True


def told(events: list, stream: io.StringIO | None = None) -> str:
    stream = stream or io.StringIO()
    terminal = Terminal(stream, Teller(model_of("bookshop")))
    for event in events:
        terminal.take(event)
    terminal.close()
    return stream.getvalue()


def test_the_summary_tells_all_that_was_tried_and_what_came_of_it() -> None:
    said = told(broken_run())
    for line in [
        "bookshop at http://127.0.0.1:4010 (writes to what it made itself, seed 7, at most 60 s)",
        "conformance  39.5 s    812      2         2  ended early: time was up",
        "8 of 10 operations answered with success",
        "never: DELETE /shelves/{shelf_id} (404 ×12), POST /shelves/{shelf_id}/books (not called)",
        "checks: 2 held, 3 broke, 1 untried",
        "untried: the list has no filters: filters are sound and complete (/shelves)",
        "withheld, 1 request: nobody knows what it changes: TRACE ×1",
        "trouble: GET /shelves got no answer: Connection reset by peer",
        "2. created is readable in GET /shelves/{shelf_id}\n   A record that was created can be read.",
        '     1. POST /shelves {"name": "Maps"}  ->  201 {"id": 3, "name": "Maps"}',
        "   at status:\n     expected 200\n     actual   404",
        "specs/bookshop/openapi.yaml:23",
        "seed 7",
        "     curl -X GET -H 'X-Api-Key: bookshop-key' http://127.0.0.1:4010/shelves/3",
        "(f9c53441): The proxy before it answers TRACE, ticket 12.",
        "Gone, take them out of the ledger:\n  cafebabe header_is_there GET /shelves",
        "Left behind, remove them yourself (1):\n  /shelves/3",
        "The contract broke. 2 findings and 1 accepted, 1,402 calls in 42.9 s. (exit code 1)",
    ]:
        assert line in said
    assert told(good_run()).endswith(
        "The contract held. 0 findings, 1 call in 3.3 s. (exit code 0)\n"
    )


def test_a_log_gets_findings_as_they_come_and_no_control_codes() -> None:
    said = told(broken_run())
    assert "\x1b" not in said
    assert (
        said.index("conformance begins")
        < said.index("BROKE response_schema")
        < said.index("conformance ended")
    )


def test_a_terminal_gets_one_live_line_which_is_gone_at_the_end() -> None:
    stream = Watched()
    terminal = Terminal(stream, Teller(model_of("bookshop")))
    for event in [
        started(),
        PhaseStarted("conformance", 40.0),
        CallAnswered(LISTED),
        CasesTried("conformance", 812),
    ]:
        terminal.take(event)
    line = terminal._progress().plain
    form = (
        r"conformance · 812 cases · 0 findings · (39|40) s left   GET /shelves   1 call, [\d,]+/s"
    )
    assert re.fullmatch(form, line), line
    terminal.close()
    assert "\x1b[?25h" in stream.getvalue()  # the cursor is shown again


def test_no_color_is_respected_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert re.search(r"\x1b\[[\d;]*3[1-6]m", told(broken_run(), Watched()))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[\d;]*3\d", told(broken_run(), Watched()))


def test_bodies_cannot_steer_the_terminal_nor_fill_it() -> None:
    odd = call(1, "GET /shelves", "/shelves", 200, "\x1b[2J\x9b[bold red]" + "x" * 100_000)
    sent = Sent("POST", "/shelves", {"X": "\x1b[2J"}, b"\x1b[2J" + b"y" * 100_000)
    many = [replace(odd, sent=sent, answer=Answer(200, {}, b"\x07"), number=n) for n in range(50)]
    finding = Finding(
        "laws",
        "c",
        "s",
        "GET /shelves",
        "\x1b]0;title\x07",
        "\x1b",
        "\x1b",
        "z" * 9999,
        (odd, *many),
    )
    said = told([started(), CheckFailed(finding), RunFinished(1.0, 51, (finding,))])
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", said)
    assert "[bold red]" in said
    assert "... 39 more ..." in said
    assert len(said) < 12_000


def test_a_line_to_copy_is_never_broken() -> None:
    said = told([started(), RunFinished(1.0, 1, (LOST,))])
    assert any(line.endswith("http://127.0.0.1:4010/shelves") for line in said.splitlines())
    assert CREATED.sent.headers["X-Api-Key"] in said
