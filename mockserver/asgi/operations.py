"""The operations of one API as connexion has them: a space in, its routes and their handlers
out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.asgi.framework import (
    AbstractOperation,
    OpenAPISpecification,
    Resolution,
    Resolver,
    RoutedAPI,
)
from mockserver.asgi.handler import Handler
from mockserver.asgi.routes import Route, routes_of
from mockserver.generation.supply import SeededSupply
from mockserver.model.schemas import SchemaCompiler
from mockserver.model.types import Operation
from mockserver.space import Space


class NormalizedSpecification(OpenAPISpecification):
    """A specification that is taken as it is: it was checked, resolved and normalized when it was
    loaded.
    """

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self._raw_spec = self._spec = {"components": {}, **spec}
        self._base_uri = ""

    def get_operation(self, path: str, method: str) -> dict[str, Any]:
        """Return a copy: connexion adds the parameters of the path item to the list that it is
        given.
        """
        operation = dict(self._spec["paths"][path][method])
        operation["parameters"] = list(operation.get("parameters", ()))
        return operation


class LabelResolver(Resolver):
    """Resolves an operation to its label; what it does is decided by the model."""

    def resolve(self, operation: AbstractOperation) -> Resolution:
        return Resolution(None, f"{operation.method.upper()} {operation.path}")


class EdgeApi(RoutedAPI[Handler]):
    """The routes and handlers of one API."""

    def __init__(
        self,
        specification: NormalizedSpecification,
        space: Space,
        bases: tuple[str, ...],
        under: str,
        check: bool,
    ) -> None:
        super().__init__(specification, base_path=None, resolver=LabelResolver(), next_app=None)
        self._space = space
        self._under = under
        self._check = check
        self._schemas = SchemaCompiler(space.model.document.spec)
        self._fresh = SeededSupply(space.model.document.spec, fresh=True)
        self._by_label: dict[str, Operation] = {each.label: each for each in space.model.operations}
        self.kinds = {label: each.kind.value for label, each in self._by_label.items()}
        self._handlers: dict[tuple[str, str], Handler] = {}
        self.routes = routes_of(space.model.document.spec, bases, under)

    def handler(self, route: Route) -> Handler:
        """Return the handler of a route, made when it is first asked for."""
        name = (route.name, route.base)
        if name not in self._handlers:
            method, _, path = route.name.partition(" ")
            declared = self.specification.operation_cls.from_spec(
                self.specification, path=path, method=method.lower(), resolver=self.resolver
            )
            self._handlers[name] = self.make_operation(declared, route)
        return self._handlers[name]

    def make_operation(self, operation: AbstractOperation, route: Route | None = None) -> Handler:
        if route is None:
            raise ValueError("an operation is made for a route")
        known = self._by_label.get(route.name) or self._spelled_otherwise(route.name)
        base = route.base.removeprefix(self._under)
        return Handler(self._space, known, operation, base, self._schemas, self._fresh, self._check)

    def _spelled_otherwise(self, label: str) -> Operation:
        """Return the operation of a label whose path differs in its trailing slash alone."""
        bare = label.rstrip("/")
        return next(each for name, each in self._by_label.items() if name.rstrip("/") == bare)

    def _set_base_path(self, base_path: str | None = None) -> None:
        self.base_path = ""
