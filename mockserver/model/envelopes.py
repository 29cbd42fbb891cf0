"""Infer what surrounds records in a body, from its schema.

A template is the body with `$value` where the record, or the list of records, goes. With it comes
the schema of one record:

    many_envelope({data: [Product], total: integer, next: string}, "products")
        is {data: $value, total: $total, next: "$next?"} around Product
    one_envelope({product: Product, links: {...}}, "products", "id")
        is {product: $value} around Product
    request_envelope({product: Product}, "products")
        is "product"

What is beside the records is settled as well: a *role* such as `$total` where the name and the type
of a property tell of the list (a role with `?` is left out where there is nothing to tell), `$made`
of its schema where it is required or has an example, and nothing else. `["$value"]` is an array
that holds one record alone.

The property that holds the records is, of those that may: the one that is named for them, the one
that is named as such properties are (`data`, `items`, `results`), the only one. A body that has a
key of its own surrounds nothing: it is the record.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from mockserver.lookup import MISSING
from mockserver.model.paths import bare, noun, singular
from mockserver.model.search.roles import (
    ABSENT,
    COUNTS,
    WHEN,
    count_role,
    has_role,
    is_of_pages,
    pointer_of,
    role_of,
    settled_roles,
)
from mockserver.model.types import DescribedSchema, Resource, Template
from mockserver.model.types.schema import NO_SCHEMA

Properties = Mapping[str, DescribedSchema]
Surrounded = tuple[Template, DescribedSchema]
"""A template, and the schema of the record in it."""

VALUE = "$value"
KEY = "$key"
"""The role of the key of a record that a list shows by it alone: ["poetry", "plays"]."""
MAP = "$map"
"""The role of records that a list shows by their keys: {color: "red", size: 5}."""
SOLE = [VALUE]
"""An array that holds one record alone."""

ARRAYS = (
    "data",
    "items",
    "results",
    "content",
    "list",
    "records",
    "entries",
    "values",
    "result",
    "elements",
)
LISTS_OF_INPUTS = (*ARRAYS, "inputs", "objects")
OBJECTS = (
    "data",
    "item",
    "result",
    "record",
    "object",
    "response",
    "payload",
    "resource",
    "entity",
)
IDS = ("id", "uuid", "guid")
SCALARS = ("string", "integer", "number", "boolean")
OUTCOMES = frozenset(
    {
        "success",
        "ok",
        "status",
        "statuscode",
        "responsestatus",
        "responsecode",
        "resultcode",
        "returncode",
        "httpstatus",
        "requestid",
        "traceid",
        "code",
        "message",
        "msg",
        "error",
        "errormessage",
        "errorcode",
        "firstid",
        "lastid",
    }
)
"""What replies say of themselves, beside what they are about."""

ABOUT = frozenset({"metadata", "meta"})
"""Names of objects that tell of the record beside them, and are none."""
COMPLAINTS = frozenset({"errors", "warnings", "messages"})
"""Arrays of what is wrong with a reply, beside what it is about."""
GIVEN = frozenset({"const", "enum", "example", "default"})
"""Words of a schema that tell a value."""
FLAGS = frozenset({"ok", "success", "successful", "succeeded", "issuccess", "issuccessful"})
"""Flags of a reply that say that the request went well."""


def many_envelope(schema: DescribedSchema, name: str, depth: int = 0) -> Surrounded | None:
    """Return the template of a list and the schema of its items; None when there is no array of
    records.

    [...], {data: [...], total: 2}, {products: [...]}, {_embedded: {products: [...]}}
    """
    if schema.is_array:
        return VALUE, schema.items
    fields = schema.properties
    chosen = _array_property(fields, name)
    if chosen is not None and bare(chosen) not in _nouns(name):
        wrapper = _naming_wrapper(fields, name)
        if wrapper is not None:
            chosen = None
    if chosen is not None:
        return _around(schema, chosen, VALUE), fields[chosen].items
    if "data" in fields and fields["data"].allows_anything:
        return _around(schema, "data", VALUE), NO_SCHEMA
    if depth >= 2:
        return None
    for wrapper in _wrappers(fields, name):
        inner = many_envelope(fields[wrapper], name, depth + 1)
        if inner is not None and inner[0] != VALUE:
            return _around(schema, wrapper, inner[0]), inner[1]
    return None


def records_envelope(schema: DescribedSchema, resource: Resource) -> Surrounded | None:
    """Return the template of a list of records that are known, and the schema of its items."""
    found = many_envelope(schema, resource.name)
    return _alike(schema, resource.record.properties, resource.key) if found is None else found


def _alike(schema: DescribedSchema, record: Properties, key: str | None) -> Surrounded | None:
    """Return the template of a list, and the schema of its items, of the one array of several whose
    items are most like a record that is known; None where none is.

    {custom_fields: [{id, name, type}], reserved_fields: [{id, name}]} of {id, name, type}
    """
    alike: dict[str, int] = {}
    for field, child in schema.properties.items():
        items = child.items.properties if child.is_array else {}
        if key in items:
            alike[field] = len(items.keys() & record.keys())
    if not alike:
        return None
    chosen = max(alike, key=lambda field: alike[field])
    return _around(schema, chosen, VALUE), schema.properties[chosen].items


def listed_records(schema: DescribedSchema, name: str) -> DescribedSchema | None:
    """Return the schema of the records that a body surely lists; None where it is about itself and
    shows an array beside.

    [...], {items: [...]}, {name: "a", files: [...]} below /files; not {id: 1, tags: [...]}
    """
    found = many_envelope(schema, name)
    if found is None or not found[1].properties:
        return None
    template, items = found
    fields = schema.properties
    if template == VALUE:
        return items
    if _identifies(fields, None):
        return None
    wanted = {*_nouns(name), *ARRAYS}
    is_named = not wanted.isdisjoint(map(bare, _names_to(template)))
    return items if is_named or not _tells_of_itself(fields) else None


def _names_to(template: Template) -> list[str]:
    """Return the names of the properties that lead to the records of a template."""
    if isinstance(template, Mapping):
        for name, child in template.items():
            if name != WHEN and (child == VALUE or VALUE in _leaves(child)):
                return [name, *_names_to(child)]
    return []


def _leaves(template: Template) -> Iterator[Template]:
    """Yield what stands inside a template, at any depth."""
    if not isinstance(template, Mapping):
        yield template
        return
    for child in template.values():
        yield from _leaves(child)


def _naming_wrapper(fields: Properties, name: str) -> str | None:
    """Return the object that has an array named for the records: {data: {groups: [...]}, policies:
    [...]}.
    """
    wanted = _nouns(name)
    for field in _wrappers(fields, name):
        inside_it = fields[field].properties
        for inner in inside_it:
            is_array = inside_it[inner].is_array
            if is_array and bare(inner) in wanted:
                return field
    return None


def lists_records(template: Template, schema: DescribedSchema) -> bool:
    """Tell whether a template has an array with the records of a list: as many as there are,
    whatever the schema says of their number.
    """
    return schema.is_array or (isinstance(template, Mapping) and VALUE in _leaves(template))


def has_role_of(template: Template, role: str) -> bool:
    """Tell whether a template has a role somewhere."""
    return template == role or role in list(_leaves(template))


def shows_each(template: Template) -> bool:
    """Tell whether a template has a list with each of the records that a write answers with."""
    if template == SOLE:
        return True
    leaves = list(_leaves(template))
    return SOLE in leaves


def _wrappers(fields: Properties, name: str) -> Iterator[str]:
    """Yield the objects that may hold a list: {data: {items: [...]}}, {book_list: {books:
    [...]}}.
    """
    nouns = _nouns(name)
    names = {*OBJECTS, *ARRAYS, *nouns, "embedded"}
    for field, child in fields.items():
        if child.own_type not in ("object", None):
            continue
        if bare(field) in names or _has_array(child, nouns):
            yield field


def _has_array(schema: DescribedSchema, names: Collection[str]) -> bool:
    """Tell whether an object has an array that is called by one of some names."""
    for field, child in schema.properties.items():
        if bare(field) in names and child.is_array and child.items.is_object:
            return True
    return False


def map_items(schema: DescribedSchema) -> DescribedSchema | None:
    """Return the schema of the values of a map, None when the schema is none:
    {additionalProperties: {...}}, {additionalProperties: true}.
    """
    if schema.properties:
        return None
    if schema.get("additionalProperties") is True:
        return NO_SCHEMA
    return schema.additional


def map_envelope(schema: DescribedSchema, name: str) -> Surrounded | None:
    """Return the template of a map and the schema of its values, None where there is none:
    {additionalProperties: {...}}, {metadata: {additionalProperties: {...}}}.
    """
    items = map_items(schema)
    if items is not None:
        return MAP, items
    fields = schema.properties
    for field, child in fields.items():
        inner = map_items(child)
        is_chosen = len(fields) == 1 or bare(field) in _nouns(name)
        if inner is not None and is_chosen:
            return _around(schema, field, MAP), inner
    return None


def one_envelope(schema: DescribedSchema, name: str, key: str | None, depth: int = 0) -> Surrounded:
    """Return the template of one record and the record's schema; a bare record is its own.

    {id: 1, ...}, {data: {...}}, {product: {...}, links: {...}}, [{...}], {Items: [{...}]}
    """
    if schema.is_array and schema.items.is_object:
        return SOLE, schema.items
    if schema.is_array:
        return VALUE, schema
    fields = schema.properties
    if not fields or depth > 1:
        return VALUE, schema
    repeated = _repeated_record(schema, name, key)
    if repeated is not None:
        return _around(schema, repeated, VALUE), fields[repeated]
    if _identifies(fields, key):
        return VALUE, schema
    chosen = _object_property(fields, name, key)
    if chosen is not None:
        inner, record = one_envelope(fields[chosen], name, key, depth + 1)
        return _around(schema, chosen, inner), record
    chosen = _array_property(fields, name)
    if chosen is None or depth > 0 or _tells_of_itself(fields):
        return VALUE, schema
    items = fields[chosen].items
    if _identifies(items.properties, key):
        return _around(schema, chosen, SOLE), items
    return VALUE, schema


def request_envelope(schema: DescribedSchema, name: str, known: Collection[str] = ()) -> str | None:
    """Return the property that wraps a request body, None when the record is sent as it is.

    {product: {...}}, {data: {...}}, {product: {...}, authorization: {...}}, {products: [{...}],
    warnings: [...]}. A property that the record itself has, of those in `known`, wraps nothing.
    """
    fields = schema.properties
    unknown = [field for field in fields if field not in known]
    wrappers = [field for field in unknown if _inner(fields[field]).is_object]
    if len(fields) == 1 and wrappers:
        (wrapper,) = wrappers
        return wrapper if _wraps_alone(wrapper, fields, name, known) else None
    if len(fields) == 1:
        for field in unknown:
            if _names_records(field, fields, name):
                return field
    demanded = _demanded_wrapper(schema, wrappers, name, known)
    if demanded is not None:
        return demanded
    several = _demanded_list(schema, wrappers, name, known)
    if several is not None:
        return several
    return _likely_wrapper(fields, wrappers, name, known)


def _names_records(field: str, fields: Properties, name: str) -> bool:
    """Tell whether a property lists the keys of records: {labels: ["bug"]}, {ids: [1, 2]}."""
    child = fields[field]
    if not child.is_array:
        return False
    if child.items.own_type not in SCALARS:
        return False
    spelled = bare(field)
    if spelled in _nouns(name):
        return True
    return spelled.endswith(("ids", "keys"))


def _wraps_alone(field: str, fields: Properties, name: str, known: Collection[str]) -> bool:
    """Tell whether the only property of a body is what wraps a record."""
    child = fields[field]
    wanted = {*_nouns(name), "data"}
    if bare(field) in wanted or _common(child, known):
        return True
    return child.is_array and bare(field) in LISTS_OF_INPUTS


def _demanded_wrapper(
    schema: DescribedSchema, wrappers: Collection[str], name: str, known: Collection[str]
) -> str | None:
    """Return the one object of a body that must be there and is named for a record."""
    fields = schema.properties
    wanted = {*_nouns(name), "data"}
    objects = [field for field in wrappers if fields[field].is_object]
    named = [field for field in objects if bare(field) in wanted]
    if len(named) != 1:
        return None
    (wrapper,) = named
    if wrapper not in schema.required:
        return None
    is_data = bare(wrapper) == "data"
    if is_data and not fields.keys().isdisjoint(known):
        return None
    return wrapper


def _demanded_list(
    schema: DescribedSchema, wrappers: Collection[str], name: str, known: Collection[str]
) -> str | None:
    """Return the one list of objects of a body that must be there and is called as lists are:
    {inputs: [{id: 1}], properties: ["name"]}; not where what is beside it is the record's: an order
    {customer: "Ann", items: [{sku: "x"}]}.
    """
    fields = schema.properties
    lists = []
    for field in wrappers:
        if fields[field].is_array:
            lists.append(field)
    if len(lists) != 1:
        return None
    (only,) = lists
    if only not in schema.required:
        return None
    beside = fields.keys() & set(known)
    if len(beside) > len(_common(fields[only], known)):
        return None
    wanted = {*_nouns(name), *LISTS_OF_INPUTS}
    return only if bare(only) in wanted else None


def _likely_wrapper(
    fields: Properties, wrappers: Collection[str], name: str, known: Collection[str]
) -> str | None:
    """Return the property that has more of what the record has than the body itself has: one that
    is named for the record, or one that has half of its properties from it.
    """
    beside = len(fields.keys() & set(known))
    wanted = {*_nouns(name), "data"}
    best, most = None, 0
    for field in wrappers:
        child = fields[field]
        common = len(_common(child, known))
        inside_it = len(_inner(child).properties)
        is_named = bare(field) in wanted
        is_alike = common > 1 and 2 * common >= inside_it and not beside
        if common <= beside or not (is_named or is_alike):
            continue
        weight = common
        if is_named:
            weight += inside_it
        if weight > most:
            best, most = field, weight
    return best


def _common(schema: DescribedSchema, known: Collection[str]) -> set[str]:
    """Return the properties of an object, or of the items of an array, that the record has."""
    return _inner(schema).properties.keys() & set(known)


def _nouns(name: str) -> tuple[str, ...]:
    """Return what a property is called that holds one or more records of a resource."""
    last = noun(name)
    words = (name, singular(name), last, singular(last))
    names = dict.fromkeys(map(bare, words))
    return tuple(names)


def count_envelope(schema: DescribedSchema, depth: int = 0) -> Template:
    """Return the template of a count: the integer property of the reply, or the number alone."""
    fields = schema.properties
    for field, child in fields.items():
        if bare(field) in COUNTS and child.own_type in ("integer", "number", None):
            return _around(schema, field, VALUE)
    for field, child in fields.items():
        if bare(field).endswith("count") and child.own_type == "integer":
            return _around(schema, field, VALUE)
    for field, child in fields.items():
        if depth < 2 and child.is_object:
            inner = count_envelope(child, depth + 1)
            return _around(schema, field, inner)
    return VALUE


def _is_among(schema: DescribedSchema, others: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether a schema is one of others, and so holds itself."""
    return any(schema.plain is other for other in others)


def inside(template: object, body: object, role: str = VALUE) -> object:
    """Return what stands in a body where a template has `$value` (or another role), MISSING when it
    is not there.
    """
    if isinstance(template, str) and template.removesuffix(ABSENT) == role:
        return body
    if isinstance(template, Mapping) and isinstance(body, Mapping):
        for name, child in template.items():
            if name == WHEN:
                continue
            found = inside(child, body.get(name, MISSING), role)
            if found is not MISSING:
                return found
    return MISSING


def _inner(schema: DescribedSchema) -> DescribedSchema:
    """Return the items of an array, anything else as it is."""
    return schema.items if schema.is_array else schema


def _tells_of_itself(fields: Properties) -> bool:
    """Tell whether an object has values of its own, and so surrounds no other: {name: "a", items:
    []}.
    """
    for field, child in fields.items():
        if child.own_type not in SCALARS or bare(field) in OUTCOMES:
            continue
        is_constant = len(child.plain.get("enum") or ()) == 1
        if role_of(field, child) is None and not is_constant:
            return True
    return False


def _identifies(fields: Properties, key: str | None) -> bool:
    """Tell whether these properties hold the key of a record."""
    wanted = set(IDS)
    if key:
        wanted.add(bare(key))
    for field, child in fields.items():
        is_scalar = not child.is_object and not child.is_array
        if is_scalar and bare(field) in wanted:
            return True
    return False


def _repeated_record(schema: DescribedSchema, name: str, key: str | None) -> str | None:
    """Return the object that is the record although its key stands beside it as well: {id: 1,
    result: {id: 1, ...}}. It is called as wrappers are and a component named for the record, where
    what is around it is none.
    """
    if schema.name or not _identifies(schema.properties, key):
        return None
    own_names = _nouns(name)
    for field, child in schema.properties.items():
        if bare(field) not in OBJECTS or not child.is_object:
            continue
        is_named = any(noun and bare(child.name).startswith(noun) for noun in own_names)
        if is_named and _identifies(child.properties, key):
            return field
    return None


def _object_property(fields: Properties, name: str, key: str | None) -> str | None:
    """Return the object that is the record: the one named for it, the only one, the only one with a
    key.
    """
    objects = [field for field, child in fields.items() if child.is_object]
    if "data" in fields and fields["data"].allows_anything:
        objects.append("data")
    own_names = _nouns(name)
    wanted = {*own_names, *OBJECTS}
    named = [field for field in objects if bare(field) in wanted]
    is_record = _tells_of_itself(fields)
    for field in named:
        is_own = bare(field) in own_names
        is_map = not fields[field].properties and not is_own
        if is_record and not is_own and _is_part(field, fields, key):
            continue
        if not is_map or not is_record:
            return field
    if len(fields) == 1 and len(objects) == 1:
        return objects[0]
    if is_record:
        return None
    described = [field for field in objects if fields[field].properties]
    ending = [field for field in described if bare(field).endswith(own_names)]
    if len(ending) == 1:
        (only,) = ending
        return only
    if len(fields) > 3:
        return None
    others = [field for field in objects if bare(field) not in ABOUT] or objects
    keyed = [field for field in others if _identifies(fields[field].properties, key)]
    if len(keyed) != 1:
        return None
    return keyed[0]


def _is_part(field: str, fields: Properties, key: str | None) -> bool:
    """Tell whether an object is a part of what tells of itself around it, and smaller: {amount,
    status, ref, created, result: {code, message}}.
    """
    inner = fields[field].properties
    if _identifies(inner, key):
        return False
    around = []
    for name, child in fields.items():
        is_value = child.own_type in SCALARS and bare(name) not in OUTCOMES
        if is_value and role_of(name, child) is None:
            around.append(name)
    return len(around) > max(len(inner), 2)


def _array_property(fields: Properties, name: str) -> str | None:
    """Return the array of records: the one named for them or as lists are, else the only one."""
    arrays = [field for field, child in fields.items() if child.is_array]
    own = (bare(name), bare(noun(name)))
    lists = [f"{word}list" for word in _nouns(name)]
    for wanted in (*own, *ARRAYS, *lists):
        for field in arrays:
            if bare(field) == wanted:
                return field
    if len(arrays) > 1:
        arrays = [field for field in arrays if fields[field].items.is_object]
    if len(arrays) > 1:
        arrays = [field for field in arrays if bare(field) not in COMPLAINTS]
    if len(arrays) > 1:
        nouns = tuple(_nouns(name))
        arrays = [field for field in arrays if bare(field).endswith(nouns)]
    if len(arrays) != 1:
        return None
    return arrays[0]


def _around(schema: DescribedSchema, chosen: str, inner: Template) -> dict[str, Template]:
    """Return the template with the chosen property and what is beside it, in the order of the
    schema.
    """
    beside = _beside(schema, chosen, listed=chosen if inner == VALUE else "")
    beside[chosen] = inner
    order = schema.properties
    return {field: beside[field] for field in order if field in beside}


def _beside(
    schema: DescribedSchema,
    chosen: str,
    name: str = "",
    above: tuple[Mapping[str, Any], ...] = (),
    listed: str = "",
) -> dict[str, Template]:
    """Return the template of the other properties: a role, or `$made` of their schema when it is
    needed. `name` is that of the object, `listed` that of the array of records, and an object that
    holds itself has a template only once, of what is `above`.
    """
    fields = {field: child for field, child in schema.properties.items() if field != chosen}
    roles = _roles(schema, fields, name, listed)
    beside: dict[str, Any] = dict(roles)
    for field, child in fields.items():
        if field in roles:
            continue
        required = field in schema.required
        if child.is_object and has_role(child, field) and not _is_among(child, above):
            inner = _beside(child, "", field, (*above, child.plain), listed)
            beside[field] = _hanging(field, inner, required or child.is_nullable)
        elif not required and is_of_pages(field, name):
            continue
        elif required and child.is_nullable and is_of_pages(field, name):
            beside[field] = None
        elif required or GIVEN & child.plain.keys() or is_outcome(field, child):
            beside[field] = {"$made": child.plain, "$name": field}
    return beside


def is_outcome(field: str, schema: DescribedSchema) -> bool:
    """Tell whether a property of a reply says that all went well: {ok: boolean}."""
    if schema.own_type != "boolean":
        return False
    is_given = bool(GIVEN & schema.plain.keys())
    spelled = bare(field)
    return spelled in FLAGS and not is_given


def told_well(value: Any, schema: DescribedSchema) -> Any:
    """Return a value that was made for a reply of success, in which it says so."""
    if not isinstance(value, Mapping):
        return value
    flags = {}
    for field, child in schema.properties.items():
        if is_outcome(field, child):
            flags[field] = True
    return {**value, **flags}


def _roles(schema: DescribedSchema, fields: Properties, name: str, listed: str) -> dict[str, str]:
    """Return the roles of the properties of an object, of those that have one."""
    roles = {}
    for field, child in fields.items():
        role = role_of(field, child, field in schema.required, name)
        if role is None and listed:
            role = count_role(field, child, listed)
        if role is None:
            continue
        roles[field] = role
    return settled_roles(fields, roles)


def _hanging(field: str, inner: dict[str, Template], stays: bool) -> dict[str, Template]:
    """Return the template of an object; one that leads to another page is there where that page is,
    and else null where it may be, or left out.
    """
    pointer = pointer_of(field)
    if pointer is None or not pointer.when:
        return inner
    when = pointer.when
    if not stays:
        when = f"{when}{ABSENT}"
    return {WHEN: when, **inner}
