"""Find where somebody becomes a user: the spots of a document in, those with what is registered
among the users out.

    POST /auth/register  {email, password}    makes one of GET /users, where nothing else does
    POST /register       {email, password}    makes what only a log-in and GET /me know

What the semantics name stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from mockserver.model.envelopes import one_envelope
from mockserver.model.issuer.accounts import PASSWORDS, REGISTERS, USER_NAMES, takes_user
from mockserver.model.issuer.logins import last_word, plain_name
from mockserver.model.paths import parameter_names, singular
from mockserver.model.places.survey import Spot, add_place
from mockserver.model.types import DescribedSchema


def with_registers(spots: Mapping[str, Spot], declared: Collection[str]) -> dict[str, Spot]:
    """Return the spots, with what makes users where users are; of those that are nowhere, the one
    that makes them is a collection.
    """
    kept = dict(spots)
    for path, spot in spots.items():
        if path in declared or not _registers(spot):
            continue
        home = _home(spot, kept, declared)
        if home is None:
            user = _shown_user(spot)
            spot.is_acted_on = spot.is_acted_on or user is not None
            spot.called = user or ""
            continue
        for place in spot.places:
            add_place(home, replace(place, collection=home.path))
        home.links[path] = {}
        del kept[path]
    return kept


def _registers(spot: Spot) -> bool:
    """Tell whether all that there is at a path is a POST of a name and a password."""
    word = last_word(spot.path)
    is_alone = [place.method for place in spot.places] == ["POST"] and bool(spot.on_collection)
    if not is_alone or parameter_names(spot.path):
        return False
    if word not in REGISTERS and singular(word) == word:
        return False
    return takes_user(spot.on_collection["POST"].operation.sent_schema)


def _home(
    spot: Spot,
    spots: Mapping[str, Spot],
    declared: Collection[str],
) -> Spot | None:
    """Return the one collection that shows users and makes none, None where that is not sure."""
    if last_word(spot.path) not in REGISTERS:
        return None
    makes = spot.on_collection["POST"]
    sent = _user(makes.operation.sent_schema)
    names = {name for name in sent if plain_name(name) not in PASSWORDS}
    found = []
    for other in spots.values():
        is_free = other.path not in declared and not parameter_names(other.path)
        is_made = "POST" in other.on_collection
        if is_made or not is_free or "GET" not in other.on_item:
            continue
        both = names & _shown(other).properties.keys()
        if _is_named(both) and 2 * len(both) >= len(names):
            found.append(other)
    return found[0] if len(found) == 1 else None


def _user(schema: DescribedSchema) -> list[str]:
    """Return the properties of the user that a request sends."""
    objects = [schema, *schema.properties.values()]
    for each in objects:
        plain = set(map(plain_name, each.properties))
        if plain & PASSWORDS:
            return list(each.properties)
    return []


def _is_named(names: Collection[str]) -> bool:
    """Tell whether one of some properties is a name by which somebody logs in."""
    plain = set(map(plain_name, names))
    return bool(plain & USER_NAMES)


def _shown_user(spot: Spot) -> str | None:
    """Return the property of the answer to who registers that shows the name which was sent, empty
    where that is at the top; None where it is not shown.
    """
    makes = spot.on_collection["POST"]
    sent = set(_user(makes.operation.sent_schema))
    schema = makes.operation.success_schema()
    if _is_named(sent.intersection(schema.properties)):
        return ""
    for name, child in schema.properties.items():
        if _is_named(sent.intersection(child.properties)):
            return name
    return None


def _shown(spot: Spot) -> DescribedSchema:
    """Return the schema of the record that is read."""
    schema = spot.on_item["GET"].operation.success_schema()
    return one_envelope(schema, spot.name, None)[1]
