"""The faults of one space: plan them by words, look at them, take them away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.faults.faults import Faults
from mockserver.faults.plan import Fault


class Mishaps:
    """The faults that the calls of a space meet; those of the server are among them.

    >>> from mockserver import MockServer
    >>> mock = MockServer("bookshop")
    >>> added = mock.faults.add(operation="POST /shelves", status=503, times=1)
    >>> len(mock.faults)
    1
    """

    def __init__(self, faults: Faults, space: str) -> None:
        self._faults = faults
        self._space = space

    def add(self, fault: Fault | Mapping[str, Any] | None = None, /, **words: Any) -> Fault:
        """Plan one more fault, said as a Fault or in the words of a file of faults. Raises
        SettingsError.
        """
        return self._faults.add(words if fault is None else fault, self._space)

    def remove(self, at: int) -> bool:
        """Forget the fault of a place, counted from 0; tell whether there was one."""
        return self._faults.remove(at, self._space)

    def clear(self) -> None:
        """Forget all faults, those of the server too."""
        self._faults.clear(self._space)

    def reset(self) -> None:
        """Go back to the faults of the server, all counted anew."""
        self._faults.reset(self._space)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults.plan(self._space).faults)

    def __len__(self) -> int:
        return len(self._faults.plan(self._space).faults)
