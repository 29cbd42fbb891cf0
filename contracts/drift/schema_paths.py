"""Where a property is described: an operation and a pointer into its values in, JSONPath into the
document out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.drift.answers import place_of
from contracts.openapi import Spec, json_content, operation_at, response_at
from contracts.oracle.judge import template_of
from contracts.oracle.oracle import LISTS
from mockserver.model.types import Model, Operation

DEEPEST = 12


def reply_schemas(model: Model, operation: Operation) -> list[str]:
    """Return the JSONPath of the schema of a record in an operation's answers."""
    spec = model.document.spec
    declared = operation_at(spec, operation.path, operation.method)
    status = str(
        operation.created if "201" in (declared.get("responses") or {}) else operation.success
    )
    content = json_content(response_at(declared, int(status)).get("content"))
    place = place_of(template_of(operation))
    if content is None or place == "?":
        return []
    responses = declared.get("responses") or {}
    name = status if status in responses else "default"
    root = f"{_operation(operation)}.responses['{name}'].content['{content[0]}'].schema"
    inner = place + ("/0" + place_of(operation.envelope.item) if operation.kind in LISTS else "")
    return list(steps_to(spec, root, inner))


def request_root(model: Model, operation: Operation) -> str | None:
    """Return the JSONPath of the schema of an operation's request body, without what wraps it."""
    declared = operation_at(model.document.spec, operation.path, operation.method)
    content = json_content((declared.get("requestBody") or {}).get("content"))
    if content is None:
        return None
    root = f"{_operation(operation)}.requestBody.content['{content[0]}'].schema"
    wrapper = f"/{operation.envelope.request}" if operation.envelope.request else ""
    return next(steps_to(model.document.spec, root, wrapper), None)


def steps_to(spec: Spec, path: str, pointer: str) -> Iterator[str]:
    """Yield where the schema at a pointer into values of a schema stands, references followed."""
    yield from _walk(spec, path, at(spec, path), [each for each in pointer.split("/") if each], 0)


def _walk(spec: Spec, path: str, schema: Any, steps: list[str], depth: int) -> Iterator[str]:
    if not isinstance(schema, Mapping) or depth > DEEPEST:
        return
    reference = schema.get("$ref")
    if isinstance(reference, str):
        path = "$" + "".join(_step(each) for each in reference.removeprefix("#/").split("/"))
        yield from _walk(spec, path, at(spec, path), steps, depth + 1)
        return
    if not steps:
        yield path
        return
    name, rest = steps[0], steps[1:]
    if name.isdigit() or name == "*":
        yield from _walk(spec, f"{path}.items", schema.get("items"), rest, depth + 1)
    elif name in (schema.get("properties") or {}):
        yield from _walk(
            spec, f"{path}.properties{_step(name)}", schema["properties"][name], rest, depth + 1
        )
    for word in ("allOf", "oneOf", "anyOf"):
        for index, each in enumerate(schema.get(word) or ()):
            yield from _walk(spec, f"{path}.{word}[{index}]", each, steps, depth + 1)


def at(spec: Spec, path: str) -> Any:
    """Return what stands at a path that this module made."""
    value: Any = spec
    for step in _steps(path):
        value = (
            value[int(step)]
            if isinstance(value, list)
            else value.get(step)
            if isinstance(value, Mapping)
            else None
        )
    return value


def _steps(path: str) -> list[str]:
    rest, found = path.removeprefix("$"), []
    while rest:
        if rest.startswith("['"):
            name, _, rest = rest[2:].partition("']")
            found.append(name.replace("\\'", "'"))
        elif rest.startswith("["):
            name, _, rest = rest[1:].partition("]")
            found.append(name)
        else:
            end = min(
                (rest.find(mark, 1) for mark in ".[" if rest.find(mark, 1) > 0), default=len(rest)
            )
            found.append(rest[1:end])
            rest = rest[end:]
    return found


def _operation(operation: Operation) -> str:
    return f"$.paths{_step(operation.path)}.{operation.method.lower()}"


def _step(name: str) -> str:
    name = name.replace("~1", "/").replace("~0", "~")
    return f".{name}" if name.isidentifier() else "['" + name.replace("'", "\\'") + "']"
