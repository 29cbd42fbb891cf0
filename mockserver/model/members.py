"""Find the objects of a record whose members are changed one by one: its properties in, the names
of those that are objects of the kind out.

    {type, id, attributes: {...}, relationships: {...}}     both (JSON:API 1.1, Updating)
    {id, fields: {...}, created}                            fields, which hold all that it says
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mockserver.model.envelopes import IDS
from mockserver.model.types import DescribedSchema
from mockserver.model.types.schema import NO_SCHEMA

Fields = Mapping[str, DescribedSchema]
HOLDERS = ("attributes", "fields", "properties")
"""Objects that may hold all that a record says, beside what the server says of it."""


def member_objects(fields: Fields, carried: Collection[str]) -> frozenset[str]:
    """Return the objects whose members are changed one by one, of a record with some properties, of
    which clients can send those that are `carried`.
    """
    attributes = fields.get("attributes", NO_SCHEMA)
    if "type" in fields and attributes.properties:
        both = {"attributes", "relationships"}
        return frozenset(both & fields.keys())
    holders = []
    for name in HOLDERS:
        schema = fields.get(name, NO_SCHEMA)
        if name in carried and schema.is_object:
            holders.append(name)
    if len(holders) != 1:
        return frozenset()
    passed_over = {*IDS, *holders}
    for name, schema in fields.items():
        if name not in carried or name in passed_over:
            continue
        if not schema.is_array:
            return frozenset()
    return frozenset(holders)
