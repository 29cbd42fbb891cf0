"""A curl line to try an API with: a list or a read that the state at the start can answer, with a
known credential.
"""

from __future__ import annotations

import base64

from mockserver.asgi.edge import Edge
from mockserver.model.declared import operation_at
from mockserver.model.servers import filled
from mockserver.model.types import Credential, Kind, Model, Operation
from mockserver.space import Space
from mockserver.state import Collection, Query


def sample_call(edge: Edge, url: str) -> str | None:
    """Return the first list, else the first read, whose path can be filled with keys of the
    state.
    """
    space = edge.space
    for kind in (Kind.LIST, Kind.READ):
        for operation in space.model.operations:
            path = (
                _filled(space, operation)
                if operation.kind is kind and operation.method == "GET"
                else None
            )
            if path is not None:
                base = edge.bases[0]
                header = _credential(space.model, operation, base.removeprefix(edge.under))
                place = filled(space.model.document.spec, base)
                return " ".join(filter(None, ("curl", header, f"'{url}{place}{path}'")))
    return None


def _filled(space: Space, operation: Operation) -> str | None:
    """Return the path of an operation with the keys of records that are there, None when there are
    none.
    """
    with space.store.transaction() as reader:
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
    spec = model.document.spec
    required = (
        operation_at(spec, operation.path, operation.method).get("security", spec.get("security"))
        or []
    )
    schemes = (spec.get("components") or {}).get("securitySchemes") or {}
    for requirement in required:
        for name in requirement:
            known = next((each for each in model.security.credentials if each.scheme == name), None)
            if known is not None and name in schemes and model.security.at.get(name, base) == base:
                return _option(schemes[name], known, model.security.prefixes.get(name))
    return ""


def _option(scheme: dict[str, str], credential: Credential, prefix: str | None) -> str:
    value = credential.value
    if scheme.get("type") == "apiKey" and scheme.get("in") == "header":
        return f"-H '{scheme['name']}: {f'{prefix} ' if prefix else ''}{value}'"
    if scheme.get("type") == "apiKey":
        return (
            f"-b '{scheme['name']}={value}'"
            if scheme.get("in") == "cookie"
            else f"-G -d '{scheme['name']}={value}'"
        )
    if scheme.get("scheme", "").lower() == "basic":
        return f"-H 'Authorization: Basic {base64.b64encode(value.encode()).decode()}'"
    return f"-H 'Authorization: Bearer {value}'"
