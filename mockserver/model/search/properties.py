"""Find the property of a record that a name is about: a name in, the Property out.

status              the property `status`, also `Status`
tag                 `tags`, `tagList`, `tag_ids`
labels              the `name` of each object in `labels`, or its `id`
address.city        `city` inside `address`, also spelled address_city
customer_id         `id` of the object `customer`; customer: its id, its name or the like
variable_key        `key` of a variable
created             `created_at`, `dateCreated`, `creation_date`
city                the only `city`, inside whatever object
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from mockserver.model.paths import bare, singular
from mockserver.model.types import DescribedSchema
from mockserver.slots import dataclass

DEEPEST = 4
"""Objects inside each other whose properties are known by name."""
MOST = 3000
"""Properties of a record that are known by name."""
NAMES = (
    "id",
    "key",
    "slug",
    "name",
    "username",
    "login",
    "code",
    "email",
    "uuid",
    "gid",
    "sku",
    "number",
    "title",
    "value",
    "uid",
    "guid",
    "identifier",
    "tag",
    "label",
)
"""Properties by which an object is called."""
GENERAL = frozenset(
    {"id", "key", "name", "code", "title", "value", "number", "label", "tag", "type", "description"}
)
"""Names that tell nothing without the object around them."""
WRAPPERS = frozenset(
    {"attributes", "metadata", "spec", "properties", "data", "fields", "details", "relationships"}
)
"""Objects that hold the properties of a record, as JSON:API has it."""
ENDINGS = (
    "list",
    "names",
    "name",
    "ids",
    "id",
    "keys",
    "codes",
    "code",
    "slugs",
    "slug",
    "uuid",
    "sid",
)
ALLOWED = (
    "allowed",
    "permitted",
    "accepted",
    "supported",
    "available",
    "capable",
    "enabled",
    "included",
    "friendly",
    "only",
)
"""What flags say of what they are named for: dogs_allowed."""
DATES = frozenset({"date", "date-time"})
WHEN = (
    "at",
    "on",
    "date",
    "time",
    "datetime",
    "timestamp",
    "ts",
    "dt",
    "utc",
    "day",
)
"""What follows a word in the name of a date."""
MADE = ("created", "creation", "added", "inserted", "made")
CHANGED = ("updated", "modified", "changed", "update", "modification", "edited")
SYNONYMS = (
    MADE,
    CHANGED,
    ("due", "deadline"),
    ("issued", "issuing", "issue"),
    ("completed", "completion", "finished", "done"),
    ("expires", "expiry", "expiration", "expired", "expire"),
    ("published", "publication", "publish", "publishes"),
    ("started", "start", "starts", "begin", "begins", "beginning"),
    ("ended", "end", "ends", "finish", "finishes"),
)
"""Words for one event in the names of dates."""
USUAL = (
    "date",
    "timestamp",
    "time",
    "when",
    "datetime",
    "occurredat",
    "loggedat",
    "eventdate",
    "dates",
)
"""Names of the date that a record is about."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a record: its dotted path, and whether an array is on the way, or at the end.

    `others` are the paths of further properties of which one may have the value.
    """

    path: str
    schema: DescribedSchema
    many: bool = False
    others: tuple[str, ...] = ()

    @property
    def value_schema(self) -> DescribedSchema:
        """The schema of one value."""
        return self.schema.items if self.schema.is_array else self.schema

    @property
    def is_date(self) -> bool:
        """Whether its values are dates or moments, by their format or by the name."""
        value = self.value_schema
        if value.format in DATES:
            return True
        leaf = self.path.rpartition(".")[2]
        name = "date" if leaf.endswith(("_at", "At")) else bare(leaf)
        if value.type == "string" and leaf.endswith(("_time", "Time")):
            return True
        return value.type in ("string", "integer", None) and _is_date_name(name)

    @property
    def is_number(self) -> bool:
        return self.value_schema.type in ("integer", "number")


class RecordProperties:
    """The properties of the records of a resource, by their names."""

    def __init__(self, record: DescribedSchema, key: str | None, resource: str) -> None:
        self._record = record
        self._key = key
        self._noun = bare(singular(resource.rpartition(".")[2].rpartition("/")[2]))
        self.by_path: dict[str, Property] = {}
        self._leaves: dict[str, list[Property]] = {}
        for found in _walk(record):
            name = bare(found.path)
            self.by_path.setdefault(name, found)
            leaf = bare(found.path.rpartition(".")[2])
            self._leaves.setdefault(leaf, []).append(found)
            if len(self.by_path) >= MOST:
                break

    @property
    def names(self) -> Mapping[str, str]:
        """The paths of properties by their bare names."""
        found = {name: known.path for name, known in self.by_path.items()}
        for path, known in self.by_path.items():
            outer = bare(known.path.partition(".")[0])
            if outer in WRAPPERS:
                found.setdefault(path.removeprefix(outer), known.path)
        for leaf, spots in self._leaves.items():
            if len(spots) == 1:
                found.setdefault(leaf, spots[0].path)
        if self._key is not None:
            found.setdefault("id", self._key)
            found.setdefault(f"{self._noun}id", self._key)
        return found

    @property
    def needed(self) -> frozenset[str]:
        """The paths of what replies must have, where they have what is around it."""
        found = {self._key} if self._key is not None else set()
        found.update(self._record.required)
        for known in self.by_path.values():
            for name in known.value_schema.required:
                found.add(f"{known.path}.{name}")
        return frozenset(found)

    @property
    def dates(self) -> list[Property]:
        """The dates of a record itself, not of what is inside its arrays."""
        found = []
        for known in self.by_path.values():
            steps = known.path.split(".")
            outer = [bare(step) for step in steps[:-1]]
            if known.is_date and WRAPPERS.issuperset(outer):
                found.append(known)
        return found

    def named(self, name: str) -> Property | None:
        """Return the property of a name: spelled the same, in the plural, or the singular; of an
        object what it is called by.
        """
        for word in _numbers(name):
            known = self.by_path.get(word) or self._wrapped(word)
            found = self._called(known) if known is not None else None
            if found is not None:
                return found
        return self._as_key(bare(name))

    def meant(self, name: str) -> Property | None:
        """Return the property that a name can only mean, spelled otherwise."""
        for word in _numbers(name):
            known = self._spelled_around(word) or self._inside(word)
            found = self._called(known) if known is not None else None
            if found is not None:
                return found
        return self.date(name)

    def date(self, word: str) -> Property | None:
        """Return the date of an event: created, updated, due."""
        stem = bare(word)
        for name in _date_names(stem):
            found = self.by_path.get(name) or self._wrapped(name)
            if found is not None and found.is_date:
                return found
        return None

    def usual_date(self, description: str) -> Property | None:
        """Return the date that a range without a name is about: the one that is described, the only
        one, that of the event, or that of creation.
        """
        known = self.dates
        said = bare(description)
        for own_date in known:
            if re.search(rf"\b{re.escape(_last(own_date.path))}\b", description):
                return own_date
        for words in SYNONYMS:
            if any(word in said for word in words):
                found = self.date(words[0])
                if found is not None:
                    return found
        if len(known) == 1:
            return known[0]
        for name in USUAL:
            found = self.by_path.get(name) or self._wrapped(name)
            if found is not None and found.is_date:
                return found
        return self.date("created")

    def choosing(self, words: Iterable[str]) -> Property | None:
        """Return the only property at the top that has all of some words for values."""
        asked = set(words)
        found = []
        for known in self.by_path.values():
            own = {str(value).lower() for value in known.value_schema.get("enum") or ()}
            if "." not in known.path and asked and asked <= own:
                found.append(known)
        return found[0] if len(found) == 1 else None

    def texts_in(self, description: str) -> list[Property]:
        """Return the properties at the top that a description names, in their order there."""
        words = [bare(word) for word in description.replace("/", " ").split()]
        found = []
        for word in words:
            known = self.by_path.get(word)
            if known is not None and known not in found:
                found.append(known)
        return found

    def has(self, name: str) -> Property | None:
        """Return the property that is spelled the same, an object too."""
        return self.by_path.get(bare(name)) or self._wrapped(bare(name))

    def labels(self) -> Property | None:
        """Return the object that has labels by their names."""
        known = [self.by_path.get("labels"), self._wrapped("labels")]
        return next((found for found in known if found and not found.schema.is_array), None)

    def wrapped(self, name: str) -> Property | None:
        """Return the property of a name inside an object that holds those of a record."""
        return self._wrapped(bare(name))

    def _wrapped(self, word: str) -> Property | None:
        for wrapper in WRAPPERS:
            if f"{wrapper}{word}" in self.by_path:
                return self.by_path[f"{wrapper}{word}"]
        return None

    def _as_key(self, word: str) -> Property | None:
        """Return the key of the records, which parameters also call `id` or `order_id`."""
        noun = self._noun
        if self._key is None:
            return None
        keys = {"id", "ids", "key", "keys", f"{noun}id", f"{noun}ids", f"{noun}key"}
        if word in keys:
            return self.by_path.get(bare(self._key))
        rest = word.removeprefix(noun)
        return self.by_path.get(rest) if noun and rest != word else None

    def _spelled_around(self, word: str) -> Property | None:
        """Return the property whose name says the same with more, or fewer, words."""
        for ending in ENDINGS:
            found = self.by_path.get(f"{word}{ending}")
            if found is not None:
                return found
        for ending in ALLOWED:
            found = self.by_path.get(f"{word}{ending}")
            if found is not None and found.schema.type == "boolean":
                return found
        for before in ("is", "has"):
            bare_word = word.removeprefix(before)
            for other in (f"{before}{word}", bare_word):
                found = self.by_path.get(other)
                if found is not None and found.schema.type == "boolean":
                    return found
        return None

    def _inside(self, word: str) -> Property | None:
        """Return the only property of a name inside an object that is no record of its own."""
        known = [found for found in self._leaves.get(word, ()) if not found.many]
        if len(known) != 1 or word in GENERAL:
            return None
        steps = known[0].path.split(".")
        if len(steps) > 1 and bare(steps[0]) in WRAPPERS:
            steps = steps[1:]
        if len(steps) != 2:
            return None
        around = self.by_path[bare(known[0].path.rpartition(".")[0])]
        inner = [bare(name) for name in around.schema.all_properties]
        is_record = any(name.endswith(("id", "pk")) for name in inner)
        is_its_key = word == f"{bare(singular(steps[0]))}id"
        return known[0] if is_its_key or not is_record else None

    def through(self, name: str, words: str, choices: AbstractSet[str]) -> Property | None:
        """Return the property of what a record names: `manufacturer` inside `device_type`, where
        that is a thing of its own, where words tell around what it is, or where it has the same
        choices; `tag_id` of each of its `tags`.
        """
        spoken = {bare(word) for word in words.split()}
        for word in _numbers(name):
            found = self._inside_named(word, spoken, choices) or self._part(word)
            if found is not None:
                return found
        return None

    def _inside_named(
        self, word: str, spoken: AbstractSet[str], choices: AbstractSet[str]
    ) -> Property | None:
        """Return the only thing, or the only value, of a name inside a thing that a record
        names.
        """
        for stem, ending in _endings(word):
            found = self._only_inside(stem)
            if found is None:
                continue
            inner = found.value_schema.all_properties
            own = ending if ending in inner else "id"
            if own in inner:
                path = f"{found.path}.{own}"
                others = _others(found, ending)
                return Property(path, inner[own], others=others)
            is_told = _tells_around(found, spoken) or _may_be_one_of(found, choices)
            if is_told and not inner and not ending:
                return found
        return None

    def _only_inside(self, word: str) -> Property | None:
        """Return the only property of a name that is one step inside another one."""
        if word in GENERAL:
            return None
        found = []
        for leaf in self._leaves.get(word, ()):
            if not leaf.many:
                found.append(leaf)
        if len(found) != 1:
            return None
        (only,) = found
        steps = only.path.split(".")
        return only if len(steps) == 2 else None

    def _part(self, word: str) -> Property | None:
        """Return what the items of an array are called by: `tag_id` the id of each of `tags`; or
        what is inside `data`, as in the relationships of JSON:API: `author_id`.
        """
        for stem, ending in _endings(word):
            for spelled in _numbers(stem) if ending else ():
                known = self.by_path.get(spelled) or self._wrapped(spelled)
                found = None
                if known is not None:
                    found = self._item_part(known, ending) or _data_part(known, ending)
                if found is not None:
                    return found
        return None

    def _item_part(self, known: Property, ending: str) -> Property | None:
        """Return a property of the items of an array, also of one that stands in an object of its
        name, or the items where they are what they are called by.
        """
        value = known.value_schema
        inner = {bare(name): name for name in value.all_properties}
        if not known.many:
            array = self._array_inside(known)
            return None if array is None else self._item_part(array, ending)
        if not inner and value.type in ("string", "integer"):
            return known
        name = inner.get(ending)
        if name is None:
            return None
        return Property(f"{known.path}.{name}", value.all_properties[name], True)

    def _array_inside(self, known: Property) -> Property | None:
        """Return the array that an object of its name holds: {tags: {tags: [...]}}."""
        fields = known.value_schema.all_properties
        own = bare(_last(known.path))
        for name, child in fields.items():
            is_named = bare(name) in (own, "data", "items")
            if is_named and child.is_array:
                return Property(f"{known.path}.{name}", child, True)
        return None

    def _called(self, found: Property) -> Property | None:
        """Return what an object is called by, in the place of the object; also where that is inside
        `data`, as in the relationships of JSON:API. None where nothing calls it.
        """
        value = found.value_schema
        if not value.is_object:
            return found
        inner = {bare(name): name for name in value.all_properties}
        noun = bare(singular(found.path.rpartition(".")[2]))
        own = [name for name in inner if name == f"{noun}id"]
        names = [name for name in NAMES if name in inner]
        paths = [f"{found.path}.{inner[name]}" for name in (*own, *names)]
        if paths:
            return Property(
                paths[0], value.all_properties[_last(paths[0])], found.many, tuple(paths[1:])
            )
        if "data" in inner:
            data = value.all_properties[inner["data"]]
            is_many = found.many or data.is_array
            return self._called(Property(f"{found.path}.{inner['data']}", data, is_many))
        return None


def _data_part(known: Property, ending: str) -> Property | None:
    """Return a property of the one thing that an object holds as `data`."""
    data = known.value_schema.all_properties.get("data")
    if known.many or data is None or data.is_array:
        return None
    inner = {bare(name): name for name in data.all_properties}
    if ending not in inner:
        return None
    name = inner[ending]
    return Property(f"{known.path}.data.{name}", data.all_properties[name])


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _walk(record: DescribedSchema) -> Iterator[Property]:
    """Yield the properties of a record, the outermost first."""
    level = [("", record, False)]
    for _ in range(DEEPEST):
        below: list[tuple[str, DescribedSchema, bool]] = []
        for path, schema, many in level:
            for name, child in schema.all_properties.items():
                step = f"[{name}]" if set(name) & set(".[]") else name
                inner = f"{path}.{step}" if path else step
                is_many = many or child.is_array
                yield Property(inner, child, is_many)
                value = child.items if child.is_array else child
                if value.is_object:
                    below.append((inner, value, is_many))
        level = below[:MOST]


def _numbers(name: str) -> Iterable[str]:
    """Return a name as it is, in the singular and in the plural, bare."""
    word = bare(name)
    words = [word]
    if word.endswith("ies"):
        words.append(f"{word[:-3]}y")
    if word.endswith("es"):
        words.append(word[:-2])
    if word.endswith("s"):
        words.append(word[:-1])
    words.append(f"{word}s")
    words.append(f"{word}es")
    if word.endswith("y"):
        words.append(f"{word[:-1]}ies")
    return dict.fromkeys(words)


def _tells_around(found: Property, spoken: AbstractSet[str]) -> bool:
    """Tell whether words name what is around a property: a "device model" for device_type.model."""
    around, _, _ = found.path.partition(".")
    words = re.split(r"[_-]", around)
    return not spoken.isdisjoint(map(bare, words))


def _may_be_one_of(found: Property, choices: AbstractSet[str]) -> bool:
    """Tell whether the values of a property may be some choices: it has them for values, or is a
    text of a name of several words.
    """
    if not choices:
        return False
    value = found.value_schema
    own = {str(choice).lower() for choice in value.get("enum") or ()}
    if own:
        return choices <= own
    words = re.findall(r"[A-Z]?[a-z0-9]+", _last(found.path))
    return len(words) > 1 and value.type == "string"


def _endings(word: str) -> Iterator[tuple[str, str]]:
    """Yield a name as it is, and what it is about with what that is called by: tag, id."""
    yield word, ""
    for ending in ("id", "name", "slug", "key", "code", "uuid"):
        if word.endswith(ending) and word != ending:
            yield word.removesuffix(ending), ending


def _others(found: Property, ending: str) -> tuple[str, ...]:
    """Return what else a thing is called by, where a parameter does not say by what."""
    if ending:
        return ()
    inner = found.value_schema.all_properties
    paths = []
    for name in NAMES:
        if name in inner and name != "id":
            paths.append(f"{found.path}.{name}")
    return tuple(paths)


def _date_names(stem: str) -> Iterator[str]:
    stems = [stem]
    for words in SYNONYMS:
        if stem in words:
            stems += words
    for each in stems:
        yield each
        for when in WHEN:
            yield f"{each}{when}"
            yield f"{when}{each}"
        yield f"last{each}"
        yield f"last{each}at"
        yield f"last{each}date"


def _is_date_name(name: str) -> bool:
    """Tell whether a property is a date by its name: createdAt, date_sent, expiry_date."""
    ends = name.endswith(("date", "datetime", "timestamp", "edat"))
    return ends or name.startswith("date") or name in (MADE[0], CHANGED[0])
