"""Bring the places of one resource together: the spots of a document in, fewer spots out.

    POST, GET          /sites/{site_id}/builds          the home: builds are made here
    GET, PUT, DELETE   /builds/{build_id}               shallow items of it
    GET                /builds                          the builds of all sites

    POST               /person                          one of /persons

    POST, GET          /components                      the home
    GET, POST          /projects/{key}/components       those whose property `project` is the key

    GET, PUT           /builds/{build_id}/state         one build, of which `state` is changed

    GET                /builds/tag/{tag}                the build with this `tag`

    GET                /v2/builds                       the builds of /v1/builds, or of /builds

    POST, GET          /admin/users                     the home
    GET                /users/{username}                one of them

A place is *shallow* where its path leaves out parents, for they are named once, where a thing is
made. It is a *view of a parent* where its path has one more, which a property of the records names
(`link_of`). Both need the same name and the same properties; where it is not sure which collection
is meant, nothing is joined. What the semantics name stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from mockserver.model.envelopes import many_envelope, one_envelope
from mockserver.model.keys import property_for
from mockserver.model.paths import (
    bare,
    collection_of,
    is_item,
    is_version,
    key_parameter,
    parameter_names,
    segments,
    singular,
    whole_parameter,
)
from mockserver.model.places.links import link_of
from mockserver.model.places.listings import is_listing
from mockserver.model.places.survey import (
    WRITES,
    Place,
    Spot,
    add_place,
    is_collection,
    parent_path,
)
from mockserver.model.places.trees import tree_link
from mockserver.model.types import DescribedSchema
from mockserver.model.types.schema import NO_SCHEMA

VIEWERS = frozenset({"user", "users", "me", "my", "mine", "search", "account", "self"})
"""First words of paths that list what is elsewhere too: what one has, what is found."""
API = frozenset({"api", "rest"})
"""Words of paths that say no more than that an API is there."""


def join_places(spots: Mapping[str, Spot], declared: Collection[str]) -> dict[str, Spot]:
    """Return the spots without those that are about the records of another one, whose operations go
    there.
    """
    kept = dict(spots)
    for path, spot in spots.items():
        home = spots.get(_plural_path(path, spots))
        if home is None or path in declared or home.path in declared:
            continue
        if _shows_same_twin(spot, home):
            _move(spot, home)
            home.links[path] = {}
            del kept[path]
    for path, spot in reversed(list(kept.items())):
        if path in declared:
            continue
        home = _home_of_version(spot, kept)
        if home is not None and home.path not in declared:
            _move(spot, home)
            home.links[path] = {}
            del kept[path]
    for path, spot in spots.items():
        if path in declared or path not in kept:
            continue
        home = _home_of_part(spot, kept)
        if home is not None:
            _move_part(spot, home)
            del kept[path]
    spots = dict(kept)
    for path, spot in spots.items():
        if path in declared or _makes(spot):
            continue
        home = _home(spot, spots) or _home_of_reads(spot, kept)
        if home is not None:
            _move(spot, home)
            home.shallow.append(path)
            del kept[path]
    for path, spot in list(kept.items()):
        if path in declared:
            continue
        found = _home_by_link(spot, kept) or _home_in_tree(spot, kept)
        if found is not None:
            home, links = found
            _move(spot, home)
            home.links[path] = links
            del kept[path]
    for path, spot in list(kept.items()):
        if path in declared:
            continue
        home = _home_by_property(spot, kept)
        if home is not None:
            _move(spot, home)
            home.links[path] = {}
            del kept[path]
    for path, spot in list(kept.items()):
        if path in declared:
            continue
        home = _home_of_all(spot, kept)
        if home is not None:
            _move(spot, home)
            home.links[path] = {}
            del kept[path]
    return kept


def _home_of_version(spot: Spot, spots: Mapping[str, Spot]) -> Spot | None:
    """Return the collection that makes what is at the same path of another version: /v2/owners of
    /owners, and /api/v1/posts of /posts. Two that both make records are one only where the document
    has one schema for them.
    """
    steps = _unversioned(spot.path)
    if not steps or is_item(spot.path):
        return None
    for other in spots.values():
        if other is spot or _unversioned(other.path) != steps:
            continue
        if _is_version_of(spot, other):
            return other
    return None


def _is_version_of(spot: Spot, home: Spot) -> bool:
    """Tell whether a home makes what another spot shows, or makes too."""
    makes = home.on_collection.get("POST")
    also_makes = spot.on_collection.get("POST")
    if makes is None:
        return False
    if also_makes is None:
        return _shows_same_list(spot, home) or _shows_same_item(spot, home)
    made = _shown_record(makes, home.name)
    also_made = _shown_record(also_makes, spot.name)
    return made.is_same_as(also_made)


def _unversioned(path: str) -> list[str]:
    """Return the segments of a path without those that tell a version, or that it is an API."""
    found = []
    for step in segments(path):
        says_nothing = is_version(step) or bare(step) in API
        if not says_nothing:
            found.append(step)
    return found


def _shows_same_item(spot: Spot, home: Spot) -> bool:
    """Tell whether what is read by its key at a spot is surely what is made at a home."""
    reads = spot.on_item.get("GET")
    makes = home.on_collection.get("POST")
    shown = _shown_names(reads, spot.name)
    made = _shown_names(makes, home.name)
    return _overlap(shown, made)


def _home_of_part(spot: Spot, spots: Mapping[str, Spot]) -> Spot | None:
    """Return the collection of whose items a path shows each whole, for the sake of one property:
    GET and PUT /berths/{name}/status, both with a berth, which has a `status`.
    """
    above = parent_path(spot.path)
    home = spots.get(collection_of(above))
    if home is None or not is_item(above):
        return None
    changes = set(spot.on_collection)
    changes -= {"GET", "HEAD"}
    if not changes or changes - {"PUT", "PATCH"}:
        return None
    shows = spot.on_collection.get("GET")
    reads = home.on_item.get("GET")
    if shows is None or reads is None:
        return None
    record = reads.operation.success_schema()
    shown = shows.operation.success_schema()
    if not shown.is_same_as(record):
        return None
    *_, last = segments(spot.path)
    part = record.properties.get(last)
    if part is None or not part.is_object:
        return None
    return None if part.is_same_as(record) else home


def _home_by_property(spot: Spot, spots: Mapping[str, Spot]) -> Spot | None:
    """Return the collection of which a path below a word shows the one record that has a property:
    GET and DELETE /users/username/{username}, beside /users and /users/{id}.
    """
    above = parent_path(spot.path)
    home = spots.get(above)
    reads = spot.on_item.get("GET")
    if home is None or reads is None:
        return None
    usual = home.on_item.get("GET")
    if spot.on_collection or usual is None:
        return None
    record = _shown_record(usual, home.name)
    shown = _shown_record(reads, home.name)
    if not shown.is_same_as(record):
        return None
    param = key_parameter(reads.path)
    if param is None or param == key_parameter(usual.path):
        return None
    field = property_for(param, record.properties)
    return None if field is None else home


def _home_of_reads(spot: Spot, spots: Mapping[str, Spot]) -> Spot | None:
    """Return the one collection elsewhere that makes what a path shows of one record alone, and
    shows none itself: GET /users/{username} of POST /admin/users.
    """
    reads = spot.on_item.get("GET")
    if reads is None or spot.on_collection or parameter_names(spot.path):
        return None
    if {"PUT", "POST"} & spot.on_item.keys():
        return None
    shown = _shown_record(reads, spot.name)
    found = []
    for other in spots.values():
        makes = other.on_collection.get("POST")
        if makes is None or "GET" in other.on_item:
            continue
        if parameter_names(other.path):
            continue
        made = _shown_record(makes, other.name)
        if not made.is_same_as(shown):
            continue
        if _has_same_name(spot, other):
            found.append(other)
    if len(found) != 1:
        return None
    return found[0]


def _home_of_all(spot: Spot, spots: Mapping[str, Spot]) -> Spot | None:
    """Return the collection that nothing fills, whose records a list below a parent shows too:
    GET /accounts/{id}/transactions beside /transactions and /transactions/{id}.

    Whose they are is for the document to show; a read by key finds each of them.
    """
    methods = list(spot.on_collection)
    if methods != ["GET"] or not is_listing(spot):
        return None
    for other in spots.values():
        if other is spot or not _is_read_alone(other):
            continue
        if not _has_same_name(spot, other):
            continue
        if _shows_same_list(spot, other):
            return other
    return None


def _is_read_alone(spot: Spot) -> bool:
    """Tell whether records below no parent are listed and read, and nothing makes them."""
    if parameter_names(spot.path):
        return False
    is_read = "GET" in spot.on_item and "GET" in spot.on_collection
    is_made = "POST" in spot.on_collection or "PUT" in spot.on_item
    return is_read and not is_made


def _plural_path(path: str, spots: Collection[str]) -> str:
    """Return the path that is another one in the plural: /api/persons for /api/person; empty where
    there is none.
    """
    *above, last = segments(path) or [""]
    for other in spots:
        steps = segments(other)
        if steps[:-1] != above or not steps or steps[-1] == last:
            continue
        if not whole_parameter(last) and singular(steps[-1]) == last:
            return other
    return ""


def _shows_same_twin(spot: Spot, home: Spot) -> bool:
    """Tell whether two collections beside each other, one of them in the plural, are one."""
    if "GET" in spot.on_collection:
        return False
    makes = home.on_collection.get("POST")
    shows = home.on_collection.get("GET", makes)
    if makes is None and not _lists(home):
        return False
    shown = _shown_names(shows, home.name)
    if not shown:
        shown = set(_sent_fields(makes, home.name))
    for place in spot.places:
        mine = _shown_names(place, spot.name)
        mine.update(_sent_fields(place, spot.name))
        if mine and shown:
            return _overlap(mine, shown)
    return not shown and not spot.on_collection


def _lists(spot: Spot) -> bool:
    """Tell whether a spot has a list."""
    listed = spot.on_collection.get("GET")
    if listed is None:
        return False
    schema = listed.operation.success_schema()
    return many_envelope(schema, spot.name) is not None


def _makes(spot: Spot) -> bool:
    """Tell whether things are made or changed together where they are."""
    return bool(WRITES & spot.on_collection.keys()) or not spot.places


def _home(spot: Spot, spots: Mapping[str, Spot]) -> Spot | None:
    """Return the collection that shallow items are from: the one that makes them, or the only one;
    None where that is not sure. A list alone is sure by what it shows.
    """
    homes = list(_homes(spot, spots))
    makers = [home for home in homes if "POST" in home.on_collection]
    if not makers:
        makers = [home for home in homes if "PUT" in home.on_item]
    if len(makers) == 1:
        return makers[0]
    if spot.on_collection or not homes:
        return None
    first, *others = homes
    if not others or all(map(is_listing, homes)):
        return first
    return None


def _homes(spot: Spot, spots: Mapping[str, Spot]) -> Iterator[Spot]:
    """Yield the collections that the items of a spot may be from: below one more parent, of the
    same things.
    """
    parents = len(parameter_names(spot.path))
    within = _parent_steps(spot.path)
    for other in spots.values():
        further = len(parameter_names(other.path)) - parents
        if other is spot or further < 0 or (further == 0 and not spot.on_collection):
            continue
        is_below = segments(other.path)[: len(within)] == within
        if not is_below or not _has_same_name(spot, other):
            continue
        has_list = is_collection(other) or is_listing(other) or _only_makes(other, spot)
        if has_list and _is_same(spot, other):
            yield other


def _only_makes(home: Spot, spot: Spot) -> bool:
    """Tell whether all that there is at a path is a POST, which makes what the items of a spot
    are, and a DELETE of them all.
    """
    makes = home.on_collection.get("POST")
    reads = spot.on_item.get("GET")
    if makes is None or reads is None or _does_more(home):
        return False
    made = _shown_record(makes, home.name)
    return made.is_same_as(_shown_record(reads, spot.name))


def _does_more(spot: Spot) -> bool:
    """Tell whether there is more at a path than to make records and to remove all of them."""
    return len(spot.places) > len({"POST", "DELETE"} & spot.on_collection.keys())


def _is_same(spot: Spot, other: Spot) -> bool:
    """Tell whether two spots are about the same records: items by what is read, a list by what it
    surely shows.
    """
    if spot.on_collection:
        return _is_without_parents(spot.path, other.path) and _shows_same_list(spot, other)
    return bool(spot.on_item) and _shows_same(spot, other)


def _is_without_parents(path: str, other: str) -> bool:
    """Tell whether a path is another one without some parents: /sites/{id}/builds is /builds. A
    word before it may tell who looks: /user/builds.
    """
    mine, theirs = segments(path), segments(other)
    while mine and bare(mine[0]) in VIEWERS:
        del mine[0]
    left = iter(theirs)
    for step in mine:
        for own in left:
            if own == step:
                break
            if not whole_parameter(own) and not whole_parameter(next(left, "")):
                return False
        else:
            return False
    return all(whole_parameter(own) for own in left)


def _sends_same(spot: Spot, home: Spot, links: Collection[str]) -> bool:
    """Tell whether what is made at a spot is sent as it is at a home: not where keys alone are.
    What links it to its parents is told by the path.
    """
    mine, theirs = spot.on_collection.get("POST"), home.on_collection.get("POST")
    if mine is None or theirs is None:
        return True
    sent = _sent_fields(mine, spot.name)
    usual = _sent_fields(theirs, home.name)
    if not sent:
        return True
    taken = []
    for field, schema in usual.items():
        if not schema.is_read_only:
            taken.append(field)
    both = sent.keys() & usual.keys()
    told = both | (usual.keys() & set(links))
    return bool(both) and 2 * len(told) > len(taken)


def _home_by_link(spot: Spot, spots: Mapping[str, Spot]) -> tuple[Spot, Mapping[str, str]] | None:
    """Return the collection of the same things above the parents of a spot, and the properties by
    which they name them; None where that is not sure.
    """
    if not spot.on_collection or is_item(spot.path):
        return None
    found = []
    for other in spots.values():
        links = _links(spot, other)
        if links:
            found.append((other, links))
    if len(found) != 1:
        return None
    return found[0]


def _home_in_tree(spot: Spot, spots: Mapping[str, Spot]) -> tuple[Spot, Mapping[str, str]] | None:
    """Return the collection whose records are right below one of them at a path, and the property
    by which they name it: GET /folders/{id}/children of /folders, by `parent_id`.
    """
    above = parent_path(spot.path)
    home = spots.get(collection_of(above))
    param = key_parameter(above)
    if home is None or param is None or not is_item(above) or not _lists(spot):
        return None
    if spot.on_item or not _makes_records(home) or not _shows_same_list(spot, home):
        return None
    *_, last = segments(spot.path)
    link = tree_link(last, home.name, _linking_fields(home))
    return None if link is None else (home, {param: link})


def _makes_records(spot: Spot) -> bool:
    """Tell whether a collection has an operation that makes one of its records."""
    makes = "POST" in spot.on_collection or "PUT" in spot.on_item
    return makes and is_collection(spot)


def _links(spot: Spot, home: Spot) -> Mapping[str, str]:
    """Return the properties by which the things of a home name the parents that only the other spot
    has; none where they do not.
    """
    names = parameter_names(home.path)
    further = [name for name in parameter_names(spot.path) if name not in names]
    if not further or not _may_be_of(spot, home):
        return {}
    fields = _linking_fields(home)
    key = key_parameter(home.item_path) if home.item_path else None
    found = {}
    for param, parent in _parents(spot.path):
        link = link_of(param, parent, fields, key)
        if link is not None and param in further:
            found[param] = link
    is_linked = further[-1] in found and _sends_same(spot, home, found.values())
    return found if is_linked else {}


def _may_be_of(spot: Spot, home: Spot) -> bool:
    """Tell whether what is at a spot may be among the things that are made at a home."""
    if not _makes_records(home):
        return False
    within = _parent_steps(home.path)
    steps = segments(spot.path)
    if steps[: len(within)] != within:
        return False
    if not _has_same_name(spot, home):
        return False
    return _shows_same_list(spot, home) or _makes_same(spot, home)


def _makes_same(spot: Spot, home: Spot) -> bool:
    """Tell whether all that there is at a spot is a POST that makes what a home shows, and a DELETE
    of them all.
    """
    makes = spot.on_collection.get("POST")
    shows = home.on_item.get("GET")
    if makes is None or _does_more(spot):
        return False
    if shows is None:
        shows = home.on_collection.get("GET")
    made = _shown_record(makes, spot.name)
    shown = _shown_record(shows, home.name)
    return made.is_same_as(shown)


def _linking_fields(home: Spot) -> Mapping[str, DescribedSchema]:
    """Return the properties that records have, and those with which they are made."""
    fields: dict[str, DescribedSchema] = {}
    for method in ("POST", "PUT"):
        places = (home.on_collection.get(method), home.on_item.get(method))
        for place in places:
            fields |= _sent_fields(place, home.name)
    shown = (home.on_collection.get("GET"), home.on_item.get("GET"))
    for place in shown:
        fields |= _shown_record(place, home.name).properties
    return fields


def _sent_fields(place: Place | None, name: str) -> Mapping[str, DescribedSchema]:
    """Return the properties of the record that an operation sends."""
    if place is None:
        return {}
    _, record = one_envelope(place.operation.sent_schema, name, None)
    return record.properties


def _parents(path: str) -> list[tuple[str, str]]:
    """Return each parameter that is a whole segment, with the segment before it."""
    steps = segments(path)
    found = []
    for before, step in pairwise(steps):
        param = whole_parameter(step)
        if param is not None:
            found.append((param, before))
    return found


def _parent_steps(path: str) -> list[str]:
    """Return the segments up to the last one that has a parameter."""
    steps = segments(path)
    while steps:
        *_, last = steps
        if parameter_names(last):
            break
        steps.pop()
    return steps


def _has_same_name(spot: Spot, other: Spot) -> bool:
    """Tell whether two spots are about the same things: /builds and /sites/{id}/builds, /rows and
    /rows/table/{id}, /stock and /stock/{warehouse}.
    """
    steps = segments(other.path)
    if steps and whole_parameter(steps[-1]):
        return segments(spot.path) in (steps[:-1], steps[:-2])
    return bare(singular(spot.name)) == bare(singular(other.name))


def _shows_same(spot: Spot, other: Spot) -> bool:
    """Tell whether what is read at one spot has at least half of the properties of what the other
    shows.
    """
    mine = _shown_names(spot.on_item.get("GET"), spot.name)
    shown = (
        other.on_item.get("GET"),
        other.on_collection.get("POST"),
        other.on_collection.get("GET"),
    )
    for place in shown:
        theirs = _shown_names(place, other.name)
        if mine and theirs:
            return _overlap(mine, theirs)
    return True


def _shows_same_list(spot: Spot, home: Spot) -> bool:
    """Tell whether what is listed at a spot is surely of the same kind as what is at a home."""
    if not _lists(spot):
        return False
    mine = _shown_record(spot.on_collection.get("GET"), spot.name)
    shown = (
        home.on_collection.get("GET"),
        home.on_item.get("GET"),
        home.on_collection.get("POST"),
    )
    for place in shown:
        theirs = _shown_record(place, home.name)
        if not theirs.properties:
            continue
        if mine.name and mine.name == theirs.name:
            return True
        if _overlap(set(mine.properties), set(theirs.properties)):
            return True
    return False


def _overlap(mine: set[str], theirs: set[str]) -> bool:
    """Tell whether the smaller one of two sets has at least half of its names in the other."""
    both = len(mine & theirs)
    smaller = min(
        len(mine),
        len(theirs),
    )
    return both > 0 and 2 * both >= smaller


def _shown_names(place: Place | None, name: str) -> set[str]:
    """Return the properties of the record, or of one of the records, that an operation shows."""
    return set(_shown_record(place, name).properties)


def _shown_record(place: Place | None, name: str) -> DescribedSchema:
    """Return the schema of the record, or of one of the records, that an operation shows."""
    if place is None:
        return NO_SCHEMA
    schema = place.operation.success_schema()
    is_list = place.method == "GET" and not place.item
    many = many_envelope(schema, name) if is_list else None
    if many is not None:
        schema = many[1]
    return one_envelope(schema, name, None)[1]


def _move_part(spot: Spot, home: Spot) -> None:
    """Give the operations on a property of items to the collection of the items."""
    *_, part = segments(spot.path)
    for place in spot.places:
        moved = replace(
            place,
            collection=home.path,
            item=True,
            part=part,
        )
        add_place(home, moved)


def _move(spot: Spot, home: Spot) -> None:
    """Give the operations of a spot to the collection that their records are from."""
    home.links.update(spot.links)
    for place in spot.places:
        add_place(home, replace(place, collection=home.path))
