"""Values that a server makes up, as placeholders: each can be told at sight, wherever it flows to
afterwards.

The oracle cannot know which id, moment or file name the server will choose. So its own supply gives
out values that nobody else uses: numbers of sequences from 10**30 on, each sequence with a block of
its own (what a server counts has 64 bits: at most 20 digits); UUIDs with one beginning; moments of
the 23rd century, no two alike; private-use characters for random digits; and a `Made` for whatever
is made from a schema. They order and compare among themselves as the server's will, so `decide`
works with them as with any value; only the comparison of replies knows that they stand for
something.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from contracts.compare.scalars import is_integer
from mockserver.budget import ValueBudget
from mockserver.generation.supply import STYLES
from mockserver.model.types import Schema
from mockserver.model.types.schema import DescribedSchema
from mockserver.state import Change, Collection, Query, Reader, Record, Selection

BLOCK = 10**30
"""The numbers of the n-th sequence start after n * BLOCK."""
TOKEN = re.compile(r"[\ue000-\uf8ff]+|(?<!\d)\d{31,33}(?!\d)|0d0d0d0d-0000-4000-8000-[0-9a-f]{12}")
"""A placeholder inside a text."""
OF_THE_SERVER = "(what the server makes)"
"""Stands for a value that the server chooses, where people read it."""
_START = datetime(2200, 1, 1, tzinfo=UTC)
_TICK = timedelta(days=1, seconds=1, microseconds=1)


@dataclass(frozen=True, slots=True)
class Made:
    """A value that is made from a schema, or nothing where the schema gives none."""

    salt: str


class Keeper(Reader, Protocol):
    """A store as the oracle needs it."""

    def apply(self, changes: Iterable[Change]) -> None: ...


class PlaceholderSupply:
    """A Supply of placeholders. `stamps` maps each moment given out to the number of the call it
    belongs to.
    """

    def __init__(self) -> None:
        self.call = 0
        self.stamps: dict[Any, int] = {}
        self._given = 0

    def stamp(self, style: str) -> Any:
        moment = STYLES[style](_START + self._next() * _TICK)
        self.stamps[moment] = self.call
        return moment

    def now(self) -> float:
        """Return the present moment, as the server sees it: keys and records expire by it."""
        return time.time()

    def uuid(self, salt: str) -> str:
        return f"0d0d0d0d-0000-4000-8000-{self._next():012x}"

    def key(self, schemas: Sequence[DescribedSchema], salt: str) -> str:
        return self.uuid(salt)

    def digits(self, salt: str, length: int) -> str:
        return chr(0xE000 + self._next() % 6400) * length

    def value(
        self, schema: Schema | DescribedSchema, salt: str, budget: ValueBudget | None = None
    ) -> Any:
        return Made(salt)

    def _next(self) -> int:
        self._given += 1
        return self._given


class PlaceholderNumbers:
    """A store whose sequences give out placeholders."""

    def __init__(self, store: Keeper) -> None:
        self._store = store
        self._blocks: dict[str, int] = {}

    def get(self, collection: Collection, key: str) -> Record | None:
        return self._store.get(collection, key)

    def removed(self, collection: Collection, key: str) -> Record | None:
        return self._store.removed(collection, key)

    def select(self, collection: Collection, query: Query) -> Selection:
        return self._store.select(collection, query)

    def last(self, sequence: str) -> int:
        return max(self._store.last(sequence), self.block(sequence) * BLOCK)

    def block(self, sequence: str) -> int:
        """Return the number of the block that a sequence has."""
        return self._blocks.setdefault(sequence, len(self._blocks) + 1)

    def apply(self, changes: Iterable[Change]) -> None:
        self._store.apply(changes)


def plain(value: Any) -> Any:
    """Return a value as people read it: what only the server can know is told in words."""
    if isinstance(value, Mapping):
        return {name: plain(child) for name, child in value.items()}
    if isinstance(value, list | tuple):
        return [plain(child) for child in value]
    if isinstance(value, Made) or is_number_token(value):
        return OF_THE_SERVER
    if isinstance(value, str):
        return TOKEN.sub(OF_THE_SERVER, value) if TOKEN.search(value) else value
    return value


def is_number_token(value: Any) -> bool:
    return is_integer(value) and BLOCK < value < 1000 * BLOCK
