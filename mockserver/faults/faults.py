"""Keep the faults of each space: those of the server meet every space, each counts for itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from mockserver.errors import SettingsError
from mockserver.faults.plan import Asked, Fault, Plan, Strike
from mockserver.faults.words import fault_of

MOST = 1000
"""Faults of one space."""


class Faults:
    """The faults of all spaces."""

    def __init__(self, start: Plan | None = None, now_s: Callable[[], float] = time.monotonic) -> None:
        """Take the plan with which every space starts."""
        self._start = start or Plan()
        self._now_s = now_s
        self._spaces: dict[str, Plan] = {}
        self._lock = threading.Lock()

    @property
    def are_none(self) -> bool:
        """Whether no call can meet a fault."""
        return not self._start.faults and not self._spaces

    def meet(self, space: str, call: Asked) -> list[Strike]:
        """Return what strikes a call in a space, and count it."""
        with self._lock:
            return self._plan(space).meet(call, self._now_s())

    def add(self, fault: Fault | Mapping[str, Any], space: str = "") -> Fault:
        """Plan one more fault in a space, from a Fault or its words. Raises SettingsError."""
        made = fault if isinstance(fault, Fault) else fault_of(fault)
        with self._lock:
            plan = self._plan(space)
            if len(plan.faults) >= MOST:
                raise SettingsError(f"a space has {MOST} faults at most: remove some")
            self._spaces[space] = plan.with_fault(made)
        return made

    def plan(self, space: str = "") -> Plan:
        """Return the faults of a space with their tallies; not to be changed."""
        with self._lock:
            return self._spaces.get(space) or Plan(self._start.faults, self._start.seed)

    def remove(self, at: int, space: str = "") -> bool:
        """Forget the fault of a place, counted from 0; tell whether there was one."""
        with self._lock:
            plan = self._plan(space)
            if not 0 <= at < len(plan.faults):
                return False
            self._spaces[space] = plan.without(at)
            return True

    def clear(self, space: str = "") -> None:
        """Forget all faults of a space, those of the server too."""
        with self._lock:
            self._spaces[space] = Plan((), self._start.seed)
            if not self._start.faults:
                del self._spaces[space]

    def reset(self, space: str = "") -> None:
        """Go back to the faults of the server, all counted anew."""
        with self._lock:
            self._spaces.pop(space, None)

    def _plan(self, space: str) -> Plan:
        if space not in self._spaces:
            self._spaces[space] = Plan(self._start.faults, self._start.seed)
        return self._spaces[space]
