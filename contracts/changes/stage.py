"""Two models in, their mocks with one and the same first state out: the one module here that
reaches the server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from contracts.changes.operations import template
from contracts.changes.proof.side import Side
from contracts.changes.rules.operation import ways_in
from contracts.openapi import operations
from contracts.targets.target import AppTarget
from mockserver.apis import Api
from mockserver.app import Settings, space_of, wire
from mockserver.asgi.edge import Edge
from mockserver.asgi.spaces import HEADER
from mockserver.errors import FixtureError
from mockserver.generation.supply import SeededSupply
from mockserver.model.servers import filled
from mockserver.model.types import Credential, Model
from mockserver.seeding import seed
from mockserver.seeding.examples import seed_examples
from mockserver.seeding.fixtures import IN
from mockserver.space import Space
from mockserver.state import Collection, Found, Query


def sides(old: Model, new: Model, api: Api | None, seed_: int, now: datetime) -> tuple[Side, Side]:
    """Return the mocks of both. NEW begins with OLD's records, as far as they fit, and knows OLD's
    credentials.
    """
    settings = Settings(seed=seed_, admin=False, cors=False, clock=lambda: now)
    known = [
        _granted(each, old) for each in old.security.credentials if each.scheme in _schemes(new)
    ]
    values = {(each.scheme, each.value) for each in known}
    others = [each for each in new.security.credentials if (each.scheme, each.value) not in values]
    security = replace(new.security, credentials=(*known, *others))
    first = space_of(_silent(old), api, settings)
    second = space_of(
        _silent(replace(new, security=security)), None, replace(settings, fixtures=None)
    )
    start = _records(first)
    _move_in(second, start, _names(old, new))
    base = old.base_paths[0]
    return (
        _side(first, base, settings, start),
        _side(
            second,
            base if base in new.base_paths else new.base_paths[0],
            settings,
            _records(second),
        ),
    )


def _silent(model: Model) -> Model:
    """Return the model without callbacks: drawn calls must not make the mocks call anybody."""
    spec = model.document.spec
    paths = {
        path: {word: _without_callbacks(said) for word, said in item.items()}
        for path, item in spec["paths"].items()
    }
    return replace(model, document=replace(model.document, spec={**spec, "paths": paths}))


def _without_callbacks(said: Any) -> Any:
    return (
        {word: value for word, value in said.items() if word != "callbacks"}
        if isinstance(said, dict)
        else said
    )


def _schemes(model: Model) -> frozenset[str]:
    return frozenset((model.document.spec.get("components") or {}).get("securitySchemes") or {})


def _names(old: Model, new: Model) -> dict[str, str]:
    """Return what NEW calls the resources of OLD: a name is made from paths, and may change with
    another path.
    """
    there = {(template(each.path), each.method): each.resource for each in new.operations}
    found: dict[str, str] = {}
    for each in old.operations:
        other = there.get((template(each.path), each.method))
        if each.resource is not None and other is not None:
            found.setdefault(each.resource, other)
    return found


def _granted(known: Credential, old: Model) -> Credential:
    """Return the credential with no more scopes than OLD asks for: those of a client that was made
    for OLD.
    """
    if known.scopes is not None:
        return known
    ways = [
        way
        for _, _, each in operations(old.document.spec)
        for way in ways_in(old.document.spec, each)
    ]
    asked = [
        *(way.get(known.scheme, ()) for way in ways),
        *(each.scopes for each in old.operations),
    ]
    return replace(known, scopes=frozenset(scope for scopes in asked for scope in scopes))


def _records(space: Space) -> list[Found]:
    with space.store.transaction() as reader:
        return [
            each
            for name in space.model.resources
            for each in reader.select(Collection(name), Query()).found
        ]


def _move_in(space: Space, start: Sequence[Found], names: Mapping[str, str]) -> None:
    """Put the records of OLD into the mock of NEW, and examples where OLD has no such resource."""
    there: dict[str, Any] = {}
    for each in start:
        name = names.get(each.collection.resource, each.collection.resource)
        resource = space.model.resources.get(name)
        if resource is None:
            continue
        above = dict(
            zip((parent.param for parent in resource.split), each.collection.parents, strict=False)
        )
        with suppress(FixtureError):  # a record that does not fit is one that NEW cannot have
            records = {resource.name: [{**each.record, IN: above}]}
            seed(space.model, space.store, space.supply, records, "OLD", replace=True)
            there[resource.name] = True
    seed_examples(space.model, space.store, space.supply, there)


def _side(space: Space, base: str, settings: Settings, start: Sequence[Found]) -> Side:
    edge = Edge(space, space.model.base_paths)
    app = wire([edge], settings, lenient=False)
    spec = space.model.document.spec
    supply = SeededSupply(spec, settings.seed, settings.clock)
    return Side(space.model, AppTarget(app), filled(spec, base), supply, HEADER.decode(), start)
