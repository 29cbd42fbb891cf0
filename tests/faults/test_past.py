"""Earlier states are found by how long ago they were, and not too many are kept."""

from __future__ import annotations

from mockserver.faults import past
from mockserver.faults.past import Past
from mockserver.stores.memory import MemoryStore


def test_the_state_of_a_time_ago_is_the_first_that_was_left_since() -> None:
    states = [MemoryStore() for _ in range(3)]
    left = Past()
    assert left.before(0, 0.0) is None
    for at, state in enumerate(states):
        left.leave(state, float(at))
    assert left.before(0, 9.0) is states[2]
    assert [left.before(ago_ms, 3.0) for ago_ms in (500, 1500, 2500, 99_000)] == [
        None,
        states[2],
        states[1],
        states[0],
    ]


def test_so_many_states_are_kept_and_no_more() -> None:
    left, first = Past(), MemoryStore()
    left.leave(first, 0.0)
    for at in range(past.MOST_STATES):
        left.leave(MemoryStore(), 1.0 + at)
    assert left.before(1e9, 200.0) is not first
