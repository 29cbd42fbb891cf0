"""A clock that can be stopped and moved: a base clock in, the moment that a mock takes for the
present out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from mockserver.errors import SettingsError

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)


class SteeredClock:
    """Tells what its base tells until it is frozen at a moment or moved.

    >>> clock = SteeredClock()
    >>> clock.freeze("2026-01-01T00:00:00Z").isoformat()
    '2026-01-01T00:00:00+00:00'
    >>> clock.advance(hours=1).isoformat()
    '2026-01-01T01:00:00+00:00'
    """

    __slots__ = ("_ahead", "_base", "_frozen")

    def __init__(self, base: Clock = wall_clock) -> None:
        self._base = base
        self._frozen: datetime | None = None
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return (self._base() if self._frozen is None else self._frozen) + self._ahead

    @property
    def is_frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._frozen is not None

    def freeze(self, moment: datetime | str | None = None) -> datetime:
        """Stop at a moment, the present one when none is said, and return it. Raises
        SettingsError.
        """
        stopped = self() if moment is None else moment_of(moment)
        self._ahead, self._frozen = timedelta(), stopped
        return stopped

    def advance(
        self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0
    ) -> datetime:
        """Move ahead (or back, by negative numbers), frozen or not; return the moment now. Raises
        SettingsError.
        """
        before = self._ahead
        try:
            self._ahead += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
            return self()
        except (OverflowError, ValueError):
            self._ahead = before
            raise SettingsError(
                "the clock cannot be moved so far: it tells the years 1 to 9999"
            ) from None

    def resume(self) -> datetime:
        """Go on with the base clock, as if it had never been touched; return the moment now."""
        self._frozen, self._ahead = None, timedelta()
        return self()

    def fork(self) -> SteeredClock:
        """Return a clock that tells the same; later steering of either does not show in the
        other.
        """
        twin = SteeredClock(self._base)
        twin.restore(self)
        return twin

    def restore(self, other: SteeredClock) -> None:
        """Tell the same as another clock."""
        self._frozen, self._ahead = other._frozen, other._ahead


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
