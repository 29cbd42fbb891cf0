"""An operation: a method and a path, and what it does."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from mockserver.model.types.described import Described, DescribedMedia
from mockserver.model.types.formula import Demand
from mockserver.model.types.guarantees import Conditions, Idempotency, Sight, Work
from mockserver.model.types.issuer import Account, Duty, OwnAccount
from mockserver.model.types.reading import Envelope, Filter, Paging, Sorting, Sparse, View
from mockserver.model.types.relation import Linkage, Parent, ValueChange
from mockserver.model.types.results import Results


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
class Stamp:
    """The present moment in a style, as the value that an operation gives to a property."""

    style: str


@dataclass(frozen=True, slots=True)
class Increase:
    """A number added to what a property has, where the operation changes anything else of the
    record; the sum is never below 0.
    """

    by: int


@dataclass(frozen=True, slots=True)
class Flip:
    """The opposite of what a flag is; of one that is not there yet, that it is so."""


class FigureWay(StrEnum):
    """How a number is found: records are counted, those of each value are, or values are added."""

    COUNT = "count"
    EACH = "each"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class RecordFigure:
    """A number at a dotted place of a reply, and the resource of whose records it tells; with a
    `field`, those that have the `value` there, or what is there.
    """

    place: str
    resource: str
    way: FigureWay = FigureWay.COUNT
    field: str = ""
    value: Any = None


@dataclass(frozen=True, slots=True)
class Deeds:
    """What one operation may do: the property of its body that names a deed, and the operation
    that each of its values stands for.
    """

    property: str
    operations: Mapping[str, Operation]


@dataclass(frozen=True, slots=True)
class Origins:
    """The states out of which a verb leads: the property that tells them, and its values."""

    field: str
    states: frozenset[str]


@dataclass(frozen=True, slots=True)
class VerbTurn:
    """What an operation does once until another one takes it back: the property that keeps whether
    it is done, and what that is then.
    """

    field: str
    done: bool


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where a request tells which record it is about, where that is not in its path: a query
    parameter, or a property of the body, and whether it must be there.
    """

    place: str
    name: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """What an ACTION does: `name` of the behavior and the settings it takes."""

    name: str
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hook:
    """A function of the user's own, which takes the scene of a call and returns a reply; `place` is
    where it is: `hooks.py:quote`.
    """

    place: str
    function: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Stream:
    """How the items of a reply are sent one by one: so many seconds apart, and with what after the
    last one.
    """

    every_s: float = 0.0
    end: Any = None


@dataclass(frozen=True)
class Operation:
    """A method and a path, and what it does.

    `key_field` is the property for which the path parameter stands, where it is not the key of the
    resource; `key_place` is where a request tells the key that has it not in its path; `other_keys`
    are those for which it may stand too, as `idOrKey` does. `newest_first` tells that a list begins
    with what was made last where no order is asked for. `success` is the status of a normal answer
    and `created` the one when a record was made; `sets` are properties that a change gives a value
    whatever was sent, `only` those that the records of a list have; an upsert that `keeps` changes
    what is sent of a record and nothing else, and one of a `whole` list removes what is not in it;
    a create `copies` the record that a path parameter names, and an action that `relates` changes
    which records are named at that dotted place; `carries` are those that its body names, none
    where it may name any; `spelling` maps those that the record spells otherwise to its own names,
    `inner` those that it holds in an object, to their dotted places; `accepts` are those
    that any of its request schemas names, None where they leave open which there are; `names` are
    the properties of a record by their bare names, for parameters whose values name them; `ignored`
    are the query parameters of a list that nothing is done with; `conditions` are what it does with
    the versions of records, `idempotency` is the key under which it is carried out once, and `work`
    what it has to do with a job, each None where nothing is promised; `demands` are what must hold
    of a record once it is done with it, a `hook` takes the place of its behavior, and a `stream`
    sends items one by one; `duty` is what it does for who gives tokens, `accounts` among which a
    log-in looks, and `own` how it shows the user who calls; `results` is how its reply tells of
    each of several records, `defaults` are those of its own body, and `named_by` is the property of
    the body that lists keys; one that `chooses` changes the records that are named so,
    or that its query chooses, and one with a `membership` is about records that are linked to that
    of its path, one with `values` about a list of plain ones, one that `renames` may give a record
    another key, and one that is `mapped` takes records by their keys; `mask` is where a change says
    which properties it is about, `turn` what it does once, and `origins` are the states out of
    which it leads; a delete that `forgives` takes it that there is nothing to delete, and one
    without state tells `figures` of records; `deeds` are the operations of which a body names one;
    `described` is what the document says; `reason` says whether the kind was declared or which rule
    of inference fired.
    """

    label: str
    method: str
    path: str
    kind: Kind
    resource: str | None = None
    key_param: str | None = None
    key_field: str | None = None
    key_place: KeyPlace | None = None
    other_keys: tuple[str, ...] = ()
    parents: tuple[Parent, ...] = ()
    success: int = 200
    created: int = 201
    envelope: Envelope = dataclasses.field(default_factory=Envelope)
    paging: Paging = dataclasses.field(default_factory=Paging)
    filters: tuple[Filter, ...] = ()
    newest_first: bool = False
    sorting: Sorting = dataclasses.field(default_factory=Sorting)
    sparse: tuple[Sparse, ...] = ()
    names: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    ignored: tuple[str, ...] = ()
    view: View | None = None
    action: Action | None = None
    scopes: tuple[str, ...] = ()
    location: bool = False
    sets: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    only: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    keeps: bool = False
    whole: bool = False
    copies: str | None = None
    relates: str | None = None
    carries: frozenset[str] = frozenset()
    spelling: Mapping[str, str] = dataclasses.field(default_factory=dict)
    inner: Mapping[str, str] = dataclasses.field(default_factory=dict)
    accepts: frozenset[str] | None = None
    unknown_query: str = "ignore"
    errors: str = "default"
    duty: Duty | None = None
    accounts: tuple[Account, ...] = ()
    own: OwnAccount | None = None
    conditions: Conditions | None = None
    idempotency: Idempotency | None = None
    work: Work | None = None
    demands: tuple[Demand, ...] = ()
    hook: Hook | None = None
    stream: Stream | None = None
    sight: Sight | None = None
    results: Results | None = None
    named_by: str | None = None
    defaults: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    chooses: bool = False
    membership: Linkage | None = None
    values: ValueChange | None = None
    renames: bool = False
    mapped: bool = False
    mask: KeyPlace | None = None
    turn: VerbTurn | None = None
    forgives: bool = False
    origins: Origins | None = None
    figures: tuple[RecordFigure, ...] = ()
    deeds: Deeds | None = None
    reason: str = ""
    described: Described = dataclasses.field(default=NOTHING, repr=False, compare=False)

    @cached_property
    def raw_media(self) -> DescribedMedia | None:
        """The body of its answer where that is taken as it is, None where it is a record."""
        media = self.described.success_media(self.success)
        return media if media is not None and media.is_raw else None

    @property
    def is_act(self) -> bool:
        """Whether it is an action on records, and none that the semantics declare by its name."""
        return self.kind is Kind.ACTION and self.resource is not None

    @property
    def shows_record(self) -> bool:
        """Whether the reply of an action has its record; else it is as the document says."""
        return self.is_act and self.envelope.one is not None

    @property
    def replies_as_documented(self) -> bool:
        """Whether the reply comes from the document, and from no record."""
        if self.is_act:
            return self.envelope.one is None
        return self.kind is Kind.STATELESS

    @property
    def sort_param(self) -> str | None:
        """The query parameter that names the order."""
        return self.sorting.param

    @cached_property
    def heard(self) -> tuple[str, ...]:
        """Headers that count as they are sent, in small letters."""
        conditions, key = self.conditions, self.idempotency
        names = set() if conditions is None else set(conditions.headers)
        if key is not None and key.place == "header":
            names.add(key.name)
        return ("content-type", *sorted(names))

    @property
    def heard_as_sent(self) -> frozenset[str]:
        """Those of them that no schema holds: their form is that of HTTP, and it is no mistake of
        form when one is missing.
        """
        conditions = self.conditions
        if conditions is None:
            return frozenset()
        required = set()
        for parameter in self.described.parameters_in("header"):
            if parameter.required:
                required.add(parameter.name.lower())
        return conditions.headers - (required - conditions.needs)
