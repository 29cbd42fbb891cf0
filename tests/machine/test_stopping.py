"""The phase of the machine ends when its time is up, wherever it is."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.oracle.plain_store import PlainStore
from contracts.phases.machine import run_machine
from contracts.targets.wsgi import WsgiTarget
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from contracts.wire.wire import Budget
from tests.model.compiling import compiled

MODEL = compiled("""
paths:
  /things:
    get: {responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: &thing
      {type: object, properties: {id: {type: integer, readOnly: true}}}}}}}}}
    post: {responses: {'201': {description: d, content: {application/json: {schema: *thing}}}}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: d, content: {application/json: {schema: *thing}}}}}
""")


def nothing_there(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    found = environ["PATH_INFO"] == "/things"
    start_response("200 OK" if found else "404 Not Found", [("Content-Type", "application/json")])
    return [b"[]" if found else b"{}"]


@pytest.mark.parametrize("calls", [1, 2, 40, 331, 342, 397])
def test_a_run_that_is_stopped_after_any_call_just_ends(calls: int) -> None:
    """Hypothesis is then shown a sequence that ends where the same one went on before."""
    budget, told = Budget(), list[Any]()

    def emit(event: Any) -> None:
        told.append(event)
        budget.stopped = len(told) >= calls

    subject = Subject(
        MODEL, lambda: WsgiTarget(nothing_there), PlainStore, fresh=True, safety=Safety.READ
    )
    assert run_machine(subject, budget, emit, seed=1).early == "it was interrupted"
