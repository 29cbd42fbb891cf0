"""Steer the clocks of all processes that share a state: a board in, a wheel that all of them hold
out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mockserver.generation.clock import UNTOUCHED, Steering, Step
from mockserver.stores.board import Board, Topic


class SharedWheel:
    """Holds how the clock of one space of an API is steered."""

    def __init__(
        self,
        board: Board,
        api: str,
        space: str,
        usual: Steering = UNTOUCHED,
    ) -> None:
        """Take what it says before anybody has turned it."""
        self._board = board
        self._space = space
        self._usual = usual
        self._topic = Topic(
            "clock",
            api,
            steering_form,
            steering_from,
        )

    def get(self) -> Steering:
        return self._board.get(self._topic, self._space) or self._usual

    def turn(self, step: Step) -> Steering:
        """Steer in another way. Raises StoreError."""
        with self._board.changing(self._topic, self._space) as notices:
            steering = step(notices.get() or self._usual)
            if steering == self._usual:
                notices.remove()
            else:
                notices.put(steering)
        return steering

    def forget(self) -> None:
        """Let it be as if nobody had turned it. Raises StoreError."""
        self._board.clear(self._topic, self._space)


def steering_form(steering: Steering) -> Mapping[str, Any]:
    """Return how a clock is steered as JSON has it."""
    frozen = steering.frozen
    moment = None if frozen is None else frozen.isoformat()
    return {"frozen": moment, "ahead_s": steering.ahead.total_seconds()}


def steering_from(value: Mapping[str, Any]) -> Steering:
    """Return how a clock is steered that a form tells."""
    frozen = value["frozen"]
    moment = None if frozen is None else datetime.fromisoformat(frozen)
    return Steering(moment, timedelta(seconds=value["ahead_s"]))
