"""What a call changed is read right after it, where the machine says so."""

from __future__ import annotations

import pytest

from contracts.machine.calls import Pick, Plan
from contracts.machine.machine import machine_of
from mockserver.exchange import Answer
from tests.model.compiling import compiled, operation

MODEL = compiled("""
paths:
  /things:
    get: {responses: {'200': &many {description: d, content: {application/json: {schema: {type: array, items: &thing
      {type: object, required: [id], properties: {id: {type: integer}, name: {type: string}}}}}}}}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': &one {description: d, content: {application/json: {schema: *thing}}}, '404': {description: n}}}
    patch: {requestBody: {content: {application/json: {schema: *thing}}}, responses: {'200': *one, '404': {description: n}}}
""")


class Notes:
    """Stands for a driver, and keeps what is called."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.plans: list[Plan] = []

    def call(self, plan: Plan) -> Answer:
        self.plans.append(plan)
        return Answer(self.status)

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("status", "is_read", "methods"),
    [(200, True, ["PATCH", "GET"]), (200, False, ["PATCH"]), (404, True, ["PATCH"])],
)
def test_what_was_changed_is_read(status: int, is_read: bool, methods: list[str]) -> None:
    notes = Notes(status)
    machine = machine_of(MODEL, lambda: notes)()
    plan = Plan(operation(MODEL, "PATCH /things/{id}"), {"id": Pick("live", 1)})
    machine.patch_things_id(plan=plan, is_read=is_read)  # type: ignore[attr-defined]
    assert [each.operation.method for each in notes.plans] == methods
    assert all(each.path == plan.path for each in notes.plans)
