"""An operation: a method and a path, and what it does."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from mockserver.model.types.described import Described, DescribedMedia
from mockserver.model.types.issuer import Duty
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


@dataclass(frozen=True)
class Operation:
    """A method and a path, and what it does.

    `key_field` is the property for which the path parameter stands, where it is not the key of the
    resource; `other_keys` are those for which it may stand too, as `idOrKey` does.
    `newest_first` tells that a list begins with what was made last where no order is asked for.
    `success` is the status of a normal answer and `created` the one when a record was made; `sets`
    are properties that a change gives a value whatever was sent; `carries` are those that its body
    names, none where it may name any; `spelling` maps those that the record spells otherwise to its
    own names; `accepts` are those that any of its request schemas names, None where they leave open
    which there are; `duty` is what it does for who gives tokens; `described` is what the document
    says; `reason` says whether the kind was declared or which rule of inference fired.
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
    duty: Duty | None = None
    reason: str = ""
    described: Described = dataclasses.field(default=NOTHING, repr=False, compare=False)

    @cached_property
    def raw_media(self) -> DescribedMedia | None:
        """The body of its answer where that is taken as it is, None where it is a record."""
        media = self.described.success_media(self.success)
        return media if media is not None and media.is_raw else None
