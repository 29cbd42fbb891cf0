"""Spaces as values: what is kept, what is dropped, and what a reset brings back."""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from mockserver.call import Call
from mockserver.generation.clock import SteeredClock
from mockserver.space import Limits, Space, Spaces
from mockserver.state import Collection, Put, Query
from tests.conftest import fresh_space
from tests.model.compiling import operation

SHELVES = Collection("shelves")


def put(space: Space, key: str) -> None:
    with space.store.transaction() as transaction:
        transaction.apply([Put(SHELVES, key, {"id": int(key), "name": key})])


def count(space: Space) -> int:
    with space.store.transaction() as reader:
        return reader.select(SHELVES, Query()).total


def test_a_space_is_the_same_each_time_it_is_asked_for() -> None:
    spaces = Spaces(fresh_space("bookshop"))
    assert spaces.at("a") is spaces.at("a")
    assert spaces.at("") is spaces.first
    assert spaces.names == ("a",)


def test_the_least_used_are_dropped_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ticks = iter(range(10_000))
    monkeypatch.setattr(
        "mockserver.space.time", SimpleNamespace(monotonic=lambda: float(next(ticks)))
    )
    spaces = Spaces(fresh_space("bookshop"), Limits(most=20, idle_s=1e9))
    for number in range(20):
        spaces.at(str(number))
    spaces.at("0")
    spaces.at("new")
    assert "0" in spaces.names
    assert "1" not in spaces.names
    for number in range(100, 400):
        spaces.at(str(number))
    assert len(spaces.names) <= 20


def test_what_is_idle_for_too_long_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("mockserver.space.time", SimpleNamespace(monotonic=lambda: now))
    spaces = Spaces(fresh_space("bookshop"), Limits(idle_s=60))
    spaces.at("idle")
    spaces.at("used")
    now = 50.0
    spaces.at("used")
    now = 90.0
    spaces.at("other")
    assert spaces.names == ("used", "other")


def test_a_reset_brings_back_the_start_of_the_space() -> None:
    spaces = Spaces(fresh_space("bookshop"))
    own = spaces.first.store.fork()
    put(spaces.first.twin(own, spaces.first.clock), "77")
    space = spaces.open("a", own)
    put(space, "78")
    assert count(space) == 5
    spaces.reset("a")
    assert count(space) == 4
    put(spaces.first, "79")
    spaces.reset()
    assert count(spaces.first) == 3


def test_each_space_has_a_clock_of_its_own() -> None:
    spaces = Spaces(fresh_space("bookshop"))
    spaces.at("a").clock.freeze("2001-02-03T04:05:06Z")
    assert spaces.at("a").supply.stamp("now-rfc3339") == "2001-02-03T04:05:06Z"
    assert spaces.at("b").clock().year == datetime.now(UTC).year
    spaces.reset("a")
    assert not spaces.at("a").clock.is_frozen


def test_threads_that_ask_at_once_get_one_space() -> None:
    spaces = Spaces(fresh_space("bookshop"))
    found: list[Space] = []
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        found.append(spaces.at("a"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(space) for space in found}) == 1


def test_all_that_one_call_makes_has_one_moment() -> None:
    ticks = itertools.count()
    clock = SteeredClock(lambda: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=next(ticks)))
    space = fresh_space("omnitron")
    space = space.twin(space.store, clock)
    call = Call(
        operation(space.model, "POST /api/v1/product_image/"), body={"product": 1, "image": "a.jpg"}
    )
    first, second = (space.answer(call).reply.value for _ in range(2))
    assert (
        first["created_date"]
        == first["modified_date"]
        < second["created_date"]
        == second["modified_date"]
    )
