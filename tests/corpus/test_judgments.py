"""What the model says of documents of other people is what a person reads in them."""

from __future__ import annotations

import pytest

from tests.corpus.documents import corpus
from tests.corpus.judgments import (
    Verdict,
    found_verdict,
    judgments,
    list_judgments,
    lists_verdict,
    not_yet,
    stateful_verdict,
)

pytestmark = pytest.mark.skipif(
    not corpus(), reason="the corpus is not here; see UNDERSTUDY_CORPUS"
)


def assert_only_known(verdict: Verdict, kind: str) -> None:
    known = not_yet()[kind]
    new = [f"{name}: {told}" for name, told in verdict.wrong.items() if name not in known]
    assert not new, "\n".join(new)


def test_two_hundred_operations_and_a_hundred_lists_are_judged() -> None:
    assert (len(list(judgments())), len(list(list_judgments()))) == (200, 100)


def test_what_is_called_stateful_is_right() -> None:
    verdict = stateful_verdict()
    assert_only_known(verdict, "operations")
    assert verdict.share >= 0.95, str(verdict)


def test_what_a_person_sees_as_state_is_found() -> None:
    assert_only_known(found_verdict(), "operations")


def test_lists_are_asked_for_as_a_person_reads_them() -> None:
    assert_only_known(lists_verdict(), "lists")
