"""Find the records that others show whole: resources in, resources that know of each other out.

    POST /books {author_id: 7}      {id: 1, author: {id: 7, name: "Ada"}}     as /authors/7 is

A property that shows a record is described by the schema of that record, or called as it is, with
nothing that it has not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mockserver.model.paths import bare, noun, singular
from mockserver.model.types import DescribedSchema, Related, Resource


def with_relatives(resources: Mapping[str, Resource]) -> dict[str, Resource]:
    """Return the resources, with which other ones their records show."""
    grown = dict(resources)
    for resource in resources.values():
        known = []
        for related in resource.related:
            shown = _shown(resource, related, resources)
            known.append(replace(related, resource=shown))
        if not known:
            continue
        grown[resource.name] = replace(grown[resource.name], related=tuple(known))
        for name in {related.resource for related in known} - {None}:
            home = grown[name or ""]
            related_in = (*home.related_in, resource.name)
            grown[home.name] = replace(home, related_in=related_in)
    return grown


def _shown(
    resource: Resource,
    related: Related,
    resources: Mapping[str, Resource],
) -> str | None:
    """Return the resource whose records a property shows, None where that is not sure."""
    schema = resource.record.properties[related.shown]
    if related.many:
        schema = schema.items
    called = bare(singular(related.shown))
    found = None
    for other in resources.values():
        if other.key != related.by or other.split:
            continue
        if schema.name and schema.name == other.record.name:
            return other.name
        own = singular(noun(other.name))
        if bare(own) == called and _is_part(schema, other):
            found = other.name
    return found


def _is_part(schema: DescribedSchema, other: Resource) -> bool:
    """Tell whether a schema has nothing that the records of a resource have not."""
    fields = schema.properties
    return bool(fields) and fields.keys() <= other.record.properties.keys()
