"""Which value of the mock stands for which of the live server: pairs of values in, whether they
agree out; it learns.

Records that were there from the start have the same keys on both sides. What both make during a run
(keys, moments, texts that hold such keys, values that nobody sent) is paired when it is first seen,
and must stay paired.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from contracts.compare.moments import moment_of, shape_of
from contracts.compare.scalars import is_number
from mockserver.state import key_of

TOKEN = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\d+")
"""What may be a key inside a text."""
SKEW = timedelta(minutes=5)
"""How far the clock of a server may be off."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two servers: its origin, the path before its operations' paths, and when its calls
    began.
    """

    origin: str
    base: str
    began: datetime

    def local(self, text: str) -> str:
        """Return a text without where the server is; an origin that is not known may be any."""
        if not self.origin:
            text = re.sub(r"^https?://[^/]+", "", text)
            return text[len(self.base) :] if text.startswith(f"{self.base}/") else text
        if text.startswith(self.origin + self.base):
            return text[len(self.origin + self.base) :]
        if text.startswith(self.origin):
            return text[len(self.origin) :]
        return text[len(self.base) :] if self.base and text.startswith(f"{self.base}/") else text


@dataclass(slots=True)
class Pairs:
    """A one-to-one map between values of the live server and of the mock."""

    mock_of: dict[str, str] = field(default_factory=dict)
    live_of: dict[str, str] = field(default_factory=dict)

    def agree(self, live: str, mock: str) -> bool:
        """Tell whether two values stand for each other, and pair them when both are new."""
        if live not in self.mock_of and mock not in self.live_of:
            self.mock_of[live] = mock
            self.live_of[mock] = live
            return True
        return self.mock_of.get(live) == mock


class Alignment:
    """Learns from each pair of answers."""

    def __init__(self, live: Side, mock: Side, known: Mapping[str, Iterable[str]]) -> None:
        """Take both sides, and the keys of records that were there from the start, by resource."""
        self.live, self.mock = live, mock
        self._keys = {
            name: Pairs({key: key for key in keys}, {key: key for key in keys})
            for name, keys in known.items()
        }
        self._start = {name: frozenset(pairs.mock_of) for name, pairs in self._keys.items()}
        self._texts = Pairs()
        self._moments: dict[tuple[str, str, str], tuple[Any, Any]] = {}

    def keys(self, live: Any, mock: Any, resource: str) -> bool:
        """Tell whether two keys are of the same record."""
        if type(live) is not type(mock):
            return False
        return self._pairs(resource).agree(key_of(live), key_of(mock))

    def is_new(self, live: Any, resource: str) -> bool:
        """Tell whether a key of the live server is of a record that was made during the run."""
        return key_of(live) not in self._start.get(resource, ())

    def knows(self, live: Any, resource: str) -> bool:
        """Tell whether the mock has the record of a key of the live server."""
        return key_of(live) in self._pairs(resource).mock_of

    def is_unpaired(self, mock: Any, resource: str) -> bool:
        """Tell whether a key of the mock stands for none of the live server yet."""
        return key_of(mock) not in self._pairs(resource).live_of

    def mock_key(self, live: str, resource: str) -> str:
        """Return the mock's key of a record; the same one where there is no pair."""
        return self._pairs(resource).mock_of.get(live, live)

    def mock_text(self, live: str) -> str:
        """Return a text of the live server as the mock would have it."""
        return self._texts.mock_of.get(live, live)

    def texts(self, live: str, mock: str) -> bool:
        """Tell whether two texts say the same: each part that may be a key is one, or is the
        same.
        """
        live, mock = self.live.local(live), self.mock.local(mock)
        if live == mock:
            return True
        if TOKEN.split(live) != TOKEN.split(mock):
            return False
        return all(
            self._are_paired(*pair)
            for pair in zip(TOKEN.findall(live), TOKEN.findall(mock), strict=True)
        )

    def made(self, live: Any, mock: Any) -> bool:
        """Tell whether two values that the servers made up by themselves may stand for each
        other.
        """
        if isinstance(live, str) and isinstance(mock, str):
            self._texts.agree(live, mock)
            return True
        numbers = is_number(live) and is_number(mock)
        return numbers or type(live) is type(mock)

    def moments(self, live: Any, mock: Any) -> bool:
        """Tell whether two values are moments of this run, however they are written."""
        one, other = moment_of(live), moment_of(mock)
        if one is None or other is None:
            return False
        return one >= self.live.began - SKEW and other >= self.mock.began - SKEW

    def moved(self, place: tuple[str, str, str], live: Any, mock: Any) -> bool:
        """Tell whether a moment of a record changed on both sides or on neither since it was last
        seen.

        Moments of whole seconds say nothing of that: two changes may be in one second.
        """
        seen = self._moments.get(place)
        self._moments[place] = (live, mock)
        fine = isinstance(live, str) and isinstance(mock, str) and "." in live and "." in mock
        return seen is None or not fine or (seen[0] == live) is (seen[1] == mock)

    def written_alike(self, live: Any, mock: Any) -> bool:
        """Tell whether two moments are written in the same style."""
        return shape_of(live) == shape_of(mock)

    def _pairs(self, resource: str) -> Pairs:
        return self._keys.setdefault(resource, Pairs())

    def _are_paired(self, live: str, mock: str) -> bool:
        return live == mock or any(
            pairs.mock_of.get(live) == mock for pairs in (*self._keys.values(), self._texts)
        )
