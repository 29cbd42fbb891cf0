"""A slice of the bench: faults that laws or the machine find in a moment."""

from __future__ import annotations

import pytest

from tests.planted.bench import try_phase, wrong_server
from tests.planted.faults import BY_NAME


@pytest.mark.parametrize(
    "name",
    [
        "delete-nothing",
        "race-on-create",
        "nested-read-elsewhere",
        "omnitron-makes-anew",
        "omnitron-delete-disables",
    ],
)
def test_the_phase_that_is_expected_to_finds_the_fault(name: str) -> None:
    fault = BY_NAME[name]
    phase = "laws" if fault.name == "delete-nothing" else fault.phase.value
    assert try_phase(wrong_server(fault), phase, 60, seed=1).after_s is not None
