"""A clock that can be stopped and moved: a base clock in, the moment that a mock takes for the
present out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from mockserver.errors import SettingsError
from mockserver.slots import dataclass

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Steering:
    """How a clock is steered: where it stands still, and how far it was moved from there, or from
    what its base tells.
    """

    frozen: datetime | None = None
    ahead: timedelta = timedelta()

    def moment(self, base: Clock) -> datetime:
        """Return the moment that the clock tells."""
        return (base() if self.frozen is None else self.frozen) + self.ahead


UNTOUCHED = Steering()
Step = Callable[[Steering], Steering]


class Wheel(Protocol):
    """Holds how a clock is steered, for all who have a hand on it."""

    def get(self) -> Steering: ...

    def turn(self, step: Step) -> Steering:
        """Steer in another way, which a step makes of the present one; return it."""
        ...


class OwnWheel:
    """A wheel that nobody else holds."""

    __slots__ = ("_steering",)

    def __init__(self, steering: Steering = UNTOUCHED) -> None:
        self._steering = steering

    def get(self) -> Steering:
        return self._steering

    def turn(self, step: Step) -> Steering:
        self._steering = step(self._steering)
        return self._steering


class SteeredClock:
    """Tells what its base tells until it is frozen at a moment or moved.

    >>> clock = SteeredClock()
    >>> clock.freeze("2026-01-01T00:00:00Z").isoformat()
    '2026-01-01T00:00:00+00:00'
    >>> clock.advance(hours=1).isoformat()
    '2026-01-01T01:00:00+00:00'
    """

    __slots__ = ("_base", "_wheel")

    def __init__(self, base: Clock = wall_clock, wheel: Wheel | None = None) -> None:
        self._base = base
        self._wheel = wheel or OwnWheel()

    def __call__(self) -> datetime:
        return self._wheel.get().moment(self._base)

    @property
    def is_frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._wheel.get().frozen is not None

    def freeze(self, moment: datetime | str | None = None) -> datetime:
        """Stop at a moment, the present one when none is said, and return it. Raises
        SettingsError.
        """
        stopped = self() if moment is None else moment_of(moment)
        self._wheel.turn(lambda _: Steering(stopped))
        return stopped

    def advance(
        self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0
    ) -> datetime:
        """Move ahead (or back, by negative numbers), frozen or not; return the moment now. Raises
        SettingsError.
        """

        now = []

        def moved(before: Steering) -> Steering:
            by = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
            after = replace(before, ahead=before.ahead + by)
            now.append(after.moment(self._base))  # may be too far away
            return after

        try:
            self._wheel.turn(moved)
            return now[-1]
        except (OverflowError, ValueError):
            raise SettingsError(
                "the clock cannot be moved so far: it tells the years 1 to 9999"
            ) from None

    def resume(self) -> datetime:
        """Go on with the base clock, as if it had never been touched; return the moment now."""
        self._wheel.turn(lambda _: UNTOUCHED)
        return self()

    def fork(self, wheel: Wheel | None = None) -> SteeredClock:
        """Return a clock that tells the same; later steering of either does not show in the
        other. On a wheel it tells what that says.
        """
        return SteeredClock(self._base, wheel or OwnWheel(self._wheel.get()))

    @property
    def steering(self) -> Steering:
        """How it is steered."""
        return self._wheel.get()

    def restore(self, other: SteeredClock) -> None:
        """Tell the same as another clock."""
        steering = other.steering
        if steering != self.steering:
            self._wheel.turn(lambda _: steering)


def moment_of(said: datetime | str) -> datetime:
    """Return a moment in UTC; one without a zone is in UTC. Raises SettingsError for a text that is
    no moment.
    """
    try:
        moment = datetime.fromisoformat(said) if isinstance(said, str) else said
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise SettingsError(
            f"{said!r} is no moment: write it like 2026-01-01T00:00:00Z (RFC 3339)"
        ) from None


class Clocks:
    """Several clocks that are steered as one: those of the APIs of a mock."""

    def __init__(self, clocks: Sequence[SteeredClock]) -> None:
        self._clocks = clocks

    def now(self) -> datetime:
        """Return the moment that they tell, in UTC."""
        return self._clocks[0]()

    def freeze(self, moment: datetime | str | None = None) -> datetime:
        """Stop all at a moment, the present one when none is said, and return it. Raises
        SettingsError.
        """
        stopped = self.now() if moment is None else moment_of(moment)
        for clock in self._clocks:
            clock.freeze(stopped)
        return stopped

    def advance(
        self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0
    ) -> datetime:
        """Move all ahead, and return the moment now. Raises SettingsError."""
        for clock in self._clocks:
            clock.advance(seconds=seconds, minutes=minutes, hours=hours, days=days)
        return self.now()

    def resume(self) -> datetime:
        """Let all go on as if they had never been touched, and return the moment now."""
        for clock in self._clocks:
            clock.resume()
        return self.now()
