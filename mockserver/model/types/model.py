"""The Model of an API: everything that is known of it, compiled once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from mockserver.document.document import Document
from mockserver.model.types.announcement import Announcements
from mockserver.model.types.habits import Habits
from mockserver.model.types.operation import Operation
from mockserver.model.types.refusing import Errors, Security
from mockserver.model.types.resource import Resource
from mockserver.model.types.schema import SchemaTable
from mockserver.slots import dataclass


@dataclass(frozen=True, slots=True)
class Model:
    """An API, understood. `made` are operations that its document only points to, as it does to the
    token endpoint of a flow; the mock has them, an API need not. `announcements` are what it tells
    others by itself.
    """

    document: Document
    base_paths: tuple[str, ...]
    resources: Mapping[str, Resource]
    operations: tuple[Operation, ...]
    errors: Mapping[str, Errors]
    security: Security
    habits: Habits
    schemas: SchemaTable
    notes: tuple[str, ...] = ()
    made: tuple[Operation, ...] = ()
    announcements: Announcements = field(default_factory=Announcements)

    @property
    def name(self) -> str:
        return self.document.name

    def labeled(self, label: str) -> Operation | None:
        """Return the operation of a label such as `GET /shelves`."""
        return next((each for each in self.operations if each.label == label), None)
