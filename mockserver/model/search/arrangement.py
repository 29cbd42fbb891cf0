"""Infer how the order and the properties of a list are asked for.

sort=-created, sort=name:desc, order_by=name desc    a property, and which comes first
sort_by=name & order=desc                            the same in two parameters
order=desc                                           the order of creation turned around
sort[name]=asc, sort.name=desc                       an object with a direction for a property
fields=id,name, opt_fields, exclude_fields=notes     which properties are shown
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from mockserver.model.paths import bare
from mockserver.model.search.properties import RecordProperties
from mockserver.model.types import DescribedParameter, DescribedSchema, Sorting, Sparse
from mockserver.slots import dataclass

Parameters = Sequence[DescribedParameter]

SORTS = (
    "sortby",
    "orderby",
    "sortfield",
    "ordering",
    "sort",
    "sorts",
    "order",
    "sortkey",
    "sortcolumn",
    "sortproperty",
    "sorting",
    "orderfield",
    "sortordersfield",
)
"""Parameters that name the properties to sort by, also in brackets: sort[field]."""
DIRECTIONS = (
    "direction",
    "sortdirection",
    "sortorder",
    "orderdirection",
    "order",
    "dir",
    "sortdir",
    "sorttype",
    "sortascending",
    "sortordersdirection",
    "sortby",
    "sort",
)
"""Parameters that tell whether the largest comes first."""
WAYS = frozenset({"asc", "desc", "ascending", "descending", "ascend", "descend", "1", "true"})
"""Words for directions."""
SHOWS = ("fields", "optfields", "includefields", "select", "onlyfields", "returnfields", "selects")
HIDES = ("excludefields", "excludedattributes", "omit", "excludedfields", "omitfields")
MAY_SHOW = ("attrs", "attributes", "properties", "field", "columns", "projection", "only", "show")
"""Parameters that choose properties where they are so described."""
OF_TYPE = re.compile(r"fields\[([^\]]+)\]")
"""The properties of records of one type: fields[articles] (JSON:API)."""
DEEPEST = 3
"""Objects inside each other that are looked into."""
_SORTS = re.compile(
    r"\b(?:field|column|property|attribute)\b.{0,30}\b(?:sort|order)"
    r"|\b(?:sort|order)(?:ed|ing|s)?\b.{0,20}\bby\b"
    r"|\b(?:sort|order)(?:ed|ing)?\b.{0,30}\b(?:field|column|property|attribute)\b",
    re.IGNORECASE,
)
_ADDS = re.compile(r"\badditional (?:fields|properties|attributes)\b", re.IGNORECASE)
"""What is said of properties that are shown beside the usual ones."""
_SHOWN = re.compile(
    r"\b(?:attributes|fields|properties|columns)\b[^.]*"
    r"\b(?:include|included|return|returned|provided|shown|response)\b",
    re.IGNORECASE,
)
_WAY = re.compile(r"(.+?)[:_. ,-]?(asc|desc)(?:ending)?", re.IGNORECASE)
_EVENTS = ("created", "updated", "modified", "date", "time")


@dataclass(frozen=True, slots=True)
class OrderSpot:
    """A parameter, or a member of an object: its dotted name, and what is said of it."""

    name: str
    schema: DescribedSchema
    words: str

    @property
    def called(self) -> tuple[str, str]:
        """Its own name, and that with the name around it, bare: field and sortfield."""
        plain = re.sub(r"\[\d*\]", "", self.name)
        steps = [bare(step) for step in re.split(r"[\[\].]+", plain) if step]
        return steps[-1], "".join(steps[-2:])

    @property
    def value_schema(self) -> DescribedSchema:
        return self.schema.items if self.schema.is_array else self.schema

    @property
    def choices(self) -> list[str]:
        return [str(word) for word in self.value_schema.get("enum") or () if word is not None]

    @property
    def turns_by_words(self) -> bool:
        """Whether all its words are directions."""
        return bool(self.choices) and {word.lower() for word in self.choices} <= WAYS

    @property
    def turns(self) -> bool:
        """Whether it tells the direction alone."""
        if self.choices:
            return self.turns_by_words
        is_named = not set(self.called).isdisjoint(DIRECTIONS)
        is_sort = not set(self.called).isdisjoint(SORTS)
        if self.schema.type == "boolean":
            return self.called[0] in ("sortascending", "sortdescending", "ascending", "descending")
        return is_named and (not is_sort or self._says_direction_alone())

    @property
    def names_properties(self) -> bool:
        return not set(self.called).isdisjoint(SORTS)

    def _says_direction_alone(self) -> bool:
        pattern = str(self.value_schema.get("pattern", "")).lower()
        return "asc" in pattern and "desc" in pattern and len(pattern) < 20


def infer_sorting(query: Parameters, known: RecordProperties) -> Sorting:
    """Return how the order is asked for."""
    of_ways = next(filter(_is_of_ways, query), None)
    if of_ways is not None:
        return Sorting(of_ways.name)
    spots = list(_spots(query))
    direction = next((spot for spot in spots if spot.turns), None)
    others = [spot for spot in spots if not spot.turns]
    named = _named(others, known)
    if named is not None and direction is None:
        others.remove(named)
        direction = _other_direction(others, known)
    turn = direction.name if direction else None
    if named is not None:
        return Sorting(named.name, turn, None, _words(named, known))
    if direction is None or not _is_about_order(direction):
        return Sorting()
    created = known.usual_date(direction.words) or known.date("created")
    return Sorting(None, turn, created.path if created else None)


def _is_of_ways(parameter: DescribedParameter) -> bool:
    """Tell whether a parameter is an object that tells a direction for each property in it."""
    name = bare(parameter.name)
    schema = parameter.schema
    children = [*schema.properties.values()]
    if not children and schema.additional is not None:
        children.append(schema.additional)
    if name not in SORTS or not children:
        return False
    return all(OrderSpot(parameter.name, child, "").turns_by_words for child in children)


def infer_sparse(query: Parameters, known: RecordProperties) -> tuple[Sparse, ...]:
    """Return the parameters that choose which properties are shown."""
    found = []
    for parameter in _with_members(query):
        *_, own_name = parameter.name.split(".")
        name = bare(own_name)
        match = OF_TYPE.fullmatch(parameter.name)
        if _ADDS.search(parameter.description):
            continue
        if match is not None and "attributes" in known.by_path:
            inside = known.by_path["attributes"].path
            found.append(Sparse(parameter.name, inside=inside, needed=known.needed))
        elif name in SHOWS or name in HIDES or _says_what_is_shown(parameter, known):
            found.append(Sparse(parameter.name, name in HIDES, needed=known.needed))
    return tuple(found)


def _with_members(query: Parameters) -> Iterator[DescribedParameter]:
    """Yield the parameters, and the members of those that are spread over the query."""
    for parameter in query:
        yield parameter
        if not parameter.is_spread:
            continue
        for name, schema in parameter.schema.properties.items():
            yield replace(
                parameter,
                name=f"{parameter.name}.{name}",
                schema=schema,
                description=schema.get("description", ""),
            )


def _says_what_is_shown(parameter: DescribedParameter, known: RecordProperties) -> bool:
    if bare(parameter.name) not in MAY_SHOW or bare(parameter.name) in known.by_path:
        return False
    return _SHOWN.search(parameter.description) is not None


def _named(spots: Sequence[OrderSpot], known: RecordProperties) -> OrderSpot | None:
    """Return what names the properties to sort by: the usual name, else the one that is so
    described.
    """
    usual = [spot for spot in spots if spot.names_properties]
    for name in SORTS:
        for spot in usual:
            is_filter = bare(spot.name) in known.by_path and name != "sort"
            if name in spot.called and not is_filter:
                return spot
    described = [spot for spot in spots if _SORTS.search(spot.words) and _is_text(spot)]
    described = [spot for spot in described if bare(spot.name) not in known.by_path]
    return described[0] if len(described) == 1 else None


def _other_direction(spots: Sequence[OrderSpot], known: RecordProperties) -> OrderSpot | None:
    """Return what tells the direction beside a parameter that names the properties."""
    for spot in spots:
        is_named = not set(spot.called).isdisjoint(DIRECTIONS)
        if is_named and bare(spot.name) not in known.by_path and not spot.choices:
            return spot
    return None


def _is_text(spot: OrderSpot) -> bool:
    return spot.value_schema.type in ("string", None) and not spot.turns


def _is_about_order(spot: OrderSpot) -> bool:
    """Tell whether a direction stands for an order where nothing else asks for one."""
    return spot.called[0] != "sort" or bool(spot.choices)


def _words(spot: OrderSpot, known: RecordProperties) -> dict[str, str]:
    """Return the words for properties that are called otherwise: created -> created_at."""
    names = known.names
    found = {}
    for word in (*spot.choices, *_EVENTS):
        match = _WAY.fullmatch(word.lstrip("+-"))
        stem = match[1] if match else word.lstrip("+-")
        if bare(stem) in names:
            continue
        meant = known.named(stem) or known.meant(stem)
        if meant is not None:
            found[bare(stem)] = meant.path
    return found


def _spots(query: Parameters) -> Iterator[OrderSpot]:
    """Yield the parameters, and the members of objects among them."""
    for parameter in query:
        yield from _within(parameter.name, parameter.schema, parameter.description, 0)


def _within(name: str, schema: DescribedSchema, words: str, depth: int) -> Iterator[OrderSpot]:
    members = {} if schema.is_array else schema.properties
    if not members or depth == DEEPEST:
        yield OrderSpot(name, schema, f"{words} {schema.get('description', '')}")
        return
    for inner, child in members.items():
        yield from _within(f"{name}.{inner}", child, "", depth + 1)
