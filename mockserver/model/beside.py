"""The rules for paths beside a collection or an item: searches, sub-actions and verbs in the path.

Each rule is a small function with its example; the first that fires wins. They are asked where no
rule for collections and items fits (see `rules`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.model.declared import Spec, properties, request_schema, success_schema
from mockserver.model.envelopes import many_envelope, one_envelope
from mockserver.model.paths import (
    PARAMETER,
    bare,
    canonical,
    collection_of,
    is_item,
    key_parameter,
    segments,
)
from mockserver.model.survey import Place
from mockserver.model.types import Kind, Resource
from mockserver.model.verbs import moved

SEARCHES = frozenset(
    {"search", "query", "find", "filter", "list", "all", "lookup", "advancedsearch", "index"}
)
CREATES = frozenset({"create", "add", "new", "insert"})
DETAILS = frozenset({"detail", "details", "detailed", "full", "expanded", "info"})
UPDATES = frozenset({"update", "edit", "modify"})
DELETES = frozenset({"delete", "remove", "destroy"})
WRITES = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class Around:
    """What a rule looks at: the operation, its last word, and the resource whose collection or item
    is before it.
    """

    place: Place
    spec: Spec
    word: str
    resource: Resource
    key_param: str | None

    @property
    def on_item(self) -> bool:
        return self.key_param is not None


@dataclass(frozen=True, slots=True)
class Beside:
    """What was found: `sets` are the properties that the operation gives a value of its own."""

    kind: Kind
    resource: str
    rule: str
    key_param: str | None = None
    sets: Mapping[str, Any] = field(default_factory=dict)


def search_collection(around: Around) -> Kind | None:
    """POST /things/search and GET /things/list answer with things."""
    if around.on_item or around.word not in SEARCHES or around.place.method not in ("GET", "POST"):
        return None
    schema = success_schema(around.place.operation)
    many = many_envelope(around.spec, schema, around.resource.name)
    return Kind.LIST if many and _is_alike(around, many[1]) else None


def create_by_word(around: Around) -> Kind | None:
    """POST /things/create"""
    fits = not around.on_item and around.word in CREATES and around.place.method in ("POST", "PUT")
    return Kind.CREATE if fits and _takes_record(around) else None


def read_detail(around: Around) -> Kind | None:
    """GET /things/{id}/details shows the thing."""
    if not around.on_item or around.word not in DETAILS or around.place.method != "GET":
        return None
    schema = success_schema(around.place.operation)
    record = one_envelope(around.spec, schema, around.resource.name, around.resource.key)[1]
    return Kind.READ if _is_alike(around, record) else None


def update_by_word(around: Around) -> Kind | None:
    """POST /things/{id}/update"""
    fits = around.on_item and around.word in UPDATES and around.place.method in WRITES
    return Kind.MERGE if fits and _takes_record(around) else None


def delete_by_word(around: Around) -> Kind | None:
    """POST /things/{id}/delete"""
    fits = around.on_item and around.word in DELETES and around.place.method in ("POST", "DELETE")
    return Kind.DELETE if fits else None


RULES: tuple[Callable[[Around], Kind | None], ...] = (
    search_collection,
    create_by_word,
    read_detail,
    update_by_word,
    delete_by_word,
)


def infer_beside(
    place: Place, spec: Spec, names: Mapping[str, str], resources: Mapping[str, Resource]
) -> Beside | None:
    """Return what an operation beside a known collection or item does, None when no rule fits."""
    around = _around(place, spec, names, resources)
    if around is None:
        return None
    for rule in RULES:
        kind = rule(around)
        if kind is not None:
            return Beside(
                kind, around.resource.name, rule.__name__.replace("_", "-"), around.key_param
            )
    return _move_item(around)


def _move_item(around: Around) -> Beside | None:
    """POST /orders/{id}/cancel sets the status that the verb names."""
    if not around.on_item or around.place.method not in WRITES:
        return None
    sets = moved(around.word, properties(around.spec, around.resource.schema))
    if sets is None:
        return None
    told = ", ".join(f"{name}={value}" for name, value in sets.items())
    return Beside(
        Kind.MERGE, around.resource.name, f"move-item: sets {told}", around.key_param, sets
    )


def _around(
    place: Place, spec: Spec, names: Mapping[str, str], resources: Mapping[str, Resource]
) -> Around | None:
    """Return the collection or item before the last word: /things/{id}/cancel, /things/{id}:cancel,
    /things/search.
    """
    steps = segments(canonical(place.path))
    last, colon, verb = steps[-1].rpartition(":") if steps else ("", "", "")
    base = canonical("/".join([*steps[:-1], last] if colon else steps[:-1]))
    word = bare(verb if colon else steps[-1]) if steps else ""
    resource = resources.get(names.get(collection_of(base), ""))
    if resource is None or not word or PARAMETER.search(verb):
        return None
    key = key_parameter(base) if is_item(base) else None
    return None if resource.key is None else Around(place, spec, word, resource, key)


def _is_alike(around: Around, schema: Any) -> bool:
    """Tell whether a schema describes records of the resource: the key is there, or half of the
    properties.
    """
    theirs, ours = (
        properties(around.spec, schema).keys(),
        properties(around.spec, around.resource.schema).keys(),
    )
    return not theirs or around.resource.key in theirs or len(theirs & ours) * 2 >= len(ours)


def _takes_record(around: Around) -> bool:
    """Tell whether the body of a request has properties of the record."""
    schema = request_schema(around.place.operation)
    record = one_envelope(around.spec, schema, around.resource.name, None)[1]
    ours = properties(around.spec, around.resource.schema).keys()
    return bool(properties(around.spec, record).keys() & ours) or not ours
