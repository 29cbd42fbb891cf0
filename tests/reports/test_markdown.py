from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events import CheckFailed, Event, RunFinished
from contracts.reports.markdown import LONGEST, STORIES, markdown
from contracts.reports.opening import Told
from contracts.reports.story import Teller
from tests.conftest import model_of
from tests.reports.runs import LOST, RUNS, broken_run, call, started

TELLER = Teller(model_of("bookshop"))


def written(events: list[Event]) -> str:
    fold = Told(markdown, TELLER)
    for event in events:
        fold.take(event)
    return fold.text()


class Tags(HTMLParser):
    """Collects the tags outside of fenced code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: object) -> None:
        self.found.append(tag)


def outside_of_code(text: str) -> str:
    kept, fence = [], ""
    for line in text.splitlines():
        if fence:
            fence = "" if line == fence else fence
        elif line.startswith("```"):
            fence = line.removesuffix("text")
        else:
            kept.append(line)
    assert not fence
    return "\n".join(kept)


def test_it_begins_with_the_verdict_and_tells_each_story_folded() -> None:
    said = written(broken_run())
    assert said.startswith("## ❌ The contract broke.\n")
    assert "| conformance | 39.5 s | 812 | 2 | 2 | ended early: time was up |" in said
    assert said.count("<details>") == said.count("</details>") == 2
    assert "| f9c53441, accepted | <code>GET /shelves</code> |" in said
    assert written(RUNS["good"]).startswith("## ✅ The contract held.\n")
    assert written(RUNS["unreachable"]).startswith("## ⚠️ The contract could not be tried.\n")


@settings(max_examples=12, deadline=None)
@given(st.text(), st.text(), st.text())
def test_nothing_that_was_found_breaks_out_of_its_place(
    message: str, body: str, reason: str
) -> None:
    odd = call(1, "GET /shelves", "/shelves", 200, body)
    finding = replace(
        LOST, message=message, expected=body, actual=message, calls=(odd,), operation="GET /shelves"
    )
    accepted = replace(finding, check="<b>|check", accepted=reason or "x")
    end = RunFinished(1.0, 1, (finding, accepted), could_not=reason)
    said = outside_of_code(written([started(), CheckFailed(finding), end]))
    assert set(Tags(said).found) <= {"code", "details", "summary"}
    rows = [line for line in said.splitlines() if line.startswith("| ")]
    assert {row.count("|") for row in rows} <= {5, 7}


def test_a_page_stays_small_however_much_was_found() -> None:
    many = tuple(
        replace(LOST, check=f"check {number}", message="x" * 50_000)
        for number in range(STORIES + 25)
    )
    said = written([started(), RunFinished(1.0, 1, many)])
    assert "... and 25 findings more" in said
    assert len(said) < (STORIES + 10) * LONGEST
