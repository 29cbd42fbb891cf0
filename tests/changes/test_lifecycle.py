"""The lifecycle holds on the worked example, and finds a server that only pretends."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.lifecycle.lifecycle import Lifecycle
from contracts.lifecycle.lives import Life, Step
from contracts.targets.target import AppTarget
from mockserver.app import App
from mockserver.generation.supply import SeededSupply
from tests.conftest import fresh_app, model_of


def lives(api: str, app: App) -> dict[str, Life]:
    target = AppTarget(app)
    lifecycle = Lifecycle(model_of(api), target, SeededSupply(model_of(api).document.spec, 1))
    found = {life.lane.path: life for life in lifecycle.run()}
    target.close()
    return found


def pretending(app: App, method: str, status: int = 204) -> App:
    """Return an app that answers a method with a status and does nothing."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] == method:
            await send({"type": "http.response.start", "status": status, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await app(scope, receive, send)

    return answer


def test_every_resource_of_the_worked_example_lives_a_whole_life() -> None:
    told = lives("bookshop", fresh_app("bookshop"))
    assert set(told) == {"/shelves", "/shelves/{shelf_id}/books"}
    assert all(life.whole for life in told.values()), [life.failed for life in told.values()]
    tried = [attempt.step for attempt in told["/shelves/{shelf_id}/books"].attempts]
    assert {Step.CREATE, Step.READ, Step.LIST, Step.UPDATE, Step.DELETE, Step.MISS} <= set(tried)


@pytest.mark.parametrize(
    ("method", "step"), [("DELETE", Step.MISS), ("PATCH", Step.UPDATE), ("PUT", Step.UPDATE)]
)
def test_a_server_that_only_pretends_is_found(method: str, step: Step) -> None:
    told = lives("bookshop", pretending(fresh_app("bookshop"), method))
    changed = {each.operation.partition(" ")[0] for life in told.values() for each in life.attempts}
    if method in changed:
        assert step in {each.step for life in told.values() for each in life.failed}


def test_a_create_that_is_refused_ends_the_life_and_tells_why() -> None:
    told = lives("bookshop", pretending(fresh_app("bookshop"), "POST", 418))
    assert [each.why[:3] for each in told["/shelves"].failed] == ["418"]
    assert told["/shelves/{shelf_id}/books"].failed[0].step is Step.PARENT
