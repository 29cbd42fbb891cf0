"""Find the properties that tell the URL of a record: its schema in, their dotted places out.

    self, self_url, selfLink, resource_uri: string
    url, href, uri: string, readOnly
    links: {self: string}           links.self
    _links: {self: {href: string}}  _links.self.href, also where `_links` is a map of {href}

What a client can send tells nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mockserver.model.paths import bare
from mockserver.model.types import DescribedSchema

SELF = frozenset({"self", "selflink", "selfurl", "selfuri", "selfhref", "resourceuri"})
URLS = frozenset({"url", "href", "uri"})
LINKS = frozenset({"links", "link"})
HREF = "href"


def self_links(
    record: DescribedSchema,
    writable: Collection[str],
    key: str | None,
) -> tuple[str, ...]:
    """Return the places in a record that tell its own URL; none where it has no key."""
    found: list[str] = []
    if key is None:
        return ()
    for name, schema in record.properties.items():
        if name not in writable:
            found += _places(name, schema)
    return tuple(found)


def _places(name: str, schema: DescribedSchema) -> Iterator[str]:
    spelled = bare(name)
    is_text = schema.type == "string" and schema.get("pattern") is None
    if is_text and (spelled in SELF or (spelled in URLS and schema.is_read_only)):
        yield name
    if spelled not in LINKS or not schema.is_object:
        return
    others = schema.additional
    if not schema.properties and others is not None and HREF in others.properties:
        yield f"{name}.self.{HREF}"
    link = schema.properties.get("self")
    if link is None:
        return
    if link.type == "string":
        yield f"{name}.self"
    elif HREF in link.properties:
        yield f"{name}.self.{HREF}"
