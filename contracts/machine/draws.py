"""What Schemathesis generates for an operation by its own strategies: an operation in, queries and
bodies out.

A case costs it as much as a machine needs for several calls. So a few are generated for an
operation, when the machine first wants one, and it chooses among them from then on: they are mixed
with values that the state holds.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from schemathesis import GenerationMode
from schemathesis.core import NotSet

from contracts.machine.calls import Drawn
from contracts.requests.generated import CANNOT, Generator, cases
from contracts.requests.spelling import spell
from contracts.targets.reading import Readings
from mockserver.lookup import MISSING
from mockserver.model.types import Model, Operation

MOST = {True: 4, False: 6}
"""How many cases are generated for an operation: of those that keep its document, and of those that
break it.
"""
LARGEST = 2**53
LONGEST = 2_000
"""Characters of a body at most: stories are for people."""
_CONFIG = {
    "generation": {"database": "none", "allow-x00": False, "codec": "ascii"},
    "cache": {"enabled": False},
}


class Draws:
    """Generates for the operations of one API, the same for the same seed."""

    def __init__(self, model: Model, readings: Readings, seed: int) -> None:
        """Take what reads requests by the document: it tells what keeps it and what does not."""
        self._readings, self._seed = readings, seed
        self._known: dict[tuple[str, bool], Sequence[Drawn]] = {}
        self._generator = Generator(model, _CONFIG)

    def few(self, operation: Operation, valid: bool) -> Sequence[Drawn]:
        """Return what was generated for an operation, the simplest first; nothing where there is no
        way.
        """
        known = self._known.get((operation.label, valid))
        if known is None:
            found: list[Drawn] = []
            with suppress(*CANNOT):
                found = self._generated(operation, valid)
            known = self._known[operation.label, valid] = found
        return known

    def _generated(self, operation: Operation, valid: bool) -> list[Drawn]:
        mode = GenerationMode.POSITIVE if valid else GenerationMode.NEGATIVE
        declared = self._generator.declared(operation)
        seed = zlib.crc32(f"{self._seed}/{operation.label}/{valid}".encode())
        # the machine has keys of its own
        path = {each.name: 1 for each in declared.path_parameters}
        strategy = declared.as_strategy(
            generation_mode=mode, path_parameters=path, headers={}, cookies={}
        )
        found: dict[str, Drawn] = {}
        for case in cases(strategy, MOST[valid], seed):
            drawn = self._read(operation, case, valid)
            if drawn is not None:
                text = repr((drawn.query, drawn.body))
                found[text] = drawn
        return [found[text] for text in sorted(found, key=len)]

    def _read(self, operation: Operation, case: Any, valid: bool) -> Drawn | None:
        """Return what a case sends beside path and headers, None when that cannot be sent or is not
        as wanted.
        """
        body = MISSING if isinstance(case.body, NotSet) else case.body
        query = dict(case.query or {})
        if any(isinstance(value, Mapping) for value in query.values()) or not _can_be_sent(body):
            return None
        if not _is_small([query, None if body is MISSING else body]):
            return None
        sent = spell(operation, "", {}, query, body, {})
        reading = self._readings.read_beside(operation, sent.target.partition("?")[2], sent)
        if bool(reading.faults) is valid:
            return None
        if valid:
            return Drawn(reading.query, reading.body, True)
        return Drawn(query, body, False)


def _can_be_sent(body: Any) -> bool:
    if body is MISSING:
        return True
    try:
        return len(json.dumps(body, allow_nan=False)) <= LONGEST
    except (TypeError, ValueError):
        return False


def _is_small(value: Any) -> bool:
    """Tell whether all numbers are such as every receiver reads alike (RFC 8259, section 6)."""
    if isinstance(value, Mapping):
        return all(map(_is_small, value.values()))
    if isinstance(value, list):
        return all(map(_is_small, value))
    return not isinstance(value, int | float) or abs(value) < LARGEST
