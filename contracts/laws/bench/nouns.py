"""Which records a property names: its name and its words in, the place of those records out.

assignee_id: "id of a user that exists"     names one of /users
project_id                                  names one of /projects
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from contracts.laws.bench.places import Place

EXISTS = re.compile(
    r"\bexist(s|ing)?\b|\bknown\b",
    re.IGNORECASE,
)
_KEYS = re.compile(r"(.+?)(_id|Id|_key|Key|_uuid)$")
_KEY_OF = re.compile(
    r"\b(id|key|uuid) of\b",
    re.IGNORECASE,
)


def is_name_of_key(name: str) -> bool:
    """Tell whether a property has the name of a key of something else: `user_id`."""
    return _KEYS.match(name) is not None


def named_place(places: Iterable[Place], own: Place | None, name: str, words: str) -> Place | None:
    """Return the place whose records a property names, None where it names none."""
    match = _KEYS.match(name)
    if match is None and not (EXISTS.search(words) or _KEY_OF.search(words)):
        return None
    noun = match[1] if match is not None else name
    said = {
        each.lower()
        for each in re.findall(
            r"[A-Za-z]+",
            f"{noun} {words}",
        )
    }
    for place in places:
        is_known = place.create is not None and place is not own
        is_alone = not place.parameters or place.item_path.count("{") == 1
        if is_known and is_alone and said & nouns_of(place):
            return place
    return None


def nouns_of(place: Place) -> set[str]:
    """Return the words for the records of a place, one and many, in small letters."""
    return nouns_at(place.path)


def nouns_at(path: str) -> set[str]:
    """Return the words for what is at a path, one and many, in small letters."""
    last = path.rpartition("/")[2].lower()
    return {last, last.removesuffix("s"), f"{last.removesuffix('ies')}y"}
