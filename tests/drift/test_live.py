from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.drift.playing import understood
from contracts.oracle.plain_store import PlainStore
from contracts.targets.target import Target
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from tests.drift.stage import drift_of
from tests.live.machines import SHOP, omnitron_target, shop_target


@pytest.mark.parametrize(
    ("name", "connect"),
    [(SHOP, shop_target), ("omnitron", omnitron_target)],
    ids=["shop", "omnitron"],
)
def test_a_mock_does_not_drift_from_a_server_that_shares_no_code_with_it(
    name: str, connect: Callable[[], Target]
) -> None:
    _, understanding = understood(name, None)
    live = Subject(understanding.model, connect, PlainStore, fresh=False, safety=Safety.ALL)
    report = drift_of(name, live)
    assert [each.title for each in report.causes] == []
    assert report.compared == report.calls > 500
