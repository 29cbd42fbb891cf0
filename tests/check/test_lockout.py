"""A run at a server that lets it in nowhere ends after a handful of calls, and says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from contracts.errors import LockedOut
from contracts.events import RunFinished
from contracts.oracle.plain_store import PlainStore
from contracts.runner import Plan, run
from contracts.targets.target import Answer, AppTarget, Sent, Target
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from contracts.wire.wire import Budget
from mockserver.model.types import Model
from tests.conftest import fresh_app, model_of

MODEL = model_of("bookshop")
NOBODY = replace(MODEL, security=replace(MODEL.security, credentials=()))
Refuses = Callable[[Sent], int | None]


class Gatekeeper:
    """The bookshop behind one who refuses with the status that `refuses` returns."""

    def __init__(self, refuses: Refuses) -> None:
        self.refuses, self.asked = refuses, 0
        self.target = AppTarget(fresh_app("bookshop"))

    def send(self, sent: Sent) -> Answer:
        self.asked += 1
        status = self.refuses(sent)
        return self.target.send(sent) if status is None else Answer(status)

    def close(self) -> None:
        pass

    def subject(self, model: Model = MODEL, safety: Safety = Safety.ALL) -> Subject:
        def connect() -> Target:
            return self

        return Subject(model, connect, PlainStore, fresh=False, safety=safety)


Keep = Callable[[Refuses], Gatekeeper]


@pytest.fixture
def keep() -> Iterator[Keep]:
    """Return what makes gatekeepers."""
    made: list[Gatekeeper] = []

    def make(refuses: Refuses) -> Gatekeeper:
        made.append(Gatekeeper(refuses))
        return made[-1]

    yield make
    for each in made:
        each.target.close()


def end_of(subject: Subject, phase: str = "laws") -> RunFinished:
    *_, end = run(subject, Plan(phases=[phase], examples=3))
    assert isinstance(end, RunFinished)
    return end


@pytest.mark.parametrize("phase", ["laws", "conformance", "machine"])
@pytest.mark.parametrize("safety", [Safety.ALL, Safety.READ])
def test_a_run_that_nobody_lets_in_ends_after_a_handful_of_calls(
    keep: Keep, phase: str, safety: Safety
) -> None:
    keeper = keep(lambda sent: 401)
    end = end_of(keeper.subject(NOBODY, safety), phase)
    assert end.exit_code == 2
    assert (
        "was refused (401): say who is calling, with credentials that are good, by" in end.could_not
    )
    assert keeper.asked < 60


def test_credentials_that_count_nowhere_are_told_too(keep: Keep) -> None:
    end = end_of(keep(lambda sent: 403).subject())
    assert "calls was refused (403): say who is calling" in end.could_not


def test_credentials_that_end_while_a_run_goes_on_are_told_at_once(keep: Keep) -> None:
    keeper = keep(lambda sent: None)
    keeper.refuses = lambda sent: 401 if keeper.asked > 100 else None
    end = end_of(keeper.subject())
    assert end.exit_code == 2
    assert "they have ended; say by --auth-command" in end.could_not
    assert keeper.asked < 200


def test_a_place_for_others_alone_ends_no_run(keep: Keep) -> None:
    keeper = keep(lambda sent: 403 if "/books" in sent.target else None)
    end = end_of(keeper.subject())
    assert end.could_not == ""


def test_what_is_sent_without_credentials_on_purpose_is_not_counted(keep: Keep) -> None:
    keeper = keep(lambda sent: None)
    wire = keeper.subject().wire("laws", lambda event: None, Budget())
    for _ in range(50):
        assert wire.send(Sent("GET", "/shelves", {"X-Api-Key": "wrong"})).status == 401


def test_refusals_with_a_success_between_them_are_none_of_a_server_that_lets_nobody_in(
    keep: Keep,
) -> None:
    keeper = keep(lambda sent: None)
    keeper.refuses = lambda sent: 401 if keeper.asked % 10 else None
    key = {"X-Api-Key": "bookshop-key"}
    wire = keeper.subject().wire("laws", lambda event: None, Budget())
    for path in ["/shelves", "/shelves/1"] * 50:
        wire.send(Sent("GET", path, key))
    keeper.refuses = lambda sent: 401
    with pytest.raises(LockedOut):
        all(wire.send(Sent("GET", path, key)) for path in ["/shelves", "/shelves/1"] * 50)
