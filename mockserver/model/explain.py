"""Explain a model: one row for each operation, with what it does, to what, and why we think so; and
start the semantics file that would settle what was not understood (`starter`).

    # operations:
    #   POST /things/{id}/twist: {kind: merge, resource: things}
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mockserver.model.keys import UNSURE
from mockserver.model.paths import canonical, collection_of, is_item, segments
from mockserver.model.types import Kind, Model, Operation, Resource

HEAD = """\
# What Understudy did not understand of {name}, or is not sure of.
# Uncomment the lines that are right, correct those that are not, delete the rest.
# The words are in mockserver/model/semantics.schema.json; editors complete them.
"""
SETTLED = "# Nothing is left to settle.\n"
SHOWN = 8
"""How many properties of a record are named."""
PLAIN = frozenset({Kind.LIST, Kind.READ, Kind.CREATE})
"""Kinds of the operations by which a resource is known to be at a path."""


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
    reason = operation.reason
    if resource is not None and resource.key_rule in UNSURE:
        reason += f"; unsure of the key: {resource.key_rule}"
    key = resource.key if resource else None
    steps = [parent.param for parent in operation.parents if parent.splits] if key else []
    shown = " / ".join([*steps, key or ""])
    return Row(operation.label, operation.kind.value, operation.resource or "", shown, reason)


def starter(model: Model) -> str:
    """Return the text of a semantics file that says nothing yet: its lines are commented out."""
    resources: list[str] = []
    for resource in model.resources.values():
        if resource.key_rule in UNSURE:
            resources += _resource_lines(resource)
    operations = [
        _operation_line(model, operation)
        for operation in model.operations
        if not is_stateful(operation)
    ]
    head = HEAD.format(name=model.name)
    if not resources and not operations:
        return head + SETTLED
    parts = [head]
    if resources:
        parts.append("\n".join(["# resources:", *resources, ""]))
    if operations:
        parts.append("\n".join(["# operations:", *operations, ""]))
    return "\n".join(parts)


def _resource_lines(resource: Resource) -> Iterator[str]:
    names = list(resource.schema.get("properties", ()))
    known = ", ".join(names[:SHOWN]) or "none"
    rule = resource.key_rule
    name, key = _spelled(resource.name), _spelled(resource.key or "id")
    yield f"#   # the key is a guess ({rule}: {UNSURE[rule]}); properties: {known}"
    yield f"#   {name}: {{key: {key}}}"


def _operation_line(model: Model, operation: Operation) -> str:
    resource = _near(model, operation)
    name = _spelled(resource) if resource else "..."
    return f"#   {operation.label}: {{kind: {_guess(operation)}, resource: {name}}}"


def _guess(operation: Operation) -> str:
    """Return the kind that the method tells of."""
    item = is_item(operation.path) or "}/" in operation.path
    match operation.method:
        case "GET":
            return "read" if item else "list"
        case "DELETE":
            return "delete" if item else "bulk_delete"
        case "POST" if not item:
            return "create"
        case _:
            return "merge" if item else "upsert"


def _near(model: Model, operation: Operation) -> str | None:
    """Return the resource on the way to an operation, the nearest first."""
    owners: dict[str, str] = {}
    for other in model.operations:
        if other.resource and other.kind in PLAIN:
            owners[collection_of(other.path)] = other.resource
    steps = segments(operation.path)
    while steps:
        path = canonical("/".join(steps))
        owner = owners.get(collection_of(path))
        if owner is not None:
            return owner
        steps.pop()
    return None


def _spelled(text: str) -> str:
    """Return a text as YAML spells it: quoted where it is more than a word."""
    is_word = text.replace("_", "").replace("-", "").replace(".", "").isalnum()
    return text if is_word else f'"{text}"'
