"""Keep the faults of each space: those of the server meet every space, each counts for itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from typing import Any, TypeAlias, TypeVar

from mockserver.errors import SettingsError
from mockserver.faults.addressee import check_addressee
from mockserver.faults.past import Earlier, Past
from mockserver.faults.plan import Asked, Fault, Plan, Strike, plan_form, plan_from
from mockserver.faults.words import fault_of
from mockserver.jsontext import dumps, loads
from mockserver.stores.board import Board, MemoryBoard, Topic

MOST = 1000
"""Faults of one space."""
MOST_SPACES = 20_000
"""Spaces whose faults are kept; that of which they were planned first goes."""


Kept = TypeVar("Kept")
Make: TypeAlias = Callable[[], Kept]


class Faults:
    """The faults of all spaces, on a board that others may share."""

    def __init__(
        self,
        start: Plan | None = None,
        now_s: Callable[[], float] | None = None,
        operations: Mapping[str, Collection[str]] | None = None,
        board: Board | None = None,
    ) -> None:
        """Take the plan with which every space starts, and the labels of the operations of each API
        that is played: a fault of any other is refused, with SettingsError. Without labels all are
        taken.
        """
        self._start = start or Plan()
        self._operations = operations
        for fault in self._start.faults:
            self._check(fault)
        self._board = board or MemoryBoard()
        self.is_shared = self._board.is_shared
        usual_s = time.time if self.is_shared else time.monotonic
        self._now_s = now_s or usual_s
        mock = ",".join(sorted(operations or ()))
        self._topic = plans_of(mock, self._start)
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
        return not self._start.faults and not self._board.size(self._topic)

    def may_meet(self, space: str, call: Asked) -> bool:
        """Tell whether a call in a space has to be counted by a fault."""
        return self._seen(space).may_meet(call)

    def meet(self, space: str, call: Asked) -> list[Strike]:
        """Return what strikes a call in a space, and count it. Raises StoreError."""
        with self._board.changing(self._topic, space) as notices:
            plan = notices.get() or self._fresh()
            strikes = plan.meet(call, self._now_s())
            notices.put(plan, quietly=True)
        return strikes

    def add(self, fault: Fault | Mapping[str, Any], space: str = "") -> Fault:
        """Plan one more fault in a space, from a Fault or its words. Raises SettingsError."""
        made = fault if isinstance(fault, Fault) else fault_of(fault)
        self._check(made)
        with self._board.changing(self._topic, space) as notices:
            plan = notices.get() or self._fresh()
            if len(plan.faults) >= MOST:
                raise SettingsError(f"a space has {MOST} faults at most: remove some")
            notices.put(plan.with_fault(made))
        return made

    def put(self, name: str, fault: Fault | None, space: str = "") -> None:
        """Plan a fault in the place of all of its name, or forget those."""
        with self._board.changing(self._topic, space) as notices:
            plan = notices.get() or self._fresh()
            for at in reversed([at for at, each in enumerate(plan.faults) if each.name == name]):
                plan = plan.without(at)
            notices.put(plan if fault is None else plan.with_fault(fault))

    def past(self, space: str, api: str) -> Past | None:
        """Return the earlier states of a space, None where no fault needs them."""
        if not self._seen(space).looks_back:
            return None
        with self._lock:
            return _kept(
                self._pasts,
                (space, api),
                Past,
            )

    def earlier(self, space: str, api: str) -> Earlier | None:
        """Return what a live server answered to the reads of a space, None where no fault needs
        that.
        """
        if not self._seen(space).looks_back:
            return None
        with self._lock:
            return _kept(
                self._earlier,
                (space, api),
                Earlier,
            )

    def now_s(self) -> float:
        """Return the present moment, in seconds of a steady clock."""
        return self._now_s()

    def plan(self, space: str = "") -> Plan:
        """Return the faults of a space with their tallies; not to be changed."""
        known = self._board.all(self._topic, space)
        return known.get("") or self._fresh()

    def remove(self, at: int, space: str = "") -> bool:
        """Forget the fault of a place, counted from 0; tell whether there was one."""
        with self._board.changing(self._topic, space) as notices:
            plan = notices.get() or self._fresh()
            if not 0 <= at < len(plan.faults):
                return False
            notices.put(plan.without(at))
            return True

    def clear(self, space: str = "") -> None:
        """Forget all faults of a space, those of the server too."""
        if self._start.faults:
            with self._board.changing(self._topic, space) as notices:
                notices.put(Plan((), self._start.seed))
        else:
            self._board.clear(self._topic, space)
        self._forget_past(space)

    def reset(self, space: str = "") -> None:
        """Go back to the faults of the server, all counted anew."""
        self._board.clear(self._topic, space)
        self._forget_past(space)

    @property
    def spaces_kept(self) -> int:
        """Of how many spaces faults are kept."""
        return self._board.size(self._topic)

    def _seen(self, space: str) -> Plan:
        """Return the faults of a space as they were at the last look."""
        return self._board.get(self._topic, space) or self._start

    def _fresh(self) -> Plan:
        """Return the plan of the server, with nothing counted."""
        return Plan(self._start.faults, self._start.seed)

    def _check(self, fault: Fault) -> None:
        if self._operations is not None:
            check_addressee(fault, self._operations)

    def _forget_past(self, space: str) -> None:
        """Forget what a space was before."""
        with self._lock:
            for kept in (self._pasts, self._earlier):
                for name in [name for name in kept if name[0] == space]:
                    del kept[name]


def plans_of(mock: str, start: Plan) -> Topic[Plan]:
    """Return the topic of the faults of a mock, which begins with a plan. What was planned beside
    another one is of no account.
    """
    begins = asdict(start)["faults"]

    def written(plan: Plan) -> Mapping[str, Any]:
        return {"start": begins, **plan_form(plan)}

    def read(form: Mapping[str, Any]) -> Plan:
        is_other = loads(dumps(begins)) != form["start"]
        return Plan(start.faults, start.seed) if is_other else plan_from(form)

    return Topic(
        "faults",
        mock,
        written,
        read,
        most=MOST_SPACES,
    )


def _kept(known: dict[tuple[str, str], Kept], name: tuple[str, str], make: Make[Kept]) -> Kept:
    """Return what is kept under a name, made where it is not there; the oldest goes where there is
    too much.
    """
    found = known.get(name)
    if found is None:
        found = known[name] = make()
        if len(known) > MOST_SPACES:
            del known[next(iter(known))]
    return found
