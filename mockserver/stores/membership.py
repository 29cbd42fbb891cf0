"""Which records belong to a view, kept up with each change of the records and of those they are
joined with.

Theory: a view says of each base record whether it belongs, by looking at the one record it is
joined with. A change of a base record can change its own membership alone. A change of a joined
record can change that of the base records it points at; `on` read backwards finds them: the joined
record's properties that are compared with a property of the base record give the value that the
base record must have.
"""

from __future__ import annotations

from typing import Any, Protocol

from mockserver.lookup import MISSING, holds, value_at
from mockserver.model.types import Join, View
from mockserver.ordering import Address
from mockserver.state import Collection, Condition, Query, Record, Selection
from mockserver.stores.listing import NOWHERE, Listing


class Tables(Protocol):
    """What a membership needs of its store."""

    def records(self, resource: str) -> dict[Address, Record]: ...

    def select(self, collection: Collection, query: Query) -> Selection: ...


def dotted(record: Any, path: str) -> Any:
    """Return the value at a dotted path, None where it leads nowhere."""
    value = value_at(record, path)
    return None if value is MISSING else value


class Membership:
    """The records of one view for one set of arguments, as a Listing by the outermost `depth`
    parents.
    """

    def __init__(self, tables: Tables, resource: str, depth: int, query: Query) -> None:
        if query.view is None:
            raise ValueError("a membership needs a view")
        self._tables = tables
        self._resource = resource
        self._depth = depth
        self._view: View = query.view
        self._arguments = dict(query.arguments)
        self.listing = Listing(query.order, self._group)
        self.listing.fill(tables.records(resource).items())

    def put(self, resource: str, address: Address, old: Record | None, new: Record | None) -> None:
        """Take note of a change, of a base record or of a joined one."""
        if resource == self._resource:
            if new is None:
                self.listing.remove(address)
            else:
                self.listing.put(address, new)
        join = self._view.join
        if join is not None and resource == join.resource:
            for joined in (old, new):
                if joined is not None:
                    self._reconsider(join, joined)

    def _group(self, address: Address, record: Record) -> Any:
        return address[0][: self._depth] if self._belongs(record) else NOWHERE

    def _belongs(self, record: Record) -> bool:
        join = self._view.join
        scope: dict[str, Any] = {**record, "path": self._arguments}
        if join is not None:
            scope[join.name] = self._joined(join, record)
        return any(holds(condition, scope) for condition in self._view.any_of)

    def _joined(self, join: Join, record: Record) -> Record | None:
        values = tuple(Condition(name, (self._wanted(source, record),)) for name, source in join.on)
        found = self._tables.select(Collection(join.resource), Query(where=values, limit=1)).found
        return found[0].record if found else None

    def _wanted(self, source: Any, record: Record) -> Any:
        if isinstance(source, str) and source.startswith("$path."):
            return self._arguments.get(source.removeprefix("$path."))
        if isinstance(source, str) and source.startswith("$"):
            return dotted(record, _field(source))
        return source

    def _reconsider(self, join: Join, joined: Record) -> None:
        """Place anew the base records that a joined record points at."""
        where = []
        for name, source in join.on:
            value = dotted(joined, name)
            if (
                isinstance(source, str)
                and source.startswith("$")
                and not source.startswith("$path.")
            ):
                where.append(Condition(_field(source), (value,)))
            elif self._wanted(source, {}) != value:
                return
        for found in self._tables.select(
            Collection(self._resource), Query(where=tuple(where))
        ).found:
            self.listing.put((found.collection.parents, found.key), found.record)


def _field(source: str) -> str:
    """Return the property of the base record that `$record.x`, or `$x` for short, stands for."""
    return source.removeprefix("$record.").removeprefix("$")
