from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.errors import RecordingError
from contracts.events import CallAnswered, LeftBehind
from contracts.secrecy import Secrets
from contracts.targets.credentials import header_credentials, nobodys
from contracts.targets.exchanges import Exchange
from contracts.targets.recording import NotRecorded, RecordingTarget, read_recording
from contracts.targets.target import Answer, Sent
from contracts.wire.recorder import Recorder
from mockserver.apis import load_model
from mockserver.control.save import Writer
from mockserver.exchange import json_answer

KEY = {"X-Api-Key": "bookshop-key"}


def _answer(value: object, status: int = 200) -> Answer:
    return json_answer(value, status)


def _write(path: Path, *calls: tuple[Sent, Answer | None], secrets: tuple[str, ...] = ()) -> None:
    recorder = Recorder(path, load_model("bookshop"), Secrets(secrets))
    for number, (sent, answer) in enumerate(calls, 1):
        recorder.note(
            CallAnswered(Exchange(sent, answer, 1.5, 0.25, number=number, operation="GET /shelves"))
        )
    recorder.note(LeftBehind(()))
    recorder.close()


def _target(path: Path) -> RecordingTarget:
    return RecordingTarget(path, load_model("bookshop"))


def test_what_is_recorded_is_read_again(tmp_path: Path) -> None:
    sent = Sent(
        "POST", "/shelves?a=%C3%BC&b=", {"Content-Type": "application/json"}, b'{"name": "x"}'
    )
    _write(tmp_path / "r.jsonl", (sent, _answer({"id": 1}, 201)), (Sent("GET", "/gone"), None))
    first, second = read_recording(tmp_path / "r.jsonl")
    assert first == Exchange(
        sent,
        _answer({"id": 1}, 201),
        1.5,
        0.25,
        number=1,
        phase="recording",
        api="bookshop",
        operation="GET /shelves",
        kind="list",
    )
    assert second.answer is None


def test_secrets_are_in_no_header_query_or_body(tmp_path: Path) -> None:
    sent = Sent(
        "POST",
        "/shelves?api_key=s3cret-q",
        {**KEY, "Cookie": "c=s3cret-c"},
        b'{"token": "s3cret-b"}',
    )
    answer = Answer(200, {"set-cookie": "s3cret-d"}, b"hello s3cret-b")
    _write(tmp_path / "r.jsonl", (sent, answer), secrets=("s3cret-b", "bookshop-key"))
    text = (tmp_path / "r.jsonl").read_text()
    assert "s3cret" not in text
    assert "bookshop-key" not in text
    assert "hello ***" in text


@pytest.mark.parametrize("api", ["bookshop", "omnitron", "bigcommerce-v2"])
def test_the_credential_that_nobody_has_stays_and_is_told_from_a_right_one(
    api: str, tmp_path: Path
) -> None:
    model = load_model(api)
    wrong, right = (
        header_credentials(nobodys(model), model.base_paths[0]),
        header_credentials(model, model.base_paths[0]),
    )
    recorder = Recorder(tmp_path / "r.jsonl", model, Secrets((), {*wrong}))
    for headers, status in ((wrong, 401), (right, 200)):
        exchange = Exchange(Sent("GET", "/x", headers), _answer({}, status), 1.5, 0.25, number=1)
        recorder.note(CallAnswered(exchange))
    recorder.close()
    target = RecordingTarget(tmp_path / "r.jsonl", model)
    assert [target.send(Sent("GET", "/x", headers)).status for headers in (right, wrong)] == [
        200,
        401,
    ]
    first, _ = read_recording(tmp_path / "r.jsonl")
    assert first.sent.headers == wrong
    assert not any(value in (tmp_path / "r.jsonl").read_text() for value in right.values())


def test_a_request_is_found_by_its_query_in_any_order_and_its_body_by_value(tmp_path: Path) -> None:
    _write(
        tmp_path / "r.jsonl",
        (Sent("GET", "/shelves?a=1&b=2", KEY), _answer("list")),
        (Sent("POST", "/shelves", KEY, b'{"a": 1, "b": [2]}'), _answer("made", 201)),
    )
    target = _target(tmp_path / "r.jsonl")
    assert target.send(Sent("GET", "/shelves?b=2&a=1", {"x-api-key": "another"})).body == "list"
    assert target.send(Sent("POST", "/shelves", KEY, b'{"b":[2],"a":1}')).status == 201


def test_a_repeated_request_is_answered_in_the_recorded_order(tmp_path: Path) -> None:
    post = Sent("POST", "/shelves", KEY, b"{}")
    _write(
        tmp_path / "r.jsonl",
        (Sent("GET", "/shelves", KEY), _answer("before")),
        (post, _answer("made", 201)),
        (Sent("GET", "/shelves", KEY), _answer("after")),
    )
    target = _target(tmp_path / "r.jsonl")
    assert [target.send(Sent("GET", "/shelves", KEY)).body for _ in range(3)] == [
        "before",
        "after",
        "after",
    ]
    target.send(post)
    with pytest.raises(NotRecorded, match="POST /shelves is not in the recording"):
        target.send(post)


@pytest.mark.parametrize(
    "sent",
    [
        Sent("GET", "/shelves"),
        Sent("GET", "/books", KEY),
        Sent("GET", "/shelves", {**KEY, "Accept": "text/css"}),
    ],
)
def test_what_was_not_recorded_is_no_answer(tmp_path: Path, sent: Sent) -> None:
    _write(tmp_path / "r.jsonl", (Sent("GET", "/shelves", KEY), _answer([])))
    with pytest.raises(NotRecorded):
        _target(tmp_path / "r.jsonl").send(sent)


def test_a_run_that_was_killed_leaves_a_recording(tmp_path: Path) -> None:
    _write(
        tmp_path / "r.jsonl",
        (Sent("GET", "/shelves"), _answer([])),
        (Sent("GET", "/books"), _answer([])),
    )
    text = (tmp_path / "r.jsonl").read_text()
    (tmp_path / "r.jsonl").write_text(text[:-20])
    assert [each.sent.target for each in read_recording(tmp_path / "r.jsonl")] == ["/shelves"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no calls"),
        ("{", "holds no calls"),
        ("nonsense\n", "line 1: is no JSON"),
        ("\n[]\n", "line 2: is no call of a recording"),
        ('{"request": {}}\n', "line 1: is no call of a recording (lacks 'response')"),
        ('{"log": {}}', "is no HAR file"),
        ('{"log": {"entries": [{}]}}', "entry 1: is no call of a recording"),
    ],
)
def test_a_broken_recording_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "r.jsonl").write_text(text)
    with pytest.raises(RecordingError) as error:
        read_recording(tmp_path / "r.jsonl")
    assert said in str(error.value)


def test_a_recording_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"nothing\.jsonl: cannot be read"):
        read_recording(tmp_path / "nothing.jsonl")


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot be written"):
        Recorder(tmp_path / "no" / "r.jsonl", load_model("bookshop"), Secrets())


def test_the_saved_journal_of_a_mock_is_a_recording_and_so_is_its_har(tmp_path: Path) -> None:
    from contracts.targets.target import AppTarget
    from mockserver.app import Settings, make_control, make_edges, wire

    settings = Settings()
    edges = make_edges(["bookshop"], settings)
    control = make_control(edges, settings)
    target = AppTarget(wire(edges, settings, control))
    target.send(
        Sent(
            "POST", "/shelves?x=1", {**KEY, "Content-Type": "application/json"}, b'{"name": "a b"}'
        )
    )
    writer = Writer(frozenset({"x-api-key"}))
    entries = control.journal.of()
    (tmp_path / "j.jsonl").write_text(writer.lines(entries))
    (tmp_path / "j.har").write_text(json.dumps(writer.har(entries)))
    for name in ("j.jsonl", "j.har"):
        (found,) = read_recording(tmp_path / name)
        assert found.answer is not None
        assert (found.answer.status, found.answer.body["name"]) == (201, "a b")
        assert (found.sent.target, found.sent.content) == ("/shelves?x=1", b'{"name": "a b"}')
    target.close()
