"""Plans that send what Schemathesis generated: a plan and a generated query and body in, a plan
that mixes them out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from contracts.machine.calls import Drawn, Plan
from contracts.requests.strategies import Echo
from contracts.targets.reading import Readings
from contracts.targets.target import Answer, Sent
from mockserver.model.types import Operation

Few = Callable[[Operation, bool], Sequence[Drawn]]
"""Returns what was generated for an operation, of what keeps its document or of what breaks it."""
MOST = 4
"""How many of those are chosen from."""
SELDOM = 11
"""One call of so many, and one more, sends what was generated."""


def now_and_then(
    own: st.SearchStrategy[Plan], operation: Operation, few: Few
) -> st.SearchStrategy[Plan]:
    """Return the plans themselves most of the time, else what was generated mixed with them."""

    def mix(plan: Plan, valid: bool, n: int) -> Plan:
        known = few(operation, valid)
        return mixed(plan, known[n % len(known)]) if known else plan

    generated = st.builds(mix, own, st.sampled_from((True, True, False)), st.integers(0, MOST - 1))
    return st.integers(0, SELDOM).flatmap(lambda n: generated if n == SELDOM else own)


def mixed(plan: Plan, drawn: Drawn) -> Plan:
    """Return a plan that sends what was generated, and what the plan takes from the state where
    that is valid.
    """
    if not drawn.valid:
        return replace(plan, query=drawn.query, body=drawn.body, spoil=None, drawn=drawn)
    query, body = _over(drawn.query, plan.query), _over(drawn.body, plan.body)
    return replace(plan, query=query, body=body, spoil=None, drawn=drawn)


class Oddities:
    """Tells which calls the document does not describe, and remembers those that a server takes all
    the same.

    What these do nobody knows, so one of them is enough.
    """

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._taken: list[Drawn] = []

    def is_of_use(self, plan: Plan) -> bool:
        return plan.drawn is None or plan.drawn not in self._taken

    def is_odd(self, plan: Plan, sent: Sent) -> bool:
        """Tell whether what was generated makes a call that its document does not allow."""
        return plan.drawn is not None and bool(self._readings.read(sent).faults)

    def note(self, plan: Plan, answer: Answer) -> None:
        """Take note of the answer to an odd call."""
        if answer.status < 400 and plan.drawn is not None:
            self._taken.append(plan.drawn)


def _over(drawn: Any, own: Any) -> Any:
    """Return what was generated, with the echoes of a plan in their places."""
    if isinstance(own, Echo):
        return own
    if not isinstance(drawn, Mapping) or not isinstance(own, Mapping):
        return drawn
    return {
        **drawn,
        **{
            name: _over(drawn.get(name, value), value)
            for name, value in own.items()
            if _echoes(value)
        },
    }


def _echoes(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_echoes(child) for child in value.values())
    return isinstance(value, Echo)
