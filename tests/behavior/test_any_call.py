"""Whatever is sent: a decision is made, a refusal changes nothing, and deciding alone applies
nothing.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.openapi import parameters, properties
from mockserver.call import Call
from mockserver.lookup import MISSING
from mockserver.model.types import Model, Operation
from mockserver.seeding import DEFAULT, fixture_file, read_fixture
from tests.behavior.test_templates import JSON
from tests.behavior.world import World
from tests.conftest import APIS, ROOT, model_of

KEYS = st.sampled_from([0, 1, 2, 5, 999, "1", "x", "", True, None, 1.0])
SCALARS = st.sampled_from(
    [None, 0, 1, -3, 2.5, "", "a", "1", True, 10**30, "https://x.example/a.jpg"]
)


def world(name: str) -> World:
    made = World(model=model_of(name))
    file = fixture_file(ROOT / "fixtures" / name, DEFAULT)
    return made.seed(**read_fixture(file)) if file else made


def bodies(model: Model, operation: Operation) -> st.SearchStrategy[Any]:
    """Return bodies of any shape, and objects of the properties that the resource knows."""
    resource = model.resources.get(operation.resource or "")
    names = list(properties(model.document.spec, resource.schema)) if resource else []
    names += [children.field for children in resource.children] if resource else []
    known = st.dictionaries(st.sampled_from(names or ["a"]), st.one_of(SCALARS, JSON), max_size=5)
    wrapper = operation.envelope.request
    wrapped = known.map(lambda body: {wrapper: body}) if wrapper else known
    return st.one_of(st.just(MISSING), wrapped, known, JSON)


@st.composite
def calls(draw: st.DrawFn, model: Model) -> Call:
    operation = draw(st.sampled_from(model.operations))
    declared = parameters(model.document.spec, operation.path, operation.method)
    path = {each["name"]: draw(KEYS) for each in declared if each["in"] == "path"}
    names = [each["name"] for each in declared if each["in"] == "query"]
    values = st.one_of(SCALARS, st.lists(SCALARS, max_size=2))
    query = draw(st.dictionaries(st.sampled_from(names), values, max_size=3)) if names else {}
    headers = draw(st.sampled_from([{}, {"content-type": "application/merge-patch+json"}]))
    return Call(operation, path, query, headers, draw(bodies(model, operation)))


@pytest.mark.parametrize("name", APIS)
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_every_call_is_decided(name: str, data: st.DataObject) -> None:
    stage = world(name)
    for call in data.draw(st.lists(calls(stage.model), min_size=1, max_size=6)):
        before = stage.everything()
        decision = stage.decide_call(call)
        assert stage.everything() == before, "to decide applies nothing"
        assert decision.reply.problem is None or decision.changes == ()
        stage.store.apply(decision.changes)
