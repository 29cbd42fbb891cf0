"""Fill a store with the examples of a document: a model and an empty store in, records that can be
changed there.

Examples of what lists and reads answer come first, then the example of the record's schema, then
one that is put together from the examples of its properties. An example is a record when it has
its key and all that is required:

    GET /pets        example: [{id: 7, name: Tiger}]      the pet 7
    GET /pets/{id}   example: {id: 8, name: Lion}         the pet 8

Where no example has its key, those that lack nothing else are records too, and are given one. The
first has the key that the document shows for its property, if any:

    GET /pets        example: [{name: Tiger}]             the pet 1
"""

from __future__ import annotations

from collections.abc import Collection as Names
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.behavior.records import made_key
from mockserver.call import Supply
from mockserver.errors import FixtureError
from mockserver.lookup import MISSING
from mockserver.model.types import Kind, Model, Operation, Resource, Template
from mockserver.model.types.described import usual_media
from mockserver.seeding.fixtures import IN, seed
from mockserver.seeding.placement import parents_first, place_of
from mockserver.state import Draft, Reader, Record, key_of
from mockserver.stores.base import Store

MOST = 100
"""More examples of one resource than this are passed over."""
Examples = Sequence[Any]
"""The values that one example of the document holds: the rows of a list, else one value."""


def seed_examples(model: Model, store: Store, supply: Supply, but: Names[str] = ()) -> None:
    """Put the examples of each resource into a store, except for those named; records without a
    place are left out.
    """
    operations = operations_by_resource(model)
    for resource in parents_first(model):
        if resource.name in but or resource.name not in operations:
            continue
        found = example_records(model, resource, operations[resource.name], supply)
        if not found:
            continue
        records = []
        with store.transaction() as reader:
            for example in found:
                record = _placed(model, resource, example, reader, supply)
                if record is not None:
                    records.append(record)
        if resource.key is None and not resource.split:
            records = records[:1]
        for record in records:
            _seed(model, store, supply, resource, record)


def example_records(
    model: Model, resource: Resource, operations: Sequence[Operation], supply: Supply
) -> list[dict[str, Any]]:
    """Return the examples of a resource that are records, each key and parent once; without their
    keys where none has one.
    """
    examples = list(_examples_of(model, resource, operations))
    complete = _complete(model, resource, examples)
    if complete:
        return complete
    without_key = _without_key(model, resource, examples)
    if without_key:
        first = without_key[0]
        first[str(resource.key)] = _key_example(model, resource)
        return without_key
    value = _put_together(model, resource, supply)
    if is_complete(model, resource, value):
        return [dict(value)]
    return []


def _complete(
    model: Model, resource: Resource, examples: Sequence[Examples]
) -> list[dict[str, Any]]:
    """Return the values that are whole records; of those with one key the first."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for values in examples:
        for value in values:
            if not is_complete(model, resource, value):
                continue
            identity = _identity(resource, value)
            found.setdefault(identity, dict(value))
    records = list(found.values())
    return records[:MOST]


def operations_by_resource(model: Model) -> dict[str, list[Operation]]:
    """Return the operations that answer with records, by resource; lists first."""
    found: dict[str, list[Operation]] = {}
    for kind in (Kind.LIST, Kind.READ):
        for operation in model.operations:
            name = operation.resource
            if operation.kind is not kind or not name:
                continue
            resource = model.resources[name]
            if operation.key_field in (None, resource.key):
                operations = found.setdefault(name, [])
                operations.append(operation)
    return found


def is_complete(model: Model, resource: Resource, value: Any) -> bool:
    """Tell whether a value is a record with a key and everything that its schema requires."""
    if not value or not isinstance(value, Mapping):
        return False
    if resource.key is not None:
        key = value.get(resource.key)
        if key is None or isinstance(key, Mapping | list | bool):
            return False
    return not _lacking(model, resource, value)


def _lacking(model: Model, resource: Resource, value: Record) -> set[str]:
    """Return the required properties that a value lacks, without those that replies never carry."""
    schema = model.schemas.schema(resource.schema)
    properties = schema.properties
    lacking = set(schema.required) - value.keys()
    for name in properties.keys() & lacking:
        if properties[name].is_write_only:
            lacking.remove(name)
    return lacking


def _identity(resource: Resource, record: Record) -> tuple[str, ...]:
    """Return the keys of a record and of its parents."""
    fields = [parent.field for parent in resource.split]
    fields.append(resource.key)
    keys = []
    for field in fields:
        if field:
            keys.append(key_of(record.get(field)))
    return tuple(keys)


def _without_key(
    model: Model, resource: Resource, examples: Sequence[Examples]
) -> list[dict[str, Any]]:
    """Return the values that lack nothing but their key; one that several examples show once."""
    found: list[dict[str, Any]] = []
    for values in examples:
        new = []
        for value in values:
            if _lacks_key_alone(model, resource, value) and value not in found:
                new.append(dict(value))
        found += new
    return found[:MOST]


def _lacks_key_alone(model: Model, resource: Resource, value: Any) -> bool:
    """Tell whether a value is a record but for its key; something else has none of its
    properties.
    """
    if resource.key is None or not isinstance(value, Mapping):
        return False
    if value.get(resource.key) is not None:
        return False
    known = model.schemas.schema(resource.schema).properties
    if not known.keys() & value.keys():
        return False
    lacking = _lacking(model, resource, value)
    return lacking <= {resource.key}


def _examples_of(
    model: Model, resource: Resource, operations: Sequence[Operation]
) -> Iterator[Examples]:
    """Yield what the examples of the operations hold, then the example of the schema."""
    for operation in operations:
        is_list = operation.kind is Kind.LIST
        envelope = operation.envelope
        template = envelope.many if is_list else envelope.one
        for example in _examples_at(operation):
            value = inside(template, example)
            if isinstance(value, list):
                yield value
            elif not is_list:
                yield [value]
    yield [resource.schema.get("example", MISSING)]


def _examples_at(operation: Operation) -> Iterator[Any]:
    """Yield the examples of the success of an operation, then that of its schema."""
    response = operation.described.response(operation.success)
    media = usual_media(response.content)
    if media is not None:
        yield from media.examples.values()
    schema = operation.described.response_schema()
    if schema is not None:
        yield schema.plain.get("example", MISSING)


def inside(template: Template, value: Any) -> Any:
    """Return what stands in a body where the envelope has `$value`, MISSING when nothing does."""
    if template == "$value":
        return value
    if template == ["$value"]:
        return value[0] if isinstance(value, list) and value else MISSING
    if not isinstance(template, Mapping) or not isinstance(value, Mapping):
        return MISSING
    for name, child in template.items():
        if name in value:
            found = inside(child, value[name])
            if found is not MISSING:
                return found
    return MISSING


def _put_together(model: Model, resource: Resource, supply: Supply) -> Any:
    """Return a record made of the examples of its properties, MISSING when its key has none."""
    if _key_example(model, resource) is None:
        return MISSING
    return supply.value(resource.schema, f"{resource.name}/example")


def _key_example(model: Model, resource: Resource) -> Any:
    """Return the example of the property that is the key, None when there is none."""
    fields = model.schemas.schema(resource.schema).properties
    schema = fields.get(resource.key or "")
    if schema is None:
        return None
    example = schema.plain.get("example")
    if isinstance(example, str | int | float):
        return example
    return None


def _placed(
    model: Model, resource: Resource, record: Record, reader: Reader, supply: Supply
) -> Record | None:
    """Return a record with the keys of its parents, None when they are not there."""
    place = place_of(model, resource, record, reader, supply)
    if place is None:
        return None
    collection, placed = place
    params = [parent.param for parent in resource.split]
    if not params:
        return placed
    parents = dict(zip(params, collection.parents, strict=True))
    return {**placed, IN: parents}


def _seed(model: Model, store: Store, supply: Supply, resource: Resource, record: Record) -> None:
    """Seed a record if it fits; an example that does not is no reason not to start."""
    if resource.key is not None and record.get(resource.key) is None:
        key = _new_key(store, supply, resource)
        record = {resource.key: key, **record, resource.key: key}
    try:
        seed(model, store, supply, {resource.name: [record]}, "examples")
    except FixtureError:
        return


def _new_key(store: Store, supply: Supply, resource: Resource) -> Any:
    """Return a key as a new record has it."""
    with store.transaction() as transaction:
        draft = Draft(transaction)
        key = made_key(resource, draft, supply)
        transaction.apply(draft.changes)
    return key
