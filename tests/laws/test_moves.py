"""Which moves there are is read from words, and from nothing else."""

from __future__ import annotations

import pytest

from contracts.laws.moves import arrows, by_refusal, by_words

STATES = ["draft", "sent", "paid", "closed"]


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        ("The order is not draft or sent.", {"draft", "sent"}),
        ("The order is no draft.", {"draft"}),
        ("It is closed already.", {"draft", "sent", "paid"}),
        ("The state forbids it.", None),
    ],
)
def test_a_refusal_tells_what_is_allowed(words: str, allowed: set[str] | None) -> None:
    assert by_refusal(words, STATES) == allowed


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        ("Ships a paid order.", {"paid"}),
        ("Only drafts can be changed.", {"draft"}),
        ("Cancels an order that is not closed.", {"draft", "sent", "paid"}),
        ("A closed order cannot be changed.", {"draft", "sent", "paid"}),
        ("Approves the order and marks it paid.", None),
        ("Turns the cart into a draft.", None),
        ("A draft or sent order is closed then; 409 for others.", {"draft", "sent"}),
        ("Only a draft, sent or paid order can be closed.", {"draft", "sent", "paid"}),
        ("Does something.", None),
    ],
)
def test_what_is_said_of_a_call_tells_when_it_is_allowed(
    words: str, allowed: set[str] | None
) -> None:
    assert by_words(words, STATES) == allowed


def test_arrows_tell_moves_one_by_one_and_in_chains() -> None:
    assert arrows("Moves: draft -> sent or closed, sent -> paid -> closed.", STATES) == {
        ("draft", "sent"),
        ("draft", "closed"),
        ("sent", "paid"),
        ("paid", "closed"),
    }
