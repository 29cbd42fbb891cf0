"""The operations of one API: a space in, its routes and their handlers out.

A handler is made when its operation is first called. What it reads of the document is put together
here: its security and that of the document, its request body and its responses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.asgi.handler import Handler
from mockserver.asgi.routes import Route, routes_of
from mockserver.generation.supply import SeededSupply
from mockserver.model.declared import operation_at
from mockserver.model.schemas import SchemaCompiler
from mockserver.model.types import Operation
from mockserver.space import Space


@dataclass(frozen=True, slots=True)
class DeclaredOperation:
    """What the document says of an operation that its handler reads."""

    security: list[Mapping[str, list[str]]] | None
    security_schemes: Mapping[str, Any]
    request_body: Mapping[str, Any]
    responses: Mapping[str, Any]


class EdgeApi:
    """The routes and handlers of one API."""

    def __init__(self, space: Space, bases: tuple[str, ...], under: str, check: bool) -> None:
        spec = space.model.document.spec
        self._space = space
        self._under = under
        self._check = check
        self._schemas = SchemaCompiler(spec)
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
        method, _, path = route.name.partition(" ")
        return Handler(
            self._space,
            known,
            self._declared(path, method),
            route.base.removeprefix(self._under),
            self._schemas,
            self._fresh,
            self._check,
        )

    def _declared(self, path: str, method: str) -> DeclaredOperation:
        """Return what the document says; its own security wins over that of all operations."""
        spec = self._space.model.document.spec
        said = operation_at(spec, path, method)
        components = spec.get("components") or {}
        return DeclaredOperation(
            security=said.get("security", spec.get("security")),
            security_schemes=components.get("securitySchemes") or {},
            request_body=said.get("requestBody", {}),
            responses=said.get("responses", {}),
        )

    def _spelled_otherwise(self, label: str) -> Operation:
        """Return the operation of a label whose path differs in its trailing slash alone.

        Two spellings of one path are one operation to the model, but two routes.
        """
        bare = label.rstrip("/")
        known = self._by_label.items()
        return next(operation for name, operation in known if name.rstrip("/") == bare)
