"""What an API promises beyond records: versions that a change must know, and keys under which a
request is carried out once.

    PUT /things/{id}:
      parameters: [{name: If-Match, in: header}]
      responses: {'200': {headers: {ETag: ...}}, '412': ..., '428': ...}

becomes

    Resource(version=Versioning())
    Operation(conditions=Conditions(tells_tag=True, headers={"if-match"}, needs={"if-match"}))

An operation that declares nothing has none of these values, and pays nothing for them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from mockserver.slots import dataclass

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Versioning:
    """How the versions of the records of a resource are told apart.

    `field` is the property that holds the version, None where only a tag tells it; `is_tag` says
    that this property is the tag. `moment` is the property that holds when a record was last
    changed, None where nothing asks for that.
    """

    field: str | None = None
    is_tag: bool = False
    moment: str | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """How one operation deals with versions (RFC 9110 section 13).

    Its replies tell the tag of what they show (`ETag`), and its moment (`Last-Modified`).
    `headers` are the conditions that it looks at, in small letters; of those that it `needs`, one
    must be sent. The body, or the query parameter `param`, carries the version in `field`.
    """

    tells_tag: bool = False
    tells_moment: bool = False
    headers: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    field: str | None = None
    param: str | None = None


@dataclass(frozen=True, slots=True)
class Idempotency:
    """Where an operation is sent the key under which it is carried out once, and how long it is
    kept: the first answer is given again to the same request (draft-ietf-httpapi-idempotency-key-
    header-07).

    `place` is header, query or body, and `name` the name there; that of a header is in small
    letters.
    """

    name: str
    place: str = "header"
    keep_s: float = DAY_S


@dataclass(frozen=True, slots=True)
class Job:
    """How a record that tells of work comes to its end by the clock.

    `field` is the property that tells how far it is, dotted where it is inside an object; `stages`
    are its values before the end, each for `stage_s` seconds, `done` and `failed` those at the end.
    `results` are the properties that are there once it is done, and `errors` those once it has
    failed; `moments` are stamped at the end, `beginnings` when the first stage is over, each in its
    style. `progress` counts up to `whole`.
    """

    field: str
    stages: tuple[str, ...]
    done: str
    failed: str | None = None
    stage_s: float = 1.0
    results: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    moments: Mapping[str, str] = dataclasses.field(default_factory=dict)
    beginnings: Mapping[str, str] = dataclasses.field(default_factory=dict)
    progress: str | None = None
    whole: int = 100

    @property
    def paths(self) -> tuple[str, ...]:
        """All properties that change as time goes by, dotted."""
        counted = () if self.progress is None else (self.progress,)
        outcome = (*self.results, *self.errors)
        return (self.field, *counted, *outcome, *self.moments, *self.beginnings)


@dataclass(frozen=True, slots=True)
class Work:
    """What an operation has to do with a job: it begins one, or tells of it.

    `place` is the path of the read that shows the job, where another path begins it. `pending` is
    the status while it goes on, and `finished` the one after its end, where they are not the usual
    ones; `result` is the path to which that one leads.
    """

    place: str | None = None
    pending: int | None = None
    finished: int | None = None
    result: str | None = None

    def status(self, wait_s: float | None, usual: int) -> int:
        """Return the status of a reply about a job that ends in some seconds, 0 where it has."""
        if wait_s is None:
            return usual
        other = self.pending if wait_s > 0 else self.finished
        return other or usual


@dataclass(frozen=True, slots=True)
class Departure:
    """How records of a resource go without being forgotten: into a trash, or when their time is
    over.

    Where there is a `trash`, `moment` and `flag` are the properties that tell of it, if any, and
    `style` how the moment is spelled. `expires` is the property that tells until when a record is
    there: a moment or, where `counts`, seconds after it was made; `usual_s` are the seconds that a
    record gets for which nobody says any.
    """

    trash: bool = False
    moment: str | None = None
    style: str = "now-rfc3339"
    flag: str | None = None
    expires: str | None = None
    counts: bool = False
    usual_s: float = DAY_S


@dataclass(frozen=True, slots=True)
class Sight:
    """Which records an operation sees where some are in the trash: those that are not (`present`),
    those that are (`trashed`) or `all`; with the query parameter `param` set, `other` ones.

    It `restores` what it is called on. With the query parameter `purge` set, a record is forgotten.
    """

    usual: str = "present"
    param: str | None = None
    other: str = "all"
    restores: bool = False
    purge: str | None = None
