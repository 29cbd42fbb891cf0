"""Find the operation for a method and a path: fixed segments by dictionary, templated ones by a
tree.

What a lookup costs does not depend on how many operations there are. From left to right, a fixed
segment wins over one that is partly a parameter, and that one over a whole parameter. Of

    /b/{key}    /b/list    /b/{key}?acl

the call `/b/list` is of the second, `/b/x` of the first and `/b/x?acl` of the third one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from mockserver.model.declared import Spec, operations
from mockserver.model.paths import PARAMETER
from mockserver.model.servers import paths_of_servers


@dataclass(frozen=True, slots=True)
class Route:
    """A method of a path template, and the name under which its operation is known."""

    name: str
    base: str
    slashed: bool
    params: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """The routes of a path by method, the values of its parameters, and whether it ended in a
    slash.

    `extension` is the end of the path that asks for a media type and is no part of the route, such
    as `.xml`.
    """

    routes: Mapping[str, Route]
    values: tuple[str, ...]
    slashed: bool
    extension: str = ""


@dataclass(slots=True)
class _Node:
    fixed: dict[str, _Node] = field(default_factory=dict)
    mixed: list[tuple[re.Pattern[str], _Node]] = field(default_factory=list)
    parameter: _Node | None = None
    routes: dict[str, Route] = field(default_factory=dict)
    slashed: dict[str, Route] = field(default_factory=dict)
    queried: list[_Queried] = field(default_factory=list)

    def at(self, slashed: bool, query: str) -> Mapping[str, Route]:
        """Return the routes by method, those that the query of a request chooses before the
        others.
        """
        routes = self.fitting(slashed)
        if not self.queried or not query:
            return routes
        given = dict(parse_qsl(query, keep_blank_values=True))
        chosen = dict(routes)
        for each in self.queried:
            if each.fits(given):
                chosen[each.method] = each.route
        return chosen

    def fitting(self, slashed: bool) -> Mapping[str, Route]:
        """Return the routes by method, those spelled with the slash, or without it, before the
        others.
        """
        if not (self.routes and self.slashed):
            return self.routes or self.slashed
        return {**self.routes, **self.slashed} if slashed else {**self.slashed, **self.routes}


@dataclass(frozen=True, slots=True)
class _Queried:
    """A route that is chosen by parameters of the query: a value that is empty may be any."""

    method: str
    route: Route
    query: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.query)

    def fits(self, given: Mapping[str, str]) -> bool:
        for name, value in self.query.items():
            if name not in given or value not in ("", given[name]):
                return False
        return True


class Routes:
    """The routes of one API."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, base: str, path: str, method: str, name: str) -> None:
        """Add an operation under a base path. Of two with the same shape and method the first one
        stays.
        """
        node = self._root
        path, _, query = path.partition("?")
        full = base + path
        for segment in _split(full):
            node = _child(node, segment)
        params = tuple(PARAMETER.findall(full))
        route = Route(name, base, full.endswith("/"), params)
        if query:
            queried = _Queried(method, route, _conditions(query))
            node.queried.append(queried)
            node.queried.sort(key=len)
            return
        routes = node.slashed if route.slashed else node.routes
        routes.setdefault(method, route)

    def find(self, raw_path: str, query: str = "") -> Match | None:
        """Return the routes of a path as it came over the wire (percent-encoded); None when there
        are none.

        A query chooses among the operations of a path that carry one (`/b/{key}?acl`).
        """
        if "//" in raw_path:
            return None
        found = _find(self._root, _split(raw_path), 0, ())
        if found is None:
            return None
        node, values = found
        slashed = raw_path.endswith("/")
        return Match(node.at(slashed, query), values, slashed)


def _conditions(query: str) -> Mapping[str, str]:
    """Return what a request has to say to be of a path with this query; `{any}` is any value."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return {name: PARAMETER.sub("", value) for name, value in pairs}


def _split(path: str) -> list[str]:
    path = path[1:] if path.startswith("/") else path
    if path.endswith("/"):
        path = path[:-1]
    return path.split("/") if path else []


def _child(node: _Node, segment: str) -> _Node:
    if not PARAMETER.search(segment):
        return node.fixed.setdefault(unquote(segment), _Node())
    if PARAMETER.fullmatch(segment):
        node.parameter = node.parameter or _Node()
        return node.parameter
    parts = PARAMETER.split(segment)
    text = "".join(
        re.escape(unquote(part)) if at % 2 == 0 else "(.+)" for at, part in enumerate(parts)
    )
    for known, child in node.mixed:
        if known.pattern == text:
            return child
    child = _Node()
    node.mixed.append((re.compile(text, re.DOTALL), child))
    node.mixed.sort(key=lambda each: each[0].groups * len("(.+)") - len(each[0].pattern))
    return child


def _find(
    node: _Node, segments: list[str], at: int, values: tuple[str, ...]
) -> tuple[_Node, tuple[str, ...]] | None:
    if at == len(segments):
        is_route = node.routes or node.slashed or node.queried
        return (node, values) if is_route else None
    text = unquote(segments[at])
    if text in node.fixed:
        found = _find(node.fixed[text], segments, at + 1, values)
        if found is not None:
            return found
    for pattern, child in node.mixed:
        match = pattern.fullmatch(text)
        found = _find(child, segments, at + 1, (*values, *match.groups())) if match else None
        if found is not None:
            return found
    return (
        _find(node.parameter, segments, at + 1, (*values, text))
        if node.parameter and text
        else None
    )


def routes_of(spec: Spec, bases: Iterable[str], under: str = "") -> Routes:
    """Return the routes of all operations of a document below each base path, named by their
    labels.

    An operation with servers of its own, or those of its path, is first of all below their paths;
    `under` is what all of them begin with.
    """
    routes = Routes()
    for path, method, operation in operations(spec):
        servers = operation.get("servers") or spec["paths"][path].get("servers")
        own = paths_of_servers(servers) if servers else ()
        for base in own:
            routes.add(under + base, path, method, f"{method} {path}")
    for base in bases:
        for path, method, _ in operations(spec):
            routes.add(base, path, method, f"{method} {path}")
    return routes
