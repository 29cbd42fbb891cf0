"""Explain a model: one row for each operation, with what it does, to what, and why we think so."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.model.keys import UNSURE
from mockserver.model.types import Kind, Model, Operation


@dataclass(frozen=True, slots=True)
class Row:
    """A line of `understudy explain`."""

    operation: str
    kind: str
    resource: str
    key: str
    reason: str


def explain(model: Model) -> list[Row]:
    """Return a row for each operation, in the order of the document."""
    return [_row(model, operation) for operation in model.operations]


def is_stateful(operation: Operation) -> bool:
    """Tell whether an operation reads or changes the state."""
    return operation.kind is not Kind.STATELESS


def _row(model: Model, operation: Operation) -> Row:
    resource = model.resources.get(operation.resource or "")
    key = resource.key if resource and resource.key else ""
    above = [parent.param for parent in operation.parents if parent.splits]
    shown = f"{' / '.join(above)} / {key}" if above and key else key
    reason = operation.reason
    if resource is not None and resource.key_rule in UNSURE:
        reason += f"; unsure of the key: {resource.key_rule}"
    return Row(operation.label, operation.kind.value, operation.resource or "", shown, reason)
