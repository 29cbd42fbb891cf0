"""The planted faults, by name: each a server that is wrong in one way, while its replies stay as
its document says.
"""

from __future__ import annotations

from tests.planted import (
    access,
    at_once,
    bulk,
    channels,
    deletes,
    lists,
    nested,
    rules,
    sets,
    updates,
    upserts,
)
from tests.planted.fault import Fault

FAULTS: tuple[Fault, ...] = (
    *upserts.FAULTS,
    *nested.FAULTS,
    *updates.FAULTS,
    *deletes.FAULTS,
    *bulk.FAULTS,
    *lists.FAULTS,
    *rules.FAULTS,
    *access.FAULTS,
    *at_once.FAULTS,
    *sets.FAULTS,
    *channels.FAULTS,
)
BY_NAME = {fault.name: fault for fault in FAULTS}
