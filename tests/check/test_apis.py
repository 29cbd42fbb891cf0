"""The mock of every API that comes with the project keeps its contract: document, laws and
state.
"""

from __future__ import annotations

import pytest

from contracts.events import CheckTried, PhaseFinished, RunFinished
from contracts.findings import Finding
from contracts.played import played
from contracts.runner import Plan, run
from contracts.targets.exchanges import told
from tests.conftest import APIS

EXAMPLES = {"omnitron": 2}
"""Calls drawn for each operation, where there are many operations."""


def story(finding: Finding) -> str:
    calls = [told(number, each.sent, each.answer) for number, each in enumerate(finding.calls, 1)]
    return "\n".join([f"{finding.check} {finding.operation}: {finding.message}", *calls])


@pytest.mark.parametrize("name", APIS)
def test_nothing_is_found_and_every_operation_succeeds_once(name: str) -> None:
    events = list(run(played(name), Plan(examples=EXAMPLES.get(name, 5), seed=3)))
    end = events[-1]
    assert isinstance(end, RunFinished)
    assert not end.findings, "\n\n".join(map(story, end.findings))
    assert end.never_answered == {}
    assert not end.nothing_tested
    assert [each.early for each in events if isinstance(each, PhaseFinished)] == ["", "", ""]
    held = {
        (each.phase, each.check) for each in events if isinstance(each, CheckTried) and each.held
    }
    assert {phase for phase, _ in held} == {"conformance", "laws", "machine"}
    assert len(held) > 20
