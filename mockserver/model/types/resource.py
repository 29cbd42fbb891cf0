"""A resource: where its records live, what identifies them and which rules they keep."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mockserver.model.types.formula import Demand, Formula, Watcher
from mockserver.model.types.guarantees import Departure, Job, Versioning
from mockserver.model.types.notation import Expression, Schema, Template
from mockserver.model.types.relation import (
    Children,
    Exclusion,
    Mirror,
    Offspring,
    Parent,
    Reference,
    Related,
    ValueList,
)
from mockserver.model.types.schema import NO_SCHEMA, DescribedSchema
from mockserver.model.types.states import States


@dataclass(frozen=True, slots=True)
class Position:
    """A property that keeps siblings in order.

    `first` is the lowest position. `dense` positions run without gaps: an insert shifts the later
    ones up and a delete closes the gap; else a record moved to a higher number pushes only those at
    or above it. `is_told` is one that words of the document tell of, and no semantics.
    """

    field: str
    first: int = 1
    dense: bool = True
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class InnerDefaults:
    """What an object inside of a record, or each of a list of them, has that nobody said; `inner`
    is the same of the objects that are in it.
    """

    values: Mapping[str, Any]
    inner: Mapping[str, InnerDefaults]


@dataclass(frozen=True)
class Resource:
    """A type of thing: where its records live, what identifies them and which rules they keep.

    `path` is that of its collection, empty where it is at none;
    `key` is the identifying property (None: a singleton); `schema` describes a stored record,
    `record` the same with its alternatives; `generated` maps a property to its generator, made once
    at creation, `touched` again at each change; `computed` are templates over the record, or
    `formulas` over it and others, in the order in which they are worked out; `watched_by` are the
    resources whose formulas look at records of this one, and `demands` are what must hold of them;
    `assigned` are expressions over the call,
    evaluated on each write; `refused` are the read-only properties that a request must not carry,
    the others are ignored in it; `hidden` properties never leave the server. An `open` resource
    keeps properties that its schema does not name. `fill` says which properties that nobody sent
    are made up: all, owned (a client cannot send them, or a reply must have them), required or
    none; `writable` are those a client can send; those of `nested` objects that a change leaves out
    stay. The records of a `given` resource (`by_key` the one of any key), the one of a singleton or
    those that the document shows of a list, are there before anyone wrote them; `named` that
    nothing makes them, so that each that a path names above others is there. With
    `keeps_untouched`, what is touched stays where a change gives each property the value that it
    has. No two records agree in what is `unique`, nor in each property that is `told_unique`: by
    the words of the document alone; in `any_case`, whatever the case of their letters. `excluded`
    are values that properties may not have. `coerce` are the types into which single properties are
    read, where they differ from those of the API.
    `related_in` are the resources whose records show those of this one for their keys, `shown_in`
    the resources whose records show those of this one, as their `offspring`; `self_links` are the
    dotted places that tell the URL of a record. The records of one that `stands_for` another are
    links to its records, which are `linked_by` them. `version` is how versions of a record are told
    apart, `job` how one that tells of work comes to its end, and `departure` how one goes without
    being forgotten, where that is promised. `keep_empty` tells whether a record whose children are
    all gone stays. `key_rule` is the rule that found the key, `declared` or empty where there is
    nothing to find; `key_weighed` what was weighed, a line for each candidate. `key_source` is the
    property inside an object that holds the key, dotted, `owner_source` the one that names the
    owner of what is known by an owner and a name, and `key_schemas` are what a key has to fit.
    `key_lasts` tells that a key is promised never to be given again, not even after a delete, and
    `key_moves` that clients may give a record another one. The
    one record of a resource with `values` is a list of plain ones. What records were is kept in the
    resource of their `revisions`, which `revises` theirs.
    """

    name: str
    key: str | None
    path: str = ""
    parents: tuple[Parent, ...] = ()
    schema: Schema = dataclasses.field(default_factory=dict)
    record: DescribedSchema = dataclasses.field(default=NO_SCHEMA, repr=False, compare=False)
    order: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    inner_defaults: Mapping[str, InnerDefaults] = dataclasses.field(default_factory=dict)
    generated: Mapping[str, str] = dataclasses.field(default_factory=dict)
    touched: Mapping[str, str] = dataclasses.field(default_factory=dict)
    computed: Mapping[str, Template] = dataclasses.field(default_factory=dict)
    formulas: Mapping[str, Formula] = dataclasses.field(default_factory=dict)
    watched_by: tuple[Watcher, ...] = ()
    demands: tuple[Demand, ...] = ()
    assigned: Mapping[str, Expression] = dataclasses.field(default_factory=dict)
    read_only: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    fill: str = "owned"
    writable: frozenset[str] = frozenset()
    nested: frozenset[str] = frozenset()
    unique: tuple[tuple[str, ...], ...] = ()
    told_unique: tuple[str, ...] = ()
    any_case: frozenset[str] = frozenset()
    exclusive: tuple[str, ...] = ()
    position: Position | None = None
    limit: int | None = None
    references: tuple[Reference, ...] = ()
    related: tuple[Related, ...] = ()
    related_in: tuple[str, ...] = ()
    children: tuple[Children, ...] = ()
    mirrors: tuple[Mirror, ...] = ()
    offspring: tuple[Offspring, ...] = ()
    self_links: tuple[str, ...] = ()
    resource_names: Mapping[str, str] = dataclasses.field(default_factory=dict)
    shown_in: tuple[str, ...] = ()
    stands_for: str | None = None
    linked_by: tuple[str, ...] = ()
    states: States | None = None
    version: Versioning | None = None
    job: Job | None = None
    departure: Departure | None = None
    keep_empty: bool = True
    given: bool = False
    by_key: bool = False
    named: bool = False
    open: bool = True
    keeps_untouched: bool = False
    excluded: tuple[Exclusion, ...] = ()
    coerce: Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)
    key_rule: str = ""
    key_source: str | None = None
    owner_source: str | None = None
    key_schemas: tuple[DescribedSchema, ...] = ()
    key_weighed: tuple[str, ...] = ()
    key_lasts: bool = False
    key_moves: bool = False
    values: ValueList | None = None
    revisions: str | None = None
    revises: str | None = None

    @cached_property
    def split(self) -> tuple[Parent, ...]:
        """The parents that choose the collection, outermost first."""
        return tuple(parent for parent in self.parents if parent.splits)

    @cached_property
    def kept_apart(self) -> tuple[tuple[str, ...], ...]:
        """The properties in all of which no two records agree, declared or told in words."""
        alone = [(name,) for name in self.told_unique]
        return (*self.unique, *alone)

    @cached_property
    def templates(self) -> Mapping[str, Template]:
        """The properties that are computed of the record alone, by templates."""
        return {
            name: template for name, template in self.computed.items() if name not in self.formulas
        }

    @cached_property
    def kept(self) -> frozenset[str] | None:
        """The properties that a client may set of a closed resource, None where it is open."""
        if self.open:
            return None
        known = {*self.schema.get("properties", ()), *self.record.all_properties}
        known.update(self.writable, self.hidden, self.defaults)
        return frozenset(known - self.read_only)

    @cached_property
    def flat(self) -> Resource:
        """The same where objects in a record are changed as they are sent, and not member by
        member.
        """
        return dataclasses.replace(self, nested=frozenset())

    @cached_property
    def made(self) -> Mapping[str, str]:
        """The properties beside the key that are made for a new record, with their generators."""
        made = {**self.generated, **self.touched}
        return {name: generator for name, generator in made.items() if name != self.key}

    @cached_property
    def owned(self) -> frozenset[str]:
        """The properties that a replace leaves as they are."""
        owned = {*self.read_only, *self.generated, *self.computed, *self.hidden}
        owned.update(self.touched)
        owned.update(parent.field for parent in self.parents if parent.field)
        shown = {each.field for each in self.offspring}
        if self.writable:
            shown.update(self.record.properties)
        return frozenset(owned | (shown - self.writable))

    @cached_property
    def inner_parents(self) -> tuple[tuple[str, str], ...]:
        """The parameters that name parents, each with the dotted place of the property that does,
        beside a key that is inside an object: metadata.namespace beside metadata.name.
        """
        outer = (self.key_source or "").rpartition(".")[0]
        holder = self.record.properties.get(outer)
        if holder is None:
            return ()
        unnamed = [parent.param for parent in self.split if parent.field is None]
        return tuple((name, f"{outer}.{name}") for name in unnamed if name in holder.properties)

    @cached_property
    def fixed(self) -> tuple[str, ...]:
        """What no request moves: the key, the properties that tell where a record lives, and
        counters of its changes.
        """
        counters = [name for name, made_by in self.touched.items() if made_by == "counter"]
        fixed = (self.key, *(parent.field for parent in self.split), *counters)
        return tuple(dict.fromkeys(filter(None, fixed)))

    @cached_property
    def filled(self) -> Mapping[str, Schema]:
        """The properties that are made up where nobody sent them."""
        return self.filled_by(self.schema)

    def filled_by(self, schema: Schema) -> Mapping[str, Schema]:
        """Return the properties of a schema that are made up where nobody sent them, as far as
        `fill` says.
        """
        if self.fill == "none":
            return {}
        required = frozenset(schema.get("required", ()))
        found = {}
        for name, child in schema.get("properties", {}).items():
            wanted = name in required or self.fill == "all"
            if self.fill == "owned" and name not in self.writable:
                wanted = True
            if wanted and name not in self.computed and name not in self._linking:
                found[name] = child
        return found

    @cached_property
    def _linking(self) -> frozenset[str]:
        """The properties that tell the URL of a record, which is known when it is shown."""
        links = (place.partition(".")[0] for place in self.self_links)
        return frozenset({*links, *self.resource_names})

    @cached_property
    def moving(self) -> frozenset[str]:
        """The properties that change by themselves, as time goes by."""
        if self.job is None:
            return frozenset()
        names = [path.partition(".")[0] for path in self.job.paths]
        return frozenset({*names, *self.touched})
