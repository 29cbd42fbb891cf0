from __future__ import annotations

from contracts.drift.playing import understood
from contracts.oracle.plain_store import PlainStore
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from tests.drift.stage import drift_of
from tests.live.machines import SHOP, shop_target


def test_the_mock_of_the_shop_does_not_drift_from_the_shop_which_shares_no_code_with_it() -> None:
    _, understanding = understood(str(SHOP), None)
    live = Subject(understanding.model, shop_target, PlainStore, fresh=False, safety=Safety.ALL)
    report = drift_of(str(SHOP), live)
    assert [each.title for each in report.causes] == []
    assert report.compared == report.calls > 500
