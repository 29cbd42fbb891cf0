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
from contracts.played import opened, records_of
from mockserver.apis import Api
from mockserver.app import Settings, space_of
from mockserver.errors import FixtureError
from mockserver.generation.supply import SeededSupply
from mockserver.model.servers import filled
from mockserver.model.types import Credential, Model
from mockserver.seeding import seed
from mockserver.seeding.examples import seed_examples
from mockserver.seeding.fixtures import IN
from mockserver.space import Space
from mockserver.state import Found


def sides(old: Model, new: Model, api: Api | None, seed_: int, now: datetime) -> tuple[Side, Side]:
    """Return the mocks of both. NEW begins with OLD's records, as far as they fit, and knows OLD's
    credentials.
    """
    settings = Settings(seed=seed_, clock=lambda: now)
    first = space_of(old, api, settings)
    empty = replace(settings, fixtures=None)
    second = space_of(_admitting(new, old), None, empty)
    start = records_of(first)
    _move_in(second, start, _names(old, new))
    base = old.base_paths[0]
    kept = base if base in new.base_paths else new.base_paths[0]
    return _side(first, base, settings), _side(second, kept, settings)


def _admitting(new: Model, old: Model) -> Model:
    """Return NEW with the credentials of OLD, as far as it has their schemes."""
    known = []
    for credential in old.security.credentials:
        if credential.scheme in new.security.schemes:
            known.append(_granted(credential, old))
    values = {(credential.scheme, credential.value) for credential in known}
    for credential in new.security.credentials:
        if (credential.scheme, credential.value) not in values:
            known.append(credential)
    security = replace(new.security, credentials=tuple(known))
    return replace(new, security=security)


def _names(old: Model, new: Model) -> dict[str, str]:
    """Return what NEW calls the resources of OLD: a name is made from paths, and may change with
    another path.
    """
    there = {}
    for operation in new.operations:
        place = (template(operation.path), operation.method)
        there[place] = operation.resource
    found: dict[str, str] = {}
    for operation in old.operations:
        place = (template(operation.path), operation.method)
        other = there.get(place)
        if operation.resource is not None and other is not None:
            found.setdefault(operation.resource, other)
    return found


def _granted(known: Credential, old: Model) -> Credential:
    """Return the credential with no more scopes than OLD asks for: those of a client that was made
    for OLD.
    """
    if known.scopes is not None:
        return known
    spec = old.document.spec
    asked: set[str] = set()
    for _, _, operation in operations(spec):
        for way in ways_in(spec, operation):
            asked.update(way.get(known.scheme, ()))
    for modeled in old.operations:
        asked.update(modeled.scopes)
    return replace(known, scopes=frozenset(asked))


def _move_in(space: Space, start: Sequence[Found], names: Mapping[str, str]) -> None:
    """Put the records of OLD into the mock of NEW, and examples where OLD has no such resource."""
    there: dict[str, Any] = {}
    for each in start:
        own = each.collection.resource
        name = names.get(own, own)
        resource = space.model.resources.get(name)
        if resource is None:
            continue
        params = [parent.param for parent in resource.split]
        above = dict(zip(params, each.collection.parents, strict=False))
        with suppress(FixtureError):  # a record that does not fit is one that NEW cannot have
            record = {**each.record, IN: above}
            records = {resource.name: [record]}
            seed(space.model, space.store, space.supply, records, "OLD", replace=True)
            there[resource.name] = True
    seed_examples(space.model, space.store, space.supply, there)


def _side(space: Space, base: str, settings: Settings) -> Side:
    spec = space.model.document.spec
    path = filled(spec, base).rstrip("/")
    subject = replace(opened(space), base=path)
    supply = SeededSupply(spec, settings.seed, settings.clock)
    start = records_of(space)
    return Side(subject, supply, start)
