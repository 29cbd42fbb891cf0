"""Which differences count for any server, and not for the mock of the same model alone: differences
in, some out.

A server may show properties that no document names, refuse with any status of refusal, and choose
among statuses of success. What it claims of the state counts: that something is there or is not,
and which values it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from contracts.openapi import operation_at, properties, success_schema
from contracts.oracle.aliases import Aliases
from contracts.oracle.compare import Difference
from contracts.oracle.judge import judge
from contracts.oracle.oracle import Expected
from contracts.oracle.settled import Settled
from contracts.targets.target import Answer
from mockserver.lookup import MISSING
from mockserver.model.types import Model, Operation

CLAIMS = frozenset({404, 409, 410, 412})
"""Statuses of refusal that claim something of the state."""


def counting(
    model: Model,
    settled: Settled,
    expected: Expected,
    answer: Answer,
    aliases: Aliases,
    found: Sequence[Difference],
) -> Iterator[Difference]:
    """Yield the differences that count for any server."""
    if answer.status >= 400:
        if (
            expected.problem is None
            and answer.status in CLAIMS
            and not _may_refuse(model, settled, answer)
        ):
            yield from found
    elif expected.problem is not None:
        yield from found
    elif answer.status != expected.status:
        other = replace(
            expected, status=answer.status, empty=expected.empty or answer.status == 204
        )
        again = judge(settled.operation, other, answer, aliases)
        yield from counting(model, settled, other, answer, aliases, again)
    else:
        declared = _declared(model, settled.operation)
        yield from (each for each in found if _counts(each, declared))


def _counts(difference: Difference, declared: Mapping[str, Any]) -> bool:
    name = difference.place.rpartition("/")[2]
    surplus = difference.expected is MISSING and (name not in declared or difference.actual is None)
    return not surplus and difference.place != "Location"


def _may_refuse(model: Model, settled: Settled, answer: Answer) -> bool:
    """Tell whether the document says that this status may refuse a well-formed call
    (`x-refusals`).
    """
    operation = settled.operation
    said = (
        operation_at(model.document.spec, operation.path, operation.method).get("x-refusals") or {}
    )
    return answer.status in said.get("valid", ())


def _declared(model: Model, operation: Operation) -> Mapping[str, Any]:
    """Return the properties that a document names anywhere in a reply of an operation."""
    spec = model.document.spec
    schema = success_schema(operation_at(spec, operation.path, operation.method), operation.success)
    resource = model.resources.get(operation.resource or "")
    own = properties(spec, resource.schema) if resource is not None else {}
    return {**properties(spec, schema), **own}
