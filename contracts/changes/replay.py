"""Two models and what changed in, the changes with the calls that show them out: the mocks are
started and compared.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from contracts.changes.operations import paired
from contracts.changes.proof.draw import Draw
from contracts.changes.proof.evidence import Judge
from contracts.changes.proof.faults import Faults
from contracts.changes.proof.prove import Prover
from contracts.changes.proof.proven import Proven, Replay
from contracts.changes.proof.recorded import tape_of
from contracts.changes.proof.search import Search
from contracts.changes.proof.side import Side
from contracts.changes.proof.twins import Twins
from contracts.changes.stage import sides
from contracts.changes.types import Change
from contracts.errors import RecordingError
from contracts.targets.recording import read_recording
from mockserver.apis import Api
from mockserver.model.types import Model


def prove(
    pair: tuple[Model, Model],
    api: Api | None,
    changes: Sequence[Change],
    replay: Replay,
    tell: Callable[[str], None],
    now: datetime,
) -> list[Proven]:
    """Return the changes with their proofs, and what only the calls told. `api` is OLD, for its
    fixtures.

    Raises RecordingError.
    """
    recorded = read_recording(replay.recording) if replay.recording else []
    tell("starting both mocks")
    old, new = sides(*pair, api, replay.seed, now)
    until = time.monotonic() + replay.seconds
    tape = tape_of(old, recorded)
    if recorded and not tape:
        raise RecordingError(str(replay.recording), f"holds no successful call of {old.model.name}")
    told = replace(
        prover(old, new), recording=tape, is_over=lambda: time.monotonic() >= until, tell=tell
    )
    return told.prove(changes)


def prover(old: Side, new: Side) -> Prover:
    """Return what proves changes by the mocks of both."""
    faults = Faults(old.model), Faults(new.model)
    pairs = {
        each.label: each
        for each in paired(old.model.document.spec, new.model.document.spec)
        if each.old
    }
    twins = Twins(old, new, Judge(pairs, *faults))
    return Prover(twins, Search(pairs, Draw(old), Draw(new), *faults))
