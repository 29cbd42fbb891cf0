"""A run tells what it does as it does it, finds planted faults, and proves nothing where nothing
was tested.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

import mockserver.space
from contracts.errors import PlanError
from contracts.events import (
    CallAnswered,
    Event,
    PhaseFinished,
    PhaseStarted,
    RunFinished,
    RunStarted,
)
from contracts.played import played
from contracts.runner import Plan, run
from contracts.wire.safety import Safety
from tests.check.watched import Watching
from tests.machine.faults import FAULTS

QUICK = {
    "conformance": Plan(phases=["conformance"], examples=5),
    "machine": Plan(phases=["machine"], examples=15),
    "laws": Plan(phases=["laws"]),
}


def finished(events: list[Event]) -> RunFinished:
    last = events[-1]
    assert isinstance(last, RunFinished)
    return last


def test_events_come_in_the_order_of_a_run() -> None:
    events = list(run(played("bookshop"), replace(QUICK["machine"], examples=2)))
    kinds = [type(each) for each in events if not isinstance(each, CallAnswered)]
    assert kinds[0] is RunStarted
    assert kinds[1] is PhaseStarted
    assert kinds[-2:] == [PhaseFinished, RunFinished]


@pytest.mark.parametrize("phase", QUICK)
def test_the_mock_of_an_api_keeps_its_contract(phase: str) -> None:
    end = finished(list(run(played("bookshop"), QUICK[phase])))
    assert end.findings == ()
    assert end.exit_code == 0
    assert end.calls > 50


@pytest.mark.parametrize("phase", QUICK)
@pytest.mark.parametrize(
    "name", ["an update loses a property", "a child is listed under another parent"]
)
def test_a_planted_fault_is_found(phase: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = next(each for each in FAULTS if each.name == name)
    monkeypatch.setattr(mockserver.space, "decide", fault.decide)
    for seed in range(8):  # what Hypothesis draws hangs on the modules that are loaded, too
        end = finished(list(run(played("bookshop"), replace(QUICK[phase], seed=seed))))
        if end.findings:
            break
    assert end.findings
    assert {each.phase for each in end.findings} == {phase}
    assert end.exit_code == 1
    assert all(1 <= len(each.calls) <= 10 for each in end.findings)


def test_a_failing_sequence_is_as_short_as_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = next(each for each in FAULTS if each.name == "a delete deletes nothing")
    monkeypatch.setattr(mockserver.space, "decide", fault.decide)
    end = finished(list(run(played("bookshop"), QUICK["machine"])))
    shown = [
        [each.sent.method for each in finding.calls]
        for finding in end.findings
        if not finding.calls[-1].sent.query  # the total of a later page takes more to be wrong
    ]
    assert ["DELETE", "GET"] in shown
    assert {(methods[0], len(methods)) for methods in shown} == {("DELETE", 2)}


def test_what_generated_calls_show_is_made_again_with_the_fewest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fault = next(each for each in FAULTS if each.name == "a child is listed under another parent")
    monkeypatch.setattr(mockserver.space, "decide", fault.decide)
    end = finished(list(run(played("bookshop"), QUICK["conformance"])))
    shown = [[each.sent.method for each in finding.calls] for finding in end.findings]
    assert min(map(len, shown)) <= 2
    assert all(methods[-1] == "GET" for methods in shown)


def test_a_fault_is_found_on_a_server_that_keeps_its_state(
    watched: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = next(each for each in FAULTS if each.name == "an update loses a property")
    monkeypatch.setattr(mockserver.space, "decide", fault.decide)
    server = watched()
    end = finished(list(run(server.subject(Safety.ALL), replace(QUICK["machine"], examples=25))))
    assert "PATCH" in {each.sent.method for finding in end.findings for each in finding.calls}


def test_what_is_removed_to_shorten_a_story_is_not_missed_afterwards(
    watched: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = next(each for each in FAULTS if each.name == "an update loses a property")
    monkeypatch.setattr(mockserver.space, "decide", fault.decide)
    server = watched()
    plan = replace(QUICK["machine"], examples=25)
    end = finished(list(run(server.subject(Safety.ALL), plan)))
    assert [each.message for each in end.findings if each.place == "status"] == []


def test_a_run_ends_when_its_time_is_up() -> None:
    events = list(run(played("bookshop"), Plan(seconds=0.3)))
    assert [each.early for each in events if isinstance(each, PhaseFinished)] == [
        "its time was up"
    ] * 3
    assert finished(events).took_s < 20


def test_a_run_without_any_success_could_not_be_tried() -> None:
    subject = replace(played("bookshop"), headers={"X-Api-Key": "wrong"})
    end = finished(list(run(subject, QUICK["machine"])))
    assert "ever answered with success" in end.nothing_tested
    assert (end.broke, end.exit_code) == (False, 2)


def test_an_unknown_phase_is_told_with_the_known_ones() -> None:
    with pytest.raises(PlanError, match=r"no phase is called 'machin'.*conformance"):
        Plan(phases=["machin"])


def test_an_interrupted_run_tells_its_end_and_is_not_one_that_held() -> None:
    running = run(played("bookshop"), QUICK["machine"])
    for _ in range(20):
        next(running)
    end = finished([running.throw(KeyboardInterrupt), *running])
    assert end.interrupted
    assert end.exit_code == 2
    assert end.calls < 300  # to its end it makes more than a thousand
