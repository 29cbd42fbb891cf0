"""A curl line to try an API with: a list or a read that the state at the start can answer, with a
known credential.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from mockserver.asgi.edge import Edge
from mockserver.model.servers import filled
from mockserver.model.types import Credential, Kind, Model, Operation
from mockserver.space import Space
from mockserver.state import Collection, Query


def sample_call(edge: Edge, url: str) -> str | None:
    """Return the first list, else the first read, whose path can be filled with keys of the
    state.
    """
    model = edge.space.model
    for kind in (Kind.LIST, Kind.READ):
        for operation in model.operations:
            if operation.kind is not kind or operation.method != "GET":
                continue
            path = _filled(edge.space, operation)
            if path is not None:
                base = edge.bases[0]
                header = _credential(model, operation, base.removeprefix(edge.under))
                place = filled(model.document.spec, base)
                parts = ("curl", header, f"'{url}{place}{path}'")
                return " ".join(filter(None, parts))
    return None


def _filled(space: Space, operation: Operation) -> str | None:
    """Return the path of an operation with the keys of records that are there, None when there are
    none.
    """
    with space.transaction() as reader:
        found = reader.select(Collection(operation.resource or ""), Query(limit=1)).found
        if not found:
            return None
        split = [parent.param for parent in operation.parents if parent.splits]
        keys = dict(zip(split, found[0].collection.parents, strict=False))
        if operation.key_param:
            keys[operation.key_param] = found[0].key
        for parent in operation.parents:
            if not parent.splits and parent.resource:
                above = reader.select(Collection(parent.resource), Query(limit=1)).found
                keys |= {parent.param: above[0].key} if above else {}
    path = operation.path
    for name, key in keys.items():
        path = path.replace("{" + name + "}", key)
    return None if "{" in path else path


def _credential(model: Model, operation: Operation, base: str) -> str:
    """Return the option of curl that sends a credential which the operation accepts; empty when it
    needs none.
    """
    security = model.security
    components = model.document.spec.get("components") or {}
    schemes = components.get("securitySchemes") or {}
    known = {credential.scheme: credential for credential in reversed(security.credentials)}
    for requirement in operation.described.security or ():
        for name in requirement:
            counts = security.at.get(name, base) == base
            if name in known and name in schemes and counts:
                return _option(schemes[name], known[name], security.prefixes.get(name))
    return ""


def _option(scheme: Mapping[str, Any], credential: Credential, prefix: str | None) -> str:
    value = credential.value
    if scheme.get("type") == "apiKey":
        name = scheme["name"]
        if scheme.get("in") == "header":
            word = f"{prefix} " if prefix else ""
            return f"-H '{name}: {word}{value}'"
        option = "-b" if scheme.get("in") == "cookie" else "-G -d"
        return f"{option} '{name}={value}'"
    if scheme.get("scheme", "").lower() == "basic":
        encoded = base64.b64encode(value.encode()).decode()
        return f"-H 'Authorization: Basic {encoded}'"
    return f"-H 'Authorization: Bearer {value}'"
