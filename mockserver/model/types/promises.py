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

from dataclasses import dataclass

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
