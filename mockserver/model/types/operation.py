"""An operation: a method and a path, and what it does."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mockserver.model.types.described import Described
from mockserver.model.types.guarantees import Conditions, Idempotency, Sight, Work
from mockserver.model.types.reading import Envelope, Filter, Paging, View
from mockserver.model.types.relation import Parent


class Kind(StrEnum):
    """What an operation does to the state."""

    LIST = "list"
    READ = "read"
    CREATE = "create"
    REPLACE = "replace"
    MERGE = "merge"
    UPSERT = "upsert"
    DELETE = "delete"
    BULK_DELETE = "bulk_delete"
    COUNT = "count"
    VIEW = "view"
    ACTION = "action"
    STATELESS = "stateless"


NOTHING = Described("", "")


@dataclass(frozen=True, slots=True)
class Action:
    """What an ACTION does: `name` of the behavior and the settings it takes."""

    name: str
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """A method and a path, and what it does.

    `key_field` is the property for which the path parameter stands, where it is not the key of the
    resource; `other_keys` are those for which it may stand too, as `idOrKey` does.
    `newest_first` tells that a list begins with what was made last where no order is asked for.
    `success` is the status of a normal answer and `created` the one when a record was made; `sets`
    are properties that a change gives a value whatever was sent; `carries` are those that its body
    names, none where it may name any; `spelling` maps those that the record spells otherwise to its
    own names; `accepts` are those that any of its request schemas names, None where they leave open
    which there are; `conditions` are what it does with the versions of records, `idempotency` is
    the key under which it is carried out once, and `work` what it has to do with a job, each None
    where nothing is promised; `described` is what the document says; `reason` says whether the kind
    was declared or which rule of inference fired.
    """

    label: str
    method: str
    path: str
    kind: Kind
    resource: str | None = None
    key_param: str | None = None
    key_field: str | None = None
    other_keys: tuple[str, ...] = ()
    parents: tuple[Parent, ...] = ()
    success: int = 200
    created: int = 201
    envelope: Envelope = dataclasses.field(default_factory=Envelope)
    paging: Paging = dataclasses.field(default_factory=Paging)
    filters: tuple[Filter, ...] = ()
    newest_first: bool = False
    sort_param: str | None = None
    view: View | None = None
    action: Action | None = None
    scopes: tuple[str, ...] = ()
    location: bool = False
    sets: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    carries: frozenset[str] = frozenset()
    spelling: Mapping[str, str] = dataclasses.field(default_factory=dict)
    accepts: frozenset[str] | None = None
    unknown_query: str = "ignore"
    errors: str = "default"
    conditions: Conditions | None = None
    idempotency: Idempotency | None = None
    work: Work | None = None
    sight: Sight | None = None
    reason: str = ""
    described: Described = dataclasses.field(default=NOTHING, repr=False, compare=False)
    heard: tuple[str, ...] = dataclasses.field(init=False, repr=False, compare=False)
    """Headers that count as they are sent, in small letters."""
    heard_as_sent: frozenset[str] = dataclasses.field(init=False, repr=False, compare=False)
    """Those of them that no schema holds: their form is that of HTTP, and it is no mistake of form
    when one is missing.
    """

    def __post_init__(self) -> None:
        conditions, key = self.conditions, self.idempotency
        asked = conditions.headers if conditions is not None else frozenset()
        names = set(asked)
        if key is not None and key.place == "header":
            names.add(key.name)
        needed = conditions.needs if conditions is not None else frozenset()
        required = {
            parameter.name.lower()
            for parameter in self.described.parameters_in("header")
            if parameter.required
        }
        object.__setattr__(self, "heard", ("content-type", *sorted(names)))
        object.__setattr__(self, "heard_as_sent", asked - (required - needed))
