"""The planted faults, by name: each a shop that is wrong in one way, while its replies stay as its document says."""

from __future__ import annotations

from tests.planted import access, at_once, bulk, deletes, lists, nested, rules, updates, upserts
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
)
BY_NAME = {fault.name: fault for fault in FAULTS}
