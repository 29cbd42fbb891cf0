"""The Model of an API as values: its resources, its operations, its errors and its habits.

A reader understands from this file what Understudy can play. Everything here is compiled once, from the
document and the semantics file, and never changes while calls are answered.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mockserver.document.document import Document

Schema = Mapping[str, Any]
Template = Any
"""A JSON value whose strings may hold `{name}` parts, see `behavior.template`."""
Expression = Any
"""A JSON value whose strings may be `$source.path`, see `behavior.expression`."""


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


@dataclass(frozen=True, slots=True)
class Parent:
    """A path parameter that names a record of another resource.

    When `splits` is true the parameter chooses the collection; else the record must only exist.
    `field` is the property of the child that holds the parent's key, None when the child has none.
    """

    param: str
    resource: str | None
    splits: bool = True
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A property that keeps siblings in order.

    `first` is the lowest position. `dense` positions run without gaps: an insert shifts the later ones up
    and a delete closes the gap; else a record moved to a higher number pushes only those at or above it.
    """

    field: str
    first: int = 1
    dense: bool = True


@dataclass(frozen=True, slots=True)
class Reference:
    """A property whose value must be the key of a record elsewhere.

    `open_when_empty` lets every value pass while the other collection holds nothing.
    """

    field: str
    resource: str
    by: str
    open_when_empty: bool = True


@dataclass(frozen=True, slots=True)
class Children:
    """Objects kept in an array property of their parent: matched `by` a property, each with its own key.

    `known` are the properties that their schema names; any may be kept when it is empty.
    """

    field: str
    by: str
    key: str
    order: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Mirror:
    """Each child of a record appears as a record of another resource.

    `key_field` is the property of the mirrored record that holds the child's key; `find` names records to
    look up first; `values` are expressions over `$child`, `$record` and what was found.
    """

    children: str
    resource: str
    key_field: str
    find: Mapping[str, Any]
    values: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class Join:
    """The one record of another resource that goes with a record: `on` maps its properties to expressions."""

    name: str
    resource: str
    on: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class View:
    """A selection of records derived from what other records say of them.

    A record belongs to it when one mapping of `any_of` holds; each mapping is name -> wanted value, where a
    name may be dotted and begin with the join's name, and a value may be `{not: x}` or `{after: name}`.
    """

    name: str
    any_of: tuple[Mapping[str, Any], ...]
    join: Join | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A change that follows a transition, once, for `each` item of a list in the body, or for `every` record.

    `find` looks up records by name (a missing one is a refusal when `required`), `into` names the resource
    that is written where `match` holds, `values` are expressions, `when` guards it, `create` tells whether
    a missing record is made. `every` are the property values of the records to change.
    """

    into: str
    values: Mapping[str, Expression]
    match: Mapping[str, Expression] = dataclasses.field(default_factory=dict)
    each: str | None = None
    every: Mapping[str, Expression] | None = None
    when: Mapping[str, Any] | None = None
    find: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    create: bool = True


@dataclass(frozen=True, slots=True)
class States:
    """A state machine over a property: which moves are legal and what each brings about.

    `alone`: no two records that agree in these properties may be in `alone_in` at once.
    """

    field: str
    initial: str
    moves: Mapping[str, tuple[str, ...]]
    steps: Mapping[str, tuple[Step, ...]] = dataclasses.field(default_factory=dict)
    alone_in: str | None = None
    alone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """A type of thing: where its records live, what identifies them and which rules they keep.

    `key` is the identifying property (None: a singleton); `schema` describes a stored record;
    `generated` maps a property to its generator, made once at creation, `touched` again at each change;
    `computed` are templates over the record; `assigned` are expressions over the call, evaluated on each
    write; `hidden` properties never leave the server. An `open` resource keeps properties that its schema
    does not name. `fill` says which properties that nobody sent are made up: all, owned (a client cannot
    send them, or a reply must have them), required or none; `writable` are those a client can send; those of `nested`
    objects that a change leaves out stay.
    `keep_empty` tells whether a record whose children are all gone stays. `key_rule` is the rule that found the
    key, `declared` or empty where there is nothing to find.
    """

    name: str
    key: str | None
    parents: tuple[Parent, ...] = ()
    schema: Schema = dataclasses.field(default_factory=dict)
    order: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    generated: Mapping[str, str] = dataclasses.field(default_factory=dict)
    touched: Mapping[str, str] = dataclasses.field(default_factory=dict)
    computed: Mapping[str, Template] = dataclasses.field(default_factory=dict)
    assigned: Mapping[str, Expression] = dataclasses.field(default_factory=dict)
    read_only: frozenset[str] = frozenset()
    refuse_read_only: bool = False
    hidden: frozenset[str] = frozenset()
    fill: str = "owned"
    writable: frozenset[str] = frozenset()
    nested: frozenset[str] = frozenset()
    unique: tuple[tuple[str, ...], ...] = ()
    exclusive: tuple[str, ...] = ()
    position: Position | None = None
    limit: int | None = None
    references: tuple[Reference, ...] = ()
    children: tuple[Children, ...] = ()
    mirrors: tuple[Mirror, ...] = ()
    states: States | None = None
    keep_empty: bool = True
    open: bool = True
    key_rule: str = ""

    @property
    def split(self) -> tuple[Parent, ...]:
        """The parents that choose the collection, outermost first."""
        return tuple(parent for parent in self.parents if parent.splits)


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list is cut into pages.

    `style` is page, offset, cursor (opaque text), after (the key of the last record seen) or none; `number`
    and `size` are the query parameters; `default` and `maximum`
    sizes (None: everything, no maximum); `first` is the number of the first page. `past_end` tells what a
    page after the last is: `empty`, or `refused`.
    """

    style: str = "none"
    number: str | None = None
    size: str | None = None
    default: int | None = None
    maximum: int | None = None
    first: int = 1
    past_end: str = "empty"


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter that narrows a list: the record's `field` equals it, or is one of its values.

    When `must_exist` is true, a value that the field's reference does not find is a refusal, not an empty list.
    """

    param: str
    field: str
    must_exist: bool = False


@dataclass(frozen=True, slots=True)
class Envelope:
    """What surrounds a record in a reply or a request, as templates.

    `one` and `many` hold `$value` where the record or the array goes; `many` may also hold `$total`,
    `$next`, `$previous`, `$page`, `$size`. `item` surrounds each record of a list. `request` is the property
    that wraps a request body, or None.
    `empty` is the status of a list without records, None when it is the usual one.
    """

    one: Template = "$value"
    many: Template = "$value"
    item: Template = "$value"
    count: Template = "$value"
    removed: Template = None
    request: str | None = None
    empty: int | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """What an ACTION does: `name` of the behavior and the settings it takes."""

    name: str
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """A method and a path, and what it does.

    `pointer` leads to the operation in the document; `success` is the status of a normal answer and
    `created` the one when a record was made; `sets` are properties that a change gives a value whatever was
    sent; `carries` are those that its body names, none where it may name any; `reason` says whether the kind
    was declared or which rule of inference fired.
    """

    label: str
    method: str
    path: str
    kind: Kind
    resource: str | None = None
    key_param: str | None = None
    key_field: str | None = None
    parents: tuple[Parent, ...] = ()
    success: int = 200
    created: int = 201
    envelope: Envelope = Envelope()
    paging: Paging = Paging()
    filters: tuple[Filter, ...] = ()
    sort_param: str | None = None
    view: View | None = None
    action: Action | None = None
    scopes: tuple[str, ...] = ()
    location: bool = False
    sets: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    carries: frozenset[str] = frozenset()
    unknown_query: str = "ignore"
    errors: str = "default"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ErrorForm:
    """How one kind of problem looks on the wire; None leaves it to the API's default form."""

    status: int
    message: str = ""
    code: str = ""
    body: Template = None
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Errors:
    """An API's way to refuse: a form for each kind of problem, and its words for each broken rule.

    `messages` are keyed by rule, by `rule.property` or by `place.rule`; `details` by property, each a list
    of (pattern, text) of which the first match gives `{detail}`. `standard` errors are nobody's own: where an
    operation documents how it refuses, that takes their place.
    """

    forms: Mapping[str, ErrorForm]
    messages: Mapping[str, str] = dataclasses.field(default_factory=dict)
    details: Mapping[str, tuple[tuple[str, str], ...]] = dataclasses.field(default_factory=dict)
    media_type: str = "application/json"
    at: str = ""
    standard: bool = False


@dataclass(frozen=True, slots=True)
class Credential:
    """Something the mock lets in: `value` is a key or token, `name:password` for Basic and for log-ins."""

    scheme: str
    value: str
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Security:
    """Who may call: the credentials known, the word before a token (`Token`), and where a scheme holds.

    `at` maps a scheme to the base path under which alone it counts. `policy` is known (these credentials
    only), any (whatever is sent) or off.
    """

    credentials: tuple[Credential, ...] = ()
    prefixes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    at: Mapping[str, str] = dataclasses.field(default_factory=dict)
    policy: str = "known"


@dataclass(frozen=True, slots=True)
class XmlHabits:
    """How an API spells in XML what its document does not say.

    `null` is the text of a null value; None leaves a null property out. `array_item` is the element of an
    item in an array whose schema says neither `wrapped` nor the item's name, and wraps such an array; with
    None the items repeat the name of the array, unwrapped (OpenAPI 3.0.3, XML Object).
    """

    null: str | None = None
    array_item: str | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """How many calls a caller may make: `requests` in each window, or a bucket of so many that drains.

    A window of `window_s` seconds begins with its first call; a bucket loses `per_second` of its calls in each
    second. One of the two is 0. `at` is the base path (a template) under which it holds, `shared` tells whether
    all callers use up the same quota. `headers` go with every reply, templates over `{quota}`, `{left}`,
    `{reset_s}`, `{reset_ms}`, `{window_s}`, `{window_ms}`; `status` is that of a refusal when it is not that of
    the errors.
    """

    requests: int
    window_s: float = 0.0
    per_second: float = 0.0
    at: str = ""
    shared: bool = False
    headers: Mapping[str, Template] = dataclasses.field(default_factory=dict)
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Habits:
    """Customs of the whole API that belong to no operation.

    `slash` is what a missing or surplus trailing slash brings: accept, redirect (GET only, 301) or strict.
    `headers` go with every reply; `unimplemented` are methods answered 501 instead of 405. `extensions` maps
    the end of a path, such as `xml`, to the media type that it asks for. `list_headers` tells whether lists come
    with X-Total-Count and Link where their envelope leaves room for them. `quotas` are how many calls are let in.
    """

    slash: str = "accept"
    headers: Mapping[str, Template] = dataclasses.field(default_factory=dict)
    unimplemented: frozenset[str] = frozenset()
    xml: XmlHabits = XmlHabits()
    list_headers: bool = True
    extensions: Mapping[str, str] = dataclasses.field(default_factory=dict)
    quotas: tuple[Quota, ...] = ()

    @property
    def header_names(self) -> frozenset[str]:
        """The headers that go with every reply, by name in small letters."""
        told = [*self.headers, *(name for quota in self.quotas for name in quota.headers)]
        return frozenset(name.lower() for name in told)


@dataclass(frozen=True, slots=True)
class Model:
    """An API, understood."""

    document: Document
    base_paths: tuple[str, ...]
    resources: Mapping[str, Resource]
    operations: tuple[Operation, ...]
    errors: Mapping[str, Errors]
    security: Security
    habits: Habits
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.document.name
