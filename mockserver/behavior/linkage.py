"""Look up the links between records: a linkage, a call and the state in, keys out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockserver.call import Call
from mockserver.model.memberships import LINK_KEY
from mockserver.model.types import Linkage
from mockserver.state import (
    Collection,
    Condition,
    Draft,
    Found,
    Query,
    key_of,
)

LONGEST_NUMBER = 18
"""Digits of a text that may be a number."""


def keys_above(
    linkage: Linkage,
    call: Call,
) -> tuple[str, ...]:
    """Return the keys in the path that tell whose links these are."""
    keys = []
    for param in linkage.above:
        value = call.path.get(param)
        keys.append(key_of(value))
    return tuple(keys)


def links_to(
    links: str,
    key: str,
    draft: Draft,
    within: tuple[str, ...] = (),
) -> Sequence[Found]:
    """Return the links to the record of a key."""
    values: list[Any] = [key]
    is_short = len(key) < LONGEST_NUMBER
    if is_short and key.isdecimal():
        number = int(key)
        values.append(number)
    condition = Condition(LINK_KEY, tuple(values))
    collection = Collection(links, within)
    query = Query(where=(condition,))
    selection = draft.select(collection, query)
    return selection.found


def linked_keys(
    linkage: Linkage,
    call: Call,
    draft: Draft,
) -> tuple[str, ...]:
    """Return the keys of the records that are linked to the one in the path."""
    keys = keys_above(linkage, call)
    if linkage.back:
        *above, own = keys
        found = links_to(linkage.links, own, draft, tuple(above))
        return tuple(link.collection.parents[-1] for link in found)
    collection = Collection(linkage.links, keys)
    selection = draft.select(collection, Query())
    return tuple(link.key for link in selection.found)


def place_of_link(
    linkage: Linkage,
    call: Call,
    key: str,
) -> tuple[Collection, str]:
    """Return where the link to a record is, and its key there."""
    keys = keys_above(linkage, call)
    if not linkage.back:
        return Collection(linkage.links, keys), key
    *above, own = keys
    place = (*above, key)
    return Collection(linkage.links, place), own
