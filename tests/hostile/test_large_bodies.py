"""Large bodies hold nobody up: they are read in the background, and what would take too long is
refused.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import Settings, make_edges, wire
from mockserver.asgi.codec import bodies
from mockserver.asgi.codec.bodies import Malformed, check_values, decode_json, decode_lines
from mockserver.asgi.codec.xml import read_xml, shape_of
from mockserver.asgi.codec.xml.read import LONGEST_TAG
from mockserver.asgi.intake import Intake
from mockserver.asgi.request import TooLarge
from mockserver.exchange import Answer
from mockserver.model.types import Habits
from mockserver.model.types.schema import NO_SCHEMA
from mockserver.testing.inprocess import ask, sent_to
from tests.conftest import fresh_app

KEY = {"X-Api-Key": "bookshop-key"}
JSON = {**KEY, "Content-Type": "application/json"}
SHELF = b'{"name": "Poetry"}' + b" " * 100_000
SIGNS = b",[{"


@pytest.mark.parametrize(
    ("content", "headers"),
    [(SHELF, JSON), (gzip.compress(SHELF), {**JSON, "Content-Encoding": "gzip"})],
    ids=["plain", "coded"],
)
def test_others_are_answered_while_a_large_body_is_read(
    content: bytes, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    others_answered = threading.Event()
    read = Intake._received

    def slowly(self: Intake, *sent: Any) -> Any:
        assert others_answered.wait(10)
        return read(self, *sent)

    async def both() -> tuple[Answer, Answer]:
        app = fresh_app("bookshop")
        large = asyncio.create_task(ask(app, sent_to("POST", "/shelves", headers, content)))
        await asyncio.sleep(0)
        small = await ask(app, sent_to("GET", "/shelves/1", KEY))
        others_answered.set()
        return await large, small

    monkeypatch.setattr(Intake, "_received", slowly)
    large, small = asyncio.run(both())
    assert (large.status, small.status) == (201, 200)


def test_a_body_of_too_many_values_is_refused_in_a_sentence() -> None:
    content = b"[" + b",".join([b"{}"] * 200_000) + b"]"
    answer = asyncio.run(ask(fresh_app("bookshop"), sent_to("POST", "/shelves", JSON, content)))
    assert answer.status == 413
    detail = json.loads(answer.content)["detail"]
    assert detail == "the body has more than 250,000 values; send it in parts"


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST_VALUES", 5)
    monkeypatch.setattr("mockserver.asgi.codec.xml.read.MOST_VALUES", 5)
    monkeypatch.setattr(bodies, "SLICE_BYTES", 7)


@pytest.mark.usefixtures("_few")
@pytest.mark.parametrize(
    "value",
    [
        [1, 2, 3],
        ["a,b,c,d,e,f,[,{"],
        ['"', ",,,,,,,,,", "\\"],
        {"a": ",,,,,,,,", 'b",,,': "\\,,,,,,\\"},
        ["x" * 100, "," * 100],
    ],
)
def test_what_stands_in_a_text_is_no_value(value: Any) -> None:
    check_values(json.dumps(value).encode(), SIGNS)


@pytest.mark.usefixtures("_few")
@pytest.mark.parametrize(
    "value", [[1] * 6, [[], [], [], []], {"a": {"b": [1, 2, 3, "x,"]}}, ['","', 1, 2, 3, 4, "\\"]]
)
def test_values_are_counted_across_texts(value: Any) -> None:
    with pytest.raises(TooLarge, match="more than 5 values"):
        decode_json(json.dumps(value).encode(), {}, NO_SCHEMA)


@pytest.mark.usefixtures("_few")
def test_lines_and_elements_are_values() -> None:
    with pytest.raises(TooLarge):
        decode_lines(b"1\n" * 8, {}, NO_SCHEMA)
    with pytest.raises(TooLarge, match="more than 5 elements"):
        read_xml(shape_of(NO_SCHEMA, Habits().xml), b"<a>" + b"<b/>" * 8 + b"</a>", {})


def test_a_tag_without_end_is_malformed() -> None:
    attributes = b" ".join(b'a%d="1"' % number for number in range(LONGEST_TAG // 4))
    with pytest.raises(Malformed, match="tag"):
        read_xml(shape_of(NO_SCHEMA, Habits().xml), b"<a " + attributes + b"/>", {})


def test_where_the_state_is_in_a_database_a_large_body_is_read_in_its_thread(
    tmp_path: Path,
) -> None:
    settings = Settings(store=f"sqlite:///{tmp_path}/state.db")
    edges = make_edges(["bookshop"], settings)
    app = wire(edges, settings)
    answer = asyncio.run(ask(app, sent_to("POST", "/shelves", JSON, SHELF)))
    assert answer.status == 201
    listed = asyncio.run(ask(app, sent_to("GET", "/__admin/requests", {"Host": "localhost"})))
    assert listed.status == 200
