"""The values of a comparison: where something changed, the rule that tells it, and the change
itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

import orjson

from mockserver.document.pointers import join
from mockserver.model.schema.schemas import Direction

Pair = TypeVar("Pair")


class Level(StrEnum):
    """What a change does to a client that was written for OLD.

    What a client sends may only be understood wider, what it gets may only become narrower.
    """

    BREAKING = "breaking"
    WARNING = "warning"
    INFO = "info"


class Where(StrEnum):
    """The part of an API in which something changed."""

    API = "api"
    OPERATION = "operation"
    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    BODY = "body"
    REPLY = "reply"
    REPLY_HEADER = "reply header"
    CALLBACK = "callback"

    @property
    def is_parameter(self) -> bool:
        return self in (Where.PATH, Where.QUERY, Where.HEADER, Where.COOKIE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something changed.

    `operation` is its label in OLD, or in NEW where OLD has none; empty when it is about the whole
    API. `name` is a parameter, a status, or a status and a header. `path` leads to a value inside
    it, `*` stands for any item.
    """

    operation: str = ""
    where: Where = Where.OPERATION
    name: str = ""
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        named: tuple[str, ...] = (str(self.where), self.name)
        if self.where in (Where.API, Where.OPERATION, Where.BODY):
            named = (str(self.where),) if self.where is Where.BODY else ()
        return " ".join(filter(None, (*named, join(self.path))))


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found: `old` and `new` are JSON pointers into the two documents, None where
    nothing stands.

    `path` is where, inside the value that the rule looked at; `place` takes the place of the rule's
    own.
    """

    message: str
    old: str | None = None
    new: str | None = None
    path: tuple[str, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Rule(Generic[Pair]):
    """One way in which an API can change: its name, how bad it is, its sentence, and what finds it
    in a pair.
    """

    name: str
    level: Level
    says: str
    find: Callable[[Pair], Iterable[Found]]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `old` and `new` are JSON pointers (RFC 6901); `also` are the other places that it
    is in.
    """

    rule: str
    level: Level
    place: Place
    message: str
    old: str | None = None
    new: str | None = None
    hint: str = ""
    also: tuple[Place, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        """All places that it is in."""
        return (self.place, *self.also)


class Spot(NamedTuple):
    """A value in a document and the pointer at which it stands."""

    value: Any
    pointer: str

    def at(self, *tokens: str | int) -> str:
        """Return a pointer to something below."""
        return self.pointer + join(map(str, tokens))


def const_text(value: Any) -> str:
    """Return a JSON value as text, in which equal values are equal (and 1 is not true)."""
    return orjson.dumps(
        value, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
    ).decode()


class Root(NamedTuple):
    """A place of an operation that carries a schema, in both documents."""

    place: Place
    old: Spot
    new: Spot
    direction: Direction
