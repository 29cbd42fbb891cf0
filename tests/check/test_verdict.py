"""A run holds only where most of what it planned was really tried."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from contracts.events import CallAnswered, CheckTried, PhaseFinished, RunFinished
from contracts.ledger import Ledger
from contracts.played import played
from contracts.runner import Plan, run
from contracts.targets.exchanges import Exchange
from contracts.targets.target import Answer, Sent
from contracts.verdict import Verdict
from contracts.wire.safety import Safety
from tests.check.watched import Watching
from tests.conftest import model_of

MODEL = model_of("bookshop")
LABELS = [each.label for each in MODEL.operations]


def verdict_of(
    answered: Sequence[str], missed: Sequence[str] = (), reached: Sequence[str] = LABELS
) -> RunFinished:
    verdict = Verdict(MODEL, Ledger(), reached)
    for label in answered:
        sent = Sent(label.partition(" ")[0], "/")
        verdict.take(CallAnswered(Exchange(sent, Answer(200), operation=label)))
    verdict.take(CheckTried("laws", "sent-is-read", "/shelves", held=True))
    verdict.take(PhaseFinished("laws", 1.0, 7, "its time was up", missed))
    return verdict.finished(1.0, "", interrupted=False)


def test_laws_for_which_there_was_no_time_are_counted_and_named() -> None:
    end = verdict_of(LABELS, ["head-is-get (/a)", "order-holds (/a)", "b (/b)", "c (/c)"])
    assert end.exit_code == 2
    told = "before 4 of 11 laws were tried, head-is-get (/a), order-holds (/a), b (/b) and 1 more"
    assert told in end.too_little
    assert "--max-time" in end.too_little


@pytest.mark.parametrize(("share", "code"), [(0.4, 2), (0.6, 0)])
def test_most_operations_must_have_succeeded_once(share: float, code: int) -> None:
    end = verdict_of(LABELS[: round(share * len(LABELS))])
    assert end.exit_code == code


def test_operations_that_a_run_may_not_call_freely_need_not_succeed() -> None:
    reads = [each for each in LABELS if each.startswith("GET ")]
    assert verdict_of(reads[:1], reached=reads[:1]).exit_code == 0


def test_a_run_that_only_reads_is_held_by_its_reads(watched: Watching) -> None:
    *_, end = run(watched().subject(Safety.READ), Plan(phases=["laws"]))
    assert isinstance(end, RunFinished)
    assert end.exit_code == 0


def test_a_run_of_which_the_time_is_short_is_not_held() -> None:
    *_, end = run(played("bookshop"), Plan(seconds=0.6))
    assert isinstance(end, RunFinished)
    assert end.exit_code == 2
    assert "laws were tried" in end.too_little
