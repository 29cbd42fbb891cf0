"""Draw the calls that write: records of the run's own are made, broken, changed, made again and removed.

What comes next depends on what came back (the key of a new record), so a story asks as it goes. Each rule of a document
is broken once; each change is read back. One record of each resource is kept to the end, for those below it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from contracts.calls import spoils_of
from contracts.drift.start import Start
from contracts.lives import Lane, lanes
from contracts.samples import Body, sample_bodies, sample_parameters
from contracts.spelling import spell
from contracts.subject import Subject
from contracts.targets import Answer, Sent
from contracts.wire import inside
from mockserver.call import Supply
from mockserver.lookup import MISSING, value_at
from mockserver.model.declared import flattened, operation_at, properties, request_schema
from mockserver.model.types import Kind, Operation, Resource

Ask = Callable[[Sent], Answer | None]
"""Sends a request; None when it may not be sent, or nothing came back."""
Keys = Mapping[str, Any]
MOST = 12
"""Rules that are broken for an operation, and properties that are changed."""


class Writes:
    """Tells the stories of one API. `parents` are paths of items below which records may be made."""

    def __init__(self, subject: Subject, start: Start, supply: Supply, ask: Ask) -> None:
        self._subject, self._start, self._supply, self._ask = subject, start, supply, ask
        self._model, self._spec = subject.model, subject.model.document.spec
        self._lanes = lanes(self._model)
        self._kept: dict[str, Any] = {}
        self._made = 0

    def tell(self) -> None:
        """Make all calls; what is kept for others goes last."""
        for lane in self._lanes.values():
            above = self._above(lane.create)
            if above is not None:
                self._live(lane, above)
        for operation in self._model.operations:
            alone = operation.kind is Kind.UPSERT and operation.key_param is None
            if operation.kind is Kind.ACTION or alone:
                self._act(operation)
        for lane in reversed(self._lanes.values()):
            above = self._above(lane.create)
            if lane.path in self._kept and above is not None:
                self._end(lane, {**above, str(lane.key_param): self._kept.pop(lane.path)})

    def _live(self, lane: Lane, above: Keys) -> None:
        """Tell the life of a record: kept for others, then one that is changed and removed."""
        made = [self._make(lane, above, body) for body in self._bodies(lane.create)[:3]]
        known = [key for key in made if key is not None]
        self._break(lane.create, above)
        self._decorate(lane.create, above)
        if not known:
            return
        self._kept[lane.path] = known[0]
        at = {**above, str(lane.key_param): known[-1]}
        for update in lane.updates:
            self._change(lane, update, at)
        if len(known) > 1:
            self._end(lane, at)

    def _make(self, lane: Lane, above: Keys, body: Body) -> Any:
        """Make a record and read it, alone and in its list; return its key."""
        create = lane.create
        own = self._own_key(lane, above) if create.key_param is not None else {}
        if own is None:
            return None
        answer = self._call(create, {**above, **own}, body.value)
        if answer is None or not answer.succeeded:
            return None
        key = own.get(str(create.key_param), self._key(create, answer))
        if key is not None:
            self._look(lane, {**above, str(lane.key_param): key})
        return key

    def _own_key(self, lane: Lane, above: Keys) -> dict[str, Any] | None:
        """Return a key that nobody has, where a client chooses it; None when it may not."""
        self._made += 1
        salt = f"{lane.path}/key/{self._made}"
        names = sample_parameters(self._spec, lane.create, "path", self._supply, salt)
        return {str(lane.create.key_param): names[str(lane.create.key_param)]}

    def _look(self, lane: Lane, at: Keys) -> None:
        if lane.read is not None:
            self._call(lane.read, at)
        if lane.list is not None:
            self._call(lane.list, at)

    def _break(self, operation: Operation, at: Keys) -> None:
        """Break each rule for a body once."""
        body = next(iter(self._bodies(operation)), Body())
        if not isinstance(body.value, Mapping):
            return
        for spoil in [each for each in spoils_of(self._model, operation) if each.part == "body"][:MOST]:
            inner = {name: value for name, value in self._inner(operation, body.value).items() if name != spoil.place}
            spoiled = inner if spoil.value is MISSING else {**inner, spoil.place: spoil.value}
            self._call(operation, at, self._wrapped(operation, spoiled))
        for content in (b"{", b"[]", b"null"):
            self._raw(operation, at, content)

    def _decorate(self, operation: Operation, above: Keys) -> None:
        """Send what a server must ignore or refuse: a property that it owns, one that nobody knows, the same twice."""
        bodies = self._bodies(operation)
        if not bodies or not isinstance(bodies[-1].value, Mapping):
            return
        inner = dict(self._inner(operation, bodies[-1].value))
        schema = flattened(self._spec, request_schema(operation_at(self._spec, operation.path, operation.method)))
        owned = [name for name, child in properties(self._spec, schema).items() if child.get("readOnly")][:1]
        resource = self._model.resources.get(operation.resource or "")
        owned = owned or [resource.key] if resource is not None and resource.key else owned
        for extra in ({"no_such_property": 1}, *({name: 987_654} for name in owned)):
            self._call(operation, above, self._wrapped(operation, {**inner, **extra}))
        self._call(operation, above, bodies[-1].value)
        self._call(operation, above, bodies[-1].value)

    def _change(self, lane: Lane, update: Operation, at: Keys) -> None:
        """Change a record: one property alone, then all, none and wrong ones, each read back."""
        bodies = [each.value for each in self._bodies(update) if isinstance(each.value, Mapping)]
        full = self._inner(update, bodies[0]) if bodies else {}
        singles = [{name: value} for name, value in list(full.items())[:3]]
        for inner in (*singles, full, {}):
            self._call(update, at, self._wrapped(update, inner))
            self._look(lane, at)
        self._break(update, at)

    def _end(self, lane: Lane, at: Keys) -> None:
        """Remove a record, and look for it and what was below it."""
        if lane.delete is None:
            return
        self._call(lane.delete, at)
        self._look(lane, at)
        for below in self._lanes.values():
            if below.list is not None and below is not lane and below.path.startswith(f"{lane.path.rstrip('/')}/{{"):
                self._call(below.list, at)
        self._call(lane.delete, at)

    def _act(self, operation: Operation) -> None:
        above = self._above(operation)
        if above is not None:
            for body in self._bodies(operation)[:2]:
                self._call(operation, above, body.value)
            self._break(operation, above)

    def _above(self, operation: Operation) -> dict[str, Any] | None:
        """Return the path parameters of a collection, of own records where there are any; None without any records."""
        values = sample_parameters(self._spec, operation, "path", self._supply, f"{operation.label}/path")
        found: dict[str, Any] = {}
        for name, value in values.items():
            parent = next((each for each in operation.parents if each.param == name and each.resource), None)
            if name == operation.key_param and operation.kind is not Kind.ACTION:
                continue
            key = value if parent is None else self._parent(operation, name, str(parent.resource))
            if key is None:
                return None
            found[name] = key
        return found

    def _parent(self, operation: Operation, name: str, resource: str) -> Any:
        before = operation.path.partition("/{" + name + "}")[0]
        own = next((key for path, key in self._kept.items() if path.rstrip("/") == before.rstrip("/")), None)
        if own is not None:
            return own
        allowed = [each for each in self._subject.parents if each.rpartition("/")[0] == self._subject.base + before]
        if allowed:
            return allowed[0].rpartition("/")[2]
        held = self._start.under(resource)
        key = value_at(held[0], self._model.resources[resource].key or "") if held else MISSING
        return None if key is MISSING else key

    def _bodies(self, operation: Operation) -> list[Body]:
        """Return bodies for an operation, with references to what is there."""
        self._made += 1
        salt = f"{operation.label}/{self._made}"
        drawn = itertools.islice(sample_bodies(self._spec, operation, self._supply, salt), 3)
        resource = self._model.resources.get(operation.resource or "")
        return [Body(self._referring(operation, resource, each.value), each.media_type) for each in drawn]

    def _referring(self, operation: Operation, resource: Resource | None, value: Any) -> Any:
        if resource is None or not isinstance(value, Mapping):
            return value
        inner = dict(self._inner(operation, value))
        for reference in resource.references:
            held = [value_at(each, reference.by) for each in self._start.under(reference.resource)]
            held += [value_at(each, reference.field) for each in self._start.under(resource.name)]
            held = [each for each in held if each is not MISSING]
            if reference.field in inner and held:
                inner[reference.field] = held[0]
        return self._wrapped(operation, inner)

    def _inner(self, operation: Operation, body: Mapping[str, Any]) -> Mapping[str, Any]:
        wrapped = body.get(operation.envelope.request or "", body)
        return wrapped if isinstance(wrapped, Mapping) else body

    def _wrapped(self, operation: Operation, inner: Mapping[str, Any]) -> Any:
        return {operation.envelope.request: inner} if operation.envelope.request else dict(inner)

    def _key(self, operation: Operation, answer: Answer) -> Any:
        resource = self._model.resources[str(operation.resource)]
        key = value_at(inside(operation.envelope.one, answer.body), resource.key or "")
        if key is not MISSING and key is not None:
            return key
        return answer.headers.get("location", "").partition("?")[0].rstrip("/").rpartition("/")[2] or None

    def _call(self, operation: Operation, at: Keys, body: Any = MISSING) -> Answer | None:
        names = sample_parameters(self._spec, operation, "path", self._supply, operation.label)
        keys = {name: at[name] for name in names if name in at}
        query = sample_parameters(self._spec, operation, "query", self._supply, operation.label)
        sent = spell(self._spec, operation, self._subject.base, keys, query, body, {})
        return self._ask(self._subject.granted(operation, sent))

    def _raw(self, operation: Operation, at: Keys, content: bytes) -> None:
        sent = spell(self._spec, operation, self._subject.base, at, {}, {}, {})
        self._ask(self._subject.granted(operation, Sent(sent.method, sent.path, sent.headers, content)))
