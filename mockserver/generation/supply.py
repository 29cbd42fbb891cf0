"""Supply what nobody sent: the present moment, identifiers and values, all from one seed and one
clock.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from random import Random
from typing import Any

from mockserver.budget import ValueBudget
from mockserver.generation.clock import Clock, wall_clock
from mockserver.generation.identifiers import make_key
from mockserver.generation.values import ValueMaker
from mockserver.model.types import Schema
from mockserver.model.types.schema import DescribedSchema

STYLES: Mapping[str, Callable[[datetime], Any]] = {
    "now-rfc2822": lambda moment: format_datetime(moment),
    "now-rfc3339": lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "now-rfc3339-micros": lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    "now-date": lambda moment: moment.date().isoformat(),
    "now-unix": lambda moment: int(moment.timestamp()),
}
"""The styles in which an API may write a moment: RFC 2822, RFC 3339 with or without microseconds,
Unix time.
"""


class SeededSupply:
    """Values that are the same for the same seed and salt, so that runs can be compared."""

    def __init__(
        self,
        spec: Mapping[str, Any],
        seed: int = 0,
        clock: Clock = wall_clock,
        *,
        fresh: bool = False,
    ) -> None:
        """Take a document. `fresh` values come from the rules of a schema, not from its
        examples.
        """
        self._seed = seed
        self._clock = clock
        self._maker = _maker_of(spec, fresh)

    def at(self, clock: Clock) -> SeededSupply:
        """Return a supply of the same values that takes the present moment from another clock."""
        twin = SeededSupply.__new__(SeededSupply)
        twin._seed, twin._maker, twin._clock = self._seed, self._maker, clock
        return twin

    def still(self) -> SeededSupply:
        """Return a supply of the same values for which no time passes: all that one call makes has
        one moment.
        """
        moment: datetime | None = None

        def stopped() -> datetime:
            nonlocal moment
            if moment is None:
                moment = self._clock()
            return moment

        return self.at(stopped)

    def stamp(self, style: str) -> Any:
        """Return the present moment in one of STYLES."""
        return STYLES[style](self._clock())

    def now(self) -> float:
        """Return the present moment in seconds since 1970."""
        return self._clock().timestamp()

    def uuid(self, salt: str) -> str:
        """Return a version 4 UUID (RFC 9562 section 5.4)."""
        return str(uuid.UUID(bytes=self._digest(salt)[:16], version=4))

    def key(self, schemas: Sequence[DescribedSchema], salt: str) -> str:
        """Return a key in the form that its schemas show."""
        return make_key(schemas, Random(self._digest(salt)))

    def digits(self, salt: str, length: int) -> str:
        return str(int.from_bytes(self._digest(salt), "big"))[-length:].rjust(length, "0")

    def value(
        self, schema: Schema | DescribedSchema, salt: str, budget: ValueBudget | None = None
    ) -> Any:
        """Return a value for a schema, described or raw; the last part of the salt names the
        property.
        """
        raw = schema.raw if isinstance(schema, DescribedSchema) else schema
        random = Random(self._digest(salt))
        name = salt.rpartition("/")[2]
        return self._maker().make(raw, name, random, depth=1, budget=budget)

    def _digest(self, salt: str) -> bytes:
        return hashlib.sha256(f"{self._seed}/{salt}".encode()).digest()


def _maker_of(spec: Mapping[str, Any], fresh: bool) -> Callable[[], ValueMaker]:
    """Return what gives the one maker of values of a document, made when it is first asked for."""

    @cache
    def make() -> ValueMaker:
        from faker import Faker  # takes a tenth of a second, and many states never need it

        return ValueMaker(spec, Faker("en_US", use_weighting=False), fresh=fresh)

    return make
