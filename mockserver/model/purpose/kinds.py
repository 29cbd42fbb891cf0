"""Infer what an operation does: where it is and what it sends and shows in, its kind and the rule
that fired out.

Each rule is a small function with its example; of each table the first that fires wins.

    GET    /orders                 LIST     list-collection
    POST   /orders                 CREATE   create-in-collection
    GET    /orders/{id}            READ     read-item
    POST   /orders/search          LIST     search-collection
    POST   /orders/{id}/cancel     MERGE    move-item: sets status=cancelled
    GET    /orders/{id}/weather    STATELESS

`RULES` are about collections, items and singletons (`infer_kind`). Where none fits, `RULES_BESIDE`
are about the last word of a path after a collection or an item (`infer_beside`). A verb there sets
the property that tells of it (`moved`). What no rule covers is STATELESS, and so is in the end what
is about records that no client can know of (`leave_unknowable`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from mockserver.model.batches.keylists import (
    changed_names,
    chooses_by_query,
    key_list,
    lists_keys,
)
from mockserver.model.batches.multistatus import ResultSubject
from mockserver.model.envelopes import many_envelope, map_items, one_envelope
from mockserver.model.paths import (
    PARAMETER,
    bare,
    canonical,
    collection_of,
    is_item,
    key_parameter,
    segments,
    singular,
    whole_parameter,
)
from mockserver.model.places.listings import is_listing, is_search
from mockserver.model.places.maps import is_map_write
from mockserver.model.places.procedures import AT_ONCE
from mockserver.model.places.survey import (
    CREATES,
    CREATING,
    SEARCHES,
    SENDS,
    UPDATES,
    WRITES,
    Place,
    Spot,
    carries_keys,
    is_collection,
    is_count,
    is_singleton,
    puts_many,
)
from mockserver.model.purpose.replacement import PutEvidence, demands_less, replaces, replaces_all
from mockserver.model.purpose.verbs import Verb, being, moved, spelled
from mockserver.model.resources import sent_record
from mockserver.model.types import (
    Described,
    DescribedMedia,
    DescribedSchema,
    KeyPlace,
    Kind,
    Operation,
    Resource,
)
from mockserver.model.types.schema import NO_SCHEMA, SchemaTable
from mockserver.slots import dataclass

Fields = Mapping[str, DescribedSchema]


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at: the place, its spot, the name and the key of the resource, the habits
    for PUT, PATCH and upserts, and whether a word beside the spot makes its records.
    """

    place: Place
    spot: Spot
    resource: str
    key: str | None
    put: str | None = None
    patch: str | None = None
    upsert: bool | None = None
    made_beside: bool = False

    def sent(self, place: Place | None) -> DescribedSchema:
        """Return the schema of the record that a request sends."""
        return (
            NO_SCHEMA if place is None else sent_record(place, self.resource, self.read.properties)
        )

    @property
    def read(self) -> DescribedSchema:
        """The schema of the record that a read shows."""
        place = self.spot.on_item.get("GET")
        if place is None:
            return NO_SCHEMA
        return one_envelope(place.operation.success_schema(), self.resource, self.key)[1]

    @property
    def is_shallow(self) -> bool:
        """Whether the path leaves out parents."""
        above = collection_of(self.place.path)
        return above in self.spot.shallow

    def is_on_item(self, method: str) -> bool:
        return self.place.item and self.place.method == method

    def is_on_list(self, method: str) -> bool:
        return not self.place.item and self.place.method == method

    def is_on_collection(self, *methods: str) -> bool:
        """Tell whether it is one of some methods on a path where records live."""
        if self.place.item or self.place.method not in methods:
            return False
        return is_collection(self.spot)


def list_of_values(case: Case) -> Kind | None:
    """GET, PUT, POST and DELETE of /things/{id}/tags, one list of texts, and of /tags/{tag}."""
    if case.spot.values is None:
        return None
    if case.place.method == "GET":
        return Kind.READ
    if case.is_on_list("PUT"):
        return Kind.REPLACE
    return Kind.MERGE


def put_map(case: Case) -> Kind | None:
    """PUT /settings {color: "red", size: 5} says which settings there are, by their keys; POST and
    PATCH add some and change others.
    """
    if not is_map_write(
        case.place,
        case.spot,
        case.resource,
    ):
        return None
    return Kind.UPSERT


def count_of_collection(case: Case) -> Kind | None:
    """GET /things/count answers with a number."""
    return Kind.COUNT if case.place.method == "GET" and is_count(case.spot) else None


def read_item(case: Case) -> Kind | None:
    """GET /things/{id}"""
    return Kind.READ if case.is_on_item("GET") else None


def put_creates_item(case: Case) -> Kind | None:
    """PUT /things/{id} that is the only way to make a thing, or documents 201 and takes whole
    things; not where the path leaves out parents, below which it would have to be.
    """
    if case.is_shallow or not case.is_on_item("PUT"):
        return None
    creates = case.upsert
    if creates is None:
        is_slot = _is_slot(case.place.operation)
        if only_updates(case.place.operation) and not is_slot:
            return None
        if _only_asks(case):
            return None
        creator = case.spot.on_collection.get("POST")
        documents_both = 201 in case.place.operation.success_statuses
        takes_parts = demands_less(case.sent(case.place), case.sent(creator))
        is_only_way = creator is None and not case.made_beside
        creates = is_only_way or (documents_both and not takes_parts)
    return Kind.UPSERT if creates else None


def only_updates(operation: Described) -> bool:
    """Tell whether a PUT says that it updates, and that what it updates may not be there."""
    documents = operation.documents(404) and 201 not in operation.success_statuses
    words = operation.words
    return documents and UPDATING.match(words) is not None and MAKING.search(words) is None


def _is_slot(operation: Described) -> bool:
    """Tell whether things have names out of a list that the document gives, and so are there."""
    name = key_parameter(operation.path)
    param = operation.parameter("path", name or "")
    return param is not None and param.schema.says("enum")


def _only_asks(case: Case) -> bool:
    """Tell whether a PUT on an item sends nothing, and nothing is known of what it would make."""
    spot = case.spot
    is_known = {"GET", "POST", "DELETE", "PATCH"} & {*spot.on_item, *spot.on_collection}
    return case.place.operation.request is None and not is_known


def put_item(case: Case) -> Kind | None:
    """PUT /things/{id} replaces, or it merges: by its words, and by what its body must say."""
    if not case.is_on_item("PUT"):
        return None
    if case.put is not None:
        return Kind(case.put)
    evidence = PutEvidence(
        operation=case.place.operation,
        sent=case.sent(case.place),
        record=case.read,
        made=case.sent(case.spot.on_collection.get("POST")),
        key=case.key,
        has_patch="PATCH" in case.spot.on_item,
    )
    return Kind.REPLACE if replaces(evidence) else Kind.MERGE


def patch_item(case: Case) -> Kind | None:
    """PATCH /things/{id}, which makes a thing where it says so and documents 201."""
    if not case.is_on_item("PATCH"):
        return None
    operation = case.place.operation
    words = operation.words
    documents_both = {201} < set(operation.success_statuses)
    if case.patch is None and documents_both and MAKING.search(words):
        return Kind.UPSERT
    return Kind(case.patch or "merge")


def post_creates_item(case: Case) -> Kind | None:
    """POST /things/{name} that is the only way to make a thing, by its words, or because things
    are deleted by a name that nothing else can have given them.
    """
    if case.is_shallow or not case.is_on_item("POST") or case.upsert is False:
        return None
    if "POST" in case.spot.on_collection or case.made_beside:
        return None
    operation = case.place.operation
    texts = (
        operation.summary,
        operation.description,
        operation.operation_id,
    )
    if any(map(UPDATING.match, texts)):
        return None
    if 201 in operation.success_statuses:
        return Kind.UPSERT
    if any(map(MAKING.search, texts)):
        return Kind.UPSERT
    name = key_parameter(case.place.path)
    param = operation.parameter("path", name or "")
    if param is None or param.schema.type != "string":
        return None
    others = case.spot.on_item
    is_kept = "DELETE" in others and "PUT" not in others
    return Kind.UPSERT if is_kept else None


def post_item(case: Case) -> Kind | None:
    """POST /things/{id} changes the thing where neither PUT nor PATCH does."""
    if not case.is_on_item("POST"):
        return None
    return None if {"PUT", "PATCH"} & case.spot.on_item.keys() else Kind.MERGE


def delete_item(case: Case) -> Kind | None:
    """DELETE /things/{id}"""
    return Kind.DELETE if case.is_on_item("DELETE") else None


def singleton(case: Case) -> Kind | None:
    """GET and PUT or PATCH on /settings, which has no items; POST does as the PUT beside it."""
    if case.place.item or not is_singleton(case.spot):
        return None
    if case.place.method == "POST":
        if map_items(case.place.operation.sent_schema) is not None:
            return Kind.MERGE
        beside = case.spot.on_collection.get("PUT")
        theirs = case.sent(beside).properties
        mine = case.sent(case.place).properties
        is_same = bool(mine) and mine.keys() == theirs.keys()
        return Kind.REPLACE if is_same else None
    kinds = {
        "GET": Kind.READ,
        "PUT": Kind.MERGE if case.put == "merge" else Kind.REPLACE,
        "PATCH": Kind.MERGE,
        "DELETE": Kind.DELETE,
    }
    return kinds.get(case.place.method)


def list_collection(case: Case) -> Kind | None:
    """GET /things, which has items or takes new ones."""
    return Kind.LIST if case.is_on_collection("GET") else None


def post_lists(case: Case) -> Kind | None:
    """POST /things that says it retrieves them, and answers with several to what is one search."""
    if not case.is_on_collection("POST"):
        return None
    operation = case.place.operation
    if 201 in operation.success_statuses:
        return None
    texts = (
        operation.summary,
        operation.description,
    )
    told = [text for text in texts if text]
    if not told or not all(map(RETRIEVING.match, told)):
        return None
    shown = many_envelope(operation.success_schema(), case.resource)
    is_search = not operation.sent_schema.is_array and shown is not None
    return Kind.LIST if is_search else None


def create_in_collection(case: Case) -> Kind | None:
    """POST /things"""
    return Kind.CREATE if case.is_on_collection("POST") else None


def delete_collection(case: Case) -> Kind | None:
    """DELETE /things"""
    return Kind.BULK_DELETE if case.is_on_collection("DELETE") else None


def put_creates_many(case: Case) -> Kind | None:
    """PUT /things {things: [...]} that creates them, by its words; none of them has a key."""
    if not case.is_on_collection("PUT"):
        return None
    return Kind.CREATE if puts_many(case.spot) else None


def put_creates_one(case: Case) -> Kind | None:
    """PUT /things with a thing that has no key yet, where no POST makes one and the words of the
    operation say that it does.
    """
    if not case.is_on_collection("PUT") or case.key is None:
        return None
    spot = case.spot
    is_made = "POST" in spot.on_collection or case.made_beside
    if is_made or not spot.on_item:
        return None
    sent = case.sent(case.place)
    operation = case.place.operation
    names = sent.properties
    if not names or case.key in names:
        return None
    if carries_keys(case.place):
        return None
    texts = (
        operation.summary,
        operation.description,
        operation.operation_id,
    )
    return Kind.CREATE if any(map(CREATING.search, texts)) else None


def put_collection(case: Case) -> Kind | None:
    """PUT /things with things that carry their keys, or with one: each is stored in its place,
    PATCH changes each.
    """
    if not case.is_on_collection("PUT", "PATCH"):
        return None
    carries_key = case.key is not None and case.key in case.sent(case.place).properties
    if not carries_key and not carries_keys(case.place):
        return None
    is_put = case.place.method == "PUT" or replaces_all(case.place.operation)
    return Kind.UPSERT if is_put else Kind.MERGE


def put_keys(case: Case) -> Kind | None:
    """PUT /things {ids: [1, 2]} says which things are there, where a POST adds some alike."""
    adds = case.spot.on_collection.get("POST")
    if not case.is_on_collection("PUT") or case.key is None or adds is None:
        return None
    subject = ResultSubject(case.resource, case.key, case.read)
    named = key_list(case.place.operation.sent_schema, subject)
    is_alike = named is not None and named in adds.operation.sent_schema.properties
    return Kind.UPSERT if is_alike else None


def patch_chosen(case: Case) -> Kind | None:
    """PATCH /things {ids: [1, 2], size: 3} and PATCH /things?color=red {size: 3} change several
    things alike.
    """
    if not case.is_on_collection("PATCH") or case.key is None:
        return None
    described = case.place.operation
    subject = ResultSubject(case.resource, case.key, case.read)
    is_named = key_list(described.sent_schema, subject) is not None
    if is_named and changed_names(described.sent_schema, subject):
        return Kind.MERGE
    return Kind.MERGE if chooses_by_query(described, subject) else None


RULES: tuple[Callable[[Case], Kind | None], ...] = (
    list_of_values,
    put_map,
    count_of_collection,
    read_item,
    put_creates_item,
    put_item,
    patch_item,
    post_creates_item,
    post_item,
    delete_item,
    singleton,
    list_collection,
    post_lists,
    create_in_collection,
    delete_collection,
    put_creates_many,
    put_creates_one,
    put_collection,
    put_keys,
    patch_chosen,
)


RETRIEVING = re.compile(r"\W*(retriev|get|list|search|find|fetch|query|filter|look)", re.I)
"""How operations begin that show what is there."""
UPDATING = re.compile(r"\W*(updat|chang|edit|modif)", re.I)
MAKING = re.compile(r"\b(creat|upsert|add|insert|replac|overwrit|not exist)", re.I)
"""Words of operations that change what is there, and of those that may make it."""
NO_RULE = "no rule fits: answers with an example"
LISTING_KINDS = {"GET": Kind.LIST, "DELETE": Kind.BULK_DELETE}
"""What methods do where records are only listed."""


def infer_kind(case: Case) -> tuple[Kind, str]:
    """Return the kind and the name of the rule that fired; STATELESS when none did."""
    for rule in RULES:
        kind = rule(case)
        if kind is not None:
            return kind, _name(rule)
    return Kind.STATELESS, NO_RULE


def infer_listing(case: Case) -> tuple[Kind, str]:
    """Return the kind of an operation on records that are only listed, where nothing else is known
    of it: GET /orders/{id}/taxes, DELETE /orders/{id}/taxes.
    """
    place = case.place
    if place.item or not is_listing(case.spot):
        return Kind.STATELESS, NO_RULE
    kind = LISTING_KINDS.get(place.method)
    if place.method == "PUT" and _sends_keys_alone(case):
        return Kind.UPSERT, "put-keys"
    if kind is None and is_search(case.spot):
        kind = Kind.LIST
    if kind is None:
        return Kind.STATELESS, NO_RULE
    return kind, "lists-records"


def _sends_keys_alone(case: Case) -> bool:
    """Tell whether a body is a list of the keys of records, and nothing else: {track_ids: [2, 1]}
    at /playlists/{id}/tracks.
    """
    sent = case.place.operation.sent_schema
    if lists_keys(sent):
        return True
    subject = ResultSubject(case.resource, case.key, case.read)
    return len(sent.properties) == 1 and key_list(sent, subject) is not None


def _name(rule: Callable[..., Any]) -> str:
    return rule.__name__.replace("_", "-")


SEARCH_BY = re.compile(r"(search|find|filter|list|lookup|get)(all)?by")
CONTENTS = frozenset({"content", "contents", "download", "raw", "data", "file", "bytes", "body"})
UPLOADS = frozenset({"upload"})
DETAILS = frozenset({"detail", "details", "detailed", "full", "expanded", "info"})
GONE = frozenset({"deleted", "trash", "trashed", "removed", "bin", "history", "archive"})
"""Last words of paths that list what is no more."""
_VERBS = "create|add|insert|update|upsert|delete|remove|destroy|archive|read|get|retrieve|fetch"
_MANY = "bulk|batch|many|multiple|mass|import"
MANY = re.compile(rf"(?P<before>{_VERBS}|)(?:{_MANY})(?P<after>{_VERBS}|)")
"""Last words of paths that are about many records."""
READS = frozenset({"read", "get", "retrieve", "fetch"})
REMOVES = frozenset({"delete", "remove", "destroy", "archive"})
"""Verbs of operations that show, and that remove, the many records that they name."""
MANY_WRITES = {
    "put": Kind.UPSERT,
    "upsert": Kind.UPSERT,
    "patch": Kind.MERGE,
    "update": Kind.MERGE,
}
RELATIONSHIPS = "relationships"
"""The segment before the name of a relationship, and the property that holds all of them."""
ALIKE = frozenset({"put", "patch", "post", "update"})
"""What is done to records that a body names, where it says what becomes of them."""
_OF_MANY = re.compile(
    r"^(bulk|batch|many|multiple|mass|mark(as)?)|(bulk|batch|many|multiple|all|selected)$"
)
"""What is said before and after a verb that is done to many records: bulk-archive."""
PARTICIPLE = re.compile(r"[^e]ed$")
NEWEST = frozenset({"latest", "newest", "last", "mostrecent"})
"""Last words of paths that show what was made last."""
EMPTIES = frozenset({"prune", "purge", "clear", "empty", "deleteall", "removeall", "truncate"})
"""Last words of paths that remove all that is in a collection."""
FOLDERS = frozenset({"lifecycle", "action", "actions", "operation", "operations", "commands"})
"""Segments between a record and the verbs of what is done to it."""
DELETES = frozenset({"delete", "remove", "destroy"})
DOING = frozenset({"action", "operation", "op", "command", "verb", "act"})
"""Properties of a body that name what is to be done."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a rule looks at: the operation, its last word, and the resource whose collection or item
    is before it. `named` is the segment with the word where that is not the last one.
    """

    place: Place
    word: str
    resource: Resource
    record: DescribedSchema
    key_param: str | None
    named: str = ""

    @property
    def on_item(self) -> bool:
        return self.key_param is not None

    @property
    def shown(self) -> DescribedSchema:
        return self.place.operation.success_schema()

    def is_word(self, words: Collection[str], *methods: str) -> bool:
        """Tell whether the path ends in one of some words, and the method is one of some."""
        return self.word in words and self.place.method in methods

    def is_record(self, schema: DescribedSchema) -> bool:
        """Tell whether a schema describes records of the resource: the key is there, or half of the
        properties.
        """
        theirs, ours = schema.properties.keys(), self.record.properties.keys()
        if not theirs or self.resource.key in theirs:
            return True
        return len(theirs & ours) * 2 >= len(ours)

    def takes_record(self) -> bool:
        """Tell whether the body of a request has properties of the record."""
        body = self.place.operation.sent_schema
        sent = one_envelope(body, self.resource.name, None)[1]
        ours = self.record.properties.keys()
        return not ours or not ours.isdisjoint(sent.properties)


@dataclass(frozen=True, slots=True)
class Beside:
    """What was found: `sets` are the properties that the operation gives a value of its own, `only`
    those that the records of a list have, `takes` those that an action changes as they are sent;
    `shows` tells whether its reply has the record, a create `copies` the one that a parameter
    names, an action `relates` where it changes which records are named at that dotted place, and a
    read may show the `newest` of all. `deeds` are what may be done by the word of a body, and
    `named_in` is the property that has it.
    """

    kind: Kind
    resource: str
    rule: str
    key_param: str | None = None
    sets: Mapping[str, Any] = field(default_factory=dict)
    only: Mapping[str, Any] = field(default_factory=dict)
    takes: frozenset[str] | None = None
    shows: bool = True
    copies: str | None = None
    key_place: KeyPlace | None = None
    relates: str | None = None
    many: bool = False
    newest: bool = False
    deeds: Mapping[str, tuple[Kind, Mapping[str, Any]]] = field(default_factory=dict)
    named_in: str = ""


def search_collection(around: Around) -> Kind | None:
    """POST /things/search, GET /things/list and GET /things/findByStatus answer with things."""
    words = {*SEARCHES, around.word} if SEARCH_BY.match(around.word) else SEARCHES
    if around.on_item or not around.is_word(words, "GET", "POST"):
        return None
    return Kind.LIST if _lists_records(around) else None


def create_by_word(around: Around) -> Kind | None:
    """POST /things/create, and POST /things/send that answers with the thing."""
    if around.on_item or not around.takes_record():
        return None
    if around.is_word(CREATES, "POST", "PUT"):
        return Kind.CREATE
    resource = around.resource
    shown = one_envelope(around.shown, resource.name, resource.key)[1]
    is_made = bool(shown.properties) and around.is_record(shown)
    return Kind.CREATE if is_made and around.is_word(SENDS, "POST") else None


def create_by_upload(around: Around) -> Kind | None:
    """POST /files/upload takes a file and answers with the thing that it makes."""
    words = {*CONTENTS, *UPLOADS}
    if around.on_item or not around.is_word(words, "POST"):
        return None
    if not _takes_files(around):
        return None
    resource = around.resource
    shown = one_envelope(
        around.shown,
        resource.name,
        resource.key,
    )[1]
    if not shown.properties:
        return None
    if not around.is_record(shown):
        return None
    return Kind.CREATE


def read_detail(around: Around) -> Kind | None:
    """GET /things/{id}/details shows the thing."""
    if not around.on_item or not around.is_word(DETAILS, "GET"):
        return None
    resource = around.resource
    record = one_envelope(around.shown, resource.name, resource.key)[1]
    return Kind.READ if around.is_record(record) else None


def read_content(around: Around) -> Kind | None:
    """GET /things/{id}/content shows the bytes, or the text, that were sent for the thing."""
    if not around.on_item or not around.is_word(CONTENTS, "GET"):
        return None
    described = around.place.operation
    statuses = described.success_statuses or [200]
    media = described.success_media(statuses[0])
    return Kind.READ if media is not None and media.is_raw else None


def write_content(around: Around) -> Kind | None:
    """PUT /things/{id}/content takes them."""
    words = {*CONTENTS, *UPLOADS}
    if not around.on_item or not around.is_word(words, *WRITES):
        return None
    return Kind.MERGE if _takes_files(around) else None


def _takes_files(around: Around) -> bool:
    """Tell whether each body that an operation takes is a file, or uploads one."""
    request = around.place.operation.request
    if request is None:
        return False
    medias = request.content.values()
    return bool(medias) and all(map(_takes_file, medias))


def _takes_file(media: DescribedMedia) -> bool:
    """Tell whether a body is taken as it is, or is a form that uploads a file."""
    fields = media.schema.properties.values()
    is_form = media.media_type.startswith("multipart/")
    return media.is_raw or (is_form and any(field.format == "binary" for field in fields))


def update_by_word(around: Around) -> Kind | None:
    """POST /things/{id}/update"""
    if not around.on_item or not around.is_word(UPDATES, *WRITES):
        return None
    return Kind.MERGE if around.takes_record() else None


def delete_by_word(around: Around) -> Kind | None:
    """POST /things/{id}/delete"""
    fits = around.on_item and around.is_word(DELETES, "POST", "DELETE")
    return Kind.DELETE if fits else None


def clear_by_word(around: Around) -> Kind | None:
    """POST /things/prune, DELETE /things/all"""
    if around.on_item or around.place.operation.sent_schema.properties:
        return None
    empties = around.is_word(EMPTIES, "POST", "PUT", "DELETE")
    return Kind.BULK_DELETE if empties or around.is_word({"all"}, "DELETE") else None


def many_by_word(around: Around) -> Kind | None:
    """POST /things/bulk makes things, PATCH changes those whose keys it has, and DELETE, or POST
    /things/bulk-delete, removes those that it names; POST /things/batch/read shows them.
    """
    match = MANY.fullmatch(around.word)
    if around.on_item or match is None:
        return None
    body = around.place.operation.sent_schema
    if not body.is_described:
        return None
    said = match["before"] or match["after"]
    if said in READS:
        return Kind.LIST if _lists_records(around) else None
    verb = said or around.place.method.lower()
    if verb in REMOVES:
        return Kind.BULK_DELETE
    subject = ResultSubject(around.resource.name, around.resource.key, around.record)
    if key_list(body, subject) is not None:
        names = changed_names(body, subject)
        return Kind.MERGE if names and verb in ALIKE else None
    sent = sent_record(around.place, around.resource.name, around.record.properties)
    if around.record.properties.keys().isdisjoint(sent.properties):
        return None
    if verb in ("create", "add", "insert", "post"):
        return Kind.CREATE
    has_keys = around.resource.key in sent.properties
    return MANY_WRITES.get(verb) if has_keys else None


def _lists_records(around: Around) -> bool:
    """Tell whether the reply is a list of records."""
    many = many_envelope(around.shown, around.resource.name)
    if many is None:
        return False
    _, record = many
    return around.is_record(record)


RULES_BESIDE: tuple[Callable[[Around], Kind | None], ...] = (
    search_collection,
    create_by_word,
    create_by_upload,
    read_detail,
    read_content,
    write_content,
    update_by_word,
    delete_by_word,
    many_by_word,
    clear_by_word,
)


def in_singular(around: Around, spot: Spot) -> Around:
    """Return what is around an operation, with one for its word where a PUT, or a POST, without a
    body does what a DELETE takes back: /photos/{id}/likes.
    """
    methods = set(spot.on_collection)
    if spot.on_item or len(methods) != 2 or "DELETE" not in methods or "GET" in methods:
        return around
    if any(place.operation.request for place in spot.places):
        return around
    word = singular(around.word)
    return replace(around, word=word)


def infer_beside(around: Around) -> Beside | None:
    """Return what an operation beside a known collection or item does, None when no rule fits."""
    for rule in RULES_BESIDE:
        kind = rule(around)
        if kind is not None:
            return Beside(kind, around.resource.name, _name(rule), around.key_param)
    for infer in INFERRING:
        found = infer(around)
        if found is not None:
            return found
    return None


def _do_by_word(around: Around) -> Beside | None:
    """POST /things/bulk {ids: [1, 2], action: archive} and POST /things/{id}/actions {action:
    archive} do what the body names.
    """
    sent = around.place.operation.sent_schema
    if around.place.method not in WRITES:
        return None
    subject = ResultSubject(around.resource.name, around.resource.key, around.record)
    if not around.on_item and key_list(sent, subject) is None:
        return None
    for name, child in sent.properties.items():
        if bare(name) in DOING and name not in around.record.properties:
            deeds = dict(_deeds(around, child))
            if deeds:
                rule = f"do-by-word: {', '.join(deeds)}"
                return Beside(
                    Kind.MERGE,
                    around.resource.name,
                    rule,
                    around.key_param,
                    {},
                    takes=frozenset(),
                    deeds=deeds,
                    named_in=name,
                )
    return None


def _deeds(
    around: Around, schema: DescribedSchema
) -> Iterator[tuple[str, tuple[Kind, Mapping[str, Any]]]]:
    """Yield what the words that a property may have do to a record."""
    for option in schema.get("enum") or ():
        verb = bare(str(option))
        sets = moved(Verb(verb), around.record.properties, around.resource.states)
        if sets:
            yield str(option), (Kind.MERGE, sets)
        elif verb in DELETES:
            yield str(option), (Kind.DELETE if around.on_item else Kind.BULK_DELETE, {})


def _read_newest(around: Around) -> Beside | None:
    """GET /things/latest shows the thing that was made last."""
    if around.on_item or not around.is_word(NEWEST, "GET"):
        return None
    resource = around.resource
    shown = one_envelope(around.shown, resource.name, resource.key)[1]
    if not resource.writable or not _is_same_record(shown, around.record):
        return None
    return Beside(Kind.READ, resource.name, "read-newest", newest=True)


def _empty_part(around: Around) -> Beside | None:
    """DELETE /things/{id}/parts empties the list of that name in the thing, or takes back what
    else may be null.
    """
    if not around.on_item or around.place.method != "DELETE":
        return None
    for name, child in around.record.properties.items():
        if bare(name) != around.word or child.is_read_only:
            continue
        if not child.is_array and not child.takes_null:
            return None
        sets: dict[str, Any] = {name: [] if child.is_array else None}
        rule = f"empty-part: {name}"
        return Beside(Kind.MERGE, around.resource.name, rule, around.key_param, sets)
    return None


def _view_collection(around: Around) -> Beside | None:
    """GET /things/feed lists things, GET /things/archived those that are."""
    if around.on_item or around.place.method != "GET":
        return None
    many = many_envelope(around.shown, around.resource.name)
    if many is None:
        return None
    _, shown = many
    if not _is_same_record(shown, around.record):
        return None
    only = being(around.word, around.record.properties)
    is_unknown = around.word in GONE or PARTICIPLE.search(around.word) is not None
    is_made = bool(around.resource.writable)
    if not only and (is_unknown or not is_made):
        return None
    rule = "view-collection"
    for name, value in only.items():
        rule = f"{rule}: only {name}={value}"
    return Beside(Kind.LIST, around.resource.name, rule, only=only)


def _is_same_record(shown: DescribedSchema, record: DescribedSchema) -> bool:
    """Tell whether items of a list are surely records: by name, or by most of the properties."""
    if shown.name and shown.name == record.name:
        return True
    theirs, ours = shown.properties.keys(), record.properties.keys()
    both = theirs & ours
    return bool(both) and 4 * len(both) >= 3 * max(len(theirs), len(ours))


def _move_item(around: Around) -> Beside | None:
    """POST /orders/{id}/cancel sets the status that the verb names, DELETE /orders/{id}/lock takes
    back what the verb did.
    """
    method = around.place.method
    undoes = method == "DELETE"
    if not around.on_item or (method not in WRITES and not undoes):
        return None
    verb = Verb(around.word, undoes)
    states = around.resource.states
    sets = moved(verb, around.record.properties, states)
    if not sets:
        return None
    told = ", ".join(spelled(name, value) for name, value in sets.items())
    rule = f"move-item: sets {told}"
    return Beside(Kind.MERGE, around.resource.name, rule, around.key_param, sets)


def _move_named(around: Around) -> Beside | None:
    """POST /orders/bulk-cancel {ids: [1, 2]} sets the status that the verb names of those that are
    named.
    """
    if around.on_item or around.place.method not in WRITES:
        return None
    subject = ResultSubject(around.resource.name, around.resource.key, around.record)
    sent = around.place.operation.sent_schema
    if key_list(sent, subject) is None and not lists_keys(sent):
        return None
    verb = Verb(_OF_MANY.sub("", around.word))
    sets = moved(verb, around.record.properties, around.resource.states)
    if not sets:
        return None
    told = ", ".join(spelled(name, value) for name, value in sets.items())
    rule = f"move-named: sets {told}"
    return Beside(Kind.MERGE, around.resource.name, rule, None, sets)


INFERRING: tuple[Callable[[Around], Beside | None], ...] = (
    _view_collection,
    _read_newest,
    _move_item,
    _move_named,
    _empty_part,
    _do_by_word,
)
"""What is inferred of an operation beside a collection or an item where no rule gives its kind."""


def related_to(
    place: Place,
    names: Mapping[str, str],
    resources: Mapping[str, Resource],
    schemas: SchemaTable,
) -> Beside | None:
    """Return what is done to a relationship of a record: POST /books/{id}/relationships/tags adds
    to what its `relationships.tags.data` names, DELETE takes away, PATCH sets it (JSON:API 1.1,
    Updating Relationships).
    """
    steps = segments(canonical(place.path))
    if len(steps) < 3:
        return None
    *above, word, last = steps
    base = canonical("/".join(above))
    if bare(word) != RELATIONSHIPS or not is_item(base):
        return None
    resource = resources.get(names.get(collection_of(base), ""))
    if resource is None or resource.key is None or place.method == "GET":
        return None
    record = schemas.schema(resource.schema)
    outer = record.properties.get(word, NO_SCHEMA)
    inner = outer.properties.get(last, NO_SCHEMA)
    if "data" not in inner.properties:
        return None
    told = f"{word}.{last}.data"
    return Beside(
        Kind.ACTION,
        resource.name,
        f"relates: {told}",
        key_parameter(base),
        takes=frozenset({word}),
        shows=False,
        relates=told,
    )


def _plural_of(path: str, names: Mapping[str, str]) -> str:
    """Return the path of a collection that another one names in the singular: /messages of
    /message, where nothing else is below that; empty where there is none.
    """
    *above, last = segments(path) or [""]
    for known in names:
        *before, several = segments(known) or [""]
        if before == above and several != last and singular(several) == last:
            return known
    return ""


def around_of(
    place: Place,
    names: Mapping[str, str],
    resources: Mapping[str, Resource],
    schemas: SchemaTable,
) -> Around | None:
    """Return the collection or item before the last word: /things/{id}/cancel, /things/{id}:cancel,
    /things/search; the folder of what can be done is passed over: /things/{id}/lifecycle/cancel,
    and so is what says that many are meant: /things/bulk/cancel, /things/cancel/bulk. None where
    there is none, or no word.
    """
    *above, last = segments(canonical(place.path)) or [""]
    is_filed = len(above) > 1 and bare(above[-1]) in FOLDERS and place.method in WRITES
    if is_filed and whole_parameter(above[-2]) and canonical("/".join(above)) not in names:
        above.pop()
    before, colon, verb = last.rpartition(":")
    steps = [*above, before] if colon else above
    base = canonical("/".join(steps))
    if base not in names and _says_many(above, last, names):
        *steps, beside = above
        verb = f"{beside}{last}"
        base = canonical("/".join(steps))
    name = names.get(collection_of(base), "")
    if not name and not colon:
        name = names.get(_plural_of(base, names), "")
    resource = resources.get(name)
    if resource is None or resource.key is None:
        return None
    if not bare(verb) or PARAMETER.search(verb):
        return None
    record = schemas.schema(resource.schema)
    key_param = key_parameter(base) if is_item(base) else None
    return Around(place, bare(verb), resource, record, key_param)


def _says_many(above: Sequence[str], last: str, names: Mapping[str, str]) -> bool:
    """Tell whether one of the last two segments is a verb, and the other one says that it is done
    to many: bulk/cancel, and cancel/bulk below a collection.
    """
    *steps, beside = above or [""]
    if beside.lower() in AT_ONCE:
        return True
    is_below = canonical("/".join(steps)) in names and not PARAMETER.search(beside)
    return is_below and last.lower() in AT_ONCE


TELLING = frozenset({Kind.CREATE, Kind.UPSERT, Kind.LIST, Kind.VIEW})
"""Kinds of operations that tell a client of a record."""
CHANGING = frozenset({Kind.MERGE, Kind.REPLACE, Kind.DELETE, Kind.BULK_DELETE})
MAKES = frozenset({Kind.MERGE, Kind.REPLACE})
UNMADE = "nothing makes or lists {resource}: answers with an example"
UNREAD = "nothing reads {resource}: answers with an example"
KEPT = ("success", "created", "scopes", "unknown_query", "location", "errors", "described")
"""What stays of an operation that does without state."""


def leave_unknowable(
    operations: Sequence[Operation], resources: Mapping[str, Resource], declared: Collection[str]
) -> tuple[Operation, ...]:
    """Return the operations, without state where they are on records that no client can know of.

    DELETE /tokens/{token} where nothing reads, makes or lists tokens: a mock that kept state for
    them could only ever answer that they are not there. So is GET /rates/{rate_id} where a rate
    does not say which one it is; else each one is there that is asked for. What the records above
    them show is known, and what the semantics declare stays as it is.
    """
    kinds: dict[str, set[Kind]] = {}
    for operation in operations:
        known = kinds.setdefault(operation.resource or "", set())
        if not operation.sets:
            known.add(operation.kind)
    reasons: dict[str | None, str] = {}
    for name in kinds.keys() - set(declared) - {""}:
        reason = _unknowable(resources[name], kinds[name])
        if reason and resources[name].key is not None:
            reasons[name] = reason
    left = []
    for operation in operations:
        reason = reasons.get(operation.resource, "")
        if not reason or operation.reason == "declared":
            left.append(operation)
        elif resources[str(operation.resource)].shown_in:
            left.append(_as_listed(operation))
        else:
            left.append(_without_state(operation, reason))
    return tuple(left)


def _as_listed(operation: Operation) -> Operation:
    """Return an operation on records that those above them list: where nothing else makes one, a
    PUT or a POST of its own path does.
    """
    is_made = operation.method in ("PUT", "POST") and operation.kind in MAKES
    return replace(operation, kind=Kind.UPSERT) if is_made else operation


def _unknowable(resource: Resource, kinds: Collection[Kind]) -> str:
    """Return why no client can know of records on which there are such operations, empty when it
    can.
    """
    if not TELLING.isdisjoint(kinds):
        return ""
    if Kind.READ not in kinds:
        return UNREAD.format(resource=resource.name)
    is_named = resource.key in resource.record.properties
    is_known = is_named or not CHANGING.isdisjoint(kinds)
    return "" if is_known else UNMADE.format(resource=resource.name)


def _without_state(operation: Operation, reason: str) -> Operation:
    plain = Operation(operation.label, operation.method, operation.path, Kind.STATELESS)
    kept = {name: getattr(operation, name) for name in KEPT}
    return replace(plain, reason=reason, **kept)
