"""Find the properties that show the records below a record: resources in, resources that know of
each other out.

    /sets/{id}              {id, name, findings: [Finding], findings_count: integer}
    /sets/{id}/findings     Finding: {id, text}

`findings` of a set lists the findings below it, and `findings_count` says how many there are. What
is below a record is a collection whose path goes on from that of the record, or one whose records
name it. One that can be there once, `/users/{id}/address`, is the `address` of the user, and what
is at `/stories/{id}/relationships/tags` is `relationships.tags.data` of the story (JSON:API 1.1,
Updating Relationships). An item may also be a text or a number, which then stands for the key of a
record: `labels: ["bug"]` for the records of /issues/{number}/labels, whose key is their name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from mockserver.model.envelopes import map_envelope, map_items
from mockserver.model.keys import HIDDEN_KEY
from mockserver.model.paths import bare, collection_of, is_item, noun, segments, singular
from mockserver.model.places.atlas import Atlas
from mockserver.model.places.links import key_named
from mockserver.model.places.listings import is_listing
from mockserver.model.places.survey import parent_path
from mockserver.model.types import DescribedSchema, Offspring, Resource
from mockserver.slots import dataclass

Resources = Mapping[str, Resource]
SCALARS = ("string", "integer", "number")


@dataclass(frozen=True, slots=True)
class Lineage:
    """A resource below whose records those of another one are, and the property that names the
    parent where their path does not. They are `within` a property of it where their path has that
    between.
    """

    parent: Resource
    child: Resource
    link: str | None = None
    within: str | None = None

    @property
    def names(self) -> tuple[str, str]:
        """What one of the children is called, and several, without separators."""
        name = noun(self.child.name)
        return bare(singular(name)), bare(name)

    def is_count(self, field: str, schema: DescribedSchema) -> bool:
        """Tell whether a property says how many children there are."""
        if schema.own_type != "integer" or field in self.parent.writable:
            return False
        one, several = self.names
        spelled = bare(field)
        if spelled in (several, f"{one}count", f"{several}count", f"{several}total"):
            return True
        prefixes = ("num", "total", "numberof", "count", "countof", "numof")
        return spelled.endswith(several) and spelled.removesuffix(several) in prefixes

    @property
    def by(self) -> str | None:
        """The property of the parent that a link holds, None where that is its key."""
        if self.link is None:
            return None
        fields = self.parent.record.properties
        held = key_named(self.link, self.parent.name, fields)
        if held == self.parent.key:
            return None
        return held


def with_offspring(resources: Resources, atlas: Atlas) -> dict[str, Resource]:
    """Return the resources with what their records show of those below them."""
    grown = dict(resources)
    for lineage in _lineages(resources, atlas):
        for offspring in _offspring(lineage, atlas):
            parent = grown[lineage.parent.name]
            grown[parent.name] = replace(
                parent,
                offspring=(*parent.offspring, offspring),
            )
            child = grown[lineage.child.name]
            if parent.name in child.shown_in:
                continue
            grown[child.name] = replace(
                child,
                shown_in=(*child.shown_in, parent.name),
            )
    return grown


def _lineages(resources: Resources, atlas: Atlas) -> Iterator[Lineage]:
    """Yield each resource with the one below whose records it is."""
    for child in resources.values():
        path = atlas.paths.get(child.name)
        if path is None or is_listing(atlas.spots[path]):
            continue
        parent = _resource_above(path, resources, atlas)
        if parent is not None:
            yield Lineage(parent, child)
        above = parent_path(path)
        parent = None if is_item(above) else _resource_above(above, resources, atlas)
        for within in segments(above)[-1:]:
            if parent is not None and within in parent.record.properties:
                yield Lineage(parent, child, within=within)
        views = atlas.spots[path].links
        for view, links in views.items():
            parent = _resource_above(view, resources, atlas)
            if parent is not None and links:
                *_, link = links.values()
                yield Lineage(parent, child, link)


def _resource_above(path: str, resources: Resources, atlas: Atlas) -> Resource | None:
    """Return the resource of the item that is one step above a path."""
    above = parent_path(path)
    if not is_item(above):
        return None
    name = atlas.names.get(collection_of(above))
    if name is None:
        return None
    parent = resources.get(name)
    if parent is None or parent.key is None:
        return None
    return parent


def _offspring(lineage: Lineage, atlas: Atlas) -> Iterator[Offspring]:
    """Yield the properties of a parent that show its children, or their number."""
    parent = lineage.parent
    managed = _managed(parent, atlas)
    for field, path, schema in _fields(lineage):
        if field in managed:
            continue
        shows = Offspring(
            path,
            lineage.child.name,
            lineage.link,
            lineage.by,
        )
        if lineage.is_count(field, schema):
            yield replace(shows, counted=True)
        elif lineage.child.values is not None:
            if _is_values(field, schema, lineage):
                yield replace(
                    shows,
                    single=True,
                    plain=True,
                    name=lineage.child.values.field,
                )
        elif lineage.child.key is None:
            if _is_single(field, schema, lineage):
                yield replace(shows, single=True)
        elif _is_mapped(field, schema, lineage, atlas):
            items = map_items(schema)
            yield replace(
                shows,
                mapped=True,
                plain=items is not None and not items.is_object,
            )
        elif schema.is_array and bare(field) in lineage.names:
            listed = _listed(shows, schema.items, lineage.child)
            if listed is not None:
                yield listed


def _fields(lineage: Lineage) -> Iterator[tuple[str, str, DescribedSchema]]:
    """Yield the names of the properties that may show children, with their paths and schemas."""
    fields = lineage.parent.record.properties
    within = lineage.within
    if within is None:
        for field, schema in fields.items():
            yield field, field, schema
        return
    for field, schema in fields[within].properties.items():
        linkage = schema.properties.get("data")
        if linkage is None:
            yield field, f"{within}.{field}", schema
        else:
            yield field, f"{within}.{field}.data", linkage


def _is_single(field: str, schema: DescribedSchema, lineage: Lineage) -> bool:
    """Tell whether a property is the one record below a path of its name."""
    if bare(field) != bare(noun(lineage.child.name)) or not schema.is_object:
        return False
    if map_items(schema) is not None and not lineage.child.record.properties:
        return lineage.link is None
    return _is_record(schema, lineage.child.record) and lineage.link is None


def _is_mapped(
    field: str,
    schema: DescribedSchema,
    lineage: Lineage,
    atlas: Atlas,
) -> bool:
    """Tell whether a property shows the children by their keys, and so does the list of them."""
    if map_items(schema) is None or bare(field) not in lineage.names:
        return False
    child = lineage.child
    spot = atlas.spot_of(child.name)
    listed = None if spot is None else spot.on_collection.get("GET")
    if listed is None:
        return False
    shown = listed.operation.success_schema()
    return map_envelope(shown, child.name) is not None


def _is_values(
    field: str,
    schema: DescribedSchema,
    lineage: Lineage,
) -> bool:
    """Tell whether a property is the list of plain values below a path of its name."""
    name = noun(lineage.child.name)
    if bare(field) != bare(name):
        return False
    return schema.is_array and schema.items.own_type in SCALARS


def _managed(parent: Resource, atlas: Atlas) -> set[str]:
    """Return the properties whose values are settled otherwise."""
    declared = atlas.declared.get(parent.name, {})
    managed = set(declared.get("defaults", ()))
    for names in (parent.generated, parent.touched, parent.computed, parent.assigned):
        managed.update(names)
    for children in parent.children:
        managed.add(children.field)
    for related in parent.related:
        managed.add(related.shown)
    return managed


def _listed(shows: Offspring, item: DescribedSchema, child: Resource) -> Offspring | None:
    """Return a list of children by what its items are: records, or what stands for one."""
    name = child.key
    if name == HIDDEN_KEY:
        name = None
    if item.own_type in SCALARS:
        if name is None:
            return None
        return replace(shows, name=name, plain=True)
    if not _is_record(item, child.record):
        return None
    return replace(shows, name=name)


def _is_record(item: DescribedSchema, record: DescribedSchema) -> bool:
    """Tell whether an item is described as a record, by name or by most of the properties."""
    if item.name and item.name == record.name:
        return True
    theirs = set(item.all_properties)
    ours = set(record.all_properties)
    both = theirs & ours
    smaller = min(len(theirs), len(ours))
    return bool(both) and 2 * len(both) >= smaller
