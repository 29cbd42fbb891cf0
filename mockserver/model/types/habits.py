"""Customs of a whole API: slashes, headers, XML and quotas."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from mockserver.model.types.notation import Template
from mockserver.slots import dataclass


@dataclass(frozen=True, slots=True)
class XmlHabits:
    """How an API spells in XML what its document does not say.

    `null` is the text of a null value; None leaves a null property out. `array_item` is the element
    of an item in an array whose schema says neither `wrapped` nor the item's name, and wraps such
    an array; with None the items repeat the name of the array, unwrapped (OpenAPI 3.0.3, XML
    Object).
    """

    null: str | None = None
    array_item: str | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """How many calls a caller may make: `requests` in each window, or a bucket of so many that
    drains.

    A window of `window_s` seconds begins with its first call; a bucket loses `per_second` of its
    calls in each second. One of the two is 0. `at` is the base path (a template) under which it
    holds, `shared` tells whether all callers use up the same quota. `headers` go with every reply,
    templates over `{quota}`, `{left}`, `{reset_s}`, `{reset_ms}`, `{window_s}`, `{window_ms}`;
    `status` is that of a refusal when it is not that of the errors.
    """

    requests: int
    window_s: float = 0.0
    per_second: float = 0.0
    at: str = ""
    shared: bool = False
    headers: Mapping[str, Template] = dataclasses.field(default_factory=dict)
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Tenancy:
    """Which variable of the servers' paths names a tenant: a customer whose records and quotas
    nobody else sees.

    A base path without the variable is that of the tenant who is its default.
    """

    variable: str
    default: str


@dataclass(frozen=True, slots=True)
class Habits:
    """Customs of the whole API that belong to no operation.

    `slash` is what a missing or surplus trailing slash brings: accept, redirect (301, whatever the
    method) or strict. `headers` go with every reply; `unimplemented` are methods answered 501
    instead of 405. `extensions` maps the end of a path, such as `xml`, to the media type that it
    asks for; `format` is the media type of a reply where neither that nor Accept asks for one and
    no JSON was sent, empty for the first that is documented. `list_headers` tells whether lists
    come with X-Total-Count and Link where their envelope leaves room for them. `quotas` are how
    many calls are let in. `empty_segment` is the kind of problem that a path with nothing in the
    place of a parameter is: no_route or invalid_path. `tenancy` tells tenants apart, None where
    there is one state for all. `request_media_types` are those in which bodies are taken beside the
    documented ones. With `empty_query` absent, a query parameter without a value counts as one that
    was not sent. `coerce` are the types into which request bodies are read, however they are
    spelled.
    """

    slash: str = "accept"
    headers: Mapping[str, Template] = dataclasses.field(default_factory=dict)
    unimplemented: frozenset[str] = frozenset()
    xml: XmlHabits = XmlHabits()
    list_headers: bool = True
    extensions: Mapping[str, str] = dataclasses.field(default_factory=dict)
    quotas: tuple[Quota, ...] = ()
    format: str = ""
    empty_segment: str = "no_route"
    tenancy: Tenancy | None = None
    coerce: frozenset[str] = frozenset()
    request_media_types: tuple[str, ...] = ()
    empty_query: str = "value"

    @property
    def header_names(self) -> frozenset[str]:
        """The headers that go with every reply, by name in small letters."""
        told = [*self.headers, *(name for quota in self.quotas for name in quota.headers)]
        return frozenset(name.lower() for name in told)
