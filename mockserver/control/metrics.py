"""Figures for Prometheus: calls as they are noted in, the text of `GET /__admin/metrics` out.

    understudy_requests_total{api="bookshop",operation="GET /shelves",status="200"} 7.0
    understudy_request_duration_seconds_count{api="bookshop",operation="GET /shelves"} 7.0

Calls are counted in dictionaries and put into the forms of prometheus-client when somebody asks,
so that a mock whom nobody asks imports nothing, and a call waits for an addition.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import accumulate
from typing import TYPE_CHECKING

from mockserver.control.journal import CallJournal, Entry
from mockserver.control.records import State
from mockserver.extras import require
from mockserver.space import Space

if TYPE_CHECKING:
    from prometheus_client.core import HistogramMetricFamily, Metric

BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""The upper bounds of the buckets of durations, seconds."""
NO_REPLY = "none"
"""Stands in the place of a status where there was no reply."""
Place = tuple[str, str]
"""An API and the label of one of its operations; what a call did not meet is empty."""


@dataclass(slots=True)
class Durations:
    """How long calls took: their number by bucket, the last one is without a bound, and their sum
    in seconds.
    """

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_S) + 1))
    total_s: float = 0.0

    def add(self, took_s: float) -> None:
        """Count a call."""
        self.counts[bisect_left(BOUNDS_S, took_s)] += 1
        self.total_s += took_s

    @property
    def buckets(self) -> list[tuple[str, float]]:
        """The number of calls that took no longer than each bound, as Prometheus counts them."""
        bounds = [*map(str, BOUNDS_S), "+Inf"]
        return list(zip(bounds, map(float, accumulate(self.counts)), strict=True))


class CallFigures:
    """How many calls there were of each operation, and how long they took."""

    def __init__(self) -> None:
        self._statuses: Counter[tuple[Place, str]] = Counter()
        self._durations: dict[Place, Durations] = {}
        self._lock = threading.Lock()

    def note(self, entry: Entry) -> None:
        """Count a call that is over."""
        place = (entry.api, entry.operation)
        status = str(entry.status) if entry.status else NO_REPLY
        with self._lock:
            self._statuses[place, status] += 1
            durations = self._durations.get(place)
            if durations is None:
                durations = self._durations[place] = Durations()
            durations.add(entry.took_s)

    def families(self) -> Iterator[Metric]:
        """Yield what was counted, in the forms of prometheus-client."""
        from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

        requests = CounterMetricFamily(
            "understudy_requests", "Requests answered.", labels=("api", "operation", "status")
        )
        durations = HistogramMetricFamily(
            "understudy_request_duration_seconds",
            "How long replies took.",
            labels=("api", "operation"),
        )
        with self._lock:
            for (place, status), count in self._statuses.items():
                requests.add_metric((*place, status), count)
            _add_durations(durations, self._durations)
        yield requests
        yield durations


def exposition(
    calls: CallFigures, journal: CallJournal, spaces: Iterable[Space], open_spaces: int
) -> tuple[str, bytes]:
    """Return the media type and the text of all figures: of calls, of the process, of the records
    in `spaces` (one for each API). Raises MissingExtraError.
    """
    require("metrics", "GET /__admin/metrics", "prometheus_client")
    from prometheus_client import CollectorRegistry, ProcessCollector
    from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected([*calls.families(), *_gauges(journal, spaces, open_spaces)]))
    ProcessCollector(registry=registry)
    return CONTENT_TYPE_LATEST, generate_latest(registry)


class _Collected:
    """Figures that were collected already, as a registry takes them."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _gauges(journal: CallJournal, spaces: Iterable[Space], open_spaces: int) -> Iterator[Metric]:
    """Yield what is there now."""
    from prometheus_client.core import (
        CounterMetricFamily,
        GaugeMetricFamily,
        InfoMetricFamily,
    )

    yield InfoMetricFamily("understudy", "This mock.", {"version": version("understudy")})
    records = GaugeMetricFamily("understudy_records", "Records.", labels=("api", "resource"))
    for space in spaces:
        state = State([space])
        for name in state:
            records.add_metric((space.model.name, name), len(state[name]))
    yield records
    yield GaugeMetricFamily("understudy_spaces", "Spaces beside the first one.", float(open_spaces))
    yield GaugeMetricFamily("understudy_journal_entries", "Calls in the journal.", len(journal))
    yield GaugeMetricFamily(
        "understudy_journal_bytes", "Bytes of the journal, roughly.", journal.kept_bytes
    )
    yield CounterMetricFamily(
        "understudy_journal_dropped", "Calls that went for want of room.", journal.dropped
    )


def _add_durations(family: HistogramMetricFamily, durations: Mapping[Place, Durations]) -> None:
    for place, each in durations.items():
        family.add_metric(place, each.buckets, each.total_s)
