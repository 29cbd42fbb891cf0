"""Find the property by which the records of a tree name the one above them: what is below a record
in a path, and the properties of the records in, the property out.

    /folders/{id}/children        {id, name, parent_id: integer}        parent_id
    /comments/{id}/replies        {id, text, replyTo: {id}}             replyTo.id
    /folders/{id}/subfolders      {id, name, parentFolder: text}        parentFolder
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mockserver.model.paths import bare, singular
from mockserver.model.places.links import ENDINGS, INNER, SCALARS
from mockserver.model.types import DescribedSchema

BELOW = frozenset({"children", "child", "replies", "answers", "responses"})
"""What the records right below one are called, whatever they are."""
ABOVE = ("parent", "inreplyto", "replyto")
"""What a record calls the one above it."""

Fields = Mapping[str, DescribedSchema]


def tree_link(last: str, noun: str, fields: Fields) -> str | None:
    """Return the property by which records, each called by a noun, name the one above them; None
    where the last word of a path leads to no such, or no property does.
    """
    spelled, own = bare(last), bare(singular(noun))
    is_below = spelled in BELOW or bare(singular(last)) == f"sub{own}"
    if not is_below:
        return None
    by_name = {bare(name): name for name in fields}
    for wanted in _names(own):
        name = by_name.get(wanted)
        if name is None:
            continue
        schema = fields[name]
        if schema.own_type in SCALARS:
            return name
        for inner in INNER:
            if inner in schema.properties:
                return f"{name}.{inner}"
    return None


def _names(noun: str) -> Iterator[str]:
    """Yield what a link to the record above may be called, the best first."""
    for word in ABOVE:
        for stem in (word, f"{word}{noun}", f"{noun}{word}"):
            yield from (f"{stem}{ending}" for ending in ENDINGS)
            yield stem
