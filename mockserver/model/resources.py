"""Compile resources: what is inferred from the document, with what the semantics declare on top.

What the document alone shows of a resource is its `Sketch`: the record that is read, and what
requests carry of it. From

    GET  /books/{isbn}  200: {isbn: text, title: text, created_at: date-time}
    POST /books         body: {isbn: text, title: text}

come a record of three properties of which clients may write two, the key `isbn`, and a stamp of the
creation.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from typing import Any

from mockserver.errors import SemanticsError
from mockserver.model.envelopes import (
    SCALARS,
    many_envelope,
    map_envelope,
    one_envelope,
    request_envelope,
)
from mockserver.model.formula.lineage import with_offspring
from mockserver.model.keychanges import may_change
from mockserver.model.keys import (
    CREATION,
    HIDDEN_KEY,
    IDS,
    LOGINS,
    SERVER_OWN,
    KeyChoice,
    KeyQuestion,
    alternative_parameters,
    infer_generator,
    infer_house_key,
    infer_key,
    infer_stamps,
    linked_property,
    told_ids,
)
from mockserver.model.members import member_objects
from mockserver.model.paths import (
    bare,
    collection_of,
    is_item,
    noun,
    parameter_names,
    segments,
    singular,
    whole_parameter,
)
from mockserver.model.places.atlas import Atlas, Declaration, parents_of
from mockserver.model.places.links import link_of
from mockserver.model.places.listings import is_listing
from mockserver.model.places.pairs import owner_place
from mockserver.model.places.resourcenames import resource_names
from mockserver.model.places.selflinks import self_links
from mockserver.model.places.survey import (
    WRITES,
    Place,
    Spot,
    is_collection,
    is_singleton,
    parent_path,
    writes_by_word,
)
from mockserver.model.positions import find_position
from mockserver.model.schema.innerdefaults import defaults_of, inner_defaults
from mockserver.model.stateful import compile_mirrors, compile_states, compile_views
from mockserver.model.types import (
    Children,
    DescribedParameter,
    DescribedSchema,
    Exclusion,
    Parent,
    Position,
    Reference,
    Related,
    Resource,
    ValueList,
    View,
)
from mockserver.model.types.schema import NO_SCHEMA
from mockserver.slots import dataclass

Fields = Mapping[str, DescribedSchema]
_EVERYWHERE = frozenset({"id", "type", "self", "href", "kind"})
"""Names, in small letters, that many objects have, each for itself."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the document shows of a resource: where it is, its record, the record that the first of
    its requests sends, and the properties that any of them carries. `inner_param` is the parameter
    that names a record where nothing is at the path of one, but below it. A record that no reply
    describes is not told: there is more of it than is known.
    """

    name: str
    spot: Spot | None
    record: DescribedSchema
    sent: DescribedSchema
    carried: Fields
    inner_param: str | None = None
    is_told: bool = True

    @property
    def path(self) -> str:
        """The path of the collection, empty where there is none."""
        if self.spot is None:
            return ""
        return self.spot.path

    @property
    def has_items(self) -> bool:
        return self.spot is not None and bool(self.spot.on_item)

    @property
    def is_single(self) -> bool:
        """Whether there is one record, which has no key."""
        spot = self.spot
        return spot is not None and not is_collection(spot) and is_singleton(spot)

    @property
    def is_given(self) -> bool:
        """Whether the one record is there before anyone wrote it."""
        return self.spot is not None and "DELETE" not in self.spot.on_collection

    @property
    def values(self) -> ValueList | None:
        """How the one list of plain values is kept, None where records are."""
        return None if self.spot is None else self.spot.values

    @property
    def param(self) -> str | None:
        """The path parameter that names a record."""
        if self.spot is None or self.spot.item_path is None:
            return self.inner_param
        return self.spot.key_name

    @property
    def parameter(self) -> DescribedParameter | None:
        """What the document says of that parameter."""
        if self.spot is None or self.param is None:
            return None
        for place in self.spot.on_item.values():
            where = "path" if place.key is None else place.key.place
            described = place.operation.parameter(where, self.param)
            if described is not None:
                return described
        return None

    @property
    def linked(self) -> str | None:
        """The property of a reply by which a link of the document fills that parameter."""
        if self.spot is None or self.param is None:
            return None
        for place in self.spot.places:
            for response in place.operation.responses.values():
                for link in response.links.values():
                    found = linked_property(link, self.param)
                    if found is not None:
                        return found
        return None

    @property
    def is_pair(self) -> bool:
        """Whether records are known by an owner and a name."""
        return self.spot is not None and self.spot.named_by is not None

    @property
    def is_open_map(self) -> bool:
        """Whether records of which nothing is known are shown by their keys."""
        listed = None if self.spot is None else self.spot.on_collection.get("GET")
        if listed is None or self.fields:
            return False
        mapped = map_envelope(listed.operation.success_schema(), self.name)
        return mapped is not None and mapped[1].own_type not in SCALARS

    @property
    def fields(self) -> Fields:
        return self.record.properties

    @property
    def read_names(self) -> frozenset[str]:
        """The properties that a read of one record shows; none where there is no such read."""
        place = None if self.spot is None else self.spot.on_item.get("GET")
        if self.spot is None or place is None:
            return frozenset()
        return frozenset(_read_record(self.spot, place, self.name, self.param).properties)

    @property
    def writable(self) -> frozenset[str]:
        """The properties that some request carries."""
        return frozenset(self.carried) - (_read_only(self.carried) - _kind_names(self.sent))


def compile_resources(atlas: Atlas, defaults: Mapping[str, Any]) -> dict[str, Resource]:
    """Return every resource by name."""
    names = dict.fromkeys([*atlas.declared, *atlas.paths])
    sketches = [sketch(name, atlas) for name in names]
    with_items = [found for found in sketches if found.has_items]
    house = infer_house_key((found.fields, found.writable) for found in with_items)
    resources = {}
    for found in sketches:
        resources[found.name] = _compile(found, atlas, defaults, house)
    return with_offspring(resources, atlas)


def unknown_resources(resources: Mapping[str, Resource], source: str) -> Iterator[SemanticsError]:
    """Yield a mistake for each declaration that names a resource which is not there."""
    listed = ", ".join(sorted(resources))
    for resource in resources.values():
        for named in _named_resources(resource):
            if named in resources:
                continue
            yield SemanticsError(
                source,
                f"no resource {named!r}",
                f"/resources/{resource.name}",
                f"known resources: {listed}",
            )


def resource_views(atlas: Atlas) -> dict[tuple[str, str], View]:
    """Return the declared views by resource and name."""
    found = {}
    for name, declaration in atlas.declared.items():
        for view in compile_views(declaration.get("views", {})):
            found[name, view.name] = view
    return found


def sketch(name: str, atlas: Atlas) -> Sketch:
    """Return what the document alone shows of a resource."""
    spot = atlas.spot_of(name)
    if spot is None:
        return Sketch(name, None, NO_SCHEMA, NO_SCHEMA, {})
    param = spot.key_name
    key = atlas.declared.get(name, {}).get("key") or param
    record = _shown_above(spot, name, atlas) or record_schema(spot, name, key)
    is_told = _is_told(spot, name, key)
    known = record.properties
    writes = [*writes_on(spot), *writes_by_word(spot, atlas.spots)]
    sent = [sent_record(place, name, known) for place in writes]
    carried: dict[str, DescribedSchema] = {}
    for schema in reversed(sent):
        fields = {**schema.all_properties, **schema.properties}
        for field, child in fields.items():
            is_known = field in carried
            if is_known and child.is_read_only:
                continue
            carried[field] = child
    first = sent[0] if sent else NO_SCHEMA
    return Sketch(name, spot, record, first, carried, _inner_param(spot, atlas), is_told)


def _is_told(spot: Spot, name: str, key: str | None) -> bool:
    """Tell whether some reply describes the records of a spot: what is read, or answers a write
    with one.
    """
    for place in spot.places:
        schema = place.operation.success_schema()
        if place.method in WRITES:
            schema = _answered_record(
                place,
                name,
                key,
            )
        if schema.properties:
            return True
        if schema.is_array:
            return True
    return False


def _inner_param(spot: Spot, atlas: Atlas) -> str | None:
    """Return the parameter by which paths below a collection name its records:
    /requests/{request_gid}/approve.
    """
    steps = segments(spot.path)
    for path in atlas.spots:
        below = segments(path)
        if below[: len(steps)] == steps and len(below) > len(steps):
            param = whole_parameter(below[len(steps)])
            if param is not None:
                return param
    return None


def _shown_above(spot: Spot, name: str, atlas: Atlas) -> DescribedSchema | None:
    """Return the schema of records that nothing reads at their own paths, and that those above them
    list: DELETE /splits/{id}/rules/{rule_id} where GET /splits/{id} shows {rules: [{rule_id}]}.
    """
    above = parent_path(spot.path)
    if not is_item(above) or "GET" in spot.on_item:
        return None
    if "GET" in spot.on_collection or "POST" in spot.on_collection:
        return None
    place = atlas.spots.get(collection_of(above))
    if place is None or "GET" not in place.on_item:
        return None
    parent = record_schema(place, noun(place.path), place.key_name)
    called = (bare(noun(name)), bare(singular(noun(name))))
    for field, schema in parent.properties.items():
        if bare(field) in called and schema.is_array and schema.items.properties:
            return schema.items
    return None


def record_schema(spot: Spot, name: str, key: str | None) -> DescribedSchema:
    """Return the schema of a stored record: that of a read, with what a list shows beside it, and
    the answer to a create where it alone tells an id; else of a list, a create, or of what is sent.
    """
    reads = [spot.on_item.get("GET"), spot.on_collection.get("GET")]
    shown = [_read_record(spot, place, name, key) for place in reads if place]
    shown = [schema for schema in shown if schema.properties]
    writes = writes_on(spot)
    answers = [_answered_record(place, name, key) for place in writes]
    answers = [schema for schema in answers if schema.properties]
    if shown:
        record = _with_listed(shown[0], shown[-1])
        if _names_id(record, key):
            return record
        makes = spot.on_collection.get("POST")
        if makes is not None:
            made = _answered_record(makes, name, key)
            if _names_id(made, key):
                return _with_answered(record, made)
        for answer in answers:
            if _names_id(answer, None):
                return _with_answered(record, answer)
        return record
    if answers:
        return answers[0]
    for place in writes:
        sent = sent_record(place, name)
        if sent.properties:
            return sent
    return NO_SCHEMA


def _read_record(spot: Spot, place: Place, name: str, key: str | None) -> DescribedSchema:
    """Return the schema of the record that a GET shows, of one of the records where it lists
    them.
    """
    schema = place.operation.success_schema()
    if place.item or is_singleton(spot):
        return one_envelope(schema, name, key)[1]
    many = many_envelope(schema, name)
    return NO_SCHEMA if many is None else one_envelope(many[1], name, key)[1]


def _answered_record(place: Place, name: str, key: str | None) -> DescribedSchema:
    """Return the schema of the record that answers a write, an empty one where none does."""
    record = one_envelope(place.operation.success_schema(), name, key)[1]
    sent = sent_record(place, name)
    return record if _is_record(record, sent, key) else NO_SCHEMA


def _names_id(record: DescribedSchema, key: str | None) -> bool:
    """Tell whether a record has an id, or what the parameter of its path is called."""
    wanted = {*IDS, bare(key or "id")}
    return not wanted.isdisjoint(map(bare, record.properties))


def _with_answered(read: DescribedSchema, answer: DescribedSchema) -> DescribedSchema:
    """Return the schema of a read with what the answer to a create alone tells."""
    return read.with_properties({**answer.properties, **read.properties})


def _with_listed(read: DescribedSchema, listed: DescribedSchema) -> DescribedSchema:
    """Return the schema of a read with what a list alone shows of the same records."""
    mine, theirs = read.properties, listed.properties
    shows_all = read.alternatives and theirs.keys() <= mine.keys()
    if shows_all or mine.keys().isdisjoint(theirs):
        return read
    return read.with_properties({**theirs, **mine})


def _is_record(shown: DescribedSchema, sent: DescribedSchema, key: str | None) -> bool:
    """Tell whether the reply to a write is the record: it shows something of what was sent, or its
    id.
    """
    names = set(map(bare, shown.properties))
    carried = map(bare, sent.properties)
    return _names_id(shown, key) or not names.isdisjoint(carried)


def writes_on(spot: Spot) -> list[Place]:
    """Return the operations that send a record, creates first."""
    wanted = (
        spot.on_collection.get("POST"),
        spot.on_item.get("PUT"),
        spot.on_item.get("PATCH"),
        spot.on_item.get("POST"),
        spot.on_collection.get("PUT"),
        spot.on_collection.get("PATCH"),
    )
    return [place for place in wanted if place is not None]


def sent_record(place: Place, name: str, known: Fields | None = None) -> DescribedSchema:
    """Return the schema of the record that a request sends, with the names of the record that is
    known.
    """
    schema = sent_schema(place, name, known)
    names = spelling(schema, known or {}, name)
    inner = inner_places(schema, known or {})
    if not names and not inner:
        return schema
    properties = {}
    for field, child in schema.properties.items():
        if field in inner:
            continue
        own = names.get(field, field)
        properties[own] = child
    renamed = schema.with_properties(properties)
    outer = [field for field in schema.required if field not in inner]
    required = [names.get(field, field) for field in outer]
    plain = {**renamed.plain, "required": required}
    return renamed.derived(plain)


def sent_schema(place: Place, name: str, known: Fields | None = None) -> DescribedSchema:
    """Return the schema of what a request sends without its envelope; of one, where it sends
    many.
    """
    schema = place.operation.sent_schema
    wrapper = request_envelope(schema, name, (known or {}).keys())
    if wrapper:
        schema = schema.properties[wrapper]
    return schema.items if schema.is_array else schema


def spelling(schema: DescribedSchema, known: Fields, resource: str = "") -> dict[str, str]:
    """Return the properties that a record spells otherwise, with its own names: `FriendlyName` is
    `friendly_name`, a `username` the `login`, and the `project_name`, or `new_project_name`, of a
    project its `name`. Where several could be meant, none is.
    """
    sent = schema.properties
    prefix = bare(singular(noun(resource)))
    ours: dict[str, list[str]] = {}
    for field in known:
        alike = ours.setdefault(bare(field), [])
        alike.append(field)
    found: dict[str, str] = {}
    for field in sent:
        spelled = bare(field)
        alike = ours.get(spelled, [])
        if prefix and not alike:
            alike = ours.get(_own_name(spelled, prefix), [])
        if not alike and field == _login_sent(sent):
            alike = [name for name in known if bare(name) in LOGINS and name not in sent]
        if field in known or len(alike) != 1:
            continue
        (own,) = alike
        if own not in sent:
            found[field] = own
    meant = set(found.values())
    if len(meant) < len(found):
        return {}
    return found


def _login_sent(sent: Fields) -> str | None:
    """Return the property of a body by which a user logs in, `username` before all others."""
    found = None
    for field in sent:
        spelled = bare(field)
        if spelled == "username":
            return field
        if spelled in LOGINS and found is None:
            found = field
    return found


def _own_name(name: str, prefix: str) -> str:
    """Return the name of a property without what its record is called; empty for an id, which may
    be that of another record.
    """
    own = name.removeprefix("new").removeprefix(prefix)
    return "" if own == name or own in IDS else own


def inner_places(schema: DescribedSchema, known: Fields) -> dict[str, str]:
    """Return the properties that are sent beside each other and that a record holds in an object,
    with their places there: `name` is `attributes.name`. Where several could be meant, none is.
    """
    sent = schema.properties
    ours = set(map(bare, known))
    places: dict[str, list[str]] = {}
    for outer, child in known.items():
        if outer in sent or child.is_array:
            continue
        for name in child.properties:
            places.setdefault(bare(name), []).append(f"{outer}.{name}")
    found = {}
    for field in sent:
        alike = places.get(bare(field), [])
        if bare(field) not in ours | _EVERYWHERE and len(alike) == 1:
            found[field] = alike[0]
    return found


def _compile(
    found: Sketch, atlas: Atlas, defaults: Mapping[str, Any], house: str | None
) -> Resource:
    """Return a resource: what was found, and what is declared over it."""
    name, fields, single = found.name, found.fields, found.is_single
    declared = atlas.declared.get(name, {})
    choice = _key(declared, found, house)
    key = choice.stored
    names = {} if key is None else _resource_names(found)
    carried = frozenset(found.carried)
    read_only = _read_only({**fields, **found.carried}) - found.writable
    generated, touched = infer_stamps(fields, found.writable)
    key_schemas = _key_schemas(found, choice)
    if key is not None:
        client_made = key in found.sent.required and key not in read_only
        generator = infer_generator(key, key_schemas, client_made)
        generated |= {key: generator} if generator else {}
    generated |= _counted_ids(found, key)
    owned_key = {key} if key and key not in carried and not _takes_any(found.sent) else set()
    position = find_position(found.carried)
    if "position" in declared:
        position = Position(**declared["position"])
    usual_order = _usual_order(key, generated)
    if position is not None and position.is_told:
        usual_order = (position.field,)
    server_owned = read_only.union(declared.get("read_only", ()), owned_key)
    return Resource(
        name=name,
        key=key,
        path=found.path,
        parents=_parents(found, atlas, declared, key),
        schema=found.record.flat,
        record=found.record,
        order=tuple(declared.get("order", defaults.get("order", usual_order))),
        defaults=_usual_values(found) | _of(declared, "defaults"),
        inner_defaults=inner_defaults(found.sent.properties, fields),
        generated=generated | _of(declared, "generated"),
        touched=touched | _of(declared, "touched"),
        computed=_of(declared, "computed"),
        assigned=_of(declared, "assigned"),
        read_only=server_owned,
        refused=_refused(server_owned, defaults.get("read_only", "ignore")),
        hidden=frozenset({*SERVER_OWN, *declared.get("hidden", ())}),
        fill=declared.get("fill", defaults.get("fill", "owned")),
        writable=carried - read_only,
        nested=member_objects(fields, carried),
        self_links=self_links(found.record, carried - read_only, key),
        resource_names=names,
        unique=tuple(map(tuple, declared.get("unique", ()))),
        exclusive=tuple(declared.get("exclusive", ())),
        position=position,
        limit=declared.get("limit"),
        references=tuple(_references(declared)),
        related=tuple(_related(fields, carried)),
        children=tuple(_children(fields, declared)),
        mirrors=compile_mirrors(_of(declared, "mirrors")),
        states=compile_states(declared["states"]) if "states" in declared else None,
        keep_empty=declared.get("keep_empty", True),
        given=single and not declared and (found.is_given or found.values is not None),
        open=not fields or found.record.is_open,
        key_rule=choice.rule,
        key_source=choice.source,
        owner_source=_owner_source(found),
        key_schemas=key_schemas,
        key_weighed=choice.shown,
        key_lasts=key is not None and _lasts(key, key_schemas, declared),
        key_moves=key is not None and _moves(key, found, generated),
        values=found.values,
        keeps_untouched=declared.get("unchanged", defaults.get("unchanged")) == "keep",
        excluded=tuple(_exclusions(declared)),
        coerce=_coercions(declared),
    )


def _usual_values(found: Sketch) -> dict[str, Any]:
    """Return what a new record has that nobody said: defaults, and no values in a list of them."""
    usual = defaults_of(found.fields) | defaults_of(found.sent.properties)
    if found.values is not None:
        usual[found.values.field] = []
    return usual


def _owner_source(found: Sketch) -> str | None:
    """Return the property that names the owner of what is known by an owner and a name, dotted."""
    if not found.is_pair:
        return None
    (owner,) = parameter_names(found.path)
    return owner_place(owner, found.fields)


def _lasts(key: str, schemas: Sequence[DescribedSchema], declared: Declaration) -> bool:
    """Tell whether a key is promised never to be given again: it is declared to be a sequence, or
    words say so.
    """
    if _of(declared, "generated").get(key) == "sequence":
        return True
    return any(_NEVER_AGAIN.search(str(each.plain.get("description", ""))) for each in schemas)


_NEVER_AGAIN = re.compile(
    r"(never|not) (be )?(re-?used|recycled|reassigned|given (again|twice))|"
    r"auto-?increment|monoton|ever[- ]increasing|unique (for ever|forever|over time)",
    re.IGNORECASE,
)


def _moves(key: str, found: Sketch, generated: Mapping[str, str]) -> bool:
    """Tell whether clients may give a record another key."""
    if key not in found.writable:
        return False
    schemas = (
        found.fields.get(key),
        found.carried.get(key),
        found.sent.properties.get(key),
    )
    words = found.parameter.description if found.parameter else ""
    return may_change(
        key,
        generated.get(key),
        schemas,
        words,
    )


def _of(declared: Declaration, word: str) -> dict[str, Any]:
    """Return what is declared by property."""
    return dict(declared.get(word, {}))


def _key(declared: Declaration, found: Sketch, house: str | None) -> KeyChoice:
    """Return the key and the rule that found it: what is declared wins, a singleton has none."""
    if "key" in declared:
        return KeyChoice(declared["key"], "declared")
    if found.is_single:
        return KeyChoice(None, "")
    if found.spot is not None and found.is_pair:
        return KeyChoice(found.spot.named_by, "named-below-its-owner")
    if found.is_open_map:
        return KeyChoice(HIDDEN_KEY, "key-of-a-map")
    described = found.parameter
    param = found.param
    if param is not None:
        param = alternative_parameters(param)[0]
    question = KeyQuestion(
        resource=found.name,
        parameter=param,
        properties=_own_fields(found),
        described=described,
        sent=frozenset(found.carried),
        demanded=frozenset(found.sent.required),
        house=house,
        linked=found.linked,
        is_told=found.is_told,
        read=found.read_names,
    )
    choice = infer_key(question)
    if choice.name in _resource_names(found):
        return KeyChoice(HIDDEN_KEY, "resource-name", choice.weighed)
    return choice


def _resource_names(found: Sketch) -> Mapping[str, str]:
    """Return the properties that tell the resource name of a record."""
    return resource_names(found.record, found.spot.item_path if found.spot else None)


def _own_fields(found: Sketch) -> Fields:
    """Return the properties of a record without those that name the parents in its path:
    `project_id` below /projects/{project_id} and /projects/{id}.
    """
    own = dict(found.fields)
    steps = segments(found.path)
    for before, step in pairwise(steps):
        param = bare(whole_parameter(step) or "")
        noun = bare(singular(before))
        naming = f"{noun}{param.removeprefix(noun)}"
        if not param or naming == bare(found.param or ""):
            continue
        for name in found.fields:
            if bare(name) == naming:
                own.pop(name, None)
    return own or found.fields


def _counted_ids(found: Sketch, key: str | None) -> dict[str, str]:
    """Return the numbers by which the server counts records beside their key: an `id` below an
    owner and a name, or beside a name.
    """
    names = ["id"]
    if not found.is_pair:
        param = found.param or ""
        told = told_ids(param, key, found.fields)
        names = [name for name in told if name not in found.writable]
    counted = {}
    for name in names:
        schema = found.fields.get(name, NO_SCHEMA)
        if schema.own_type == "integer":
            counted[name] = "sequence"
    return counted


def _usual_order(key: str | None, generated: Mapping[str, str]) -> tuple[str, ...]:
    """Return the order of creation: that of the keys where they are counted."""
    if key is None:
        return ()
    return (key,) if generated.get(key) == "sequence" else (CREATION,)


def _key_schemas(found: Sketch, choice: KeyChoice) -> tuple[DescribedSchema, ...]:
    """Return what a key must fit: the schema of its property, and that of the parameter."""
    schemas = []
    own = found.fields.get(choice.name or "")
    if own is not None and own.is_described:
        schemas.append(own)
    if found.parameter is not None and found.parameter.schema.is_described:
        schemas.append(found.parameter.schema)
    return tuple(schemas)


def _takes_any(schema: DescribedSchema) -> bool:
    """Tell whether a body is an object of any properties, a key among them."""
    return schema.own_type == "object" and not schema.all_properties and not schema.parts


def _refused(read_only: frozenset[str], said: str | list[str]) -> frozenset[str]:
    """Return the read-only properties that a request must not carry: all, none or those that are
    said.
    """
    if isinstance(said, str):
        return read_only if said == "refuse" else frozenset()
    return read_only.intersection(said)


def _parents(
    found: Sketch, atlas: Atlas, declared: Declaration, key: str | None
) -> tuple[Parent, ...]:
    path = atlas.paths.get(found.name, "")
    parents = parents_of(path, atlas, declared)
    fields = found.fields
    if found.spot is not None and is_listing(found.spot):
        parents = _with_links(parents, path, fields, key)
    if found.is_pair:
        return tuple(parents)
    before = {whole_parameter(step): above for above, step in pairwise(segments(path))}
    named = []
    for parent in parents:
        noun = singular(before.get(parent.param, ""))
        named.append(_with_field(parent, fields, key, noun))
    return tuple(named)


def _with_links(
    parents: Sequence[Parent], path: str, fields: Fields, key: str | None
) -> tuple[Parent, ...]:
    """Name the properties by which what is only listed names its parents, as far as they are of its
    own.
    """
    links: dict[str, str] = {}
    for before, step in pairwise(segments(path)):
        param = whole_parameter(step)
        link = link_of(param, before, fields, key) if param else None
        if param and link in fields:
            links[param] = str(link)
    linked = []
    for parent in parents:
        field = parent.field or links.get(parent.param)
        linked.append(replace(parent, field=field))
    return tuple(linked)


def _with_field(parent: Parent, fields: Fields, key: str | None, noun: str) -> Parent:
    """Name the property of the child that is spelled as the parameter: {productId} fills
    product_id, not its key; so does the {id} of /products/{id}/parts.
    """
    if parent.field is not None:
        return parent
    wanted = bare(parent.param)
    if wanted == "id":
        wanted = f"{bare(noun)}id"
    spelled = [name for name in fields if bare(name) == wanted and name != key]
    if not spelled or wanted == "id":
        return parent
    field = parent.param if parent.param in spelled else spelled[0]
    return replace(parent, field=field)


def _kind_names(schema: DescribedSchema) -> frozenset[str]:
    """Return the properties by which what is sent tells which alternative it has: each of several
    has values of its own. Whatever a base says of them, a client says them.
    """
    alternatives = [alternative.schema for alternative in schema.alternatives]
    if len(alternatives) < 2:
        return frozenset()
    found = set()
    first = alternatives[0]
    for name in first.all_properties:
        values: list[Any] = []
        for alternative in alternatives:
            fields = alternative.all_properties
            told = fields.get(name, NO_SCHEMA)
            own = told.get("enum")
            values += own or [None]
        if None in values:
            continue
        different = set(map(str, values))
        if len(different) == len(values):
            found.add(name)
    return frozenset(found)


def _read_only(fields: Fields) -> frozenset[str]:
    return frozenset(name for name, schema in fields.items() if schema.is_read_only)


def _references(declared: Declaration) -> Iterator[Reference]:
    for field, words in _of(declared, "references").items():
        yield Reference(field, **words)


def _exclusions(declared: Declaration) -> Iterator[Exclusion]:
    for field, words in _of(declared, "excluded").items():
        yield Exclusion(field, **words)


def _coercions(declared: Declaration) -> dict[str, frozenset[str]]:
    coerced = _of(declared, "coerce")
    return {field: frozenset(words) for field, words in coerced.items()}


def _related(fields: Fields, carried: Collection[str]) -> Iterator[Related]:
    """Yield the objects that replies show for the keys that requests carry: {project_id: 1} and
    {project: {id: 1}}.
    """
    spelled = {bare(name): name for name in carried}
    for shown, schema in fields.items():
        if shown in carried:
            continue
        of_many = schema.is_array
        inner, one, plural = schema, bare(shown), ""
        if of_many:
            inner, plural = schema.items, "s"
            one = bare(singular(shown))
        for by in inner.properties:
            key = bare(by)
            sent = spelled.get(f"{one}{key}{plural}")
            if key in IDS and sent is not None:
                yield Related(sent, shown, by, of_many)
                break


def _children(fields: Fields, declared: Declaration) -> Iterator[Children]:
    for field, words in _of(declared, "children").items():
        items = fields.get(field, NO_SCHEMA).items
        is_open = items.is_open
        yield Children(
            field,
            words["by"],
            words["key"],
            tuple(words.get("order", ())),
            words.get("defaults", {}),
            () if is_open else tuple(items.properties),
        )


def _named_resources(resource: Resource) -> Iterator[str]:
    """Yield the names of the resources that a resource mentions."""
    named = [parent.resource for parent in resource.parents]
    named += [reference.resource for reference in resource.references]
    named += [exclusion.resource for exclusion in resource.excluded]
    named += [mirror.resource for mirror in resource.mirrors]
    yield from (name for name in named if name is not None)
    if resource.states is not None:
        steps = (*resource.states.steps.values(), resource.states.removed)
        for step in chain.from_iterable(steps):
            yield step.into
