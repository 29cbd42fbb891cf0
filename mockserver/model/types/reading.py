"""How records are read and shown: views, pages, filters and envelopes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from mockserver.model.types.notation import Template
from mockserver.model.types.relation import Join
from mockserver.slots import dataclass


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
    parameter is in no document and in our links alone, `told` that parameters are in no document
    and called as replies call them, `capped` that a size above the maximum of
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
    told: bool = False
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


class Operator(StrEnum):
    """How a property is compared with the values that are asked for."""

    EQUAL = "equal"  # it is one of the values
    HAS = "has"  # it, or an item of it, is one of the values
    IGNORE_CASE = "ignore-case"  # it is one of the values, in any case
    CONTAINS = "contains"  # one of the values is a part of it, in any case
    STARTS = "starts"  # it begins with one of the values, in any case
    ENDS = "ends"  # it ends with one of the values, in any case
    LIKE = "like"  # it has the form of one of the values: % any text, _ any letter
    LESS = "less"
    AT_MOST = "at-most"
    GREATER = "greater"
    AT_LEAST = "at-least"
    ON = "on"  # it is on the day of one of the values
    PRESENT = "present"  # there is something in it; no values
    SEARCH = "search"  # each word of a value is in some text of it, in any case


class Language(StrEnum):
    """How the value of a parameter spells conditions."""

    VALUE = "value"  # a value, or several
    PRESENCE = "presence"  # true or false: whether there is something
    RANGE = "range"  # two values, the least and the greatest: 1..5
    SELECTOR = "selector"  # app=web,tier!=db,env in (a,b)
    JSON = "json"  # {"name": ["a"], "label": ["a=b"]}
    EXPRESSION = "expression"  # name eq 'x' and price gt 5; Name=="x"; equals(name,"x")
    PAIRS = "pairs"  # name:x,tag:y
    MEMBERS = "members"  # {app: web}: each member that the property has to have
    WORDS = "words"  # {gte: 5, lt: 9}: each word that compares, and with what
    CRITERIA = "criteria"  # a property, a value and an operator in parameters of their own


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter that narrows a list.

    `field` is the dotted path of the property that it is about, through objects and arrays; it is
    empty where all of a record is searched, and where the value names the properties itself (by
    `language`). The property is compared by the `operator`; a `negated` filter chooses the other
    records. Of several values (`separators` part a text into them) one has to fit, or each where
    `every` is true. The words `everything` choose every record.

    When `must_exist` is true, a value that the field's reference does not find is a refusal, not an
    empty list. `others` are further properties of which one may fit.
    """

    param: str
    field: str
    must_exist: bool = False
    everything: frozenset[str] = frozenset()
    operator: Operator = Operator.EQUAL
    negated: bool = False
    every: bool = False
    separators: str = ""
    language: Language = Language.VALUE
    others: tuple[str, ...] = ()

    @property
    def is_equality(self) -> bool:
        """Whether records are chosen whose property has just the value."""
        is_plain = self.language is Language.VALUE and not self.negated
        return is_plain and self.operator is Operator.EQUAL


@dataclass(frozen=True, slots=True)
class Sorting:
    """How the order of a list is asked for.

    `param` names the properties, `direction` tells whether the largest comes first; where only the
    direction can be asked for, `field` is the property. `words` are the words of the parameter that
    are not a property with a sign or a direction, and the order that they stand for.
    """

    param: str | None = None
    direction: str | None = None
    field: str | None = None
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sparse:
    """A query parameter that chooses which properties of a record are shown. What it names is left
    out where it `excludes`; names are those of properties `inside` an object, if any. What is
    `needed` is always shown: dotted paths of what replies must have.
    """

    param: str
    excludes: bool = False
    inside: str = ""
    needed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Envelope:
    """What surrounds a record in a reply or a request, as templates.

    `one` and `many` hold `$value` where the record or the array goes; `many` may also hold
    `$total`, `$next`, `$previous`, `$page`, `$size`. `item` surrounds each record of a list.
    `one` is None where the reply of an action has no record.
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
