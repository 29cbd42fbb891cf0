"""The corpus of real documents: where it is on this machine, and what its index says of each."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BESIDE = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"


@dataclass(frozen=True)
class Sample:
    """A document of the corpus: its name, its root file, its size in bytes and how many operations
    it has.
    """

    name: str
    path: Path
    size: int
    operations: int


@cache
def corpus() -> tuple[Sample, ...]:
    """Return the documents of the corpus; none where there is no corpus."""
    folder = Path(os.environ.get("UNDERSTUDY_CORPUS", BESIDE))
    index = folder / "index.json"
    if not index.is_file():
        return ()
    told = json.loads(index.read_text("utf-8"))
    return tuple(
        Sample(
            each["name"], folder / each["name"] / each["root"], each["total_size"], each["n_ops"]
        )
        for each in told
    )
