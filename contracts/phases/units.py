"""What a machine drives together: a model in, names and labels of operations out."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.machine.calls import can_be_called
from contracts.oracle.oracle import LISTS
from contracts.targets.target import SAFE_METHODS
from mockserver.model.types import Kind, Model


def units(model: Model, may_write: bool) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield all operations, then those of each resource, with what makes its parents and lists what
    goes along.
    """
    called = [each for each in model.operations if can_be_called(model, each)]
    called = [each for each in called if may_write or each.method in SAFE_METHODS]
    if called:
        yield "", frozenset(each.label for each in called)
    for resource in model.resources:
        own = {each.label for each in called if each.resource == resource}
        above, beside = (
            _ancestors(model, resource),
            {each.resource for each in model.resources[resource].mirrors},
        )
        makers = {
            each.label for each in called if each.kind is Kind.CREATE and each.resource in above
        }
        shown = {each.label for each in called if each.kind in LISTS and each.resource in beside}
        if len(own) > 1:
            yield resource, frozenset(own | makers | shown)


def _ancestors(model: Model, name: str) -> set[str]:
    """Return the resources above another one."""
    direct = {
        str(parent.resource)
        for parent in model.resources[name].parents
        if parent.resource not in (None, name)
    }
    return direct.union(*(_ancestors(model, each) for each in direct if each in model.resources))
