"""Infer what identifies a record and what the server makes by itself, from names and schemas."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from mockserver.model.paths import bare, singular
from mockserver.model.types import DescribedSchema

HIDDEN_KEY = "$key"
"""Holds the key of a record whose schema has no property for it; it never leaves the server."""

_CREATED = re.compile(
    r"^(date_?)?(created|added|inserted|registered|creation)(_?(at|on|date|time|timestamp))?$", re.I
)
_TOUCHED = re.compile(
    r"^(date_?)?(last_?)?(updated|modified|changed|edited)(_?(at|on|date|time|timestamp))?$", re.I
)
_IS_ID = re.compile(r"(^|[_\-.])(id|uuid|guid)$|(?<=[a-z])(Id|ID|Uuid|UUID|Guid)$", re.ASCII)
USUAL = ("uuid", "guid", "key", "code", "slug", "handle", "name")
"""Properties that identify where there is no `id`."""
UNSURE: Mapping[str, str] = {
    "house-key": "other records of this API have it",
    "only-made-id": "the one id that no request carries",
    "usual-key": "a property that often identifies",
    "made-id": "nothing is known of the record",
    "hidden-key": "no property fits, so the key is in no reply but Location",
}
"""Rules that guess: what each goes by."""
HOUSE_SHARE = 3
"""How many resources must have a property before it is the API's own word for the key."""

Properties = Mapping[str, DescribedSchema]


def infer_key(
    param: str | None,
    resource: str,
    properties: Properties,
    sent: Iterable[str] = (),
    house: str | None = None,
) -> tuple[str, str]:
    """Return the property that a path parameter stands for, and the rule that found it.

    `sent` are the properties that some request carries, `house` is the word for keys that this API
    has.

    same-name: /things/{sku} -> sku. prefix-dropped: /customers/{customer_id}, {customerId} -> id.
    id-fallback: /people/{person} -> id. house-key: /things/{thing} -> object_id, as elsewhere in
    the API. own-id: -> thing_id. only-made-id: -> the one `..._id` that no request carries.
    usual-key: -> uuid, code, name. made-id: nothing is known of the record, so it gets an `id`.
    hidden-key: none of its properties fits.
    """
    scalars = [name for name, schema in properties.items() if _is_scalar(schema)]
    by_name = {bare(name): name for name in scalars}
    wanted = bare(param or "id")
    many = bare(resource.rpartition(".")[2])
    one = bare(singular(resource.rpartition(".")[2]))
    if wanted in by_name:
        return by_name[wanted], "same-name"
    for name in _shorter(wanted, one, many):
        if name in by_name:
            return by_name[name], "prefix-dropped"
    if "id" in by_name:
        return by_name["id"], "id-fallback"
    if house is not None and house in properties:
        return house, "house-key"
    for ending in ("id", "uuid", "code", "key", "name", ""):
        name = f"{one}{ending}"
        if name in by_name and _fits(name, wanted):
            return by_name[name], "own-id"
    made = _made_ids(by_name.values(), sent)
    if len(made) == 1:
        return made[0], "only-made-id"
    for name in USUAL:
        if name in by_name:
            return by_name[name], "usual-key"
    return (HIDDEN_KEY, "hidden-key") if properties else ("id", "made-id")


def _made_ids(names: Iterable[str], sent: Iterable[str]) -> list[str]:
    """Return the ids that no request carries."""
    known = set(sent)
    return [name for name in names if _IS_ID.search(name) and name not in known]


def infer_house_key(schemas: Iterable[tuple[Properties, Iterable[str]]]) -> str | None:
    """Return the API's own word for keys: what records of several resources have, and no request
    carries.

    object_id in every record of a carrier's API; lago_id. `id` needs no such vote.
    """
    votes: Counter[str] = Counter()
    resources = 0
    for properties, sent in schemas:
        if properties and not any(bare(name) == "id" for name in properties):
            resources += 1
            votes.update(_made_ids(properties, sent))
    word, count = next(iter(votes.most_common(1)), ("", 0))
    return word if count >= HOUSE_SHARE and count * 2 >= resources else None


def infer_generator(key: str, schema: DescribedSchema, client_made: bool) -> str | None:
    """Return how the key of a new record is made; None when the client always sends it."""
    if client_made:
        return None
    if schema.own_type in ("integer", "number"):
        return "sequence"
    example = str(schema.plain.get("example", ""))
    if key != HIDDEN_KEY and re.fullmatch(r"\d+", example):
        return "sequence-text"
    return "uuid"


def infer_stamps(
    properties: Properties, writable: frozenset[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the properties stamped at creation, and those stamped with every change."""
    generated: dict[str, str] = {}
    touched: dict[str, str] = {}
    for name, schema in properties.items():
        if name in writable:
            continue
        style = _style(schema)
        if style and _CREATED.match(name):
            generated[name] = style
        elif style and _TOUCHED.match(name):
            touched[name] = style
    return generated, touched


def _style(schema: DescribedSchema) -> str | None:
    """Return how a moment is spelled, None where a property can be none."""
    match schema.plain.get("format"):
        case "date-time":
            return "now-rfc3339"
        case "date":
            return "now-date"
    return "now-unix" if schema.own_type == "integer" else None


def _shorter(param: str, *prefixes: str) -> list[str]:
    return [
        param.removeprefix(prefix)
        for prefix in prefixes
        if prefix and param != prefix and param.startswith(prefix)
    ]


def _fits(name: str, wanted: str) -> bool:
    """Tell whether a property may be what the parameter asks for: a name is no id."""
    return name.endswith("id") or not wanted.endswith("id")


def _is_scalar(schema: DescribedSchema) -> bool:
    return schema.own_type not in ("object", "array") and "properties" not in schema.plain
