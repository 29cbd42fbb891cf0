"""Keep the faults of each space: those of the server meet every space, each counts for itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from mockserver.errors import SettingsError
from mockserver.faults.addressee import check_addressee
from mockserver.faults.past import Earlier, Past
from mockserver.faults.plan import Asked, Fault, Plan, Strike
from mockserver.faults.words import fault_of

MOST = 1000
"""Faults of one space."""
MOST_SPACES = 20_000
"""Spaces whose faults are kept; that of which they were planned first goes."""


class Faults:
    """The faults of all spaces."""

    def __init__(
        self,
        start: Plan | None = None,
        now_s: Callable[[], float] = time.monotonic,
        operations: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """Take the plan with which every space starts, and the labels of the operations of each API
        that is played: a fault of any other is refused, with SettingsError. Without labels all are
        taken.
        """
        self._start = start or Plan()
        self._operations = operations
        for fault in self._start.faults:
            self._check(fault)
        self._now_s = now_s
        self._spaces: dict[str, Plan] = {}
        self._pasts: dict[tuple[str, str], Past] = {}
        self._earlier: dict[tuple[str, str], Earlier] = {}
        self._lock = threading.Lock()

    def adopt(self, operations: Mapping[str, Collection[str]]) -> None:
        """Take other labels of operations, where any are held; the faults stay."""
        if self._operations is None:
            return
        self._operations = operations

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
        self._check(made)
        with self._lock:
            plan = self._plan(space)
            if len(plan.faults) >= MOST:
                raise SettingsError(f"a space has {MOST} faults at most: remove some")
            self._spaces[space] = plan.with_fault(made)
        return made

    def put(self, name: str, fault: Fault | None, space: str = "") -> None:
        """Plan a fault in the place of all of its name, or forget those."""
        with self._lock:
            plan = self._plan(space)
            for at in reversed([at for at, each in enumerate(plan.faults) if each.name == name]):
                plan = plan.without(at)
            self._spaces[space] = plan if fault is None else plan.with_fault(fault)

    def past(self, space: str, api: str) -> Past | None:
        """Return the earlier states of a space, None where no fault needs them."""
        with self._lock:
            if not self._plan(space).looks_back:
                return None
            return self._pasts.setdefault((space, api), Past())

    def earlier(self, space: str, api: str) -> Earlier | None:
        """Return what a live server answered to the reads of a space, None where no fault needs
        that.
        """
        with self._lock:
            if not self._plan(space).looks_back:
                return None
            return self._earlier.setdefault((space, api), Earlier())

    def now_s(self) -> float:
        """Return the present moment, in seconds of a steady clock."""
        return self._now_s()

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
            self._forget_past(space)

    def reset(self, space: str = "") -> None:
        """Go back to the faults of the server, all counted anew."""
        with self._lock:
            self._spaces.pop(space, None)
            self._forget_past(space)

    @property
    def spaces_kept(self) -> int:
        """Of how many spaces faults are kept."""
        return len(self._spaces)

    def _check(self, fault: Fault) -> None:
        if self._operations is not None:
            check_addressee(fault, self._operations)

    def _plan(self, space: str) -> Plan:
        if space not in self._spaces:
            self._spaces[space] = Plan(self._start.faults, self._start.seed)
            if len(self._spaces) > MOST_SPACES:
                oldest = next(iter(self._spaces))
                del self._spaces[oldest]
                self._forget_past(oldest)
        return self._spaces[space]

    def _forget_past(self, space: str) -> None:
        """Forget what a space was before."""
        for name in tuple(self._pasts):
            if name[0] == space:
                del self._pasts[name]
        for name in tuple(self._earlier):
            if name[0] == space:
                del self._earlier[name]
