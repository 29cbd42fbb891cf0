"""Parts of a document as they are described: what stands in a document in, its value out."""

from __future__ import annotations

from typing import Any

from mockserver.model.describe import Schemas, describe
from mockserver.model.types import (
    Described,
    DescribedParameter,
    DescribedResponse,
    DescribedSchema,
)

Spec = dict[str, Any]


def schema_of(schema: Any, spec: Spec | None = None) -> DescribedSchema:
    """Return a schema of a document."""
    return Schemas(spec or {}).schema(schema)


def operation_of(operation: Any, spec: Spec | None = None) -> Described:
    """Return an operation of a document."""
    whole = {**(spec or {}), "paths": {"/": {"get": operation}}}
    return describe(whole, Schemas(whole))["GET /"]


def parameter_of(declared: Any, spec: Spec | None = None) -> DescribedParameter:
    """Return a parameter of a document."""
    return operation_of({"parameters": [declared], "responses": {}}, spec).parameters[0]


def response_of(response: Any) -> DescribedResponse:
    """Return a response of a document."""
    return operation_of({"responses": {"200": response}}).response(200)
