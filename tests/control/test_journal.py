"""The journal keeps what went over the wire, and no more than it is told to."""

from __future__ import annotations

import json
import time

import httpx

from mockserver import MockServer
from mockserver.asgi.request import Note
from mockserver.control.journal import Bounds, Entry, Journal
from mockserver.control.masking import masked
from mockserver.control.pattern import find, pattern_of, verify
from mockserver.control.recorder import KEPT
from mockserver.control.save import Writer


def entry(
    path: str = "/shelves",
    method: str = "GET",
    status: int = 200,
    space: str = "",
    body: bytes = b"",
) -> Entry:
    scope = {
        "method": method,
        "path": path,
        "query_string": b"page=2&api_key=abc",
        "headers": [(b"host", b"shop"), (b"authorization", b"Bearer abc"), (b"x-trace", b"7")],
    }
    note = Note(space=space, api="bookshop", operation=f"{method} {path}", kind="list")
    return Entry(
        scope, note, time.time(), status=status, request_chunks=[body], reply_chunks=[b'{"id": 1}']
    )


def journal_of(*entries: Entry, bounds: Bounds | None = None) -> Journal:
    journal = Journal(bounds)
    for each in entries:
        journal.add(each)
    return journal


def test_the_oldest_entries_go_when_there_are_too_many() -> None:
    journal = journal_of(*(entry(f"/{at}") for at in range(5)), bounds=Bounds(most=3))
    assert [each.path for each in journal.of()] == ["/2", "/3", "/4"]


def test_the_oldest_entries_go_when_they_take_too_many_bytes() -> None:
    journal = journal_of(
        *(entry(body=b"x" * 10_000) for _ in range(50)), bounds=Bounds(most_bytes=100_000)
    )
    assert journal.kept_bytes <= 100_000
    assert len(journal) == len(journal.of()) == 7


def test_a_space_sees_and_forgets_its_own_entries_alone() -> None:
    journal = journal_of(entry("/a"), entry("/b", space="other"))
    assert journal.clear("other") == 1
    assert journal.of("other") == ()
    assert [each.path for each in journal.of()] == ["/a"]
    assert journal.get(1, "other") is None


def test_nothing_is_kept_when_all_is_forgotten() -> None:
    journal = journal_of(entry(), entry())
    journal.clear()
    assert (len(journal), journal.kept_bytes) == (0, 0)


def test_a_pattern_finds_by_template_query_header_and_body() -> None:
    made = entry("/shelves/7", "PUT", body=b'{"a": [1]}')
    pattern = {
        "method": "PUT",
        "urlPathTemplate": "/shelves/{shelf_id}",
        "queryParameters": {"page": "2"},
        "headers": {"X-Trace": {"matches": r"\d"}, "X-None": {"absent": True}},
        "bodyPatterns": [{"equalToJson": {"a": [1]}}, {"contains": "[1]"}],
    }
    assert find([made, entry()], pattern_of(pattern)) == [made]


def test_a_status_may_be_a_class() -> None:
    assert len(find([entry(status=404), entry(status=200)], pattern_of({"status": "4XX"}))) == 1


def test_verification_tells_what_came_nearest_and_where_it_differs() -> None:
    calls = [
        entry("/shelves", "GET"),
        entry("/shelves", "POST", 400),
        entry("/other", "DELETE", 404),
    ]
    verdict = verify(calls, pattern_of({"operation": "POST /shelves", "status": 201}), 1)
    assert not verdict.holds
    assert verdict.nearest[0].differences == ("status is 400, not 201",)
    assert "near: POST /shelves?page=2&api_key=abc -> 400: status is 400, not 201" in verdict.text


def test_verification_counts_exactly() -> None:
    calls = [entry(), entry()]
    assert verify(calls, pattern_of({"operation": "/shelves"}), 2).holds
    assert not verify(calls, pattern_of({"operation": "/shelves"}), 1).holds
    assert verify(calls, pattern_of({})).holds


def test_secrets_are_masked_and_the_word_before_them_stays() -> None:
    pairs = [("Authorization", "Bearer abc"), ("X-Shop", "abc"), ("X-Trace", "abc")]
    told = masked(pairs, frozenset({"x-shop"}))
    assert told == [("Authorization", "Bearer ***"), ("X-Shop", "***"), ("X-Trace", "abc")]


def test_what_is_saved_holds_no_secret() -> None:
    writer = Writer(frozenset())
    told = writer.lines([entry()]) + json.dumps(writer.har([entry()]))
    assert "abc" not in told
    assert '"kind": "list"' in told


def test_a_har_has_what_the_format_demands() -> None:
    log = Writer(frozenset()).har([entry(body=b"x", method="POST")])["log"]
    assert log["version"] == "1.2"
    assert set(log["creator"]) == {"name", "version"}
    [one] = log["entries"]
    assert set(one) == {"startedDateTime", "time", "request", "response", "cache", "timings"}
    common = {"httpVersion", "cookies", "headers", "headersSize", "bodySize"}
    assert set(one["request"]) == common | {"method", "url", "queryString", "postData"}
    assert set(one["response"]) == common | {"status", "statusText", "content", "redirectURL"}


def test_an_entry_keeps_of_the_request_what_is_told_of_it_and_nothing_of_the_server() -> None:
    with MockServer("bookshop") as mock:
        httpx.get(f"{mock.url}/shelves?limit=2", headers=mock.headers)
        kept = mock.requests[-1]
    assert set(kept.scope) == set(KEPT)
    assert (kept.method, kept.path, kept.query) == ("GET", "/shelves", [("limit", "2")])
