"""What a run may do to a server, and what it made there: a request in, whether it may leave the
process out.

Where a server is not disposable, a run reads only, or writes to nothing but what it made itself:
records that it created, and what is below them. `Guard` holds to that where requests leave the
process, so that no filter, probe or generated path of any tool can go around it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote

from contracts.errors import Withheld
from contracts.openapi import is_at_or_below
from contracts.targets.reading import Reading
from contracts.targets.target import SAFE_METHODS, Sent
from mockserver.model.paths import parameter_names
from mockserver.model.types import Kind, Model, Operation

_LOG_OUT = re.compile(r"/(log|sign)[-_]?(out|off)(/|$)", re.IGNORECASE)
_OWN = re.compile(
    r"/(me|self|myself|whoami|current[-_]?user)(/(password|email))?/?$", re.IGNORECASE
)
"""Paths of the user whose credentials a run has."""
KEYS_OF_USERS = ("id", "uuid", "username", "login", "email")
"""What a user is known by in paths."""
_LETS_IN = re.compile(
    rb"\"[^\"]*(password|e-?mail|user_?name|login|active|enabled|disabled|role|admin|superuser)[^\"]*\"\s*:",
    re.IGNORECASE,
)
"""Properties of a user by which they are let in."""
_ITEM_KINDS = (Kind.DELETE, Kind.READ, Kind.MERGE, Kind.REPLACE, Kind.UPSERT)


class Safety(StrEnum):
    """What a run may do: READ only, write to its OWN records, or ALL there is to do on a disposable
    server.
    """

    READ = "read"
    OWN = "own"
    ALL = "all"


@dataclass(slots=True)
class Belongings:
    """The records that a run made, by the paths of their items, the oldest first. `users` are the
    keys of the user whose credentials the run has, as a path such as `/users/me` showed them.
    """

    items: list[str] = field(default_factory=list)
    users: set[str] = field(default_factory=set)

    def add(self, item: str) -> None:
        if item not in self.items:
            self.items.append(item)

    def remove(self, item: str) -> None:
        """Forget an item and what was below it."""
        self.items = [each for each in self.items if not is_at_or_below(each, item)]

    def covers(self, path: str) -> bool:
        """Tell whether a path is that of an item of these, or is below one."""
        return any(is_at_or_below(path, item) for item in self.items)


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides which requests may leave. `parents` are paths of items below which records may be
    made. `keeps_session` tells that the credentials of the run cannot be renewed.
    """

    model: Model
    safety: Safety
    belongings: Belongings
    parents: Collection[str] = ()
    keeps_session: bool = False

    def check(self, sent: Sent, reading: Reading) -> None:
        """Raise Withheld when the request could change what does not belong to the run, or end its
        session.
        """
        if (
            self.keeps_session
            and reading.operation is not None
            and ends_session(sent, self.belongings.users)
        ):
            raise Withheld(
                f"{reading.operation.label} could end the session of the run: say by "
                f"--auth-command what renews it"
            )
        if self.safety is Safety.ALL or sent.method in SAFE_METHODS:
            return
        if self.safety is Safety.READ:
            raise Withheld(f"{sent.method} could change something, and the run only reads")
        operation = reading.operation
        if operation is None:
            raise Withheld(
                f"{sent.method} on this path is no operation of the document: nobody knows what "
                f"it changes"
            )
        path = sent.bare_path
        if self.belongings.covers(path):
            return
        if operation.kind is not Kind.CREATE:
            raise Withheld(f"{operation.label} would change what this run did not make")
        if parameter_names(operation.path) and not any(
            is_at_or_below(path, each) for each in self.parents
        ):
            raise Withheld(
                f"{operation.label} would make a record below one that this run did not make"
            )


def note_user(belongings: Belongings, sent: Sent, body: object) -> None:
    """Note the keys of the user whose credentials a run has, where an answer shows them."""
    if sent.method != "GET" or not _OWN.search(sent.bare_path):
        return
    if isinstance(body, Mapping):
        found = [body.get(name) for name in KEYS_OF_USERS]
        belongings.users |= {str(each) for each in found if isinstance(each, str | int)}


def ends_session(sent: Sent, users: Collection[str] = ()) -> bool:
    """Tell whether a request may end the session that it belongs to: a log-out, or a change of the
    very user after which they are no longer let in.
    """
    path = sent.bare_path
    if sent.method in SAFE_METHODS:
        return False
    if _LOG_OUT.search(path):
        return True
    is_own = bool(_OWN.search(path)) or unquote(path.rpartition("/")[2]) in users
    return is_own and (sent.method == "DELETE" or bool(_LETS_IN.search(sent.content or b"")))


def item_path(model: Model, operation: Operation, collection_path: str, key: str) -> str | None:
    """Return the path of the item that an operation on a collection made, None when items have no
    paths.

    `collection_path` is the path that was called, without the query.
    """
    for other in model.operations:
        depth = len(parameter_names(operation.path)) + 1
        own = (
            other.resource == operation.resource
            and other.key_param is not None
            and other.kind in _ITEM_KINDS
        )
        if (
            own
            and len(parameter_names(other.path)) == depth
            and _begins_like(other.path, operation.path)
        ):
            return f"{collection_path.rstrip('/')}/{key}"
    return None


def _begins_like(item: str, collection: str) -> bool:
    return item.rstrip("/").rpartition("/")[0] == collection.rstrip("/")
