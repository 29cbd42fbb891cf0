"""Start a semantics file: a model in, the lines that would settle what was not understood out, each
commented out.
"""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.model.keys import UNSURE
from mockserver.model.paths import canonical, collection_of, is_item, segments
from mockserver.model.types import Kind, Model, Operation, Resource

HEAD = """\
# What Understudy did not understand of {name}, or is not sure of.
# Uncomment the lines that are right, correct those that are not, delete the rest.
# The words are in mockserver/model/semantics.schema.json; editors complete them.
"""
SHOWN = 8
"""How many properties of a record are named."""


def starter(model: Model) -> str:
    """Return the text of a semantics file that says nothing yet."""
    resources = [
        line
        for each in model.resources.values()
        if each.key_rule in UNSURE
        for line in _resource(each)
    ]
    operations = [
        line
        for each in model.operations
        if each.kind is Kind.STATELESS
        for line in _operation(model, each)
    ]
    parts = [HEAD.format(name=model.name)]
    if resources:
        parts.append("\n".join(["# resources:", *resources, ""]))
    if operations:
        parts.append("\n".join(["# operations:", *operations, ""]))
    return "\n".join(parts) if len(parts) > 1 else parts[0] + "# Nothing is left to settle.\n"


def _resource(resource: Resource) -> Iterator[str]:
    known = ", ".join([*resource.schema.get("properties", ())][:SHOWN]) or "none"
    yield (
        f"#   # the key is a guess ({resource.key_rule}: {UNSURE[resource.key_rule]}); "
        f"properties: {known}"
    )
    yield f"#   {_plain(resource.name)}: {{key: {_plain(resource.key or 'id')}}}"


def _operation(model: Model, operation: Operation) -> Iterator[str]:
    resource = _near(model, operation)
    kind = _guess(operation)
    yield (
        f"#   {operation.label}: {{kind: {kind}, resource: {_plain(resource)}}}"
        if resource
        else (f"#   {operation.label}: {{kind: {kind}, resource: ...}}")
    )


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
    owners = {
        collection_of(each.path): each.resource
        for each in model.operations
        if each.resource and each.kind in _PLAIN
    }
    steps = segments(operation.path)
    for size in range(len(steps), 0, -1):
        found = owners.get(collection_of(canonical("/".join(steps[:size]))))
        if found is not None:
            return found
    return None


_PLAIN = frozenset({Kind.LIST, Kind.READ, Kind.CREATE})


def _plain(text: str) -> str:
    """Return a text as YAML spells it: quoted where it is more than a word."""
    return (
        text if text.replace("_", "").replace("-", "").replace(".", "").isalnum() else f'"{text}"'
    )
