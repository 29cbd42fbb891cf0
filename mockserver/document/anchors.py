"""The names that the schemas of one source give themselves: `$id`, `$anchor`, `$dynamicAnchor`.

A schema with an `$id` is a resource: references in it are relative to that `$id`, and the fragment
of a reference to it begins there (JSON Schema 2020-12, sections 8.2 and 9.1):

    Page: {$id: 'https://example.com/page', properties: {more: {$ref: '#/$defs/more'},
                                                         self: {$ref: 'page'}}}

`more` is `/components/schemas/Page/$defs/more`, and `self` is `/components/schemas/Page`. The
`$self` of an OpenAPI 3.2 document is the `$id` of the whole.

A `$dynamicAnchor` is a place that whoever refers to a schema may fill: of all schemas that are on
the way, the outermost one with that anchor wins (section 8.2.3.2). A list of anything and a list of
books are

    List: {items: {$dynamicRef: '#item'}, $defs: {any: {$dynamicAnchor: item}}}
    Books: {$ref: '#/components/schemas/List', $defs: {book: {$dynamicAnchor: item, $ref: ...}}}

`$recursiveAnchor: true` (2019-09, section 8.2.4.2) is a `$dynamicAnchor` without a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any
from urllib.parse import urldefrag, urljoin

from mockserver.document.pointers import Place, Trail, nodes, place_of, split, step
from mockserver.slots import dataclass

WORDS = ("$id", "$self", "$anchor", "$dynamicAnchor", "$recursiveAnchor")
"""A source without any of these gives no names."""

_NAMELESS = ""
_DEFINITIONS = ("$defs", "definitions")


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What is named in one source: resources by URI, the URI of each, anchors by name, and
    the names of those that can be filled.
    """

    source: str
    resources: dict[str, Place] = field(default_factory=dict)
    bases: dict[Place, str] = field(default_factory=dict)
    anchors: dict[str, list[Place]] = field(default_factory=dict)
    dynamic: set[str] = field(default_factory=set)

    def resource_of(self, trail: Trail) -> Place:
        """Tell the resource that a place belongs to: the nearest one around it, or the source."""
        whole = Place(self.source, "")
        if not self.bases:
            return whole
        place = place_of(trail)
        while place != whole and place not in self.bases:
            place = place.above
        return place

    def resource_at(self, resource: Place, address: str) -> Place | None:
        """Tell which resource an address means that stands in another one; None if none of ours."""
        if not address:
            return resource if resource in self.bases else None
        base = self.bases.get(resource, self.source)
        return self.resources.get(_joined(base, address))

    def anchored(self, name: str, around: Place) -> Place | None:
        """Find an anchor: one that stands in the given schema first, for its neighbors may give the
        same name to something of theirs.
        """
        known = self.anchors.get(name, [])
        for place in known:
            if place.is_in(around):
                return place
        return known[0] if known else None


def read_identifiers(source: str, value: Any) -> Identifiers:
    """Collect the names that are given anywhere in a source, in its order."""
    found = Identifiers(source)
    for trail, node in nodes(value, Place(source, "")):
        _note_anchors(found, node, trail)
        own = node.get("$id", node.get("$self"))
        if isinstance(own, str):
            _note_resource(found, own, place_of(trail))
    return found


def _joined(base: str, address: str) -> str:
    """Return an address relative to another one (RFC 3986, section 5), as it is if it is no URL."""
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def _note_resource(found: Identifiers, own: str, place: Place) -> None:
    around = found.resource_of(place)
    base = found.bases.get(around, found.source)
    address = urldefrag(_joined(base, own)).url
    found.bases[place] = address
    found.resources.setdefault(address, place)


def _note_anchors(found: Identifiers, node: Mapping[str, Any], trail: Trail) -> None:
    dynamic = dynamic_name(node)
    if dynamic is not None:
        found.dynamic.add(dynamic)
    for word in ("$anchor", "$dynamicAnchor"):
        name = node.get(word)
        if isinstance(name, str):
            places = found.anchors.setdefault(name, [])
            places.append(place_of(trail))


def dynamic_name(schema: Any) -> str | None:
    """Return the dynamic anchor of a schema, empty for the one without a name; None if none."""
    if not isinstance(schema, dict):
        return None
    if schema.get("$recursiveAnchor") is True:
        return _NAMELESS
    name = schema.get("$dynamicAnchor")
    return name if isinstance(name, str) else None


def anchors_of(schema: Any, place: Place) -> dict[str, Place]:
    """Return the dynamic anchors that a schema brings along: its own, and its definitions'."""
    found: dict[str, Place] = {}
    own = dynamic_name(schema)
    if own is not None:
        found[own] = place
    for section in _DEFINITIONS:
        members = step(schema, section)
        if not isinstance(members, dict):
            continue
        for key, member in members.items():
            name = dynamic_name(member)
            if name is not None:
                found.setdefault(name, place.below(section, key))
    return found


def anchors_on_the_way(start: Place, value: Any, place: Place) -> dict[str, Place]:
    """Return the dynamic anchors of all schemas from a start, whose value is given, down to a
    place; the outermost one of a name counts.
    """
    found = anchors_of(value, start)
    here = start
    way = place.pointer.removeprefix(start.pointer)
    for token in split(way):
        here = here.below(token)
        value = step(value, token)
        inner = anchors_of(value, here)
        found = inner | found
    return found
