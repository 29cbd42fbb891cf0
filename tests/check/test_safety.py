"""What must not be changed cannot be: requests are held back where they leave the process, whoever
makes them.
"""

from __future__ import annotations

import pytest

from contracts.errors import Withheld
from contracts.events import CallWithheld, LeftBehind, RunFinished
from contracts.runner import Plan, run
from contracts.targets.reading import Readings
from contracts.targets.target import SAFE_METHODS, Sent
from contracts.wire.safety import Belongings, Guard, Safety, ends_session, note_user
from tests.check.watched import Flapping, Watching
from tests.conftest import model_of

QUICK = Plan(examples=4)


def test_a_run_that_only_reads_sends_nothing_but_safe_methods(watched: Watching) -> None:
    server = watched()
    events = list(run(server.subject(Safety.READ), QUICK))
    assert {each.method for each in server.seen} <= SAFE_METHODS
    assert len(server.seen) > 50
    assert isinstance(events[-1], RunFinished)
    assert events[-1].exit_code == 0


def test_a_run_on_its_own_records_leaves_the_server_as_it_was(watched: Watching) -> None:
    server = watched()
    before = [
        server.get(path).body for path in ("/shelves", "/shelves/1/books", "/shelves/2/books")
    ]
    events = list(run(server.subject(Safety.OWN), QUICK))
    assert [
        server.get(path).body for path in ("/shelves", "/shelves/1/books", "/shelves/2/books")
    ] == before
    written = {each.target for each in server.seen if each.method not in SAFE_METHODS}
    assert len(written) > 5
    assert not [path for path in written if path.split("/")[2:3] in (["1"], ["2"], ["3"])]
    assert not [each for each in events if isinstance(each, LeftBehind)]
    assert [each for each in events if isinstance(each, CallWithheld)]


def test_records_may_be_made_below_a_parent_that_is_named(watched: Watching) -> None:
    server = watched()
    list(run(server.subject(Safety.OWN, ("/shelves/3",)), Plan(phases=["machine"], examples=30)))
    assert [
        each for each in server.seen if each.method == "POST" and each.target == "/shelves/3/books"
    ]
    assert server.get("/shelves/3/books").body["total"] == 0


def test_an_interrupted_run_removes_what_it_made(watched: Watching) -> None:
    server = watched()
    running = run(server.subject(Safety.OWN), Plan(phases=["laws"]))
    for _ in running:
        if any(each.method == "POST" for each in server.seen[:-1]):
            break
    left = [running.throw(KeyboardInterrupt), *running]
    assert server.get("/shelves").body["total"] == 3
    assert not [each for each in left if isinstance(each, LeftBehind)]


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (Sent("DELETE", "/shelves/1"), "what this run did not make"),
        (Sent("POST", "/shelves/1/books"), "below one that this run did not make"),
        (Sent("PUT", "/shelves/70/books/5"), "what this run did not make"),
        (Sent("PATCH", "/shelves/7"), "no operation of the document"),
        (Sent("TRACE", "/shelves"), "no operation of the document"),
    ],
)
def test_a_write_to_what_is_not_its_own_does_not_leave(sent: Sent, why: str) -> None:
    guard = Guard(model_of("bookshop"), Safety.OWN, Belongings(["/shelves/7"]))
    with pytest.raises(Withheld, match=why):
        guard.check(sent, Readings(guard.model, "").read(sent))


@pytest.mark.parametrize(
    "sent",
    [
        Sent("DELETE", "/shelves/7"),
        Sent("POST", "/shelves/7/books"),
        Sent("PUT", "/shelves/7/books/5"),
        Sent("POST", "/shelves"),
        Sent("GET", "/shelves/1"),
    ],
)
def test_what_is_its_own_may_be_changed(sent: Sent) -> None:
    guard = Guard(model_of("bookshop"), Safety.OWN, Belongings(["/shelves/7"]))
    guard.check(sent, Readings(guard.model, "").read(sent))


def test_a_server_that_is_gone_is_no_finding(watched: Watching) -> None:
    server = watched(Flapping(gone_after=60))
    end = list(run(server.subject(Safety.ALL), QUICK))[-1]
    assert isinstance(end, RunFinished)
    assert "does not answer" in end.could_not
    assert end.findings == ()
    assert end.exit_code == 2


def test_a_connection_that_breaks_now_and_then_is_no_finding(watched: Watching) -> None:
    server = watched(Flapping())
    end = list(run(server.subject(Safety.READ), Plan(phases=["laws"], laws=["head-is-get"])))[-1]
    assert isinstance(end, RunFinished)
    assert end.findings == ()
    assert not end.could_not


@pytest.mark.parametrize(
    ("method", "path", "body", "ends"),
    [
        ("POST", "/auth/logout", b"", True),
        ("DELETE", "/users/me", b"", True),
        ("PATCH", "/users/me", b'{"password": "x"}', True),
        ("PATCH", "/users/me", b'{"nick": "x"}', False),
        ("PATCH", "/users/7", b'{"password": "x"}', False),
        ("GET", "/users/me", b"", False),
        ("POST", "/memos/me-too", b'{"email": "x"}', False),
    ],
)
def test_what_ends_the_session_of_a_run_is_told_by_its_path_and_body(
    method: str, path: str, body: bytes, ends: bool
) -> None:
    assert ends_session(Sent(method, path, {}, body)) is ends


def test_the_keys_of_the_user_of_a_run_are_learned_from_its_own_path() -> None:
    belongings = Belongings()
    note_user(belongings, Sent("GET", "/users/7"), {"id": 7})
    assert not ends_session(Sent("DELETE", "/users/7"), belongings.users)
    note_user(belongings, Sent("GET", "/users/me"), {"id": 7, "email": "a@b.org"})
    assert ends_session(Sent("DELETE", "/users/7"), belongings.users)
    assert ends_session(
        Sent("PATCH", "/users/a%40b.org", {}, b'{"active": false}'), belongings.users
    )
    assert not ends_session(Sent("DELETE", "/users/8"), belongings.users)


def test_a_session_is_kept_only_where_nothing_renews_it() -> None:
    model = model_of("bookshop")
    sent, reading = Sent("DELETE", "/shelves/me"), Readings(model, "").read(Sent("GET", "/shelves"))
    Guard(model, Safety.ALL, Belongings()).check(sent, reading)
    with pytest.raises(Withheld, match="--auth-command"):
        Guard(model, Safety.ALL, Belongings(), keeps_session=True).check(sent, reading)
