"""A clock that is steered: frozen, moved and let go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mockserver.errors import SettingsError
from mockserver.generation.clock import SteeredClock

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_frozen_clock_stands_still_until_it_is_moved() -> None:
    clock = SteeredClock()
    clock.freeze("2026-01-01T00:00:00Z")
    assert clock() == clock() == START
    assert clock.advance(days=1, seconds=2) == START + timedelta(days=1, seconds=2) == clock()


def test_a_clock_that_was_moved_goes_on() -> None:
    moments = iter([START, START, START + timedelta(seconds=1)])
    clock = SteeredClock(lambda: next(moments))
    clock.advance(hours=-1)
    assert clock() == START - timedelta(hours=1)
    assert clock() == START - timedelta(hours=1) + timedelta(seconds=1)


def test_a_resumed_clock_tells_what_its_base_tells() -> None:
    clock = SteeredClock(lambda: START)
    clock.freeze("1999-12-31T23:59:59+01:00")
    assert clock() == datetime(1999, 12, 31, 22, 59, 59, tzinfo=UTC)
    assert clock.resume() == START


def test_freezing_without_a_moment_stops_at_the_present_one() -> None:
    clock = SteeredClock(lambda: START)
    clock.advance(minutes=1)
    assert clock.freeze() == START + timedelta(minutes=1) == clock()


def test_a_moment_without_a_zone_is_in_utc() -> None:
    assert (
        SteeredClock().freeze("2026-01-01") == SteeredClock().freeze(datetime(2026, 1, 1)) == START
    )


def test_a_fork_is_steered_by_itself() -> None:
    clock = SteeredClock(lambda: START)
    twin = clock.fork()
    twin.advance(days=1)
    assert clock() == START


def test_a_text_that_is_no_moment_is_told() -> None:
    with pytest.raises(SettingsError, match="'soon' is no moment: write it like"):
        SteeredClock().freeze("soon")


def test_a_clock_that_is_moved_too_far_stays_where_it_is() -> None:
    clock = SteeredClock(lambda: START)
    with pytest.raises(SettingsError, match="cannot be moved so far"):
        clock.advance(days=1e9)
    assert clock() == START
