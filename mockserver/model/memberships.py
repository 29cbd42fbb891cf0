"""Find the collections that hold links to records of another one: operations and resources in, both
out, with what is shown at such a path being the very records.

    GET    /groups/{id}/members            [User]         the users that are linked
    POST   /groups/{id}/members            {user_id: 5}   links one
    PUT    /groups/{id}/members/{userId}                  links it
    DELETE /groups/{id}/members/{userId}                  takes the link away, and leaves the user
    GET    /users/{id}/groups              [Group]        the same links, looked at from the user

    POST   /teams/{id}/users               {user_id: 5}   links one
    GET    /teams/{id}/members             [User]         the same links, called by another word

Users are made elsewhere (POST /users), and requests below a group carry keys alone. What the
collection keeps are the links; what is done at its path is done to the users.
"""

from __future__ import annotations

from collections.abc import (
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import (
    dataclass,
    field,
    replace,
)

from mockserver.model.batches.multistatus import ResultSubject
from mockserver.model.envelopes import (
    many_envelope,
    one_envelope,
)
from mockserver.model.paths import bare, noun, singular
from mockserver.model.places.atlas import Atlas
from mockserver.model.places.links import ENDINGS
from mockserver.model.stocks import MAKING
from mockserver.model.types import (
    Described,
    DescribedSchema,
    Kind,
    Linkage,
    Operation,
    Parent,
    Resource,
)
from mockserver.model.types.schema import NO_SCHEMA

LINK_KEY = "id"
"""The property of a link that holds the key of the record for which it stands."""
ADDING = frozenset({"POST", "PUT", "PATCH"})
BESIDE_KEYS = frozenset({"type", "kind", "object"})
"""What may stand beside a key that names a record."""
DEEPEST = 3
PEOPLE = frozenset({"user", "person", "people", "account", "profile", "member", "employee"})
"""Words for records of people."""
ROLES = frozenset(
    {
        "follower",
        "following",
        "friend",
        "member",
        "participant",
        "subscriber",
        "watcher",
        "reviewer",
        "collaborator",
        "attendee",
        "assignee",
        "contributor",
        "moderator",
        "guest",
    }
)
"""What people are to others."""

Operations = tuple[Operation, ...]
Resources = Mapping[str, Resource]


@dataclass(frozen=True, slots=True)
class Linking:
    """A resource whose records are links: from those of a parent to those of a home. `key_fields`
    are the properties for which path parameters stand where the home names its records; `beside` is
    the collection that shows the links under another word.
    """

    links: Resource
    parent: Resource
    home: Resource
    parent_schema: str = ""
    key_fields: Mapping[str, str] = field(default_factory=dict)
    beside: str | None = None


def with_memberships(
    operations: Operations, resources: Resources, atlas: Atlas
) -> tuple[Operations, dict[str, Resource]]:
    """Return the operations on the records that are linked, and the resources with their links."""
    found = list(_linkings(operations, resources, atlas))
    known = dict(resources)
    for linking in found:
        name, home = linking.links.name, linking.home.name
        known[name] = _link_resource(linking)
        linked_by = (*known[home].linked_by, name)
        known[home] = replace(known[home], linked_by=linked_by)
    made = {each.resource for each in operations if each.kind in MAKING}
    read_alone = {name: each for name, each in resources.items() if name not in made}
    changed = []
    for operation in operations:
        changed.append(_linked(operation, found, read_alone))
    return tuple(changed), known


def _link_resource(linking: Linking) -> Resource:
    """Return the resource of the links alone."""
    links = linking.links
    return Resource(
        links.name,
        LINK_KEY,
        links.path,
        links.parents,
        fill="none",
        shown_in=links.shown_in,
        stands_for=linking.home.name,
        key_rule=links.key_rule,
        key_weighed=links.key_weighed,
    )


def _linkings(
    operations: Operations,
    resources: Resources,
    atlas: Atlas,
) -> Iterator[Linking]:
    """Yield the resources that are links."""
    by_resource: dict[str, list[Operation]] = {}
    for operation in operations:
        known = by_resource.setdefault(operation.resource or "", [])
        known.append(operation)
    for name, own in by_resource.items():
        resource = resources.get(name)
        if resource is None or name in atlas.declared:
            continue
        if not resource.split:
            continue
        above = resource.split[-1].resource or ""
        parent = resources.get(above)
        home = _home(resource, own, by_resource, resources)
        if home is None and parent is not None:
            home = _home_of_named(resource, own, parent, by_resource, resources)
        beside = None if home is not None else _beside(resource, by_resource, resources)
        if beside is not None:
            seen = [*by_resource[beside.name], *own]
            home = _home(resource, seen, by_resource, resources)
        if parent is None or home is None or parent.key is None:
            continue
        if _adds_keys(own, resource, home):
            theirs = by_resource.get(above, ())
            shown = _schema_name(theirs, parent)
            fields = _key_fields(by_resource.get(home.name, ()))
            shown_at = None if beside is None else beside.name
            yield Linking(resource, parent, home, shown, fields, shown_at)


def _key_fields(own: Sequence[Operation]) -> dict[str, str]:
    """Return the properties for which the path parameters of operations stand."""
    found = {}
    for operation in own:
        if operation.key_param is not None and operation.key_field is not None:
            found[operation.key_param] = operation.key_field
    return found


def _home(
    resource: Resource,
    own: Sequence[Operation],
    by_resource: Mapping[str, Sequence[Operation]],
    resources: Resources,
) -> Resource | None:
    """Return the resource whose very records are listed: one that makes them, with fewer parents;
    None where there is none. It shows the same schema, or is named and shows as much.
    """
    shown = _listed(own, resource)
    mine = [parent.resource for parent in resource.split]
    homes = []
    for other in resources.values():
        if other is resource or other.key is None:
            continue
        theirs = by_resource.get(other.name, ())
        above = [parent.resource for parent in other.split]
        depth = len(above)
        is_above = depth < len(mine) and mine[:depth] == above
        if is_above and _makes(theirs, other):
            homes.append(other)
    for other in homes:
        theirs = by_resource.get(other.name, ())
        if shown.name and _schema_name(theirs, other) == shown.name:
            return other
    for other in homes:
        if _is_part(shown, other) and _names(resource, own, other):
            return other
    return None


def _is_part(shown: DescribedSchema, home: Resource) -> bool:
    """Tell whether what is shown has a key, and nothing that records of a home have not."""
    fields = shown.properties
    return home.key in fields and fields.keys() <= home.record.properties.keys()


def _names(resource: Resource, own: Sequence[Operation], home: Resource) -> bool:
    """Tell whether paths name the records of a home: /groups/{id}/people, or
    /groups/{id}/members/{person_id} of /people.
    """
    subject = ResultSubject(home.name, None, home.record)
    called = bare(singular(noun(resource.name)))
    if called in subject.nouns:
        return True
    params = {bare(operation.key_param or "") for operation in own}
    nouns = set(subject.nouns)
    if nouns & PEOPLE and called in ROLES:
        nouns |= {called, "user"}
    for word in nouns:
        endings = {f"{word}{ending}" for ending in ("", *ENDINGS)}
        if params & endings:
            return True
    return False


def _beside(
    resource: Resource,
    by_resource: Mapping[str, Sequence[Operation]],
    resources: Resources,
) -> Resource | None:
    """Return the one collection below the same parent that shows what nothing there adds, of one
    that adds and shows nothing: /teams/{id}/members of /teams/{id}/users. None where there is none,
    or several.
    """
    kinds = {operation.kind for operation in by_resource[resource.name]}
    if kinds & {Kind.LIST, Kind.READ}:
        return None
    above = [parent.resource for parent in resource.split]
    found = []
    for other in resources.values():
        theirs = by_resource.get(other.name, ())
        adds = any(operation.method in ADDING for operation in theirs)
        is_near = [parent.resource for parent in other.split] == above
        if other is not resource and is_near and not adds and _listed(theirs, other).properties:
            found.append(other)
    return found[0] if len(found) == 1 else None


def _home_of_named(
    resource: Resource,
    own: Sequence[Operation],
    parent: Resource,
    by_resource: Mapping[str, Sequence[Operation]],
    resources: Resources,
) -> Resource | None:
    """Return the resource whose records are added to those of a parent by their keys alone, where
    nothing lists them there: POST /users/{id}/roles/{role_id} that answers with the user, beside
    /roles; None where there is none.
    """
    if any(operation.kind in (Kind.LIST, Kind.READ) for operation in own):
        return None
    shown = _schema_name(by_resource.get(parent.name, ()), parent)
    adding = [operation for operation in own if operation.method in ADDING]
    for operation in adding:
        schema = operation.described.success_schema(operation.success)
        replied = one_envelope(schema, parent.name, parent.key)[1]
        if operation.described.request is not None or replied.name != shown:
            return None
    called = bare(noun(resource.name))
    for other in resources.values():
        is_same = bare(noun(other.name)) == called and other is not resource
        is_free = other.key is not None and not other.split
        theirs = by_resource.get(other.name, ())
        is_made = any(each.kind in (Kind.CREATE, Kind.UPSERT) for each in theirs)
        if shown and is_same and is_free and is_made:
            return other
    return None


def _schema_name(
    own: Sequence[Operation],
    resource: Resource,
) -> str:
    """Return the name of the schema of records, empty where it has none."""
    listed = _listed(own, resource).name
    if listed:
        return listed
    for operation in own:
        if operation.kind in (Kind.READ, Kind.CREATE):
            schema = operation.described.success_schema(operation.success)
            return one_envelope(schema, resource.name, resource.key)[1].name
    return ""


def _listed(
    own: Sequence[Operation],
    resource: Resource,
) -> DescribedSchema:
    """Return the schema of the records that a collection lists."""
    for operation in own:
        if operation.kind is Kind.LIST and operation.method == "GET":
            schema = operation.described.success_schema()
            many = many_envelope(schema, resource.name)
            if many is not None:
                return one_envelope(many[1], resource.name, resource.key)[1]
    return NO_SCHEMA


def _makes(
    own: Sequence[Operation],
    resource: Resource,
) -> bool:
    """Tell whether some operation makes records of a resource, of what it is sent."""
    makers = (Kind.CREATE, Kind.UPSERT)
    return any(each.kind in makers and each.carries & resource.writable for each in own)


def _adds_keys(
    own: Sequence[Operation],
    resource: Resource,
    home: Resource,
) -> bool:
    """Tell whether all that is written to a collection are keys, and something is."""
    words = _words(resource, home)
    adding = [each for each in own if each.method in ADDING]
    for operation in adding:
        described = operation.described
        told = {name for name in operation.carries if bare(name) not in words}
        if not told.isdisjoint(home.writable):
            return False
        if not _sends_keys(described, words, operation.key_param is not None):
            return False
    return bool(adding)


def _sends_keys(
    described: Described,
    words: frozenset[str],
    on_item: bool,
) -> bool:
    """Tell whether a request carries keys of records and nothing of what they are like."""
    sent = described.sent_schema
    if described.request is None or not sent.is_described:
        return on_item
    return _has_keys(sent, words, 0) or (on_item and not sent.properties)


def _has_keys(
    schema: DescribedSchema,
    words: frozenset[str],
    depth: int,
) -> bool:
    """Tell whether a body names records: 5, {user_id: 5}, {ids: [5]}, {data: [{type, id}]}."""
    if depth > DEEPEST:
        return False
    if schema.is_array:
        return _has_keys(schema.items, words, depth + 1)
    fields = schema.properties
    if not fields:
        return depth > 0 and schema.type in ("string", "integer", "number")
    keys = [name for name in fields if bare(name) in words]
    others = [name for name in fields if bare(name) not in words | BESIDE_KEYS]
    if not keys or (depth > 0 and others):
        return False
    return all(_has_keys(fields[name], words, depth + 1) for name in keys)


def _words(
    resource: Resource,
    home: Resource,
) -> frozenset[str]:
    """Return how requests may call the key of a record, or several."""
    found = {"data"}
    for name in (resource.name, home.name):
        subject = ResultSubject(name, home.key, home.record)
        found |= subject.nouns | subject.keys
        found.update(f"{word}s" for word in subject.keys)
    return frozenset(found)


def _linked(
    operation: Operation,
    linkings: Sequence[Linking],
    read_alone: Resources,
) -> Operation:
    """Return an operation at the path of links, or of the same from the other side, as one on what
    is linked; any other as it is. From the other side they are read where nothing makes what is
    there.
    """
    for linking in linkings:
        if operation.resource == linking.links.name:
            return _on(operation, linking, linking.home, False)
        if operation.resource == linking.beside:
            return _on(operation, linking, linking.home, False)
    for linking in linkings:
        back = read_alone.get(operation.resource or "")
        if back is not None and _looks_back(operation, back, linking):
            return _on(operation, linking, linking.parent, True)
    return operation


def _looks_back(
    operation: Operation,
    back: Resource,
    linking: Linking,
) -> bool:
    """Tell whether an operation lists the parents of links below what is linked."""
    if operation.kind is not Kind.LIST or not back.split:
        return False
    if back.split[-1].resource != linking.home.name:
        return False
    shown = _listed([operation], back)
    return bool(shown.name) and shown.name == linking.parent_schema


def _on(
    operation: Operation,
    linking: Linking,
    shown: Resource,
    back: bool,
) -> Operation:
    """Return an operation as one on the records of a resource that are linked."""
    own = operation.key_field
    is_natural = own is not None and own in shown.record.properties
    at_home = linking.key_fields.get(operation.key_param or "")
    if at_home is not None:
        own, is_natural = at_home, True
    kind = operation.kind
    if operation.method in ADDING:
        kind = Kind.UPSERT
        if operation.key_param is None:
            kind = Kind.CREATE
    above = [parent.param for parent in linking.links.split]
    if back or operation.resource == linking.beside:
        above = [parent.param for parent in operation.parents if parent.resource]
    schema = operation.described.success_schema(operation.success)
    replied = one_envelope(schema, shown.name, shown.key)[1]
    shows_parent = bool(replied.name) and replied.name == linking.parent_schema
    membership = Linkage(
        linking.links.name,
        tuple(above),
        _words(linking.links, linking.home),
        back,
        shows_parent and not back,
    )
    return replace(
        operation,
        kind=kind,
        resource=shown.name,
        key_field=own if is_natural else shown.key,
        parents=tuple(_only_within(operation.parents, shown)),
        membership=membership,
        reason=f"{operation.reason} of {shown.path} by {linking.links.path}",
    )


def _only_within(
    parents: Sequence[Parent],
    shown: Resource,
) -> Iterator[Parent]:
    """Yield the parents of a path; only those that what is shown has split it."""
    own = [parent.resource for parent in shown.split]
    for place, parent in enumerate(parents):
        splits = place < len(own) and parent.resource == own[place]
        yield replace(parent, splits=splits)
