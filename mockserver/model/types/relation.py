"""What ties records to each other: parents, references, children, mirrors and the records that go
along.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from mockserver.model.types.notation import Expression
from mockserver.slots import dataclass

KEEP, RESTRICT, CASCADE, SET_NULL = "keep", "restrict", "cascade", "set_null"
"""What becomes of records when the one that they belong to, or name, is removed: nothing, they hold
it back, go along, or name none.
"""


CALLER = "~caller"
"""In place of a path parameter: the parent of what a call is about is who calls."""


@dataclass(frozen=True, slots=True)
class Parent:
    """A path parameter that names a record of another resource.

    When `splits` is true the parameter chooses the collection; else the record must exist, and
    chooses those records that name it, where they do. `field` is the property of the child that
    holds the parent's key, None when the child has none; `by` is the property of the parent that it
    holds where that is not its key. `others` are the properties of the parent for which the
    parameter may stand beside its key, as `idOrKey` does. `on_delete` says whether its records hold
    the parent back.
    """

    param: str
    resource: str | None
    splits: bool = True
    field: str | None = None
    by: str | None = None
    on_delete: str = CASCADE
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A property whose value must be the key of a record elsewhere.

    `open_when_empty` lets every value pass while the other collection holds nothing; `on_delete`
    says what becomes of those that name a record which is removed. One that is not `checked` need
    not lead to a record, one that is `acyclic` must not lead back; `missing` is the status of the
    refusal where it leads nowhere and that is no usual one.
    """

    field: str
    resource: str
    by: str
    open_when_empty: bool = True
    on_delete: str = KEEP
    checked: bool = True
    acyclic: bool = False
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Values that a property may not have: those that match `pattern`, or that `by` has in a record
    of `resource`.

    `field` is dotted, through arrays too: `images.url` is the url of each of the images.
    """

    field: str
    pattern: str | None = None
    resource: str | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """An object that a reply shows where a client sends its key: `project: {id: 1}` for
    `project_id: 1`, and with `many` a list of them for a list of keys. Where it is a record of a
    `resource`, it shows what that has.
    """

    sent: str
    shown: str
    by: str
    many: bool = False
    resource: str | None = None


@dataclass(frozen=True, slots=True)
class Children:
    """Objects kept in an array property of their parent: matched `by` a property, each with its own
    key.

    `known` are the properties that their schema names, in its order; any may be kept when it is
    empty.
    """

    field: str
    by: str
    key: str
    order: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offspring:
    """A property, at a dotted path, that shows the records of another resource that belong to a
    record: a list of them, how many there are, or the `single` one that there can be.

    They belong to it because they are below it or, with a `link`, because that property of theirs
    names it (by the value of its property `by`, where that is not its key). `name` is the property
    of theirs that stands for one where an item of the list is a text or a number, which it always
    is where the list is `plain`. They are shown by their keys where they are `mapped`.
    """

    field: str
    resource: str
    link: str | None = None
    by: str | None = None
    name: str | None = None
    plain: bool = False
    counted: bool = False
    single: bool = False
    mapped: bool = False


@dataclass(frozen=True, slots=True)
class Linkage:
    """How an operation is about records that are linked to the one in its path.

    `links` is the resource of the links; `above` are the path parameters that tell whose they are;
    `words` are how bodies call the keys of records, bare. The links are looked at from the other
    side (`back`) where those are shown to which records are linked. `shows_parent` tells that the
    reply has the record to which others were linked.
    """

    links: str
    above: tuple[str, ...]
    words: frozenset[str]
    back: bool = False
    shows_parent: bool = False


@dataclass(frozen=True, slots=True)
class ValueList:
    """A list of plain values that is kept as one thing, under a property of its record; in a set no
    value is twice.
    """

    field: str
    is_set: bool = False


@dataclass(frozen=True, slots=True)
class ValueChange:
    """What an operation does to a list of plain values: it puts it whole, adds to it, takes from it
    or empties it, or looks at it. `param` is the path parameter that names one value, and `sent`
    the property of the body that has values, None where the body is nothing else.
    """

    word: str
    param: str | None = None
    sent: str | None = None


@dataclass(frozen=True, slots=True)
class Mirror:
    """Each child of a record appears as a record of another resource.

    `key_field` is the property of the mirrored record that holds the child's key; `find` names
    records to look up first; `values` are expressions over `$child`, `$record` and what was found.
    """

    children: str
    resource: str
    key_field: str
    find: Mapping[str, Any]
    values: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class Join:
    """The one record of another resource that goes with a record: `on` maps its properties to
    expressions.
    """

    name: str
    resource: str
    on: tuple[tuple[str, Expression], ...]
