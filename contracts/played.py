"""The mock of an API, in this process, as a subject: an API or a space in, a server that begins
anew each time out.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from contracts.options import with_credentials
from contracts.oracle.plain_store import PlainStore
from contracts.targets.target import App, AppTarget
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from mockserver.apis import find_api
from mockserver.app import Settings, make_space, wire
from mockserver.asgi.edge import Edge
from mockserver.asgi.request import SPACE
from mockserver.model.servers import filled
from mockserver.model.types import Model
from mockserver.seeding import DEFAULT
from mockserver.space import Space
from mockserver.state import Collection, Found, Put, Query


def played(
    api: str,
    *,
    fixtures: str | None = DEFAULT,
    auth: Mapping[str, str] | None = None,
    seed: int = 0,
    references: Sequence[str] = (),
) -> Subject:
    """Return the mock of an API as a disposable subject, every opening of which is a space of its
    own.

    `auth` are credentials by scheme, let in beside the known ones. Raises an UnderstudyError.
    """
    space = make_space(find_api(api, references), Settings(seed=seed, fixtures=fixtures))
    return opened(replace(space, model=with_credentials(space.model, auth or {})))


def opened(space: Space) -> Subject:
    """Return a space as a disposable subject, each opening of which is a twin that begins with its
    records.
    """
    model = space.model
    edge = Edge(replace(space, model=_silent(model)), model.base_paths)
    app = wire([edge], Settings(admin=False, cors=False), lenient=False)
    numbers = itertools.count()
    return Subject(
        model,
        connect=lambda: _Own(app, edge, f"run-{next(numbers)}"),
        known=partial(_known, space),
        fresh=True,
        base=filled(model.document.spec, model.base_paths[0]).rstrip("/"),
        name=f"the mock of {model.name}",
        safety=Safety.ALL,
    )


def _silent(model: Model) -> Model:
    """Return a model whose operations call nobody back, for what calls them is drawn."""
    operations = []
    for operation in model.operations:
        described = replace(operation.described, callbacks=())
        operations.append(replace(operation, described=described))
    return replace(model, operations=tuple(operations))


def records_of(space: Space) -> list[Found]:
    """Return the records that a space begins with."""
    records: list[Found] = []
    with space.store.transaction() as transaction:
        for name in space.model.resources:
            records += transaction.select(Collection(name), Query()).found
    return records


def _known(space: Space) -> PlainStore:
    """Return the records that a space begins with, as the oracle holds them."""
    store = PlainStore()
    store.apply([Put(each.collection, each.key, each.record) for each in records_of(space)])
    return store


class _Own(AppTarget):
    """A space of an application, dropped when it is closed."""

    def __init__(self, app: App, edge: Edge, name: str) -> None:
        async def in_space(scope: Any, receive: Any, send: Any) -> None:
            await app({**scope, SPACE: name}, receive, send)

        super().__init__(in_space)
        self._edge, self._name = edge, name

    def close(self) -> None:
        super().close()
        self._edge.spaces.drop(self._name)
