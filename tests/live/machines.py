"""Machines over the live servers: a server in, a machine that expects of it what the mock of its
document does out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from hypothesis.stateful import RuleBasedStateMachine

from contracts.machine.machine import build_machine
from contracts.targets.target import Target
from contracts.targets.wsgi import WsgiTarget
from tests.conftest import model_of
from tests.live.omnitron import app as omnitron
from tests.live.shop.app import application
from tests.live.shop.habits import KEY, Habits
from tests.machine.machines import HEADERS, start_of

SHOP = str(Path(__file__).parent / "shop")
"""The folder of the shop, which is an API like those in specs/."""
SHOP_HEADERS = {"X-Api-Key": KEY}


def shop_target(habits: Habits | None = None) -> Target:
    return WsgiTarget(application(habits))


def shop_machine(
    target: Callable[[], Target] = shop_target, only: Collection[str] | None = None
) -> type[RuleBasedStateMachine]:
    """Return a machine over the shop, or over another target that should answer as it does."""
    return build_machine(
        model_of(SHOP), target, lambda: start_of(SHOP), headers=SHOP_HEADERS, base="", only=only
    )


def omnitron_target() -> Target:
    return WsgiTarget(omnitron.application())


def omnitron_machine(only: Collection[str] | None = None) -> type[RuleBasedStateMachine]:
    """Return a machine over Omnitron in Django REST framework."""
    name = "omnitron"
    return build_machine(
        model_of(name),
        omnitron_target,
        lambda: start_of(name),
        headers=HEADERS[name],
        base="",
        only=only,
    )
