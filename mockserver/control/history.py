"""Tell how a record came to be what it is: its address in, whether a call put or removed it out."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.control.journal import Entry
from mockserver.slots import dataclass
from mockserver.state import Put, Remove, key_of


@dataclass(frozen=True, slots=True)
class RecordAddress:
    """Where a record is: the API, the resource, the key, and the keys of its parents, the outermost
    first; fewer of them mean each record of that key below these.
    """

    api: str
    resource: str
    key: str
    parents: Sequence[str] = ()

    def is_changed_by(self, entry: Entry) -> bool:
        """Tell whether a call put or removed the record."""
        if entry.api != self.api:
            return False
        changes = [change for change in entry.changes if isinstance(change, Put | Remove)]
        return any(self._is_of(change) for change in changes)

    def _is_of(self, change: Put | Remove) -> bool:
        collection = change.collection
        if (collection.resource, key_of(change.key)) != (self.resource, self.key):
            return False
        above = list(map(key_of, collection.parents))
        return above[: len(self.parents)] == list(self.parents)
