"""What Schemathesis generates is sent now and then, mixed with what is there; when it is refused it
changes nothing.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import Phase, find, settings

from contracts.machine.calls import Drawn, Pick, Plan, plans
from contracts.machine.disagreement import Disagreement
from contracts.machine.drawn import Oddities, mixed, now_and_then
from contracts.machine.draws import Draws
from contracts.machine.machine import Driver
from contracts.oracle.shadow import Shadow
from contracts.requests.spelling import spell
from contracts.requests.strategies import Echo
from contracts.targets.reading import Readings
from contracts.targets.target import Answer, Sent, Target
from mockserver.exchange import json_answer
from mockserver.model.types import Operation
from tests.conftest import model_of
from tests.live.machines import SHOP, SHOP_HEADERS, shop_target
from tests.machine.machines import start_of
from tests.model.compiling import operation
from tests.planted.faults import BY_NAME

MODEL = model_of(SHOP)
READINGS = Readings(MODEL, "")
CREATE, CUSTOMERS = operation(MODEL, "POST /customers"), operation(MODEL, "GET /customers")
READ, UPDATE = (
    operation(MODEL, "GET /customers/{customer_id}"),
    operation(MODEL, "PATCH /customers/{customer_id}"),
)
FIRST = {"customer_id": Pick("live")}


@pytest.fixture(scope="module")
def draws() -> Draws:
    return Draws(MODEL, READINGS, 3)


@pytest.mark.parametrize("valid", [True, False])
def test_generated_cases_are_as_wanted_the_simplest_first_and_the_same_for_the_same_seed(
    draws: Draws, valid: bool
) -> None:
    assert draws.few(CREATE, valid) or draws.few(CUSTOMERS, valid)
    for each in (CREATE, CUSTOMERS):
        found = draws.few(each, valid)
        for drawn in found:
            asked = spell(each, "", {}, drawn.query, drawn.body, {})
            assert (not READINGS.read(asked).faults) is valid is drawn.valid
        lengths = [len(repr((one.query, one.body))) for one in found]
        assert lengths == sorted(lengths)
    assert Draws(MODEL, READINGS, 3).few(CUSTOMERS, valid) == draws.few(CUSTOMERS, valid)


def test_what_a_plan_takes_from_the_state_stays_when_a_generated_body_is_sent() -> None:
    echo = Echo("email", "string", 0, "a@e.com")
    plan = Plan(CREATE, query={}, body={"name": "a", "email": echo})
    assert mixed(plan, Drawn({}, {"name": "b", "note": "n"}, True)).body == {
        "name": "b",
        "note": "n",
        "email": echo,
    }
    assert mixed(plan, Drawn({}, [1], False)).body == [1]


def test_generated_calls_are_among_the_plans() -> None:
    known = {True: [Drawn({}, {"name": "yes"}, True)], False: [Drawn({}, [], False)]}
    every = now_and_then(plans(MODEL, CREATE), CREATE, lambda _, valid: known[valid])
    quick = settings(database=None, derandomize=True, max_examples=500, phases=[Phase.generate])
    for drawn, body in ((known[True][0], "yes"), (known[False][0], [])):
        plan = find(every, lambda plan, drawn=drawn: plan.drawn is drawn, settings=quick)
        assert (plan.body["name"] if plan.body else plan.body) == body


def driver(target: Target, oddities: Oddities | None = None) -> Driver:
    def granted(_: Operation, sent: Sent) -> Sent:
        return replace(sent, headers={**SHOP_HEADERS, **sent.headers})

    return Driver(
        Shadow(MODEL, start_of(SHOP)), target, "", granted, oddities=oddities or Oddities(READINGS)
    )


def broken_update() -> Plan:
    drawn = Drawn({}, {"name": "new", "newsletter": 1}, False)
    return mixed(Plan(UPDATE, FIRST), drawn)


def test_a_generated_call_that_is_refused_changes_nothing() -> None:
    right = driver(shop_target())
    for plan in (broken_update(), Plan(READ, FIRST)):
        assert right.call(plan) is not None
    wrong = driver(shop_target(BY_NAME["refused-patch-stored"].habits()))
    wrong.call(broken_update())
    with pytest.raises(Disagreement):
        wrong.call(Plan(READ, FIRST))


class Careless(Target):
    """Takes whatever it is sent."""

    def send(self, sent: Sent) -> Answer:
        return json_answer({})

    def close(self) -> None:
        """Keep nothing open."""


def test_a_generated_call_that_breaks_the_document_and_is_taken_is_sent_once() -> None:
    oddities = Oddities(READINGS)
    answers = [driver(Careless(), oddities).call(broken_update()) for _ in range(2)]
    assert [answer is None for answer in answers] == [False, True]
