"""Find out which versions of records a document promises: operations and resources in, the same
with their versions out.

Evidence, of a resource and of each of its operations:

    GET /things/{id}   responses 200 headers ETag        tells the tag of what it shows
                       parameter If-None-Match, or 304   looks at it: 304
                       Last-Modified, If-Modified-Since  the same, by a moment
    PUT /things/{id}   parameter If-Match, or 412, 428   looks at it: 412, and 428 without any
                       body {version: integer}, 409      must be the version of the record: 409

The property that carries a version is known by its name. A name that says nothing else
(`lock_version`, `etag`) is enough; `version` and `revision` have many meanings, so that something
else must say that versions can be in conflict: a number beside a documented 409 or 412, or words.
What holds a version moves with every change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from mockserver.errors import SemanticsError
from mockserver.model.keys import MODIFIED
from mockserver.model.paths import bare
from mockserver.model.types import (
    Conditions,
    DescribedParameter,
    DescribedSchema,
    Kind,
    Operation,
    Resource,
    Versioning,
)

TAGS = frozenset({"if-match", "if-none-match"})
"""Conditions on a tag."""
MOMENTS = frozenset({"if-modified-since", "if-unmodified-since"})
"""Conditions on a moment."""
LISTS = frozenset({Kind.LIST, Kind.VIEW})
READS = LISTS | {Kind.READ}
WRITES = frozenset({Kind.REPLACE, Kind.MERGE, Kind.UPSERT})
CHANGES = WRITES | {Kind.DELETE}
TAG_NAMES = frozenset({"etag", "entitytag", "versiontag", "odataetag"})
PLAIN_NAMES = TAG_NAMES | {
    "lockversion",
    "resourceversion",
    "rowversion",
    "recordversion",
    "objectversion",
    "entityversion",
    "optlock",
    "concurrencystamp",
    "concurrencytoken",
}
"""Names that say nothing but that something is a version."""
NAMES = PLAIN_NAMES | {"version", "revision", "rev", "versionnumber", "revisionnumber"}
COUNTER, TAG = "counter", "tag"
"""What renews a version: a number, or a text that is another one after each change."""
_CONFLICTS = re.compile(
    r"version|stale|concurren|optimistic|modified|changed|updated|out.?dated|edit", re.I
)
"""Words of a response by which it tells of versions."""
_LOCKS = re.compile(
    r"optimistic|concurren|stale|lost update|(current|latest|expected) version"
    r"|increment|(with|on|after) (each|every) (change|update|write|modification)",
    re.I,
)
"""Words of a property by which it is the version of a record."""

Resources = Mapping[str, Resource]
Declared = Mapping[str, Mapping[str, Any]]
"""What the semantics say of resources."""
NO_NAMES: frozenset[str] = frozenset()


def with_versions(
    operations: Sequence[Operation], resources: Resources, declared: Declared, source: str
) -> tuple[tuple[Operation, ...], dict[str, Resource]]:
    """Return the operations with their conditions, and the resources with their versions. Raises
    SemanticsError for a version in a property that no record has.
    """
    groups: dict[str, list[Operation]] = {}
    for operation in operations:
        group = groups.setdefault(operation.resource or "", [])
        group.append(operation)
    found = {}
    for name, resource in resources.items():
        said = declared.get(name, {})
        _check(resource, said, source)
        group = groups.get(name, [])
        found[name] = _versioned(resource, group, said)
    settled = []
    for operation in operations:
        name = operation.resource or ""
        conditions = _conditions(operation, found.get(name), groups[name])
        held = replace(operation, conditions=conditions)
        settled.append(held)
    return tuple(settled), found


def _check(resource: Resource, said: Mapping[str, Any], source: str) -> None:
    """Raise SemanticsError where the property that is said to hold the version is none."""
    name = said.get("version")
    fields = resource.record.all_properties
    known = {*fields, *resource.writable}
    if name is None or name in known or resource.open:
        return
    listed = ", ".join(sorted(known))
    text = f"no property {name!r}"
    hint = f"known: {listed}"
    place = f"/resources/{resource.name}/version"
    raise SemanticsError(source, text, place, hint)


def _versioned(
    resource: Resource, operations: Sequence[Operation], said: Mapping[str, Any]
) -> Resource:
    """Return a resource with how its versions are told, if anything asks for that."""
    field: str | None = said.get("version")
    if "version" not in said:
        field = _version_field(resource, operations)
    moves = {}
    if field is not None:
        moves[field] = _mover(resource, field)
    moment = None
    if any(map(_asks_for_moment, operations)):
        moment = _moment(resource)
        moves.setdefault(moment, "now-unix")
    has_tags = any(map(_asks_for_tag, operations))
    if not moves and not has_tags:
        return resource
    is_tag = field is not None and bare(field) in TAG_NAMES
    version = Versioning(field, is_tag, moment)
    touched = {**moves, **resource.touched}
    return replace(resource, version=version, touched=touched)


def _asks_for_tag(operation: Operation) -> bool:
    """Tell whether something that an operation documents needs the tags of records."""
    if _tells(operation, "etag") or _refuses(operation):
        return True
    return not TAGS.isdisjoint(_asked(operation))


def _asked(operation: Operation) -> frozenset[str]:
    """Return the headers that an operation declares, in small letters."""
    headers = operation.described.parameters_in("header")
    return frozenset(parameter.name.lower() for parameter in headers)


def _tells(operation: Operation, header: str) -> bool:
    """Tell whether a reply of success has a header."""
    described = operation.described
    for status in described.success_statuses:
        response = described.response(status)
        if response.header(header) is not None:
            return True
    return False


def _refuses(operation: Operation) -> bool:
    """Tell whether a documented status is about nothing but versions."""
    described = operation.described
    if operation.kind in READS:
        return described.documents(304)
    if operation.kind not in CHANGES:
        return False
    return described.documents(412) or described.documents(428)


def _asks_for_moment(operation: Operation) -> bool:
    """Tell whether an operation tells, or looks at, when a record was last changed."""
    if operation.kind not in READS | CHANGES:
        return False
    if _tells(operation, "last-modified"):
        return True
    return bool(_asked_moments(operation))


def _asked_moments(operation: Operation) -> frozenset[str]:
    """Return the conditions on a moment; a list may take one for a filter of its records."""
    described = operation.described
    asked = _asked(operation) & MOMENTS
    if operation.kind not in LISTS or described.documents(304):
        return asked
    headers = described.parameters_in("header")
    filters = {header.name.lower() for header in headers if is_filter(header)}
    return asked - filters


def is_filter(parameter: DescribedParameter) -> bool:
    """Tell whether a condition says which records are listed, and not whether any are."""
    text = parameter.description
    return re.search(r"\bonly\b|records|filter", text, re.I) is not None


def _moment(resource: Resource) -> str:
    """Return the property that tells when a record was changed; one of our own where there is
    none.
    """
    for name, generator in resource.touched.items():
        if generator.startswith("now-") and generator != "now-date":
            return name
    return MODIFIED


def _mover(resource: Resource, field: str) -> str:
    """Return what renews the version of a record."""
    schema = resource.record.all_properties.get(field)
    if schema is None or schema.type != "string":
        return COUNTER
    name = bare(field)
    is_opaque = name in TAG_NAMES or name.endswith(("stamp", "token"))
    has_form = not schema.plain.keys().isdisjoint({"format", "pattern"})
    return TAG if is_opaque or has_form else COUNTER


def _version_field(resource: Resource, operations: Sequence[Operation]) -> str | None:
    """Return the property that holds the version of a record, None where there is none."""
    changes = [operation for operation in operations if operation.kind in WRITES]
    if not changes:
        return None
    fields = resource.record.all_properties
    names = {name for name in (*fields, *resource.writable) if bare(name) in NAMES}
    names.discard(resource.key or "")
    for name in sorted(names, key=_plainness):
        sent = [_sent(operation, name) for operation in changes]
        shown = [fields.get(name), *sent]
        schemas = [schema for schema in shown if schema is not None]
        if any(schema.type not in ("integer", "string") for schema in schemas):
            continue
        if name in resource.writable:
            is_version = _is_carried(name, schemas, changes)
        else:
            is_version = _is_kept_by_server(name, schemas)
        if is_version:
            return name
    return None


def _plainness(name: str) -> tuple[bool, str]:
    """Put the names first that say nothing but that they are versions."""
    is_plain = bare(name) in PLAIN_NAMES
    return not is_plain, name


def _sent(operation: Operation, name: str) -> DescribedSchema | None:
    """Return the schema of a property in what an operation is sent."""
    schema = operation.described.sent_schema
    wrapper = operation.envelope.request
    if wrapper:
        schema = schema.properties.get(wrapper, schema)
    return schema.properties.get(name)


def _is_kept_by_server(name: str, schemas: Sequence[DescribedSchema]) -> bool:
    """Tell whether a property that no client sets is a version: a number, or named for it alone."""
    if bare(name) in PLAIN_NAMES:
        return True
    return all(schema.type == "integer" for schema in schemas)


def _is_carried(
    name: str, schemas: Sequence[DescribedSchema], changes: Sequence[Operation]
) -> bool:
    """Tell whether a property that clients send must be the version of the record."""
    carriers = [operation for operation in changes if name in operation.carries]
    if not carriers:
        return False
    if bare(name) in PLAIN_NAMES:
        return True
    texts = [schema.plain.get("description") for schema in schemas]
    if any(_LOCKS.search(text) for text in texts if text):
        return True
    conflicts = map(_conflicts, carriers)
    told = list(chain.from_iterable(conflicts))
    if all(schema.type == "integer" for schema in schemas):
        return bool(told)
    return any(_CONFLICTS.search(text) for text in told)


def _conflicts(operation: Operation) -> Iterator[str]:
    """Yield what a document says of the refusals that may be about versions."""
    described = operation.described
    for status in (409, 412):
        if described.documents(status):
            response = described.response(status)
            yield response.description


def _conditions(
    operation: Operation, resource: Resource | None, group: Sequence[Operation]
) -> Conditions | None:
    """Return how an operation deals with versions, None where it does not."""
    if operation.kind is Kind.STATELESS:
        return _of_constant(operation)
    version = None if resource is None else resource.version
    if version is None or resource is None:
        return None
    found = Conditions()
    if operation.kind in READS:
        found = _of_read(operation, version, group)
    elif operation.kind in CHANGES and _is_of_record(operation, resource):
        found = _of_change(operation, resource, version, group)
    elif operation.kind is Kind.CREATE:
        tells_tag = _tells(operation, "etag")
        tells_moment = _tells(operation, "last-modified")
        found = Conditions(tells_tag, tells_moment)
    if found == Conditions():
        return None
    return found


def _of_constant(operation: Operation) -> Conditions | None:
    """Return how an operation without state does: its answer has a tag that stays."""
    if operation.method != "GET":
        return None
    headers = frozenset({"if-none-match"})
    if headers.isdisjoint(_asked(operation)) and not _tells(operation, "etag"):
        return None
    return Conditions(tells_tag=True, headers=headers)


def _is_of_record(operation: Operation, resource: Resource) -> bool:
    """Tell whether an operation is about one record: the one of the path, the body, or the only
    one.
    """
    if operation.key_param is not None or resource.key is None:
        return True
    return resource.key in operation.carries


def _of_read(operation: Operation, version: Versioning, group: Sequence[Operation]) -> Conditions:
    """Return how a read deals with versions: that of a record tells them also where only a change
    asks.
    """
    asked = _asked(operation)
    tells_tag = _asks_for_tag(operation)
    tells_moment = _asks_for_moment(operation)
    if operation.kind is Kind.READ:
        tells_tag |= any(map(_holds_changes, group))
        tells_moment |= version.moment is not None
    headers = asked & {"if-match"}
    if tells_tag:
        headers |= {"if-none-match"}
    if tells_moment:
        headers |= {"if-modified-since"}
    return Conditions(tells_tag, tells_moment, headers)


def _holds_changes(operation: Operation) -> bool:
    """Tell whether a change looks at the tag of what it changes."""
    if operation.kind not in CHANGES:
        return False
    if _refuses(operation):
        return True
    return not TAGS.isdisjoint(_asked(operation))


def _of_change(
    operation: Operation, resource: Resource, version: Versioning, group: Sequence[Operation]
) -> Conditions:
    """Return how a change deals with versions: it looks at a tag also where only a reply tells
    it.
    """
    asked = _asked(operation)
    headers = NO_NAMES
    if _holds_changes(operation) or any(_tells(each, "etag") for each in group):
        headers |= TAGS
    if version.moment is not None:
        headers |= {"if-unmodified-since"}
    needs = NO_NAMES
    if operation.described.documents(428):
        declared = asked & (TAGS | MOMENTS)
        needs = declared or frozenset({"if-match"})
    param = _version_parameter(operation, version)
    field = None
    if version.field in operation.carries & resource.writable or param is not None:
        field = version.field
    is_write = operation.kind in WRITES
    tells_tag = _tells(operation, "etag") or not TAGS.isdisjoint(asked)
    tells_moment = _tells(operation, "last-modified")
    return Conditions(
        tells_tag=is_write and tells_tag,
        tells_moment=is_write and tells_moment,
        headers=headers,
        needs=needs,
        field=field,
        param=param,
    )


def _version_parameter(operation: Operation, version: Versioning) -> str | None:
    """Return the query parameter that carries the version, None where there is none."""
    if version.field is None:
        return None
    wanted = bare(version.field)
    for parameter in operation.described.parameters_in("query"):
        if bare(parameter.name) == wanted:
            return parameter.name
    return None
