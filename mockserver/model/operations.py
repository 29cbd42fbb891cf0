"""Compile operations: for each method and path its kind, resource, statuses, envelope, paging and
filters.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from mockserver.errors import SemanticsError
from mockserver.model.batches.keylists import BatchFacts, settled_batch
from mockserver.model.batches.multistatus import ResultSubject
from mockserver.model.envelopes import (
    KEY,
    SCALARS,
    SOLE,
    VALUE,
    count_envelope,
    listed_records,
    many_envelope,
    map_envelope,
    one_envelope,
    records_envelope,
    request_envelope,
)
from mockserver.model.keys import HIDDEN_KEY, named_like, other_keys, property_for, told_ids
from mockserver.model.paths import (
    PARAMETER,
    bare,
    canonical,
    collection_of,
    key_parameter,
    noun,
    parameter_names,
    singular,
)
from mockserver.model.places.atlas import Atlas, parents_of
from mockserver.model.places.links import key_named
from mockserver.model.places.maps import is_map_write
from mockserver.model.places.plainlists import change_at
from mockserver.model.places.survey import Place, Spot, is_count, is_made_beside, parent_path
from mockserver.model.purpose.acts import around_item, called_act, called_of, infer_act
from mockserver.model.purpose.collective import act_on_all
from mockserver.model.purpose.kinds import (
    Around,
    Beside,
    Case,
    around_of,
    in_singular,
    infer_beside,
    infer_kind,
    infer_listing,
    related_to,
)
from mockserver.model.purpose.masks import mask_of
from mockserver.model.purpose.pardons import forgives
from mockserver.model.purpose.replacement import own_defaults, puts_all, replaces_all
from mockserver.model.purpose.upserts import natural_key
from mockserver.model.resources import inner_places, sent_record, sent_schema, spelling
from mockserver.model.search.lists import (
    ON_MANY,
    query_of,
    settled_choices,
)
from mockserver.model.search.paging import (
    PageFacts,
    begins_with_newest,
    flattened_query,
    settled_paging,
)
from mockserver.model.search.properties import RecordProperties
from mockserver.model.search.roles import (
    ABSENT,
    leads_on,
    number_names,
    onward_as,
    token_names,
    with_role,
)
from mockserver.model.semantics import attempt, tell_mistakes
from mockserver.model.types import (
    BY_PLACE,
    Action,
    Deeds,
    Described,
    DescribedSchema,
    Envelope,
    Errors,
    Hook,
    ItemForm,
    ItemList,
    KeyPlace,
    Kind,
    Operation,
    Paging,
    Parent,
    Resource,
    Results,
    Stream,
    Template,
    View,
)
from mockserver.model.types.relation import CALLER
from mockserver.model.types.schema import NO_SCHEMA, SchemaTable
from mockserver.slots import dataclass

ON_ONE = frozenset({Kind.READ, Kind.REPLACE, Kind.MERGE, Kind.DELETE, Kind.UPSERT})
ON_RECORD = frozenset({*ON_ONE, Kind.ACTION})
WITHOUT_RESOURCE = frozenset({Kind.STATELESS, Kind.ACTION})
LISTS = frozenset({Kind.LIST, Kind.VIEW})
REMOVALS = frozenset({Kind.DELETE, Kind.BULK_DELETE})
MAY_CREATE = frozenset({Kind.UPSERT, Kind.REPLACE, Kind.MERGE})
NO_RESOURCE = Resource("", None)
TRIES = frozenset(
    {"validate", "verify", "check", "test", "ping", "preview", "estimate", "calculate", "simulate"}
)
"""Acts that are sent what could be a record, and make none."""
DONE_ROLES = {"$index": "$place"}
FAILED_ROLES = {"$index": "$place", "$value": "$sent"}
"""What words of declared results are called among those that documents show."""
END = "[DONE]"
"""What ends a stream of events by habit."""
USUAL_STATUS = {Kind.CREATE: 201, Kind.DELETE: 204, Kind.BULK_DELETE: 204}

Settings = Mapping[str, Any]
"""What the semantics say, of an operation or of all."""


KEYS = ("id", "key")
"""How the names of keys end, bare."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What an operation does, and to what; `sets` are properties that it gives a value of its
    own, `only` those that the records of a list have; an upsert finds its record `by` a property,
    and `keeps` what is not sent; an action `takes` some of the properties that are sent, and
    `shows` its record or does not; a create `copies` the record that a parameter names, and a
    read shows the one that it names, or the `newest`. Of its `deeds` a body names one in the
    property `named_in`.
    """

    kind: Kind
    resource: str | None
    reason: str
    key_param: str | None = None
    sets: Settings | None = None
    only: Settings | None = None
    by: str | None = None
    keeps: bool = False
    takes: frozenset[str] | None = None
    shows: bool = True
    copies: str | None = None
    key_place: KeyPlace | None = None
    relates: str | None = None
    many: bool = False
    newest: bool = False
    deeds: Mapping[str, tuple[Kind, Settings]] = field(default_factory=dict)
    named_in: str = ""


class OperationCompiler:
    """Compiles the operations of one document."""

    def __init__(
        self,
        atlas: Atlas,
        schemas: SchemaTable,
        resources: Mapping[str, Resource],
        views: Mapping[tuple[str, str], View],
        semantics: Settings,
        errors: Mapping[str, Errors],
        source: str,
    ) -> None:
        self._atlas = atlas
        self._schemas = schemas
        self._resources = resources
        self._views = views
        self._defaults: Settings = semantics.get("defaults", {})
        self._declared: Mapping[str, Settings] = semantics.get("operations", {})
        self._errors = errors
        self._source = source
        self._known: dict[str, RecordProperties] = {}

    def compile(self) -> tuple[Operation, ...]:
        """Return every operation in the order of the document. Raises SemanticsError for unknown
        labels and names.
        """
        places: list[Place] = []
        for spot in self._atlas.spots.values():
            places += spot.places
        mistakes = list(self._unknown_labels({place.label for place in places}))
        operations = [attempt(mistakes, self._operation, place) for place in places]
        tell_mistakes(mistakes)
        return tuple(filter(None, operations))

    def _unknown_labels(self, labels: Collection[str]) -> Iterator[SemanticsError]:
        """Yield a mistake for each declared operation that the document has not."""
        for label in self._declared:
            if label not in labels:
                hint = _near_label(
                    label,
                    labels,
                )
                yield SemanticsError(
                    self._source,
                    f"no operation {label!r}",
                    "/operations",
                    hint,
                )

    def _operation(self, place: Place) -> Operation:
        own = self._declared.get(
            place.label,
            {},
        )
        purpose = self._purpose(
            place,
            own,
        )
        name = purpose.resource
        if name is not None and name not in self._resources:
            known = f"known resources: {', '.join(sorted(self._resources))}"
            raise self._error(place, f"no resource {name!r}", known)
        resource = self._resources[name] if name else None
        if resource is None and purpose.kind not in WITHOUT_RESOURCE:
            purpose = Purpose(Kind.STATELESS, name, "no resource: answers with an example")
        base = self._base(place, purpose, own)
        if purpose.kind is Kind.ACTION and resource is None:
            actions: Settings = own.get("action", {"": {}})
            for action, settings in actions.items():
                return replace(base, action=Action(action, settings or {}))
        if resource is None:
            return replace(base, parents=self._needed_parents(place))
        return self._stateful(base, place, purpose, resource, own)

    def _base(self, place: Place, purpose: Purpose, own: Settings) -> Operation:
        """Return what every operation has, with a resource or without."""
        described = place.operation
        success, created = statuses(described, purpose.kind, own)
        location = self._has_location(place, purpose.kind)
        scopes = described.extensions.get("x-scopes", ())
        return Operation(
            label=place.label,
            method=place.operation.method,
            path=place.path,
            kind=purpose.kind,
            resource=purpose.resource,
            success=success,
            created=created,
            errors=self._errors_of(place, own),
            scopes=tuple(own.get("scopes", scopes)),
            unknown_query=self._setting(own, "unknown_query", "ignore"),
            location=self._setting(own, "location", location),
            stream=_stream(described, own, success),
            hook=self._hook(place, own),
            reason=purpose.reason,
            described=described,
        )

    def _hook(self, place: Place, own: Settings) -> Hook | None:
        """Return the function that takes the place of the behavior. Raises SemanticsError where it
        is only named.
        """
        hook = own.get("hook")
        if hook is None or isinstance(hook, Hook):
            return hook
        text = f"nobody has read {hook}"
        raise self._error(place, text, "hooks are for a folder with a semantics file")

    def _setting(self, own: Settings, word: str, otherwise: Any) -> Any:
        """Return what is said of an operation, else of all."""
        return own.get(word, self._defaults.get(word, otherwise))

    def _error(self, place: Place, message: str, hint: str) -> SemanticsError:
        return SemanticsError(self._source, message, f"/operations/{place.label}", hint)

    def _has_location(self, place: Place, kind: Kind) -> bool:
        """Tell whether a create names the new record: it is documented, or 201 and the record can
        be read by GET.
        """
        if _documents_location(place.operation):
            return True
        spot = self._atlas.spots[place.collection]
        makes = kind is Kind.CREATE or (kind is Kind.UPSERT and place.method == "POST")
        if not makes or "GET" not in spot.on_item:
            return False
        return 201 in place.operation.success_statuses or self._is_hidden(place)

    def _is_hidden(self, place: Place) -> bool:
        """Tell whether the key of a record is in none of its properties, so that only a header can
        tell it.
        """
        name = self._atlas.names.get(place.collection, "")
        resource = self._resources.get(name)
        return resource is not None and resource.key == HIDDEN_KEY

    def _purpose(self, place: Place, own: Settings) -> Purpose:
        """Return what an operation does: as it is declared, else by the first rule that fits."""
        spot = self._atlas.spots[place.collection]
        above = parent_path(place.collection) if is_count(spot) else place.collection
        name = own.get("resource", self._atlas.names.get(above))
        if "kind" in own:
            kind = Kind(own["kind"])
            return Purpose(kind, None if kind in WITHOUT_RESOURCE else name, "declared")
        if place.part is not None:
            return _of_part(place, name)
        habits = {word: self._defaults.get(word) for word in ("put", "patch", "upsert")}
        resource = self._resources.get(name or "")
        act = self._act_before(place, spot)
        if act is not None:
            return act
        key = resource.key if resource else None
        beside = is_made_beside(spot, self._atlas.spots)
        case = Case(place, spot, name or "", key, **habits, made_beside=beside)
        kind, rule = infer_kind(case)
        if kind is Kind.CREATE and resource is not None:
            upsert = self._upsert(place, resource)
            if upsert is not None:
                return upsert
        if kind is not Kind.STATELESS:
            return Purpose(kind, name, _reason(rule, place, spot))
        related = related_to(place, self._atlas.names, self._resources, self._schemas)
        if related is not None:
            return _purpose_beside(related)
        if place.stands_for is not None:
            return self._procedure(place) or Purpose(kind, None, rule)
        around = around_of(place, self._atlas.names, self._resources, self._schemas)
        if around is None:
            return self._listing(case, name)
        around = in_singular(around, spot)
        found = infer_beside(around) or act_on_all(around) or infer_act(around, spot)
        if found is None:
            return self._made_by_act(around) or self._listing(case, name)
        return _purpose_beside(found)

    def _made_by_act(self, around: Around) -> Purpose | None:
        """Return what an act beside a collection does that takes a whole record and answers with
        one, where no POST makes them: POST /wards/{id}/patients/check-in.
        """
        name = around.resource.name
        home = self._atlas.spot_of(name)
        if home is None or "POST" in home.on_collection:
            return None
        is_act = around.place.method == "POST" and around.word not in TRIES
        if around.on_item or not is_act:
            return None
        described = around.place.operation
        sent = described.sent_schema.name
        shown = described.success_schema().name
        reads = home.on_item.get("GET")
        if reads is None:
            return None
        read = reads.operation.success_schema()
        own = one_envelope(read, name, around.resource.key)[1].name
        if not sent or sent != shown or sent != own:
            return None
        return Purpose(
            Kind.CREATE,
            name,
            "create-by-act",
        )

    def _listing(self, case: Case, name: str | None) -> Purpose:
        """Return what lists or reads what nothing makes, or is without state."""
        kind, rule = infer_listing(case)
        return Purpose(kind, None if kind is Kind.STATELESS else name, rule)

    def _procedure(self, place: Place) -> Purpose | None:
        """Return what a procedure does that stands for no method: chat.archive, order.refund."""
        for around in called_of(place, self._atlas.names, self._resources, self._schemas):
            return _purpose_beside(called_act(around))
        return None

    def _act_before(self, place: Place, spot: Spot) -> Purpose | None:
        """Return what an operation does whose verb is before its parameter: POST
        /orders/CreateInvoice/{id}, where nothing is read.
        """
        if not place.item or "GET" in {*spot.on_item, *spot.on_collection}:
            return None
        around = Around(place, "", NO_RESOURCE, NO_SCHEMA, None)
        found = around_item(around, self._atlas.names, self._resources, self._schemas)
        act = infer_act(found, spot) if found else None
        return _purpose_beside(act) if act else None

    def _upsert(self, place: Place, resource: Resource) -> Purpose | None:
        """Return what a POST does that changes the record of the same natural key, if there is
        one.
        """
        sent = sent_record(place, resource.name, resource.record.properties)
        found = natural_key(place.operation, sent, resource.key)
        if found is None or resource.key is None:
            return None
        reason = f"post-upserts by {found.field}"
        return Purpose(
            Kind.UPSERT,
            resource.name,
            reason,
            by=found.field,
            keeps=found.keeps,
        )

    def _stateful(
        self, base: Operation, place: Place, purpose: Purpose, resource: Resource, own: Settings
    ) -> Operation:
        """Return the operation with how it finds, takes and shows records."""
        record = self._schemas.schema(resource.schema)
        fields = record.properties
        key = self._key_param(place, purpose, resource, own)
        query = query_of(place.operation, base.kind)
        spot = self._atlas.spots[place.collection]
        mapped = base.kind is Kind.UPSERT and is_map_write(place, spot, resource.name)
        envelope = self._envelope(base, place, resource, own, mapped)
        batch = self._batch(base, place, key, resource, envelope)
        envelope = replace(envelope, request=batch.wrapper)
        told = told_of(place.operation, envelope, base.success)
        choosing = Kind.BULK_DELETE if batch.chooses else base.kind
        paging = settled_paging(choosing, flattened_query(query), own, self._defaults, told)
        known = self._properties(resource, record)
        choices = settled_choices(choosing, query, known, paging, own)
        sent = sent_record(place, resource.name, fields)
        envelope = onward_by(paging, envelope)
        if not purpose.shows:
            envelope = replace(envelope, one=None)
        accepts = purpose.takes
        if accepts is None and not resource.open:
            accepts = accepted_names(place.operation, envelope.request)
        compiled = replace(
            base,
            named_by=batch.named_by,
            defaults=own_defaults(base.kind, sent, resource),
            chooses=batch.chooses or purpose.many,
            results=_results(own) or batch.results,
            key_param=key,
            key_place=_key_place(base, place, purpose, resource),
            key_field=own.get("by") or purpose.by or self._key_field(key, resource, record),
            other_keys=self._other_keys(place, key, resource),
            parents=self._parents(place, key, resource),
            envelope=envelope,
            paging=paging,
            newest_first=purpose.newest
            or (base.kind in ON_MANY and begins_with_newest(place.operation, paging)),
            filters=choices.filters,
            sorting=choices.sorting,
            sparse=choices.sparse,
            names=choices.names,
            ignored=choices.ignored,
            view=self._view(place, resource, own),
            carries=_carried(sent),
            spelling=spelling(sent_schema(place, resource.name, fields), fields, resource.name),
            inner=inner_places(sent_schema(place, resource.name, fields), fields),
            accepts=accepts,
            copies=purpose.copies,
            relates=purpose.relates,
            values=change_at(place, resource.values),
            mapped=mapped,
            mask=mask_of(place.operation) if base.kind is Kind.MERGE else None,
            forgives=base.kind is Kind.DELETE and forgives(place.operation),
            renames=_renames(
                base.kind,
                sent,
                resource,
            ),
            sets=purpose.sets or {},
            only=purpose.only or {},
            keeps=purpose.keeps or place.method == "PATCH",
            whole=base.kind is Kind.UPSERT and _is_whole(place, mapped, resource),
        )
        if not purpose.deeds:
            return compiled
        variants = {
            word: replace(compiled, kind=kind, sets=sets)
            for word, (kind, sets) in purpose.deeds.items()
        }
        return replace(compiled, deeds=Deeds(purpose.named_in, variants))

    def _batch(
        self,
        base: Operation,
        place: Place,
        key: str | None,
        resource: Resource,
        envelope: Envelope,
    ) -> BatchFacts:
        """Return how the operation is about several records, if it is."""
        is_one = key is not None or place.key is not None or resource.key is None
        if is_one or is_map_write(place, self._atlas.spots[place.collection], resource.name):
            return BatchFacts(wrapper=envelope.request)
        subject = ResultSubject(resource.name, resource.key, self._schemas.schema(resource.schema))
        usual = base.created if base.kind is Kind.CREATE else base.success
        return settled_batch(base.kind, place.operation, usual, envelope.request, subject)

    def _key_field(
        self, param: str | None, resource: Resource, record: DescribedSchema
    ) -> str | None:
        """Return the property that a path parameter stands for: the key, where that was weighed by
        this parameter, else the one of its name.
        """
        if param is None or resource.key in (None, HIDDEN_KEY):
            return resource.key
        spot = self._atlas.spot_of(resource.name)
        path = None if spot is None else spot.item_path
        if resource.key_weighed and path is not None and param == key_parameter(path):
            return resource.key
        return property_for(param, record.properties) or resource.key

    def _properties(self, resource: Resource, record: DescribedSchema) -> RecordProperties:
        """Return the properties of the records of a resource by their names."""
        if resource.name not in self._known:
            self._known[resource.name] = RecordProperties(record, resource.key, resource.name)
        return self._known[resource.name]

    def _key_param(
        self, place: Place, purpose: Purpose, resource: Resource, own: Settings
    ) -> str | None:
        """Return the path parameter that names the record, None where none does."""
        if resource.key is None:
            return None
        declared: str | None = own.get("key")
        if declared or purpose.sets is not None:
            return declared or purpose.key_param
        if place.part is not None:
            return parameter_names(place.path)[-1]
        return key_parameter(place.path) if purpose.kind in ON_ONE else None

    def _twins(self, place: Place) -> list[str]:
        """Return the parameters of other operations whose path no request can tell from this one:
        /things/{number} beside /things/{id}.
        """
        shape = PARAMETER.sub("{}", place.path)
        names = []
        for twin in self._atlas.spots[place.collection].places:
            is_same = twin.method == place.method and PARAMETER.sub("{}", twin.path) == shape
            name = key_parameter(twin.path)
            if is_same and name is not None and twin.path != place.path:
                names.append(name)
        return names

    def _other_keys(
        self, place: Place, parameter: str | None, resource: Resource
    ) -> tuple[str, ...]:
        """Return the other properties by which the record at a path is found, also by the
        parameters of its twins.
        """
        if parameter is None:
            return ()
        fields = self._schemas.schema(resource.schema).properties
        twins = [named_like(name, fields) or resource.key for name in self._twins(place)]
        found = [*self._stand_ins(place, parameter, resource), *twins]
        return tuple(name for name in found if name is not None)

    def _stand_ins(self, place: Place, parameter: str, resource: Resource) -> tuple[str, ...]:
        """Return the properties of a record for which a path parameter may stand."""
        fields = self._schemas.schema(resource.schema).properties
        described = place.operation.parameter("path", parameter)
        found = []
        for name in other_keys(parameter, described, fields):
            key = name or resource.key
            if key is not None:
                found.append(key)
        found += told_ids(parameter, resource.key, fields)
        return tuple(found)

    def _needed_parents(self, place: Place) -> tuple[Parent, ...]:
        """Return the parents that must exist where an operation without state is called: those that
        clients make, where it documents that what is called may not be there.
        """
        if not place.operation.documents(404):
            return ()
        return parents_of(place.path, self._atlas, {})

    def _parents(
        self,
        place: Place,
        key: str | None,
        resource: Resource,
    ) -> tuple[Parent, ...]:
        """Return the parents of this path: those of the resource that it names, others that must
        only exist.
        """
        own = {parent.param: parent for parent in resource.split}
        within: Mapping[str, str] = {}
        for path, known in self._atlas.within.items():
            if canonical(place.path).startswith(path):
                within = known
        linked = self._linked(place)
        owners = self._atlas.spots[place.collection].owners
        names = parameter_names(place.path)
        if owners.get(CALLER) in own and not names:
            names.append(CALLER)
        found = []
        for name in names:
            if name == key:
                continue
            parent = own.get(name)
            if name in owners and owners[name] in own:
                parent = replace(own[owners[name]], param=name)
            if parent is None:
                parent = linked.get(name)
            if parent is None:
                parent = Parent(name, within.get(name), False)
            above = self._resources.get(parent.resource or "")
            others = () if above is None else self._stand_ins(place, name, above)
            found.append(replace(parent, others=others))
        return tuple(found)

    def _linked(self, place: Place) -> dict[str, Parent]:
        """Return the parents of a path that records name in a property."""
        home = self._atlas.spots[place.collection]
        links = home.links.get(collection_of(place.path))
        if not links:
            return {}
        found = {}
        path = collection_of(place.path)
        for parent in parents_of(path, self._atlas, {}):
            field = links.get(parent.param)
            found[parent.param] = replace(
                parent,
                splits=False,
                field=field,
                by=self._held(field, parent),
            )
        return found

    def _held(self, field: str | None, parent: Parent) -> str | None:
        """Return the property of a parent that a link holds, None where it is the key."""
        resource = self._resources.get(parent.resource or "")
        if field is None or resource is None:
            return None
        held = key_named(field, resource.name, resource.record.properties)
        if held == resource.key:
            return None
        return held

    def _envelope(
        self,
        base: Operation,
        place: Place,
        resource: Resource,
        own: Settings,
        mapped: bool,
    ) -> Envelope:
        """Return the envelope that is inferred, with what is declared over it; that of a list where
        a map of records is sent.
        """
        status = base.created if base.kind is Kind.CREATE else base.success
        record = self._schemas.schema(resource.schema)
        kind = Kind.LIST if mapped else base.kind
        inferred = infer_envelope(place.operation, kind, resource, record, status)
        declared = {**self._defaults.get("envelope", {}), **own.get("envelope", {})}
        templates = {word: _template(word, value) for word, value in declared.items()}
        return replace(inferred, **templates)

    def _view(self, place: Place, resource: Resource, own: Settings) -> View | None:
        name = own.get("view")
        if name is None:
            return None
        view = self._views.get((resource.name, name))
        if view is None:
            names = [view for owner, view in self._views if owner == resource.name]
            known = ", ".join(names) or "none"
            raise self._error(
                place,
                f"no view {name!r}",
                f"views of {resource.name}: {known}",
            )
        return view

    def _errors_of(self, place: Place, own: Settings) -> str:
        """Return the name of the errors of an operation: those declared, else those of the longest
        path that it is below.
        """
        name = own.get("errors")
        if name is not None:
            if name not in self._errors:
                known = f"known: {', '.join(self._errors)}"
                raise self._error(place, f"no errors {name!r}", known)
            return str(name)
        above = [
            name
            for name, errors in self._errors.items()
            if errors.at and place.path.startswith(errors.at)
        ]
        return max(
            above,
            key=lambda name: len(self._errors[name].at),
            default="default",
        )


def with_heads(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Return the operations, each HEAD as the GET of its path where that knows what is there (RFC
    9110 section 9.3.2).
    """
    reads = {}
    for operation in operations:
        if operation.method == "GET" and operation.kind not in WITHOUT_RESOURCE:
            reads[operation.path] = operation
    found = []
    for operation in operations:
        read = reads.get(operation.path)
        if operation.method != "HEAD" or read is None or operation.reason == "declared":
            found.append(operation)
            continue
        head = replace(
            read,
            label=operation.label,
            method=operation.method,
            success=operation.success,
            described=operation.described,
            reason=f"head-of {read.reason}",
        )
        found.append(head)
    return tuple(found)


def _is_whole(
    place: Place,
    mapped: bool,
    resource: Resource,
) -> bool:
    """Tell whether what is sent to a collection takes the place of all that is there."""
    if place.item:
        return False
    if mapped:
        return place.method == "PUT"
    return replaces_all(place.operation) or puts_all(place.operation, resource)


def _renames(
    kind: Kind,
    sent: DescribedSchema,
    resource: Resource,
) -> bool:
    """Tell whether a change may give a record another key."""
    if kind not in (Kind.MERGE, Kind.REPLACE) or not resource.key_moves:
        return False
    described = sent.properties.get(resource.key or "")
    return described is not None and not described.is_read_only


def _of_part(place: Place, name: str | None) -> Purpose:
    """Return what an operation does to one property of an item: GET and PUT /berths/{name}/status,
    with the whole berth.
    """
    reason = f"part-of-item: {place.part}"
    if place.method == "GET":
        return Purpose(Kind.READ, name, reason)
    part = place.part or ""
    return Purpose(
        Kind.MERGE,
        name,
        reason,
        takes=frozenset({part}),
    )


def _purpose_beside(beside: Beside) -> Purpose:
    """Return what an operation beside a collection or an item does."""
    return Purpose(
        beside.kind,
        beside.resource,
        beside.rule,
        beside.key_param,
        beside.sets,
        beside.only,
        takes=beside.takes,
        shows=beside.shows,
        copies=beside.copies,
        key_place=beside.key_place,
        relates=beside.relates,
        many=beside.many,
        newest=beside.newest,
        deeds=beside.deeds,
        named_in=beside.named_in,
    )


def _reason(rule: str, place: Place, spot: Spot) -> str:
    """Return the rule that fired, and which records a path is about that is not their own."""
    path = collection_of(place.path)
    if path in spot.shallow:
        return f"shallow-{rule} of {spot.path}"
    links = spot.links.get(path)
    if not links:
        return rule
    told = []
    for param, link in links.items():
        told.append(f"{link}={{{param}}}")
    named = ", ".join(told)
    return f"{rule} of {spot.path} where {named}"


def _near_label(label: str, labels: Collection[str]) -> str:
    near = difflib.get_close_matches(label, labels, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else "it must be METHOD /path of the document"


def _stream(operation: Described, own: Settings, status: int) -> Stream | None:
    """Return how items are sent one by one: as it is declared, or as a document shows it that takes
    the id of the last event, or names the end.
    """
    said = own.get("stream")
    if said is not None:
        return Stream(**said)
    response = operation.response(status)
    if not any(name.startswith("text/event-stream") for name in response.content):
        return None
    words = f"{operation.description} {response.description}"
    end = END if END in words else None
    names = {each.name.lower() for each in operation.parameters_in("header")}
    if end is None and "last-event-id" not in names:
        return None
    return Stream(end=end)


def _results(own: Settings) -> Results | None:
    """Return how the reply tells of each item, as it is declared."""
    said = own.get("results")
    if said is None:
        return None
    form = ItemForm(
        _in_roles(said["done"], DONE_ROLES),
        _in_roles(said["refused"], FAILED_ROLES),
    )
    listed = ItemList("all", form)
    body = _around(said.get("many", VALUE), listed)
    return Results(said.get("status", 207), body)


def _in_roles(template: Template, roles: Mapping[str, str]) -> Template:
    """Return a template with the roles that results have for its words."""
    if isinstance(template, Mapping):
        return {name: _in_roles(part, roles) for name, part in template.items()}
    if isinstance(template, str):
        return roles.get(template, template)
    return template


def _around(template: Template, listed: ItemList) -> Template:
    """Return a template with a list in the place of its value."""
    if template == VALUE:
        return listed
    if isinstance(template, Mapping):
        return {name: _around(part, listed) for name, part in template.items()}
    return template


def statuses(operation: Described, kind: Kind, own: Settings) -> tuple[int, int]:
    """Return the status of a normal answer, and that of an answer to a call that made a record.

    The usual status of the kind where it is documented, else the first that is; what is declared
    wins.
    """
    documented = operation.success_statuses or _redirects(operation)
    usual = USUAL_STATUS.get(kind, 200)
    success = usual if usual in documented or not documented else documented[0]
    if kind in MAY_CREATE:
        changed = [status for status in documented if status != 201]
        success = _first_of(changed, documented)
    success = own.get("status") or success
    if kind in REMOVALS:
        return success, success
    created = 201 if 201 in documented else success
    return success, own.get("created") or created


def _first_of(changed: Sequence[int], documented: Sequence[int]) -> int:
    """Return the status of a change: 200 if it may be, else another one that makes nothing."""
    if 200 in changed:
        return 200
    return [*changed, *documented, 200][0]


def _redirects(operation: Described) -> list[int]:
    """Return the documented redirections, which are the normal answer where no success is
    documented.
    """
    if "default" in operation.responses:
        return []
    known = [int(status) for status in operation.responses if status.isdigit()]
    return sorted(status for status in known if 300 <= status < 400 and status != 304)


def _documents_location(operation: Described) -> bool:
    """Tell whether the answer to a create has a documented header Location."""
    created = [operation.response(status) for status in operation.success_statuses]
    return any(response.header("location") is not None for response in created)


def told_of(operation: Described, envelope: Envelope, status: int) -> PageFacts:
    """Return what the replies of a list tell of its pages."""
    response = operation.response(status)
    has_place = leads_on(envelope.many) or response.header("link") is not None
    tokens = token_names(envelope.many)
    schema = operation.success_schema(status)
    return PageFacts(tokens, has_place, schema, number_names(envelope.many))


def onward_by(paging: Paging, envelope: Envelope) -> Envelope:
    """Return an envelope in which what leads to the next page is a URL or a cursor, as lists are
    paged.
    """
    role = "$cursor" if paging.style in BY_PLACE and not paging.own else "$next"
    one, many = onward_as(envelope.one, role), onward_as(envelope.many, role)
    if paging.style in (*BY_PLACE, "offset") and paging.number:
        told = "$offset" if paging.style == "offset" else f"$cursor{ABSENT}"
        many = with_role(many, bare(paging.number), told)
    return replace(envelope, one=one, many=many)


def infer_envelope(
    operation: Described, kind: Kind, resource: Resource, record: DescribedSchema, status: int
) -> Envelope:
    """Return the envelope of an operation whose normal answer has this status."""
    schema = operation.success_schema(status)
    name = resource.name
    known = record.properties.keys()
    envelope = Envelope(request=request_envelope(operation.sent_schema, name, known))
    if kind in LISTS:
        many, item = _list_envelope(schema, resource)
        return replace(envelope, many=many, item=item)
    if kind is Kind.COUNT:
        return replace(envelope, count=count_envelope(schema))
    if kind in REMOVALS:
        return replace(envelope, removed=_removed(operation, kind, resource))
    if _sends_many(operation, envelope.request) and listed_records(schema, name) is not None:
        many = many_envelope(schema, name)
        if many is not None and many[0] != VALUE:
            each = _each_record(many[0])
            return replace(envelope, one=each)
    told = _told_key(schema, record) if kind is Kind.CREATE else None
    if told is not None and resource.key is not None:
        return replace(envelope, one=told)
    one, _ = one_envelope(
        schema,
        name,
        resource.key,
    )
    return replace(envelope, one=one)


def _told_key(schema: DescribedSchema, record: DescribedSchema) -> Template | None:
    """Return the template of a reply that tells the key of what was made under a name of its own,
    and nothing of the record: {created_object_id: 5}; None for any other reply.
    """
    known = set(map(bare, record.properties))
    if not known:
        return None
    found: dict[str, Template] = {}
    keys = []
    for name, child in schema.properties.items():
        spelled = bare(name)
        if spelled in known or child.own_type not in SCALARS:
            return None
        if spelled.endswith(KEYS):
            found[name] = "$first_key"
            keys.append(name)
            continue
        found[name] = {
            "$made": child.plain,
            "$name": name,
        }
    return found if len(keys) == 1 else None


def _sends_many(operation: Described, wrapper: str | None) -> bool:
    """Tell whether a request sends a list of records."""
    sent = operation.sent_schema
    if wrapper:
        sent = sent.properties[wrapper]
    return sent.is_array


def _carried(sent: DescribedSchema) -> frozenset[str]:
    """Return the properties that a body can give a value."""
    found = [name for name, child in sent.properties.items() if not child.is_read_only]
    return frozenset(found)


def _key_place(
    base: Operation, place: Place, purpose: Purpose, resource: Resource
) -> KeyPlace | None:
    """Return where a request tells the key that has it not in its path, None where it does not: a
    create may tell the last step of a resource name (Google AIP-133), POST /memos?memoId=first.
    """
    if purpose.key_place is not None:
        return purpose.key_place
    if base.kind in ON_RECORD:
        return place.key
    if base.kind is Kind.CREATE and resource.resource_names:
        for parameter in place.operation.parameters_in("query"):
            if bare(parameter.name) == f"{_called(resource.name)}id":
                return KeyPlace("query", parameter.name, parameter.required)
    return None


def _each_record(template: Template) -> Template:
    """Return the template of a list as that of each of several records that a write answers
    with.
    """
    if template == VALUE:
        return SOLE
    if not isinstance(template, dict):
        return template
    found = {}
    for name, child in template.items():
        found[name] = _each_record(child)
    return found


def _list_envelope(schema: DescribedSchema, resource: Resource) -> tuple[Template, Template]:
    """Return the templates of a list and of each record in it: [{product: {...}}].

    A list that is documented as a map shows each record under its key, one documented as a single
    record the first.
    """
    found = records_envelope(schema, resource)
    if found is not None:
        many, items = found
        if is_key_list(items, resource):
            return many, KEY
        item = one_envelope(items, resource.name, resource.key)[0]
        return many, item if item != SOLE else VALUE
    mapped = map_envelope(schema, resource.name)
    if mapped is not None:
        return mapped[0], VALUE
    if schema.properties:
        one = one_envelope(schema, resource.name, resource.key)[0]
        return _first_record(one), VALUE
    return VALUE, VALUE


def is_key_list(items: DescribedSchema, resource: Resource) -> bool:
    """Tell whether the items of a list are the keys of records that a path names one by one."""
    if items.own_type not in SCALARS or resource.key is None:
        return False
    is_own = resource.key in resource.record.properties
    return bool(resource.key_schemas) or is_own


def _first_record(template: Template) -> Template:
    """Return the template of one record as that of the first of many."""
    if isinstance(template, dict):
        return {name: _first_record(child) for name, child in template.items()}
    return "$first" if template == VALUE else template


def _removed(operation: Described, kind: Kind, resource: Resource) -> Template:
    """Return the body of the reply to a delete: nothing, the record, or what the schema asks
    for.
    """
    documented = operation.success_statuses
    if not documented or 204 in documented:
        return None
    if operation.success_media(documented[0]) is None:
        return None
    schema = operation.success_schema()
    if not schema.raw:
        return None
    template, record = one_envelope(schema, resource.name, resource.key)
    is_own = resource.key in record.properties and not _is_of_parent(template, resource)
    if kind is Kind.DELETE and is_own:
        return template
    return {"$made": schema.plain, "$name": resource.name}


def _is_of_parent(template: Template, resource: Resource) -> bool:
    """Tell whether what a reply has is the record above the one that is removed: {feature: {...}}
    below /features/{code}.
    """
    if not isinstance(template, dict):
        return False
    own = _called(resource.name)
    above = set()
    for parent in resource.parents:
        called = _called(parent.resource or "")
        above.add(called)
    for name, child in template.items():
        word = bare(name)
        if child == VALUE and word != own and word in above:
            return True
    return False


def _called(name: str) -> str:
    """Return what one record of a resource is called, without separators."""
    word = noun(name)
    return bare(singular(word))


def accepted_names(operation: Described, wrapper: str | None) -> frozenset[str] | None:
    """Return the properties that the request schemas of an operation name, None when they leave
    open which there are.

    Two operations on a resource may take different properties: all when a record is made, two when
    it is changed. What the other operation takes is no more known to this one than a property that
    nobody names.
    """
    names: set[str] = set()
    content = operation.request.content if operation.request else {}
    for media in content.values():
        fields = _settable(media.schema, wrapper)
        if not fields:
            return None
        names |= fields.keys()
        names.update(media.schema.required)
    return frozenset(names) or None


def _settable(schema: DescribedSchema, wrapper: str | None) -> Mapping[str, DescribedSchema]:
    """Return the properties of the record, or of each record, that a body sends; none where it may
    have others.
    """
    if wrapper:
        schema = schema.properties.get(wrapper, schema)
    if schema.says("items") and not schema.says("properties"):
        schema = schema.items
    choices = (alternative.schema for alternative in schema.alternatives)
    if schema.is_open or any(choice.says("properties") for choice in choices):
        return {}
    return schema.properties


def _template(word: str, value: Any) -> Template:
    """Return a template; a bare word means the property that holds the value."""
    is_name = isinstance(value, str) and not value.startswith("$")
    if is_name and word in ("one", "many", "count"):
        return {value: VALUE}
    return value
