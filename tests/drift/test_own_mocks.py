from __future__ import annotations

import pytest

from contracts.drift.playing import mocks_of, understood
from contracts.drift.session import Session
from contracts.drift.traffic import Collector
from contracts.options import Treatment, subject_of
from contracts.wire.safety import Safety
from contracts.wire.wire import Budget
from mockserver import MockServer
from mockserver.generation.supply import SeededSupply


@pytest.mark.parametrize(
    ("name", "safety"),
    [
        ("bookshop", Safety.OWN),
        ("omnitron", Safety.ALL),
        ("bigcommerce-v2", Safety.ALL),
        ("shoplazza", Safety.ALL),
    ],
)
def test_the_mock_of_an_api_does_not_drift_from_itself_over_http(name: str, safety: Safety) -> None:
    api, understanding = understood(name, None)
    how = Treatment({}, {}, safety=safety)
    with MockServer(name) as server:
        subject = subject_of(server.url, understanding.model, how)
        collector = Collector(
            subject, SeededSupply(understanding.model.document.spec), lambda event: None, Budget()
        )
        report = Session(understanding, mocks_of(name, api, how, None), ("mock", server.url)).live(
            collector
        )
    assert [each.title for each in report.causes] == []
    assert report.exit_code == 0
    statuses = [each.answer.status for each in collector.exchanges if each.answer is not None]
    assert report.compared == report.calls > 60
    assert statuses.count(200) > 20
