from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events import CallAnswered, CheckFailed, CheckTried, Event, RunFinished
from contracts.reports.html import Html
from contracts.reports.story import Teller
from tests.conftest import model_of
from tests.reports.runs import LOST, RUNS, broken_run, call, started

VOID = frozenset({"meta", "input", "br"})
TELLER = Teller(model_of("bookshop"))


class Page(HTMLParser):
    """The tags of a page with their attributes and texts; it must be well nested."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open[-1]] = self.texts.get(self._open[-1], "") + data


def written(events: list[Event]) -> str:
    page = Html(model_of("bookshop"), TELLER)
    for event in events:
        page.take(event)
    return page.text()


@pytest.mark.parametrize("run", RUNS)
def test_the_page_stands_alone_and_lets_nothing_in_but_its_own_style_and_script(run: str) -> None:
    page = Page(written(RUNS[run]))
    assert {each["href"] for _, each in page.tags if "href" in each} == {"#findings"}
    assert not any("src" in each or "style" in each or "onclick" in each for _, each in page.tags)
    policy = next(each["content"] for _, each in page.tags if "http-equiv" in each) or ""
    for tag in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.texts[tag].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_it_is_made_for_keyboards_and_readers_of_screens() -> None:
    page = Page(written(broken_run()))
    names = {each["id"] for _, each in page.tags if "id" in each}
    assert len(names) == sum("id" in each for _, each in page.tags)
    assert {each["aria-labelledby"] for tag, each in page.tags if tag == "section"} <= names
    assert next(each for tag, each in page.tags if tag == "html")["lang"] == "en"
    assert all(
        each.get("tabindex") == "0" and each.get("aria-label")
        for _, each in page.tags
        if each.get("class") == "wide"
    )
    assert all("scope" in each for tag, each in page.tags if tag == "th")
    assert {each.get("for") for tag, each in page.tags if tag == "label"} <= names


def test_it_tells_findings_matrices_and_coverage() -> None:
    said = unescape(re.sub(r"<[^>]+>", "", written(broken_run())))
    for part in [
        "The contract broke. 2 findings and 1 accepted",
        "A record that was created can be read.GET /shelves/{shelf_id}created is readable",
        'POST /shelves{"name": "Maps"}',
        "curl -X GET -H 'X-Api-Key: bookshop-key' http://127.0.0.1:4010/shelves/3",
        "untried: the list has no filters",
        "Accepted: The proxy before it answers TRACE, ticket 12.",
        "of 54 documented statuses were seen",
        ["limit 1, 0", " 0, 1"][0],
        "page 0, 1",
    ]:
        assert part in said, part


@settings(max_examples=8, deadline=None)
@given(st.text(), st.text(), st.text())
def test_nothing_that_was_found_breaks_out_of_the_page(message: str, body: str, path: str) -> None:
    odd = call(1, "GET /shelves", f"/shelves?{path}", 200, body, message)
    finding = replace(
        LOST, message=message, expected=body, calls=(odd,), sentence=path, place=message
    )
    tried = CheckTried("laws", path, message, False, body)
    end = RunFinished(1.0, 1, (finding,), could_not=message)
    known = {tag for tag, _ in Page(written(broken_run())).tags}
    page = Page(written([started(), CallAnswered(odd), tried, CheckFailed(finding), end]))
    assert {tag for tag, _ in page.tags} <= known


@settings(max_examples=20, deadline=None)
@given(st.text(min_size=1), st.text(min_size=1))
def test_texts_and_attributes_say_what_they_were_given(message: str, reason: str) -> None:
    finding = replace(LOST, sentence=message)
    tried = CheckTried("laws", "a law", "/shelves", False, reason)
    page = Page(written([started(), tried, CheckFailed(finding)]))
    shown = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
    message, reason = (
        shown.sub(lambda found: f"\\x{ord(found[0]):02x}", text) for text in (message, reason)
    )
    assert message in page.texts["strong"]
    assert f"untried: {reason}" in {each.get("title") for tag, each in page.tags if tag == "td"}


def test_the_page_of_a_long_run_stays_small() -> None:
    many = [
        CallAnswered(call(number, "GET /shelves", "/shelves", 200, "x" * 1000))
        for number in range(2_000)
    ]
    assert len(written([*many, RunFinished(1.0, 2_000, ())])) < 30_000
