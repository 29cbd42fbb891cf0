"""No request, however malformed, makes an API fail, break its form of error, or change anything as
it refuses.
"""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from tests.hostile.case import Case, On, Then
from tests.hostile.cases import CASES
from tests.hostile.judge import arena, faults
from tests.hostile.odd_heads import CREDENTIALS
from tests.hostile.spots import SPOTS, Spot
from tests.hostile.wire import ask


def spots_of(case: Case) -> list[Spot]:
    """Return the operations that a case is sent to; what spoils a credential needs one."""
    fitting = [spot for spot in SPOTS if case.on is On.ALL or spot.writes is (case.on is On.WRITES)]
    return [spot for spot in fitting if spot.credentials or case not in CREDENTIALS]


@pytest.mark.parametrize("spot", SPOTS, ids=str)
def test_the_request_that_is_spoiled_is_a_good_one(spot: Spot) -> None:
    came, found = faults(spot, spot.wire)
    assert (200 <= came.status < 300, found) == (True, []), came


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_hostile_request_is_answered_in_the_form_of_the_api(
    case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    broken = []
    for spot in spots_of(case):
        with caplog.at_level(logging.WARNING):
            came, found = faults(spot, case.change(spot.wire))
        is_taken = case.name in spot.takes
        if case.then is Then.REFUSED and came.status < 400 and not is_taken:
            found.append("it was not refused")
        if case.then is Then.SAME and came.status != good_status(spot):
            found.append(f"it changed the status {good_status(spot)}")
        broken += [f"{spot}: {came.status} {came.body[:300]!r}\n    {each}" for each in found]
    assert not broken, "\n".join(broken)
    assert not caplog.records


def good_status(spot: Spot) -> int:
    here = arena(spot.api)
    here.store.restore(here.start)
    return ask(here.app, spot.wire).status


def test_the_names_of_the_cases_are_their_own() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) > 100


def test_a_hostile_request_does_not_spoil_the_next_one() -> None:
    for spot in SPOTS:
        plain, hurt = faults(spot, spot.wire)[0], replace(spot.wire, path=b"/\xff", method="X")
        faults(spot, hurt)
        assert faults(spot, spot.wire)[0].status == plain.status
