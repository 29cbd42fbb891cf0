"""Calls that make several records of a collection, as words say alone: a path and a resource in,
the operations beside it out.

    POST /people/bulk {"people": [{...}, {...}]}      207, a result for each
        "Makes several people; each is taken or refused by itself."

Their schemas do not tell what is in the list (`items: {type: object}`), so no record is known of
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mockserver.model.types import Kind, Model, Operation, Resource

MULTI_STATUS = 207
_MAKES = re.compile(
    r"\b(make|create|add|import|insert|register|store)s?\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"updat|chang|delet|remov|validat|check|dry|preview|patch",
    re.IGNORECASE,
)
_ENDING = re.compile(r"[/:][\w-]+")


def batches_beside(model: Model, path: str, resource: Resource) -> Iterator[Operation]:
    """Yield what makes several records at a path one step longer, with each told by itself."""
    for operation in model.operations:
        if operation.kind is not Kind.STATELESS and operation.membership is None:
            continue
        rest = operation.path.removeprefix(path)
        if rest == operation.path or _ENDING.fullmatch(rest) is None:
            continue
        wrapper = _wrapper(operation)
        if wrapper is None or not _makes_several(operation, rest):
            continue
        envelope = replace(
            operation.envelope,
            request=wrapper,
        )
        yield replace(
            operation,
            kind=Kind.CREATE,
            resource=resource.name,
            membership=None,
            envelope=envelope,
        )


def _makes_several(operation: Operation, rest: str) -> bool:
    described = operation.described
    words = f"{rest} {described.words}"
    is_told = operation.method == "POST" and described.documents(MULTI_STATUS)
    return is_told and bool(_MAKES.search(words)) and not _OTHER.search(words)


def _wrapper(operation: Operation) -> str | None:
    """Return the one property of a request that holds objects, None where there is no such one."""
    found = []
    for name, schema in operation.described.sent_schema.properties.items():
        if schema.type == "array":
            found.append(name)
    if len(found) != 1:
        return None
    schema = operation.described.sent_schema.properties[found[0]]
    return found[0] if _is_object(schema.get("items")) else None


def _is_object(items: Any) -> bool:
    return isinstance(items, Mapping) and items.get("type") == "object"
