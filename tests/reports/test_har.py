from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events import CallAnswered
from contracts.reports.files import NewFile
from contracts.reports.har import Har
from contracts.targets.exchanges import Exchange
from contracts.targets.recording import read_recording
from contracts.targets.target import Answer, Sent
from tests.reports.runs import RUNS, broken_run, started

REQUEST = {
    "method",
    "url",
    "httpVersion",
    "cookies",
    "headers",
    "queryString",
    "headersSize",
    "bodySize",
}
RESPONSE = {
    "status",
    "statusText",
    "httpVersion",
    "cookies",
    "headers",
    "content",
    "redirectURL",
    "headersSize",
    "bodySize",
}
"""What HAR 1.2 demands of a request and of a response."""


def written(events: list, path: Path) -> str:
    har = Har(NewFile(path))
    for event in events:
        har.take(event)
    har.close()
    return path.read_text("utf-8")


@pytest.mark.parametrize("run", RUNS)
def test_a_har_has_what_the_format_demands(run: str, tmp_path: Path) -> None:
    log = json.loads(written(RUNS[run], tmp_path / "out.har"))["log"]
    assert log["version"] == "1.2"
    assert {"name", "version"} <= log["creator"].keys()
    assert len(log["entries"]) == sum(isinstance(each, CallAnswered) for each in RUNS[run])
    for each in log["entries"]:
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= each.keys()
        assert each["request"].keys() >= REQUEST
        assert each["response"].keys() >= RESPONSE


def test_each_entry_tells_its_operation_and_whether_an_answer_came(tmp_path: Path) -> None:
    entries = json.loads(written(broken_run(), tmp_path / "out.har"))["log"]["entries"]
    told = [(each["comment"], each["response"]["status"]) for each in entries]
    assert ("laws POST /shelves", 201) in told
    assert ("laws GET /shelves/{shelf_id} (no answer)", 0) in told


@settings(max_examples=8, deadline=None)
@given(
    st.binary(min_size=1), st.text(st.characters(codec="utf-8"), min_size=1), st.integers(100, 599)
)
def test_a_har_is_read_back_as_the_calls_that_were_made(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, text: str, status: int
) -> None:
    sent = Sent("POST", "/shelves?a=1&a=2", {"Content-Type": "text/plain"}, text.encode())
    answer = Answer(status, {"content-type": "application/octet-stream"}, content)
    exchange = Exchange(sent, answer, 1_790_000_000.5, 0.25, operation="POST /shelves")
    path = tmp_path_factory.mktemp("har") / "out.har"
    written([started(), CallAnswered(exchange)], path)
    [found] = read_recording(path)
    assert (found.sent.method, found.sent.target, found.sent.content) == (
        sent.method,
        sent.target,
        sent.content,
    )
    assert found.answer is not None
    assert (found.answer.status, found.answer.content) == (status, content)
