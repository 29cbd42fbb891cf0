"""How records are read and shown: views, pages, filters and envelopes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.model.types.notation import Template
from mockserver.model.types.relation import Join


@dataclass(frozen=True, slots=True)
class View:
    """A selection of records derived from what other records say of them.

    A record belongs to it when one mapping of `any_of` holds; each mapping is name -> wanted value,
    where a name may be dotted and begin with the join's name, and a value may be `{not: x}` or
    `{after: name}`.
    """

    name: str
    any_of: tuple[Mapping[str, Any], ...]
    join: Join | None = None


BY_KEY = ("after", "from")
"""Styles of paging in which the key of a record asks for a page."""
BY_PLACE = ("cursor", *BY_KEY)
"""Styles of paging in which a page begins at a place, wherever that is by then."""


@dataclass(frozen=True, slots=True)
class PageWay:
    """A style of paging, and the query parameter that asks for a page so."""

    style: str
    param: str


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list is cut into pages.

    `style` is page, offset, cursor (opaque text), after (the key of the last record seen), from
    (the key of the first record to come) or none;
    `number` and `size` are the query parameters; `default` and `maximum` sizes (None: everything,
    no maximum); `first` is the number of the first page, `origin` that of the first record. `back`
    is the parameter for the key of the record before which a page ends, `others` are further ways
    to ask for a page; `whole` tells that keys are asked for as whole numbers, `own` that the
    parameter is in no document and in our links alone, `capped` that a size above the maximum of
    its schema is taken as that, `strict` that one above a maximum that is only told is refused.
    `past_end` tells what a page after the last is: `empty`, or `refused`. `first_in_links` tells
    whether a link to the first page names its number, `sorted_links` whether links name their
    parameters in alphabetical order.
    """

    style: str = "none"
    number: str | None = None
    size: str | None = None
    default: int | None = None
    maximum: int | None = None
    first: int = 1
    origin: int = 0
    back: str | None = None
    others: tuple[PageWay, ...] = ()
    whole: bool = False
    own: bool = False
    capped: bool = False
    strict: bool = False
    past_end: str = "empty"
    first_in_links: bool = True
    sorted_links: bool = False

    @property
    def params(self) -> frozenset[str]:
        """The query parameters that ask for a page or its size."""
        others = (way.param for way in self.others)
        return frozenset(filter(None, (self.number, self.size, self.back, *others)))


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter that narrows a list: the record's `field` equals it, or is one of its
    values.

    When `must_exist` is true, a value that the field's reference does not find is a refusal, not an
    empty list. The words `everything` choose every record.
    """

    param: str
    field: str
    must_exist: bool = False
    everything: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Envelope:
    """What surrounds a record in a reply or a request, as templates.

    `one` and `many` hold `$value` where the record or the array goes; `many` may also hold
    `$total`, `$next`, `$previous`, `$page`, `$size`. `item` surrounds each record of a list.
    `request` is the property that wraps a request body, or None. `empty` is the status of a list
    without records, None when it is the usual one.
    """

    one: Template = "$value"
    many: Template = "$value"
    item: Template = "$value"
    count: Template = "$value"
    removed: Template = None
    request: str | None = None
    empty: int | None = None
