"""The app of each API answers every sequence of calls as the oracle expects."""

from __future__ import annotations

import pytest

from tests.conftest import APIS, model_of
from tests.machine.machines import drive, machine_of


@pytest.mark.parametrize("name", APIS)
def test_every_operation_together_answers_as_the_oracle_expects(name: str) -> None:
    drive(machine_of(name), examples=40)


@pytest.mark.parametrize("name", APIS)
def test_the_operations_of_each_resource_answer_as_the_oracle_expects(name: str) -> None:
    model = model_of(name)
    for resource in model.resources:
        labels = {each.label for each in model.operations if each.resource == resource}
        if len(labels) > 1:
            drive(machine_of(name, only=labels), examples=15)
