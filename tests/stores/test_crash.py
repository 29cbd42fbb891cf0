"""What was acknowledged survives a kill at any moment (`crash.py` does it a hundred times)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import KINDS, new_database
from tests.stores.crash import crash


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_acknowledged_survives_a_kill(kind: str, tmp_path: Path) -> None:
    assert crash(new_database(kind, tmp_path), rounds=2) > 0
