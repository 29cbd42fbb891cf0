"""Put a Reply into the API's envelope: records in, the body that the document describes out.

    a record    {id: 1, title: "Kindred", secret: "x"}
    a template  {data: "$value", total: "$total", version: {"$made": ...}}
    the body    {data: {id: 1, title: "Kindred"}, total: 1, version: "v2"}

How is settled once for each operation and media type: which properties of a record are shown,
which constant parts surround it, and what only a client may say. The usual media type has the
envelope of the operation; one whose schema is another (`application/vnd.api+json`) has what that
schema describes. A body that does not fit its schema even so is made to fit, as far as that
replaces nothing that a client said (`disagreement`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mockserver.asgi.codec.bodies import is_sequence
from mockserver.asgi.codec.xml import is_xml
from mockserver.asgi.replies.conform import Conformer
from mockserver.asgi.replies.disagreement import as_recorded
from mockserver.asgi.replies.headers import cursor, edge_url, page_number, page_path, page_url
from mockserver.asgi.replies.hrefs import SelfLinks
from mockserver.asgi.replies.itemreply import ResultsForm
from mockserver.asgi.replies.pageends import page_ends, with_ends
from mockserver.asgi.request import NOTE, Request
from mockserver.behavior.echo import with_sent
from mockserver.behavior.scalars import is_scalar, json_of, list_of, scalar_of
from mockserver.behavior.stateless import value_of
from mockserver.call import Page, RawBody, Reply, Supply
from mockserver.lookup import MISSING, value_at
from mockserver.model.envelopes import (
    KEY,
    MAP,
    VALUE,
    has_role_of,
    lists_records,
    map_envelope,
    one_envelope,
    records_envelope,
    shows_each,
    told_well,
)
from mockserver.model.keys import IDS
from mockserver.model.operations import infer_envelope, onward_by
from mockserver.model.paths import bare, noun, singular
from mockserver.model.schema.alternatives import narrowed
from mockserver.model.search.roles import ABSENT, WHEN
from mockserver.model.types import (
    Described,
    DescribedMedia,
    DescribedResponse,
    DescribedSchema,
    Envelope,
    Kind,
    Model,
    Operation,
    Resource,
    is_json,
    usual_media,
)
from mockserver.model.types.schema import NO_SCHEMA
from mockserver.state import Record, key_of

MOST_SHOWN = 4096
"""How many shown records an operation remembers."""
_REMOVALS = frozenset({Kind.DELETE, Kind.BULK_DELETE})
_LISTS = frozenset({Kind.LIST, Kind.VIEW})
_ONE = frozenset({Kind.READ, Kind.CREATE, Kind.REPLACE, Kind.MERGE, Kind.UPSERT, Kind.ACTION})

Roles = Mapping[str, Callable[[], Any]]
"""What the roles of a template stand for."""


class Enveloper:
    """Wraps the replies of one operation, in each media type by its own schema."""

    def __init__(self, model: Model, operation: Operation, supply: Supply) -> None:
        self._model = model
        self._operation = operation
        self._supply = supply
        self._by_media_type: dict[str, BodyForm] = {}
        schemas = {}
        for status in (operation.success, operation.created):
            schemas[status] = operation.described.success_schema(status)
        self._usual = BodyForm(model, operation, operation.envelope, schemas, supply)
        self._results: ResultsForm | None = None
        if operation.results is not None:
            self._results = ResultsForm(model, operation, operation.results, supply)
            resource = model.resources[operation.resource or ""]
            self._alone = Shower(resource.record, resource, supply)

    def wrap(self, reply: Reply, request: Request, media_type: str = "") -> Any:
        """Return the body of a reply, without what only a client may say; MISSING when it has
        none.
        """
        if isinstance(reply.value, RawBody):
            return reply.value
        outcomes = reply.outcomes
        tells_each = outcomes is not None and self._tells_each(reply)
        if self._results is not None and outcomes is not None and tells_each:
            return self._results.body(
                outcomes,
                self._alone.show,
            )
        form = self._by_media_type.get(media_type)
        if form is None:
            form = self._form_in(media_type)
            self._by_media_type[media_type] = form
        if self._operation.replies_as_documented:
            reply = self._documented(reply, request, media_type)
            if isinstance(reply.value, str) and not is_json(media_type):
                return reply.value
        return form.wrap(reply, request)

    def _tells_each(self, reply: Reply) -> bool:
        """Tell whether a reply tells what became of each record."""
        results = self._operation.results
        return results is not None and results.is_told(reply.is_partial)

    def _documented(self, reply: Reply, request: Request, media_type: str) -> Reply:
        """Return a reply that comes from the document, as it is in a media type, with what was
        sent.
        """
        content = self._operation.described.response(self._operation.success).content
        media = content.get(media_type)
        if media is None or media is usual_media(content):
            return reply
        value = value_of(media, self._operation.label, self._supply)
        note = request.scope.get(NOTE)
        if note is None or note.call is None:
            return Reply(value)
        return Reply(with_sent(value, note.call, media.schema))

    def _form_in(self, media_type: str) -> BodyForm:
        """Return the form of the bodies in a media type: the usual one, unless that has a schema of
        its own.
        """
        operation = self._operation
        response = operation.described.response(operation.success)
        media = response.content.get(media_type)
        if media is None or self._is_usual(media):
            return self._usual
        schema = body_schema(media)
        schemas = {operation.success: schema, operation.created: schema}
        envelope = operation.envelope
        resource = self._model.resources.get(operation.resource or "")
        if resource is not None:
            only = _only(operation.described, operation.success, schema)
            kind, record = operation.kind, resource.record
            inferred = infer_envelope(only, kind, resource, record, operation.success)
            envelope = onward_by(operation.paging, inferred)
        return BodyForm(self._model, operation, envelope, schemas, self._supply)

    def _is_usual(self, media: DescribedMedia) -> bool:
        """Tell whether bodies in a media type are as the usual ones: they have the same schema, or
        none that says how a record looks.
        """
        usual = self._operation.described.success_schema(self._operation.success)
        schema = body_schema(media)
        if schema.plain is usual.plain or schema.plain == usual.plain:
            return True
        is_structured = schema.is_object or schema.is_array
        name = media.media_type
        return not is_structured or not (is_json(name) or is_xml(name) or is_sequence(name))


def own_names(resource: Resource) -> frozenset[str]:
    """Return the properties of a record that a client may have said, and its key."""
    names = set(resource.writable)
    if resource.key is not None:
        names.add(resource.key)
    return frozenset(names)


def _record_salt(resource: Resource, record: Record) -> str:
    """Return what the values that are made for a record hang on."""
    return f"{resource.name}/{key_of(record.get(resource.key or '', ''))}"


def body_schema(media: DescribedMedia) -> DescribedSchema:
    """Return the schema of a body; of a sequence that describes its items, that of a list of
    them.
    """
    if media.item_schema is None or media.schema.raw:
        return media.schema
    return media.schema.derived({"type": "array", "items": media.item_schema.raw})


def _only(described: Described, status: int, schema: DescribedSchema) -> Described:
    """Return an operation as if its replies of a status were described by a schema alone."""
    media = DescribedMedia("application/json", schema)
    response = DescribedResponse(str(status), content={media.media_type: media})
    return replace(described, responses={str(status): response})


class BodyForm:
    """How the bodies of one operation look by the schemas of one media type, by their status."""

    def __init__(
        self,
        model: Model,
        operation: Operation,
        envelope: Envelope,
        schemas: Mapping[int, DescribedSchema],
        supply: Supply,
    ) -> None:
        self._operation = operation
        self._resource = model.resources.get(operation.resource or "")
        self._supply = supply
        self._table = model.schemas
        self._templates = {
            "one": self._made(envelope.one),
            "many": self._made(envelope.many),
            "item": self._made(envelope.item),
            "count": self._made(envelope.count),
            "removed": self._made(envelope.removed),
        }
        self._links = SelfLinks(model, operation)
        self._has_links = self._links.are_told
        usual = schemas[operation.success]
        self._ends: Mapping[str, Any] = {}
        if operation.kind in _LISTS:
            self._ends = page_ends(envelope.many, usual)
        self._hider = Hider(usual) if has_secrets(usual) else None
        self._shower: Shower | None = None
        if self._resource is not None:
            status = operation.created if operation.kind is Kind.CREATE else operation.success
            is_map = has_role_of(envelope.many, MAP)
            is_list = operation.kind in _LISTS or shows_each(envelope.one)
            item = _item_schema(schemas[status], self._resource, is_list, is_map)
            beside = _untold_key(operation, schemas[status], item, self._resource)
            self._shower = Shower(item, self._resource, supply, beside)
        self._own: frozenset[str] = frozenset()
        if self._resource is not None:
            self._own = own_names(self._resource)
        self._conformers: dict[int, Conformer] = {}
        self._bare: set[int] = set()
        """The statuses whose body is a record and nothing else, which its shower has looked at."""
        is_bare = operation.kind in _ONE and envelope.one == VALUE
        for status, schema in schemas.items():
            if schema.raw:
                self._conformers[status] = Conformer(schema, supply)
            if is_bare and self._shower is not None and self._shower.shows(schema):
                self._bare.add(status)
        lists = operation.kind in _LISTS and lists_records(envelope.many, usual)
        is_declared = operation.kind is Kind.ACTION and not operation.is_act
        self._is_plain = is_declared or operation.replies_as_documented
        self._is_sure = is_declared or lists

    def wrap(self, reply: Reply, request: Request) -> Any:
        """Return the body of a reply; MISSING when it has none."""
        body = self._wrapped(reply, request)
        if self._hider is not None:
            body = self._hider.hide(body)
        if self._is_sure or body is MISSING:
            return body
        status = self._operation.created if reply.created else self._operation.success
        conformer = self._conformers.get(status)
        if conformer is None:
            return body
        agrees = self._shower is None or not self._shower.disagrees
        if status in self._bare and self._hider is None and agrees:
            return body
        return self._fitted(body, conformer, self._salt(reply), request)

    def _salt(self, reply: Reply) -> str:
        """Return what the values that are made for a body hang on: the record that it shows, so
        that creating and reading tell the same.
        """
        resource, record = self._resource, reply.value
        if resource is None or self._operation.kind not in _ONE or not isinstance(record, Mapping):
            return self._operation.label
        return _record_salt(resource, record)

    def _fitted(self, body: Any, conformer: Conformer, salt: str, request: Request) -> Any:
        """Return the body as its schema describes it, but with what clients said; where the two
        disagree, that is noted.
        """
        fitted = conformer.conform(body, salt)
        if fitted is body:
            return body
        told = as_recorded(fitted, body, self._own)
        if told is not fitted and not conformer.fits(told):
            note = request.scope.get(NOTE)
            if note is not None:
                note.disagreements = conformer.faults(told)
        return told

    def _wrapped(self, reply: Reply, request: Request) -> Any:
        kind, value = self._operation.kind, reply.value
        if self._is_plain or self._shower is None:
            return MISSING if value is None else value
        if kind in _REMOVALS:
            return self._removed(self._shower, value)
        if kind is Kind.COUNT:
            return filled(self._templates["count"], {"$value": lambda: value})
        if value is None:
            return MISSING
        if kind in _LISTS or self._operation.mapped:
            return self._many(self._shower, reply, request)
        records = value if isinstance(value, list) else [value]
        return self._one(self._shower, records, request)

    def _many(
        self,
        shower: Shower,
        reply: Reply,
        request: Request,
    ) -> Any:
        """Return the body that shows a page of records."""
        shown = shower.show_all(reply.value)
        if self._has_links:
            shown = self._linked(reply.value, shown, request)
        if self._templates["item"] == KEY:
            key = self._resource.key if self._resource and self._resource.key else ""
            shown = [record.get(key) for record in reply.value]
        elif self._templates["item"] != VALUE:
            shown = [self._listed(record) for record in shown]
        if self._templates["many"] == VALUE:
            return shown
        roles = dict(self._list_roles(reply, shown, request))
        roles[MAP] = lambda: self._by_key(reply.value, shown)
        roles["$first"] = lambda: shown[0] if shown else None
        body = filled(self._templates["many"], roles)
        if not self._ends:
            return body
        return with_ends(body, self._ends)

    def _linked(
        self,
        records: Sequence[Any],
        shown: Sequence[Any],
        request: Request,
    ) -> list[Any]:
        """Return what is shown of records, each with its URL where it tells that."""
        linked = []
        for record, told in zip(records, shown, strict=True):
            with_url = self._links.linked(record, told, request)
            linked.append(with_url)
        return linked

    def _by_key(self, records: list[Any], shown: list[Any]) -> dict[str, Any]:
        """Return what is shown of records by their keys."""
        key = self._resource.key if self._resource and self._resource.key else ""
        keys = [key_of(record.get(key, "")) for record in records]
        return dict(zip(keys, shown, strict=True))

    def _listed(self, shown: Any) -> Any:
        """Return what stands in a list for a record."""
        return filled(self._templates["item"], {"$value": lambda: shown})

    def _one(
        self,
        shower: Shower,
        records: list[Any],
        request: Request,
    ) -> Any:
        """Return the body that shows a record, or the several that one call has made."""
        template = self._templates["one"]
        if template == VALUE and records:
            shown = shower.show(records[0])
            return self._links.linked(records[0], shown, request)
        shown = shower.show_all(records)
        shown = self._linked(records, shown, request)
        roles = dict(self._list_roles(Reply(records), shown, request))
        roles["$value"] = lambda: shown[0] if shown else None
        roles["$each"] = lambda: shown
        return filled(template, roles)

    def _removed(
        self,
        shower: Shower,
        records: list[Any],
    ) -> Any:
        template = self._templates["removed"]
        if template is None:
            return MISSING
        return filled(template, {"$value": lambda: shower.show(records[0]) if records else None})

    def _key_of(self, records: Sequence[Any], place: int) -> Any:
        """Return the key of one of the records that are shown, None where there is none."""
        key = self._resource.key if self._resource is not None else None
        if not records or key is None:
            return None
        value = value_at(records[place], key)
        if value is MISSING:
            return None
        return value

    def _list_roles(
        self,
        reply: Reply,
        shown: list[Any],
        request: Request,
    ) -> Roles:
        page = reply.page
        records = reply.value if isinstance(reply.value, list) else []
        paging = self._operation.paging
        at = page or Page(1, None, len(shown))
        size = at.size or max(at.total, 1)
        number = at.number if at.start is None else at.offset // size + at.first
        last = max(at.total - 1, 0) // size
        return {
            "$value": lambda: shown,
            "$total": lambda: at.total,
            "$length": lambda: len(shown),
            "$page": lambda: number,
            "$size": lambda: at.total if at.size is None else at.size,
            "$pages": lambda: max(1, -(-at.total // size)),
            "$offset": lambda: at.offset + at.origin,
            "$has_next": lambda: at.has_next,
            "$has_previous": lambda: at.has_previous,
            "$is_first": lambda: not at.has_previous,
            "$is_last": lambda: not at.has_next,
            "$is_empty": lambda: not shown,
            "$remaining": lambda: max(0, at.total - at.offset - len(shown)),
            "$next": lambda: page_url(request, paging, at, 1),
            "$previous": lambda: page_url(request, paging, at, -1),
            "$next_path": lambda: page_path(request, paging, at, 1),
            "$previous_path": lambda: page_path(request, paging, at, -1),
            "$next_page": lambda: page_number(at, 1),
            "$previous_page": lambda: page_number(at, -1),
            "$cursor": lambda: cursor(paging, at),
            "$self_url": lambda: request.full_url,
            "$first_url": lambda: edge_url(request, paging, at, 0),
            "$last_url": lambda: edge_url(request, paging, at, last),
            "$from": lambda: at.offset + 1 if shown else None,
            "$to": lambda: at.offset + len(shown) if shown else None,
            "$first_key": lambda: self._key_of(records, 0),
            "$last_key": lambda: self._key_of(records, -1),
            "$previous_cursor": lambda: cursor(paging, at, -1),
        }

    def _made(self, template: Any) -> Any:
        """Replace `$made` parts by a value of their schema, once."""
        if not isinstance(template, Mapping):
            return template
        if "$made" not in template:
            return {name: self._made(child) for name, child in template.items()}
        salt = f"{self._operation.label}/{template.get('$name', '')}"
        schema = self._table.schema(template["$made"])
        value = self._supply.value(schema.raw, salt)
        known = None if value is MISSING else value
        made = Conformer(schema, self._supply).conform(known, salt)
        return told_well(made, schema)


def filled(template: Any, roles: Roles) -> Any:
    """Return the body that a template describes; a role that is optional and tells nothing leaves
    no property.
    """
    if isinstance(template, str):
        return _played(template, roles) if template.startswith("$") else template
    if isinstance(template, Mapping):
        return _filled_object(template, roles)
    if template == ["$value"]:
        return roles["$each"]() if "$each" in roles else [roles["$value"]()]
    return template


def _filled_object(template: Mapping[str, Any], roles: Roles) -> Any:
    """Return the object that a template describes, as long as that on which it hangs holds."""
    found = {}
    for name, child in template.items():
        if name == WHEN:
            is_there = roles[child.removesuffix(ABSENT)]()
            if not is_there:
                return MISSING if child.endswith(ABSENT) else None
            continue
        value = filled(child, roles)
        if value is not MISSING:
            found[name] = value
    return found


def _played(role: str, roles: Roles) -> Any:
    play = roles.get(role.removesuffix(ABSENT))
    if play is None:
        return role
    value = play()
    return MISSING if value is None and role.endswith(ABSENT) else value


def _item_schema(
    schema: DescribedSchema, resource: Resource, is_list: bool, is_map: bool
) -> DescribedSchema:
    """Return the schema of a record in the bodies of a schema."""
    if is_map:
        mapped = map_envelope(schema, resource.name)
        return NO_SCHEMA if mapped is None else mapped[1]
    if is_list:
        many = records_envelope(schema, resource)
        schema = schema if many is None else many[1]
    return one_envelope(schema, resource.name, resource.key)[1]


def _untold_key(
    operation: Operation,
    schema: DescribedSchema,
    item: DescribedSchema,
    resource: Resource,
) -> str | None:
    """Return the key that the reply to a create has to tell beside what its schema describes: no
    client could have it from elsewhere. None where the reply, or a header, has a place for it.
    """
    key = resource.key
    if operation.kind is not Kind.CREATE or key is None or key not in resource.generated:
        return None
    fields = item.properties
    is_record = not fields.keys().isdisjoint(resource.writable)
    headers = operation.described.response(operation.created).headers
    tells = any(name.lower() == "location" for name in headers)
    if tells or not is_record or key.startswith("$"):
        return None
    closed = item.get("additionalProperties") is False
    one = bare(singular(noun(resource.name)))
    places = {bare(key), *IDS, *(f"{one}{word}" for word in (*IDS, "key", "code"))}
    words = {bare(name) for name in (*fields, *schema.properties)}
    return key if not closed and words.isdisjoint(places) else None


class Shower:
    """Shows records as a schema describes them.

    Hidden and writeOnly properties go, and so does what the schema does not name where it names
    any, but for a property `beside` it; what it requires and the record lacks is made from the
    schema. A record is shown once, for it never changes.
    """

    def __init__(
        self,
        schema: DescribedSchema,
        resource: Resource,
        supply: Supply,
        beside: str | None = None,
    ) -> None:
        self._schema = schema
        self._resource = resource
        self._supply = supply
        self._conformer = Conformer(schema, supply)
        self._shown: dict[int, tuple[Record, Any]] = {}
        self.disagrees = False
        """Whether some record said what its schema does not allow."""
        self._by_alternative: dict[int, Shower] = {}
        self._is_scalar = is_scalar(schema)
        fields = schema.properties
        secret = {name for name, child in fields.items() if child.is_write_only}
        self._secret = secret | resource.hidden
        is_open = not fields or schema.is_open
        self._known = None if is_open else frozenset({*fields, beside or ""})
        stored = {*resource.schema.get("properties", ()), *resource.writable}
        is_foreign = bool(fields) and fields.keys().isdisjoint(stored)
        needed = fields if is_foreign else schema.required
        self._needed = [name for name in needed if name not in self._secret]
        self._inner = self._inner_members()

    def shows(self, schema: DescribedSchema) -> bool:
        """Tell whether what a schema describes is a record as it is shown."""
        return schema.plain is self._schema.plain

    def show(self, record: Record) -> Any:
        """Return what a client sees of a record."""
        known = self._shown.get(id(record))
        if known is not None:
            return known[1]
        return self._made(record)

    def show_all(self, records: Iterable[Record]) -> list[Any]:
        """Return what a client sees of several records."""
        shown = []
        for record in records:
            known = self._shown.get(id(record))
            shown.append(self._made(record) if known is None else known[1])
        return shown

    def _made(self, record: Record) -> Any:
        """Make what a client sees of a record, and remember it."""
        resource = self._resource
        salt = _record_salt(resource, record)
        own = self
        if self._schema.alternatives:
            own = self._own(record)
        selected = own._select(record, salt)
        told: Any = MISSING
        if self._is_scalar:
            told = scalar_of(record, resource.key)
        elif self._schema.allows_anything:
            told = json_of(record)
        elif self._schema.is_array:
            told = list_of(record)
        shown = selected if told is MISSING else told
        value = self._conformer.conform(shown, salt)
        if told is MISSING and value is not selected:
            said = {}
            for name in selected:
                if name in record:
                    said[name] = selected[name]
            value = as_recorded(value, said, own_names(resource))
            if not self._conformer.fits(value):
                self.disagrees = True
        if len(self._shown) >= MOST_SHOWN:
            self._shown.clear()
        self._shown[id(record)] = (record, value)
        return value

    def _own(self, record: Record) -> Shower:
        """Return what shows records of the same alternative."""
        schema = narrowed(self._schema, record)
        if schema is self._schema:
            return self
        known = self._by_alternative.get(id(schema))
        if known is None:
            known = Shower(schema, self._resource, self._supply)
            self._by_alternative[id(schema)] = known
        return known

    def _select(self, record: Record, salt: str) -> dict[str, Any]:
        """Return the properties of a record that the schema describes."""
        visible = {}
        for name, value in record.items():
            if name not in self._secret and (self._known is None or name in self._known):
                visible[name] = value
        for name, members in self._inner.items():
            shown = {member: record[member] for member in members if member in record}
            beside = visible.get(name)
            if shown and (beside is None or isinstance(beside, Mapping)):
                visible[name] = {**(beside or {}), **shown}
        for name in self._needed:
            if name not in visible:
                schema = self._schema.properties.get(name, NO_SCHEMA)
                value = self._supply.value(schema.raw, f"{salt}/{name}")
                if value is not MISSING:
                    visible[name] = value
        return visible

    def _inner_members(self) -> dict[str, list[str]]:
        """Return the objects of a reply that show what the record keeps at its root, with their
        properties.

        POST {workflow: w, tags: t} is read as {run_id: 1, request: {workflow: w, tags: t}}.
        """
        fields, writable = self._schema.properties, self._resource.writable
        found = {}
        for name, child in fields.items():
            members = [each for each in child.properties if each in writable]
            members = [member for member in members if member not in fields]
            if name not in writable and len(members) > 1:
                found[name] = members
        return found


class Hider:
    """Takes writeOnly properties out of the values of a schema, however deep (OpenAPI 3.0.3, Schema
    Object).
    """

    def __init__(self, schema: DescribedSchema) -> None:
        self._schema = schema

    def hide(self, value: Any) -> Any:
        return self._hidden(self._schema, value)

    def _hidden(self, schema: DescribedSchema, value: Any) -> Any:
        if isinstance(value, list):
            return [self._hidden(schema.items, item) for item in value]
        if not isinstance(value, Mapping):
            return value
        shown = {}
        others = schema.additional or NO_SCHEMA
        fields = schema.all_properties
        for name, child in value.items():
            field = fields.get(name, others)
            if name not in fields or not field.is_write_only:
                shown[name] = self._hidden(field, child)
        return shown


def has_secrets(schema: DescribedSchema, seen: set[int] | None = None) -> bool:
    """Tell whether some property in a schema is writeOnly, however deep."""
    seen = set() if seen is None else seen
    if id(schema.plain) in seen:
        return False
    seen.add(id(schema.plain))
    fields = [*schema.all_properties.values()]
    if any(field.is_write_only for field in fields):
        return True
    inner = [*fields, schema.items]
    if schema.additional is not None:
        inner.append(schema.additional)
    return any(has_secrets(child, seen) for child in inner)
