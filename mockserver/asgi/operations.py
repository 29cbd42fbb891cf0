"""The operations of one API: a space in, its routes and their handlers out.

A handler is made when its operation is first called. What it reads of the document is put together
here: its security and that of the document, its request body and its responses.
"""

from __future__ import annotations

from mockserver.asgi.handler import Handler
from mockserver.asgi.routes import Route, routes_of
from mockserver.generation.supply import SeededSupply
from mockserver.model.types import Operation
from mockserver.space import Space


class EdgeApi:
    """The routes and handlers of one API."""

    def __init__(self, space: Space, bases: tuple[str, ...], under: str, check: bool) -> None:
        spec = space.model.document.spec
        self._space = space
        self._under = under
        self._check = check
        self._fresh = SeededSupply(spec, fresh=True)
        operations = space.model.operations
        self._by_label = {operation.label: operation for operation in operations}
        self.kinds = {operation.label: operation.kind.value for operation in operations}
        self._handlers: dict[tuple[str, str], Handler] = {}
        takes_empty = space.model.habits.empty_segment == "invalid_path"
        self.routes = routes_of(spec, bases, under, takes_empty)

    def handler(self, route: Route) -> Handler:
        """Return the handler of a route, made when it is first asked for."""
        name = (route.name, route.base)
        if name not in self._handlers:
            self._handlers[name] = self._make(route)
        return self._handlers[name]

    def _make(self, route: Route) -> Handler:
        """Return what answers the operation of a route under its base path."""
        known = self._by_label.get(route.name)
        if known is None:
            known = self._spelled_otherwise(route.name)
        base = route.base.removeprefix(self._under)
        return Handler(self._space, known, base, self._fresh, self._check)

    def _spelled_otherwise(self, label: str) -> Operation:
        """Return the operation of a label whose path differs in its trailing slash alone.

        Two spellings of one path are one operation to the model, but two routes.
        """
        bare = label.rstrip("/")
        known = self._by_label.items()
        return next(operation for name, operation in known if name.rstrip("/") == bare)
