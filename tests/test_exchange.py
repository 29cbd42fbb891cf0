"""Requests and answers are values, and come back from a file as they were written."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.errors import FixtureError
from mockserver.exchange import NO_BODY, Answer, Exchange, Headers, Sent, json_answer, sent_from
from mockserver.recording import har, har_entry, json_form, read_exchanges
from mockserver.testing.inprocess import ask, scope_of, sent_to

TEXTS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)
HEADERS = st.dictionaries(TEXTS.map(str.lower), TEXTS, max_size=3)
TARGETS = st.sampled_from(["/", "/shelves", "/a%20b?x=1&x=2", "/shelves?q=a+b"])
ANSWERS = st.builds(Answer, st.integers(200, 599), HEADERS, st.binary())
EXCHANGES = st.builds(
    Exchange,
    st.builds(Sent, st.sampled_from(["GET", "POST"]), TARGETS, HEADERS, st.binary()),
    st.none() | ANSWERS,
    st.integers(0, 10**9).map(float),
    st.integers(0, 1000).map(float),
    number=st.integers(1, 99),
    space=TEXTS,
    api=TEXTS,
    operation=TEXTS,
    kind=TEXTS,
    reasons=st.lists(TEXTS, max_size=2).map(tuple),
)


def read(tmp_path: Path, name: str, text: str) -> list[Exchange]:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return read_exchanges(file, FixtureError)


def test_headers_are_found_in_any_case_and_joined() -> None:
    headers = Headers([("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("Etag", "x")])
    assert headers["SET-COOKIE"] == "a=1, b=2"
    assert list(headers) == ["Set-Cookie", "Etag"]
    assert len(headers.pairs) == 3


def test_in_a_mapping_of_headers_the_last_one_of_a_name_counts() -> None:
    assert Headers({"authorization": "old", "Authorization": "new"})["authorization"] == "new"


@given(st.lists(st.tuples(TEXTS.map(str.lower), st.text(st.characters(codec="latin-1")))))
def test_headers_go_over_the_wire_as_they_are(pairs: list[tuple[str, str]]) -> None:
    headers = Headers(pairs)
    assert Headers.from_wire(headers.to_wire()).pairs == headers.pairs


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (json_answer({"id": 1}), {"id": 1}),
        (Answer(200, {"Content-Type": "application/problem+json"}, b"[1]"), [1]),
        (Answer(200, {"Content-Type": "application/json"}, b"{"), "{"),
        (Answer(200, {"Content-Type": "text/plain"}, b"1"), "1"),
        (Answer(204), NO_BODY),
    ],
)
def test_a_body_is_what_its_media_type_makes_of_it(answer: Answer, body: Any) -> None:
    assert answer.body == body


def test_an_answer_with_another_body_keeps_its_media_type() -> None:
    assert json_answer({"id": 1}).with_body({"id": 2}).body == {"id": 2}
    assert Answer(200, {"content-type": "text/plain"}, b"a").with_body("b").content == b"b"
    assert json_answer({"id": 1}).with_body(NO_BODY).content == b""


@given(EXCHANGES)
def test_a_line_is_read_back_as_the_exchange_it_was_written_of(
    tmp_path_factory: pytest.TempPathFactory, exchange: Exchange
) -> None:
    line = json.dumps(json_form(exchange))
    assert read(tmp_path_factory.mktemp("line"), "a.jsonl", f"{line}\n") == [exchange]


@given(EXCHANGES)
def test_a_har_entry_is_read_back_as_the_call_it_was_written_of(
    tmp_path_factory: pytest.TempPathFactory, exchange: Exchange
) -> None:
    exchange = replace(exchange, sent=replace(exchange.sent, content=b"text"))
    log = json.dumps(har([har_entry(exchange)]))
    [found] = read(tmp_path_factory.mktemp("har"), "a.har", log)
    assert (found.sent, found.answer) == (exchange.sent, exchange.answer)


def test_a_call_with_an_id_that_is_no_number_is_read(tmp_path: Path) -> None:
    call = {
        "id": "45b6aa0e-6a9f-4ea3-a8b6-2e6f0a4bd2fe",
        "request": {"method": "GET", "url": "/shelves"},
        "response": {"status": 200, "headers": {}},
    }
    assert read(tmp_path, "a.jsonl", f"{json.dumps(call)}\n")[0].sent == Sent("GET", "/shelves")


def test_a_request_is_the_same_behind_its_scope() -> None:
    sent = sent_to("POST", "https://shop.test/a%2Fb?x=%20", {"host": "shop.test"}, b"")
    assert sent_from(scope_of(sent), b"") == sent


async def streaming(scope: Any, receive: Any, send: Any) -> None:
    """Stream for as long as the client stays, as servers of events do."""
    await receive()
    left = asyncio.ensure_future(receive())
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for chunk in (b"a", b"b", b"c"):
        await asyncio.sleep(0)
        if left.done():
            return
        await send({"type": "http.response.body", "body": chunk, "more_body": chunk != b"c"})
    assert (await left)["type"] == "http.disconnect"


def test_a_client_in_this_process_stays_until_the_answer_is_whole() -> None:
    assert asyncio.run(ask(streaming, Sent("GET", "/"))).content == b"abc"


def test_an_answer_to_head_has_no_body() -> None:
    assert asyncio.run(ask(streaming, Sent("HEAD", "/"))).content == b""
