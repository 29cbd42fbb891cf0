"""Find the records that a document shows as examples: a model and a resource in, complete records
out, the best first.

Examples of what lists and reads answer come first, then the example of the record's schema, then
one that is put together from the examples of its properties.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.call import Supply
from mockserver.lookup import MISSING
from mockserver.model.declared import operation_at, properties, success_media, success_schema
from mockserver.model.keys import HIDDEN_KEY
from mockserver.model.types import Kind, Model, Operation, Resource, Template
from mockserver.state import Record, key_of

MOST = 100
"""More examples of one resource than this are passed over."""


def example_records(
    model: Model, resource: Resource, operations: list[Operation], supply: Supply
) -> list[dict[str, Any]]:
    """Return the examples of a resource that have a key and all that is required, each key and
    parent once.
    """
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for value in _shown(model, resource, operations):
        if len(found) < MOST and is_complete(resource, value):
            found.setdefault(_identity(resource, value), dict(value))
    if not found:
        value = _put_together(model, resource, supply)
        if is_complete(resource, value):
            found[_identity(resource, value)] = dict(value)
    return list(found.values())


def operations_by_resource(model: Model) -> dict[str, list[Operation]]:
    """Return the operations that answer with records, by resource; lists first."""
    found: dict[str, list[Operation]] = {}
    for kind in (Kind.LIST, Kind.READ):
        for operation in model.operations:
            if (
                operation.kind is kind
                and operation.resource
                and operation.key_field in _keys(model, operation)
            ):
                found.setdefault(operation.resource, []).append(operation)
    return found


def is_complete(resource: Resource, value: Any) -> bool:
    """Tell whether a value is a record with a key and everything that its schema requires."""
    if not isinstance(value, Mapping) or not value:
        return False
    key = value.get(resource.key) if resource.key is not None else ""
    if key is None or isinstance(key, Mapping | list | bool) or resource.key == HIDDEN_KEY:
        return False
    fields = resource.schema.get("properties") or {}
    required = (name for name in resource.schema.get("required") or () if isinstance(name, str))
    return all(name in value or _is_secret(fields.get(name)) for name in required)


def _keys(model: Model, operation: Operation) -> tuple[str | None, ...]:
    return (None, model.resources[operation.resource or ""].key)


def _is_secret(schema: Any) -> bool:
    return isinstance(schema, Mapping) and schema.get("writeOnly") is True


def _identity(resource: Resource, record: Record) -> tuple[str, ...]:
    above = [key_of(record.get(parent.field)) for parent in resource.split if parent.field]
    return (*above, "" if resource.key is None else key_of(record[resource.key]))


def _shown(model: Model, resource: Resource, operations: list[Operation]) -> Iterator[Any]:
    """Yield what the examples of the operations hold, then the example of the schema."""
    for operation in operations:
        spoken = operation_at(model.document.spec, operation.path, operation.method)
        media = success_media(spoken, operation.success) or {}
        is_list = operation.kind is Kind.LIST
        template = operation.envelope.many if is_list else operation.envelope.one
        for value in (*_examples(media), success_schema(spoken).get("example", MISSING)):
            inner = inside(template, value)
            yield from inner if isinstance(inner, list) else [inner]
    yield resource.schema.get("example", MISSING)


def _examples(media: Mapping[str, Any]) -> list[Any]:
    named = media.get("examples")
    values = named.values() if isinstance(named, Mapping) else ()
    return [
        media.get("example", MISSING),
        *(each.get("value") for each in values if isinstance(each, Mapping)),
    ]


def inside(template: Template, value: Any) -> Any:
    """Return what stands in a body where the envelope has `$value`, MISSING when nothing does."""
    if template == "$value":
        return value
    if template == ["$value"]:
        return value[0] if isinstance(value, list) and value else MISSING
    if not isinstance(template, Mapping) or not isinstance(value, Mapping):
        return MISSING
    found = (inside(child, value[name]) for name, child in template.items() if name in value)
    return next((each for each in found if each is not MISSING), MISSING)


def _put_together(model: Model, resource: Resource, supply: Supply) -> Any:
    """Return a record made of the examples of its properties, MISSING when its key has none."""
    key = properties(model.document.spec, resource.schema).get(resource.key or "", {})
    if key.get("example") is None:
        return MISSING
    return supply.value(resource.schema, f"{resource.name}/example")
