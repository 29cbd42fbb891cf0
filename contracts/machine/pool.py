"""Settle plans into calls: a plan and the oracle's state in, a call with real keys and values
out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from contracts.machine.calls import Pick, Plan
from contracts.openapi import parameters, resolved, type_of
from contracts.oracle.aliases import Aliases
from contracts.oracle.settled import Settled, keys_above
from contracts.requests.neighbors import key_neighbors
from contracts.requests.spoils import BODY, Spoil
from contracts.requests.strategies import UUIDS, Echo
from contracts.targets.promises import promised_headers, with_key
from mockserver.generation.supply import SeededSupply
from mockserver.lookup import MISSING
from mockserver.model.types import Model, Operation, Parent, Resource
from mockserver.model.types.facts import admits
from mockserver.state import Change, Collection, Found, Put, Query, Reader

NEVER = (987_654_321, 987_654_322)
"""Numbers that no record has."""


@dataclass(slots=True)
class Pool:
    """The keys that were ever there and the values that are there now, as far as a client can know
    them.

    Where only what was made here may be touched, `mine` holds the keys of that, by resource; None
    elsewhere.
    """

    model: Model
    reader: Reader
    aliases: Aliases
    seen: dict[str, list[Any]] = field(default_factory=dict)
    mine: dict[str, list[Any]] | None = None

    def note(self, changes: Sequence[Change], is_made: bool = False) -> None:
        """Remember the keys of what is put, so that they can be asked for when they are gone."""
        for change in changes:
            if isinstance(change, Put) and change.collection.resource in self.model.resources:
                resource = self.model.resources[change.collection.resource]
                key = change.record.get(resource.key or "", change.key)
                known = self.seen.setdefault(resource.name, [])
                if key not in known:
                    known.append(key)
                if is_made and self.mine is not None:
                    self.mine.setdefault(resource.name, []).append(key)

    def settle(self, plan: Plan) -> Settled:
        """Return the call that a plan means in the present state."""
        path = self._settled_path(plan)
        query = {name: self._value(value, plan.operation) for name, value in plan.query.items()}
        body = self._value(plan.body, plan.operation)
        spoil = plan.spoil
        if spoil is not None:
            path = _spoiled(path, spoil, "path")
            query = _spoiled(query, spoil, "query")
            wrapper = plan.operation.envelope.request
            if wrapper and isinstance(body, Mapping) and wrapper in body:
                inner, spoil = _spoiled_body(body[wrapper], spoil)
                body = {wrapper: inner}
            else:
                body, spoil = _spoiled_body(body, spoil)
        body = with_key(plan.operation, body)
        headers = promised_headers(plan.operation)
        return Settled(plan.operation, path, query, body, spoil, headers)

    def _settled_path(self, plan: Plan) -> dict[str, Any]:
        """Settle the keys of a path from the left: each chooses where the next one is looked
        for.
        """
        operation = plan.operation

        def place(name: str) -> int:
            return operation.path.find(f"{{{name}}}")

        path: dict[str, Any] = {}
        for name in sorted(plan.path, key=place):
            value = plan.path[name]
            if isinstance(value, Pick):
                value = self._key(operation, name, value, path)
            path[name] = value
        return path

    def _key(self, operation: Operation, name: str, pick: Pick, above: Mapping[str, Any]) -> Any:
        parent = next((each for each in operation.parents if each.param == name), None)
        if name == operation.key_param:
            resource = self.model.resources[operation.resource or ""]
            field_ = operation.key_field or resource.key or ""
        elif parent is not None and parent.resource is not None:
            resource, field_ = (
                self.model.resources[parent.resource],
                self.model.resources[parent.resource].key or "",
            )
        else:
            return self._parent_value(operation, parent, pick)
        here = keys_above(resource, operation, above)
        live = self._told(found.record.get(field_) for found in self._live(resource, here))
        if self.mine is not None:
            live = [key for key in live if key in self.mine.get(resource.name, ())] or live
        every = self._told(found.record.get(field_) for found in self._live(resource, ()))
        gone = [key for key in self._told(self.seen.get(resource.name, ())) if key not in every]
        choices = {
            "live": live or every,
            "elsewhere": [key for key in every if key not in live],
            "gone": gone,
        }
        choices["near"] = self._near(operation, name, live[:2])
        chosen = choices.get(pick.where) or []
        if not chosen:
            return self._never(operation, name, pick.n)
        place = pick.n % len(chosen)
        return pick.key if pick.key in chosen else chosen[place]

    def _near(self, operation: Operation, name: str, live: Sequence[Any]) -> list[Any]:
        """Return keys that are nearly live ones, as far as the path takes them: first the likeliest
        of each.
        """
        schema = self._schema(operation, name)
        near = [key_neighbors(each, schema) for each in live]
        return [key for keys in zip_longest(*near) for key in keys if key is not None]

    def _parent_value(self, operation: Operation, parent: Parent | None, pick: Pick) -> Any:
        """Return one of few values for a parameter that splits a collection and names no
        resource.
        """
        return self._never(operation, parent.param if parent else "", pick.n % 2)

    def _live(self, resource: Resource, parents: tuple[str, ...]) -> tuple[Found, ...]:
        return self.reader.select(Collection(resource.name, parents), Query()).found

    def _told(self, keys: Any) -> list[Any]:
        return [key for key in keys if key is not None and self.aliases.told(key) is not MISSING]

    def _never(self, operation: Operation, name: str, n: int) -> Any:
        schema = self._schema(operation, name)
        never: Any = f"never-{n % 2}"
        if type_of(schema) in ("integer", "number"):
            never = NEVER[n % 2]
        elif schema.get("format") == "uuid":
            never = UUIDS[n % 2]
        if "enum" in schema:
            return schema["enum"][n % len(schema["enum"])]
        if admits(schema, never):
            return never
        supply = SeededSupply(self.model.document.spec, n % 2)
        return supply.value(schema, f"{operation.label}/{name}")

    def _schema(self, operation: Operation, name: str) -> Mapping[str, Any]:
        listed = parameters(self.model.document.spec, operation.path, operation.method)
        return next(
            (resolved(self.model.document.spec, p["schema"]) for p in listed if p["name"] == name),
            {},
        )

    def _value(self, value: Any, operation: Operation) -> Any:
        """Return a value with every Echo in it settled."""
        if isinstance(value, Mapping):
            return {name: self._value(child, operation) for name, child in value.items()}
        if isinstance(value, list):
            return [self._value(child, operation) for child in value]
        if not isinstance(value, Echo):
            return value
        known = [each for each in self._known(value.name, operation) if value.takes(each)]
        known = list(dict.fromkeys(self._told(known)))
        return value.beside(known[value.n % len(known)]) if known else value.otherwise

    def _known(self, name: str, operation: Operation) -> Iterator[Any]:
        """Yield what the state holds under a name: what a reference must find, then properties
        called so.

        `content_type_model` also means the `model` of a record of `content_types`.
        """
        own = self.model.resources.get(operation.resource or "")
        for reference in own.references if own else ():
            if reference.field == name:
                for found in self._live(self.model.resources[reference.resource], ()):
                    yield found.record.get(reference.by)
        for resource in self.model.resources.values():
            singular = resource.name.removesuffix("s")
            records = [found.record for found in self._live(resource, ())]
            for record in records:
                if name == singular:
                    yield from record.values()
                elif name.startswith(f"{singular}_"):
                    yield record.get(name.removeprefix(f"{singular}_"))
                yield from _under(record, name)


def _spoiled(values: Any, spoil: Spoil, part: str) -> Any:
    if spoil.part != part:
        return values
    rest = {name: value for name, value in values.items() if name != spoil.place}
    return rest if spoil.value is MISSING else {**rest, spoil.place: spoil.value}


def _spoiled_body(body: Any, spoil: Spoil) -> tuple[Any, Spoil | None]:
    """Return a body that is spoiled where it can be, and the spoil: None when there is no item to
    spoil.
    """
    if spoil.within is None:
        return (_spoiled(body, spoil, "body") if isinstance(body, Mapping) else body), spoil
    items = body if spoil.within == BODY else body.get(spoil.within)
    if not isinstance(items, list) or not items or not isinstance(items[-1], Mapping):
        return body, None
    items = [*items[:-1], _spoiled(items[-1], spoil, "body")]
    return (items if spoil.within == BODY else {**body, spoil.within: items}), spoil


def _under(value: Any, name: str) -> Iterator[Any]:
    """Yield the scalars under a name, at any depth."""
    if isinstance(value, Mapping):
        for key, child in value.items():
            if key == name and not isinstance(child, Mapping | list):
                yield child
            yield from _under(child, name)
    elif isinstance(value, list):
        for child in value:
            yield from _under(child, name)
