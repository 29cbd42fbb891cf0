"""The document of an API as its clients may read it: a model and its base paths in, the document
with the mock's servers out.

    openapi: 3.1.0                                       openapi: 3.1.0
    servers: [{url: 'https://shop.example/v2'}]    →     servers: [{url: /v2}]
    paths: {/things: {...}}                              paths: {/things: {...}}

A document of OpenAPI 3.1 or 3.2 is given as it was written, since Swagger UI can show it; an older
one as it was understood, mended and in OpenAPI 3.0. Paths and operations may have servers of their
own, which become those of the mock, too: what is tried out in Swagger UI never leaves it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.model.issuer.issuers import path_of
from mockserver.model.servers import filled, paths_of_servers
from mockserver.model.types import Model

MODERN = ("3.1", "3.2")
_ISSUER_URLS = ("tokenUrl", "authorizationUrl", "refreshUrl", "openIdConnectUrl")
"""Members that lead to who gives tokens (OpenAPI 3.0.3, OAuth Flow Object)."""


def openapi_json(model: Model, bases: Sequence[str]) -> dict[str, Any]:
    """Return the document of an API that is played under these base paths."""
    document = model.document
    spec = document.spec
    if document.version.startswith(MODERN):
        spec = document.written()
    served = dict(spec)
    served["servers"] = [_server(filled(document.spec, base)) for base in bases]
    under = bases[0].removesuffix(model.base_paths[0])
    components = spec.get("components")
    is_issuer = bool(model.security.issued)
    if is_issuer and isinstance(components, Mapping):
        base = filled(document.spec, model.base_paths[0])
        declared = components.get("securitySchemes")
        schemes = _schemes(declared, under, base)
        shown = dict(components)
        shown["securitySchemes"] = schemes
        served["components"] = shown
    paths = spec.get("paths")
    if isinstance(paths, Mapping):
        items = {}
        for path, item in paths.items():
            items[path] = _item(item, under)
        served["paths"] = items
    return served


def _schemes(schemes: Any, under: str, base: str) -> Any:
    """Return security schemes whose issuers are played by the mock."""
    if not isinstance(schemes, Mapping):
        return schemes
    played = {}
    for name, scheme in schemes.items():
        played[name] = _scheme(scheme, under, base)
    return played


def _scheme(scheme: Any, under: str, base: str) -> Any:
    """Return a security scheme whose URLs, and those of its flows, are paths of the mock."""
    if not isinstance(scheme, Mapping):
        return scheme
    served = dict(scheme)
    for name in _ISSUER_URLS:
        url = scheme.get(name)
        path = path_of(url, base)
        if path:
            served[name] = under + path
    flows = scheme.get("flows")
    if isinstance(flows, Mapping):
        served["flows"] = _schemes(flows, under, base)
    return served


def _item(item: Any, under: str) -> Any:
    """Return a path item with servers of the mock, in its operations too."""
    if not isinstance(item, Mapping):
        return item
    members = {name: _at_home(member, under) for name, member in item.items()}
    return _at_home(members, under)


def _at_home(part: Any, under: str) -> Any:
    """Return a path item or an operation whose own servers are paths of the mock."""
    if not isinstance(part, Mapping) or "servers" not in part:
        return part
    servers = part["servers"]
    paths = paths_of_servers(servers)
    called = [filled({"servers": servers}, path) for path in paths]
    return {**part, "servers": [_server(under + path) for path in called]}


def _server(path: str) -> dict[str, str]:
    return {"url": path or "/"}
