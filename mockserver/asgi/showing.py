"""Show a record as one operation's reply describes it: stored records in, the properties that its
schema has out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.asgi.conform import Conformer
from mockserver.call import Supply
from mockserver.lookup import MISSING
from mockserver.model.declared import Spec, flattened, properties
from mockserver.model.envelopes import many_envelope, map_items, one_envelope
from mockserver.model.schemas import SchemaCompiler
from mockserver.model.types import Kind, Model, Operation, Resource
from mockserver.state import Record, key_of

MOST = 4096
"""How many shown records an operation remembers."""
Show = Callable[[Record], Any]


def shower(
    model: Model, operation: Operation, resource: Resource, schemas: SchemaCompiler, supply: Supply
) -> Show:
    """Return what shows a record in this operation's replies.

    Hidden and writeOnly properties go, and so does what the schema does not name where it names
    any; what it requires and the record lacks is made from the schema. A record is shown once, for
    it never changes.
    """
    spec = model.document.spec
    item = _item_schema(operation, resource)
    conformer = Conformer(spec, item, schemas, supply)
    select = _selection(spec, item, resource, supply)
    shown: dict[int, tuple[Record, Any]] = {}

    def show(record: Record) -> Any:
        known = shown.get(id(record))
        if known is not None:
            return known[1]
        salt = f"{resource.name}/{key_of(record.get(resource.key or '', ''))}"
        value = conformer.conform(select(record, salt), salt)
        if len(shown) >= MOST:
            shown.clear()
        shown[id(record)] = (record, value)
        return value

    return show


def _item_schema(operation: Operation, resource: Resource) -> Any:
    """Return the schema of a record in the replies of an operation."""
    name, key = resource.name, resource.key
    status = operation.created if operation.kind is Kind.CREATE else operation.success
    schema = operation.described.success_schema(status)
    if operation.envelope.many == "$map":
        values = map_items(schema)
        return values.raw if values else {}
    if operation.kind in (Kind.LIST, Kind.VIEW):
        many = many_envelope(schema, name)
        schema = many[1] if many else schema
    record = one_envelope(schema, name, key)[1]
    return record.raw


def _selection(
    spec: Spec, item: Any, resource: Resource, supply: Supply
) -> Callable[[Record, str], Any]:
    """Return what picks the properties of a record that a schema describes."""
    flat, fields = flattened(spec, item), properties(spec, item)
    secret = {name for name, child in fields.items() if child.get("writeOnly")} | resource.hidden
    known = frozenset(fields) or None
    for word in ("additionalProperties", "patternProperties"):
        if flat.get(word):
            known = None
    if _has_choice(flat, item):
        known = None
    required = flat.get("required") or ()
    needed = [name for name in required if isinstance(name, str) and name not in secret]
    foreign = bool(fields) and not fields.keys() & {
        *resource.schema.get("properties", ()),
        *resource.writable,
    }

    inner = _inner(spec, fields, resource)

    def select(record: Record, salt: str) -> Any:
        visible = {
            name: value
            for name, value in record.items()
            if name not in secret and (known is None or name in known)
        }
        for name, members in inner.items():
            shown = {each: record[each] for each in members if each in record}
            beside = visible.get(name)
            if shown and (beside is None or isinstance(beside, Mapping)):
                visible[name] = {**(beside or {}), **shown}
        for name in fields if foreign else needed:
            if name not in visible and name not in secret:
                value = supply.value(fields.get(name, {}), f"{salt}/{name}")
                if value is not MISSING:
                    visible[name] = value
        return visible

    return select


def _inner(spec: Spec, fields: Mapping[str, Any], resource: Resource) -> dict[str, list[str]]:
    """Return the objects of a reply that show what the record keeps at its root, with their
    properties.

    POST {workflow: w, tags: t} is read as {run_id: 1, request: {workflow: w, tags: t}}.
    """
    found = {}
    for name, child in fields.items():
        members = [
            each
            for each in properties(spec, child)
            if each in resource.writable and each not in fields
        ]
        if name not in resource.writable and len(members) > 1:
            found[name] = members
    return found


def _has_choice(flat: Mapping[str, Any], item: Any) -> bool:
    """Tell whether the record may have one of several shapes, so that its properties are not all
    known.
    """
    return isinstance(item, Mapping) and any(word in item for word in ("oneOf", "anyOf"))
