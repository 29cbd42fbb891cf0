"""Survey the paths of a document: which of them are collections, items, counts and singletons, and
of what.

    GET, POST        /sites/{site_id}/builds
    GET, DELETE      /sites/{site_id}/builds/{build_id}
    PUT              /builds/{build_id}

is one `Spot`, the collection /sites/{site_id}/builds: two operations are on the collection and
three on its items.

A collection is known by its canonical path (no trailing slash). An item path is the collection's
path and a parameter. What shares a canonical collection path is about one resource, unless the
semantics say otherwise.

An item may be *shallow*: its path leaves out parents, for they are named once, where a thing is
made, and its key is enough from then on. What else is about the same records at another path is
brought to their collection in `homes`.

A collection may end in a parameter too, as /rows/table/{table_id} does: it lists, and items are
below or beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field

from mockserver.model.envelopes import many_envelope
from mockserver.model.paths import (
    bare,
    canonical,
    collection_of,
    is_item,
    is_version,
    key_parameter,
    literals,
    segments,
)
from mockserver.model.places.procedures import procedures
from mockserver.model.types import Described, DescribedSchema, KeyPlace, ValueList
from mockserver.slots import dataclass

COLLECTION, SINGLETON = "collection", "singleton"
WRITES = frozenset({"POST", "PUT", "PATCH"})
KEYS = frozenset({"id", "uuid", "key", "code", "sku", "guid"})
"""Names by which a record that is sent among others may say which one it is."""
ITEM_KEYS = frozenset({"id", "uuid", "key", "name"})
"""Names of properties that only one thing has, and no list of things."""
CREATES = frozenset({"create", "add", "new", "insert"})
UPLOADS = frozenset({"upload", "content"})
"""Last words of paths that make a record of a file."""
UPDATES = frozenset({"update", "edit", "modify"})
"""Last words of paths that make or change a record."""
SEARCHES = frozenset(
    {"search", "query", "find", "filter", "list", "all", "lookup", "advancedsearch", "index"}
)
"""Last words of paths that find records."""
SENDS = frozenset({"send", "submit", "register", "post", "save", "place", "make"})
"""Last words of paths that make a record where they answer with one."""
CREATING = re.compile(r"\b(creat|add|insert)", re.I)
"""Words of operations that make something."""
COUNT_PATHS = frozenset({"count", "_count", "$count"})
COUNT_NAMES = frozenset({"count", "total", "data"})


@dataclass(frozen=True, slots=True)
class Place:
    """One operation and where it is: the canonical path of its collection, and whether it is on an
    item. One that is called by the name of a procedure stands for a method, and tells the key of a
    record at a place of its own. One on an item may be about the property of it that its path
    ends with: a `part`.
    """

    operation: Described
    collection: str
    item: bool
    stands_for: str | None = None
    key: KeyPlace | None = None
    part: str | None = None

    @property
    def path(self) -> str:
        return self.operation.path

    @property
    def method(self) -> str:
        """The method that it has, or stands for; empty where it stands for none."""
        return self.operation.method if self.stands_for is None else self.stands_for

    @property
    def label(self) -> str:
        return self.operation.label


@dataclass(slots=True)
class Spot:
    """A canonical collection path with the operations on it and on its items. One that is acted on
    makes records, though there is nothing at the path of one but acts below it.

    `declared` is what the semantics say that it is: a collection, a singleton, or nothing. `others`
    are operations whose method has a place already, as /things/{id} and /things/by/{name}.json
    have. `shallow` are the canonical paths without the last parents under which its items are too;
    `links` are the paths below a parent where those of its records are that name the parent: for
    each path parameter the property that does. It is `called` so where its path does not tell what
    it is about. Where records are known by an owner and a name, that is `named_by` a property, and
    `owners` are the parameters of other paths that stand for that of the owner. Where one list of
    plain values is kept, `values` tells how.
    """

    path: str
    declared: str | None = None
    is_acted_on: bool = False
    called: str = ""
    named_by: str | None = None
    on_collection: dict[str, Place] = field(default_factory=dict)
    on_item: dict[str, Place] = field(default_factory=dict)
    others: list[Place] = field(default_factory=list)
    shallow: list[str] = field(default_factory=list)
    links: dict[str, Mapping[str, str]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    values: ValueList | None = None

    @property
    def places(self) -> list[Place]:
        """All operations, those on the collection first."""
        return [*self.on_collection.values(), *self.on_item.values(), *self.others]

    @property
    def item_path(self) -> str | None:
        """The path of an item, None when the document has none; of several, the one of most
        operations.
        """
        items = [place for place in self.places if place.item]
        own = [place for place in items if self._is_own(place)]
        paths = Counter(place.path for place in own or items)
        return max(paths, key=lambda path: paths[path], default=None)

    @property
    def key_name(self) -> str | None:
        """The parameter by which requests name a record, None where none does."""
        path = self.item_path
        if path is None:
            return None
        param = key_parameter(path)
        for place in self.on_item.values():
            if param is None and place.key is not None:
                return place.key.name
        return param

    def _is_own(self, place: Place) -> bool:
        """Tell whether the path of an item names one record, and none of its parents beside."""
        if self.links.get(collection_of(place.path)):
            return False
        param = key_parameter(place.path)
        described = place.operation.parameter("path", param or "")
        return described is None or not described.schema.is_array

    @property
    def further_paths(self) -> list[str]:
        """The paths of other collections whose records are those of this one."""
        return [*self.shallow, *self.links]

    @property
    def own_path(self) -> str:
        """The path that tells what this is about: of /rows/table/{table_id} that of its items,
        /rows/{row_id}.
        """
        return self.shallow[0] if self.shallow and is_item(self.path) else self.path

    @property
    def name(self) -> str:
        """The last fixed segment of the path that is no version, and no word for finding:
        /users/v1 and /users/search are about users.
        """
        if self.called:
            return self.called
        fixed = literals(self.own_path)
        while len(fixed) > 1 and fixed[-1] in SEARCHES:
            fixed.pop()
        for step in reversed(fixed):
            if not is_version(step):
                return step
        return fixed[-1] if fixed else "root"


def survey(operations: Iterable[Described]) -> dict[str, Spot]:
    """Return every canonical collection path with its operations, in their order."""
    listed = list(operations)
    lists = _lists_by_parameter(listed)
    called = procedures(listed)
    spots: dict[str, Spot] = {}
    for operation in listed:
        path = operation.path
        is_list = canonical(path) in lists
        collection = canonical(path) if is_list else collection_of(path)
        place = Place(operation, collection, is_item(path) and not is_list)
        procedure = called.get(operation.label)
        if procedure is not None:
            collection = procedure.collection
            place = Place(operation, collection, procedure.on_item, procedure.method, procedure.key)
        spot = spots.setdefault(collection, Spot(collection))
        add_place(spot, place)
    _mark_acted_on(spots)
    return spots


def add_place(spot: Spot, place: Place) -> None:
    """Add an operation to a spot; the first one with its method is the usual one."""
    places = spot.on_item if place.item else spot.on_collection
    usual = places.setdefault(place.method, place)
    if usual is not place:
        spot.others.append(place)


def _lists_by_parameter(operations: Iterable[Described]) -> set[str]:
    """Return the paths that end in a parameter and are collections all the same: they list, and
    have items.

    /rows/table/{table_id} with /rows/table/{table_id}/{row_id} or with /rows/{row_id}; but where
    /rows/table lists or makes rows itself, /rows/table/{id} is one of them.
    """
    methods: dict[str, dict[str, Described]] = {}
    for operation in operations:
        methods.setdefault(canonical(operation.path), {})[operation.method] = operation
    items = [path for path in methods if is_item(path)]
    above = {collection_of(path) for path in items}
    found = set()
    for path in items:
        has_items = path in above
        makes_items = has_items and _makes_items(path, methods)
        own = methods.get(collection_of(path), {})
        is_one_of_them = not own.keys().isdisjoint(("GET", "POST"))
        is_near = parent_path(collection_of(path)) in above and not is_one_of_them
        is_beside = "GET" in methods[path] and is_near
        if makes_items or ((has_items or is_beside) and _lists(methods[path])):
            found.add(path)
    return found


def _makes_items(path: str, methods: Mapping[str, Mapping[str, Described]]) -> bool:
    """Tell whether a POST answers with what a GET shows of an item below its path, and a GET there
    shows no such thing.
    """
    makes, shows = methods[path].get("POST"), methods[path].get("GET")
    if makes is None:
        return False
    made = makes.success_schema()
    if shows is not None and shows.success_schema().is_same_as(made):
        return False
    for other, below in methods.items():
        if is_item(other) and collection_of(other) == path and "GET" in below:
            return below["GET"].success_schema().is_same_as(made)
    return False


def _lists(methods: Mapping[str, Described]) -> bool:
    """Tell whether what is read at a path, if anything, is a list."""
    if "GET" not in methods:
        return "POST" in methods
    schema = methods["GET"].success_schema()
    if schema.is_array:
        return True
    names = {name.lower() for name in schema.properties}
    for child in schema.properties.values():
        if child.is_object and "id" in child.properties:
            return False
    return names.isdisjoint(ITEM_KEYS) and many_envelope(schema, "") is not None


def is_singleton(spot: Spot) -> bool:
    """Tell whether a path is one thing: read and written in place, without items or a list."""
    if spot.declared is not None:
        return spot.declared == SINGLETON
    if spot.values is not None:
        return True
    reads = spot.on_collection.get("GET")
    if spot.on_item or reads is None:
        return False
    if not {"PUT", "PATCH"} & spot.on_collection.keys():
        return False
    return not reads.operation.success_schema().is_array and not is_collection(spot)


def is_collection(spot: Spot) -> bool:
    """Tell whether records live here: there are items, or what is listed is posted, or put with its
    keys.
    """
    if spot.declared is not None:
        return spot.declared == COLLECTION
    if spot.values is not None:
        return False
    if spot.on_item or spot.is_acted_on or puts_many(spot):
        return True
    reads = spot.on_collection.get("GET")
    if reads is None:
        return False
    if "POST" not in spot.on_collection and not _takes_keyed(spot):
        return False
    return many_envelope(reads.operation.success_schema(), spot.name) is not None


def writes_many(spot: Spot) -> bool:
    """Tell whether what is read at a path is written there at once."""
    return not {"PUT", "PATCH"}.isdisjoint(spot.on_collection)


def puts_many(spot: Spot) -> bool:
    """Tell whether a PUT creates things, by its words, where they are listed; they have no keys."""
    reads, puts = spot.on_collection.get("GET"), spot.on_collection.get("PUT")
    if reads is None or puts is None or carries_keys(puts):
        return False
    is_listed = many_envelope(reads.operation.success_schema(), spot.name) is not None
    is_many = many_envelope(puts.operation.sent_schema, spot.name) is not None
    words = f"{puts.operation.summary} {puts.operation.description}"
    return is_listed and is_many and CREATING.search(words) is not None


def _mark_acted_on(spots: Mapping[str, Spot]) -> None:
    """Mark collections that make records which are only acted on: POST /sessions, and POST
    /sessions/{id}/cancel that answers with the same.
    """
    for path, spot in spots.items():
        above = parent_path(path)
        acts = spot.on_collection.get("POST")
        home = spots.get(parent_path(above))
        if acts is None or home is None or home.on_item or not is_item(above):
            continue
        makes = home.on_collection.get("POST")
        if makes is None or "GET" in home.on_collection:
            continue
        shown, made = acts.operation.success_schema(), makes.operation.success_schema()
        if shown.is_same_as(made) and not ITEM_KEYS.isdisjoint(made.properties):
            home.is_acted_on = True


def _takes_keyed(spot: Spot) -> bool:
    """Tell whether a PUT or a PATCH on a collection takes things that carry their keys."""
    writes = [spot.on_collection.get(method) for method in ("PUT", "PATCH")]
    return any(place is not None and carries_keys(place) for place in writes)


def carries_keys(place: Place) -> bool:
    """Tell whether what is sent are things that carry their keys: [{"id": 1, ...}, ...]."""
    many = many_envelope(place.operation.sent_schema, "")
    if many is None:
        return False
    names = {bare(name) for name in many[1].properties}
    return not names.isdisjoint(KEYS)


def is_count(spot: Spot) -> bool:
    """Tell whether a path answers with how many there are: it ends in `count` and gives a
    number.
    """
    reads = spot.on_collection.get("GET")
    steps = segments(spot.path)
    if reads is None or not steps or steps[-1] not in COUNT_PATHS:
        return False
    schema = reads.operation.success_schema()
    names = {name.lower() for name in schema.properties}
    if not names or not names.isdisjoint(COUNT_NAMES):
        return True
    wrapped = [child for child in schema.properties.values() if child.is_object]
    return any(map(_tells_count, [schema, *wrapped]))


def _tells_count(schema: DescribedSchema) -> bool:
    """Tell whether an object has a number that is called a count."""
    for name, child in schema.properties.items():
        if child.own_type == "integer" and bare(name).endswith("count"):
            return True
    return False


def writes_by_word(spot: Spot, spots: Mapping[str, Spot]) -> list[Place]:
    """Return the operations beside a collection that send its records: POST /things/create, POST
    /things/{id}/update.
    """
    below = [f"{spot.path}/{word}" for word in sorted({*CREATES, *SENDS})]
    if spot.item_path is not None:
        below += [f"{canonical(spot.item_path)}/{word}" for word in sorted(UPDATES)]
    found = []
    for path in below:
        beside = spots.get(path)
        writes = beside.on_collection if beside else {}
        found += [place for method, place in writes.items() if method in WRITES]
    return found


def is_made_beside(spot: Spot, spots: Mapping[str, Spot]) -> bool:
    """Tell whether a word beside a collection makes its records: POST /things/create, POST
    /files/upload.
    """
    for word in (*CREATES, *UPLOADS):
        for path in (f"{spot.path}/{word}", f"{spot.path}:{word}"):
            if path in spots and "POST" in spots[path].on_collection:
                return True
    return False


def parent_path(path: str) -> str:
    """Return the canonical path without its last segment."""
    return canonical("/".join(segments(path)[:-1]))
