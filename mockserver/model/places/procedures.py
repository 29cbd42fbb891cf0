"""Read operations that are called by the names of procedures as what they do to a collection: the
operations of a document in, for each procedure its collection and the method that it stands for
out.

    GET  /users.list               GET on /users
    GET  /users.info?user=7        GET on one, by `user`
    GET  /v1/user/get?user_id=7    GET on one of /v1/user, by `user_id`
    POST /product.add.json         POST on /product
    PUT  /product.update.json      PATCH on one, by `id` in the query or in the body
    POST /category.delete {id: 7}  DELETE on one, by `id`
    GET  /category.count           GET on /category/count
    POST /v1/listAllBudgets        GET on /v1/budgets
    POST /v1/getBudget {budgetId}  GET on one, by `budgetId`
    GET  /getUserById/{id}         GET on one of /users, by its path
    POST /v1/closeBudget {id: 7}   an act on one of /v1/budgets

A name is dotted, or its last part is the last segment of a path, or that segment begins with a verb
and goes on with what it is about; of the latter two there must be one that reads and one that
makes, and nothing else where they say that records are. The key of a record is the query parameter,
or the property of the body, that is named for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import takewhile

from mockserver.model.envelopes import many_envelope, one_envelope
from mockserver.model.paths import (
    PARAMETER,
    bare,
    canonical,
    segments,
    singular,
    whole_parameter,
    words_in,
)
from mockserver.model.types import Described, DescribedSchema, KeyPlace
from mockserver.slots import dataclass

LISTS = frozenset({"list", "find", "search", "all", "index"})
ON_ONE: Mapping[str, str] = {
    "GET": "info get read show detail details retrieve fetch describe view",
    "PATCH": "update edit modify patch rename change",
    "PUT": "set put upsert",
    "DELETE": "delete remove destroy unset",
}
"""Methods on one record, with the words of procedures that stand for them."""
SHOWS = frozenset(ON_ONE["GET"].split())
MAKES = frozenset({"add", "create", "new", "insert", "post", "open"})
DOTTED = re.compile(r"(?P<noun>[A-Za-z]\w*(?:\.\w+)*)\.(?P<verb>[A-Za-z]\w*)")
FIRST_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
KEYS = re.compile(r"(^|_|[a-z](?=I))(id|uuid|guid|gid|username|login|slug|sku)$", re.I)
IDS = ("id", "uuid", "gid", "key")
CHOOSERS = frozenset({"by", "with", "for", "from", "in", "on"})
"""Words after which a name tells how records are chosen: getUserById."""
AT_ONCE = frozenset({"batch", "bulk", "multiple", "mass"})
"""Segments before a verb that say that it is about many records: /things/batch/create."""
USUAL_IDS = 3
"""How many procedures at most have an id that is not the one by which records are named."""
TOKENS = re.compile(r"(token|apikey|secret|signature|version|storekey)$")


@dataclass(frozen=True, slots=True)
class Procedure:
    """What a procedure stands for: a method on a collection, or on one of its records, whose key is
    at a place; the method is empty where it is another act.
    """

    collection: str
    method: str
    on_item: bool = False
    key: KeyPlace | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """An operation that is called by name, and the parts of the name; `is_about` tells that the
    name has the noun after the verb.
    """

    operation: Described
    noun: str
    verb: str
    dotted: bool
    is_about: bool = False

    @property
    def word(self) -> str:
        """The first word of the verb: that of postMessage is post."""
        first = FIRST_WORD.match(self.verb)
        if first is None:
            return ""
        return first[0].lower()

    @property
    def in_path(self) -> bool:
        """Whether the path tells the key, after the name: getUser/{id}."""
        if not self.is_about:
            return False
        *_, last = segments(self.operation.path)
        return PARAMETER.search(last) is not None

    @property
    def is_plain(self) -> bool:
        """Whether the verb is a word alone, or makes what the others name: postMessage."""
        is_alone = bare(self.verb) == self.word
        if self.word in MAKES:
            if self._is_about_keys and (not is_alone or self.word == "open"):
                return False
            return is_alone or not self._names_its_record()
        return is_alone

    @property
    def _is_about_keys(self) -> bool:
        """Whether all that is sent are keys of records, of which none can be made:
        rooms.add_owner {room_id, user_id}.
        """
        if not self.dotted:
            return False
        names = [place.name for place in self.places]
        return bool(names) and all(map(KEYS.search, names))

    def _names_its_record(self) -> bool:
        """Tell whether a record of the collection is named, to which something is added:
        group.add_user {id, user_id}.
        """
        last = re.split(r"[./]", self.noun)[-1]
        one = bare(singular(last))
        names = (f"{one}id", *IDS)
        told = set()
        for place in self.places:
            if place.required:
                told.add(bare(place.name))
        return not told.isdisjoint(names)

    @property
    def places(self) -> list[KeyPlace]:
        """Where it may be told which record it is about."""
        return list(key_places(self.operation))

    @property
    def shown(self) -> set[str]:
        """The properties of the record that it shows."""
        schema = self.operation.success_schema()
        _, record = one_envelope(schema, self.noun, None)
        return set(record.properties)

    @property
    def listed(self) -> set[str]:
        """The properties of the records that it lists, none where it does not."""
        schema = self.operation.success_schema()
        many = many_envelope(schema, self.noun)
        if many is None:
            return set()
        _, items = many
        _, record = one_envelope(items, self.noun, None)
        return set(record.properties)

    @property
    def method(self) -> str:
        """The method for which the verb stands, empty for another act."""
        if not self.is_plain:
            return ""
        if self.word in LISTS:
            return "GET"
        if self.word in MAKES:
            return "POST"
        for method, words in ON_ONE.items():
            if self.word in words.split():
                return method
        return ""

    @property
    def on_item(self) -> bool:
        """Whether it is on one record."""
        return self.method != "POST" and self.word not in LISTS


def procedures(operations: Iterable[Described]) -> dict[str, Procedure]:
    """Return what each operation stands for that is called by the name of a procedure."""
    operations = list(operations)
    groups: dict[str, list[Called]] = {}
    taken = set()
    for operation in operations:
        path = PARAMETER.sub("{}", operation.path)
        taken.add(canonical(path))
        called = _called(operation)
        if called is not None:
            group = groups.setdefault(called.noun, [])
            group.append(called)
    found: dict[str, Procedure] = {}
    found |= _by_query(operations)
    for group in _verbs_first(operations):
        noun = group[0].noun
        if _is_whole(noun, group, taken):
            found |= _procedures(noun, group)
    for noun, group in groups.items():
        if group[0].dotted or _is_whole(noun, group, taken):
            found |= _procedures(noun, group)
    return found


def _procedures(noun: str, group: Iterable[Called]) -> dict[str, Procedure]:
    """Return what the procedures on one collection stand for, by labels."""
    found = {}
    keys = _keys(noun, group)
    known: set[str] = set()
    for called in group:
        if called.on_item and called.method == "GET":
            known = known or called.shown
    for called in group:
        procedure = _procedure(called, keys)
        is_other = not called.method
        if is_other and _lists_same(called, known):
            path = noun
            if called.word not in LISTS:
                path = f"{noun}/{called.verb}"
            procedure = Procedure(path, "GET")
        if procedure is not None:
            found[called.operation.label] = procedure
    return found


def _lists_same(called: Called, known: Collection[str]) -> bool:
    """Tell whether another act shows several of the records that a read shows, and must be told of
    none: documents.search_titles, documents.archived.
    """
    if not called.dotted:
        return False
    for place in called.places:
        if place.required and KEYS.search(place.name):
            return False
    both = called.listed.intersection(known)
    most = max(len(known), 1)
    return 2 * len(both) > most


def _by_query(operations: Iterable[Described]) -> dict[str, Procedure]:
    """Return the operations on one record that the query names: GET /visitors?user_id=7, with the
    changes at the same path whose query or body names it too.
    """
    by_path: dict[str, dict[str, Described]] = {}
    for operation in operations:
        methods = by_path.setdefault(operation.path, {})
        methods[operation.method] = operation
    found = {}
    for path, methods in by_path.items():
        read = methods.get("GET")
        if read is None or PARAMETER.search(path):
            continue
        name = _asked_key(read)
        for method, operation in methods.items():
            key = _place_of(name, operation)
            if key is None or method == "POST":
                continue
            collection = canonical(path)
            found[operation.label] = Procedure(collection, method, True, key)
    return found


def _place_of(name: str, operation: Described) -> KeyPlace | None:
    """Return where an operation has a name, None where it has not."""
    for place in key_places(operation):
        if place.name == name:
            return place
    return None


def _asked_key(read: Described) -> str:
    """Return the query parameter that a read must have and that names its one record, empty where
    there is none.
    """
    schema = read.success_schema()
    if many_envelope(schema, "") is not None:
        return ""
    record = one_envelope(schema, "", None)[1]
    names = set(map(bare, record.properties))
    required = [place for place in key_places(read) if place.required]
    if len(required) != 1:
        return ""
    (key,) = required
    if KEYS.search(key.name) is None or bare(key.name) not in names:
        return ""
    return key.name


def _called(operation: Described) -> Called | None:
    """Return the parts of the name of a procedure, None for any other path."""
    *above, last = segments(canonical(operation.path)) or [""]
    if PARAMETER.search(last):
        return None
    match = DOTTED.fullmatch(last)
    if match is not None:
        steps = [*above, match["noun"]]
        noun = canonical("/".join(steps))
        return Called(operation, noun, match["verb"], True)
    if not above or PARAMETER.search(above[-1]) or above[-1].lower() in AT_ONCE:
        return None
    noun = canonical("/".join(above))
    return Called(operation, noun, last, False)


def _verbs_first(operations: Iterable[Described]) -> Iterable[list[Called]]:
    """Yield the operations whose names begin with a verb, those about the same thing together:
    createBudget and listAllBudgets.
    """
    groups: dict[str, list[Called]] = {}
    for operation in operations:
        called = _verb_first(operation)
        if called is not None:
            above, _, noun = called.noun.rpartition("/")
            place = f"{above}/{_one(noun)}"
            group = groups.setdefault(place, [])
            group.append(called)
    for group in groups.values():
        noun = group[0].noun
        for called in group:
            if called.word in LISTS:
                noun = called.noun
        yield [replace(called, noun=noun) for called in group]


def _verb_first(operation: Described) -> Called | None:
    """Return the verb and the noun of a name such as createBudget or get_user_by_id, None for any
    other.
    """
    steps = segments(canonical(operation.path))
    if steps and whole_parameter(steps[-1]):
        steps.pop()
    *above, last = steps or [""]
    if PARAMETER.search(last):
        return None
    verb, *rest = words_in(last) or [""]
    word = verb.lower()
    if rest and rest[0].lower() == "all":
        word = "list"
        rest.pop(0)
    about = list(takewhile(_is_about, rest))
    if not about:
        return None
    noun = _between(last, about[0], about[-1])
    if word in LISTS or word in SHOWS:
        word = "get"
        if _shows_several(operation, noun):
            word = "list"
    name = noun[0].lower() + noun[1:]
    if above and _one(above[-1]) == _one(name):
        name = above.pop()
    path = canonical("/".join([*above, name]))
    return Called(
        operation,
        path,
        word,
        dotted=False,
        is_about=True,
    )


def _is_about(word: str) -> bool:
    """Tell whether a word of a name is about a thing, and not about how it is chosen."""
    return word.lower() not in CHOOSERS


def _between(text: str, first: str, last: str) -> str:
    """Return the part of a text from one word to another."""
    begin = text.index(first)
    end = text.rindex(last) + len(last)
    return text[begin:end]


def _one(name: str) -> str:
    """Return the bare name of one of some things."""
    return bare(singular(name))


def _shows_several(operation: Described, noun: str) -> bool:
    """Tell whether an operation shows a list of what its name is about, and not the one of which
    the path tells the key.
    """
    if PARAMETER.search(segments(operation.path)[-1]) and singular(noun) == noun:
        return False
    many = many_envelope(operation.success_schema(), noun)
    return many is not None and bool(many[1].properties)


def _is_whole(noun: str, group: list[Called], taken: set[str]) -> bool:
    """Tell whether the last segments below a path are verbs that read and that write, and nothing
    else is there.
    """
    if {noun, f"{noun}/{{}}"} & taken:
        return False
    methods = set()
    for called in group:
        if bare(called.verb) == called.word:
            methods.add(called.method)
    return methods.issuperset(("GET", "POST"))


def _procedure(called: Called, keys: Mapping[str, KeyPlace]) -> Procedure | None:
    """Return what a procedure stands for, None where its name says too little."""
    if called.word == "count":
        return Procedure(f"{called.noun}/count", "GET")
    method = called.method
    key = None
    if not called.in_path:
        key = keys.get(called.operation.label)
    is_told = called.in_path or key is not None
    act = Procedure(f"{called.noun}/{called.verb}", "", key=key)
    if not method:
        is_only = len(called.places) == 1
        if key is not None and not key.required and not is_only:
            return replace(act, key=None) if called.dotted else None
        is_act = called.dotted or (called.is_about and is_told)
        return act if is_act else None
    if not called.on_item:
        return Procedure(called.noun, method)
    if not is_told:
        return act if called.dotted else None
    return Procedure(
        called.noun,
        method,
        on_item=True,
        key=key,
    )


def _keys(noun: str, group: Iterable[Called]) -> dict[str, KeyPlace]:
    """Return where each procedure is told which record it is about, by labels."""
    found: dict[str, list[KeyPlace]] = {}
    for called in group:
        if called.method != "POST":
            found[called.operation.label] = called.places
    usual: Counter[str] = Counter()
    for known in found.values():
        usual.update(place.name for place in known)
    last = re.split(r"[./]", noun)[-1]
    chosen = {}
    for label, known in found.items():
        key = _key(known, last, usual)
        if key is not None:
            chosen[label] = key
    return chosen


def _key(places: Iterable[KeyPlace], noun: str, usual: Mapping[str, int]) -> KeyPlace | None:
    """Return the place of the key of one of some things: user_id, id, user, or what is asked for
    most often, an id also where it need not be told; None where there is none.
    """
    one, several = bare(singular(noun)), bare(noun)
    by_name = {bare(place.name): place for place in places}
    for name in (f"{one}id", f"{several}id", *IDS, one, several, f"{one}name"):
        if name in by_name:
            return by_name[name]
    shared = []
    for place in by_name.values():
        if place.required and usual[place.name] > 1:
            shared.append(place)
    if not shared:
        for place in by_name.values():
            if KEYS.search(place.name) and usual[place.name] > USUAL_IDS:
                shared.append(place)
    return max(shared, key=lambda place: usual[place.name], default=None)


def key_places(operation: Described) -> Iterable[KeyPlace]:
    """Yield the query parameters, and the properties of the body, that may tell a record."""
    for parameter in operation.parameters_in("query"):
        if _may_tell(parameter.name, parameter.schema):
            yield KeyPlace("query", parameter.name, parameter.required)
    body = operation.sent_schema
    for name, schema in body.properties.items():
        if _may_tell(name, schema):
            yield KeyPlace("body", name, name in body.required)


def _may_tell(name: str, schema: DescribedSchema) -> bool:
    """Tell whether a value may be the key of a record."""
    is_plain = schema.own_type not in ("array", "object", "boolean")
    return is_plain and TOKENS.search(bare(name)) is None
