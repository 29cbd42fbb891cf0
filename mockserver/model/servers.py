"""The base paths of an API: the server objects of its document in, path templates and one real path
for each out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


def base_paths(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the path of each server, without its trailing slash; server variables stay templates.

    A variable in the host or the scheme is no part of it.
    """
    return paths_of_servers(spec.get("servers"))


def paths_of_servers(servers: Any) -> tuple[str, ...]:
    """Return the path of each server object, each once; the empty path where there is no server."""
    paths = []
    for server in servers if isinstance(servers, list) else ():
        url = server.get("url", "") if isinstance(server, Mapping) else ""
        path = _path_of(_without_deep(url, server) if isinstance(url, str) else "")
        if path not in paths:
            paths.append(path)
    return tuple(paths) or ("",)


def _without_deep(url: str, server: Mapping[str, Any]) -> str:
    """Return a URL with those variables filled whose default is several segments, for no segment
    can be them.
    """
    for name, variable in (server.get("variables") or {}).items():
        default = variable.get("default") if isinstance(variable, Mapping) else None
        if isinstance(default, str) and "/" in default.strip("/"):
            url = url.replace("{" + name + "}", default.strip("/"))
    return url


def _path_of(url: str) -> str:
    if "://" in url:
        url = "/" + url.partition("://")[2].partition("/")[2]
    elif not url.startswith("/"):
        url = "/" + url if url and not url.startswith("{") else "/" + url.partition("/")[2]
    if url.startswith("//"):
        url = "/" + url[2:].partition("/")[2]
    return url.partition("#")[0].partition("?")[0].rstrip("/")


def filled(spec: Mapping[str, Any], base: str) -> str:
    """Return a base path with its variables at their defaults, so that it can be called."""
    defaults: dict[str, str] = {}
    for server in spec.get("servers") or ():
        for name, variable in (
            (server.get("variables") or {}) if isinstance(server, Mapping) else {}
        ).items():
            defaults.setdefault(name, str((variable or {}).get("default", name)))
    return re.sub(r"\{([^{}]+)\}", lambda match: defaults.get(match[1], match[1]), base)


def server_urls(spec: Mapping[str, Any]) -> list[str]:
    """Return the URLs of those servers that have a host, their variables at their defaults."""
    servers = spec.get("servers")
    if not isinstance(servers, list):
        return []
    found = []
    for server in servers:
        url = None
        if isinstance(server, Mapping):
            url = server.get("url")
        if not isinstance(url, str):
            continue
        if url.startswith(("http://", "https://")):
            whole = filled(spec, url)
            found.append(whole)
    return found
