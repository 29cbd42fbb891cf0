"""Find the operation for a method and a path: fixed segments by dictionary, templated ones by a
tree.

What a lookup costs does not depend on how many operations there are. From left to right, a fixed
segment wins over one that is partly a parameter, and that one over a whole parameter. Of

    /b/{key}    /b/list    /b/{key}?acl

the call `/b/list` is of the second, `/b/x` of the first and `/b/x?acl` of the third one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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

    A route has as many of the values as it has parameters.

    `extension` is the end of the path that asks for a media type and is no part of the route, such
    as `.xml`.
    """

    routes: Mapping[str, Route]
    values: tuple[str, ...]
    slashed: bool
    extension: str = ""

    def route(self, method: str) -> Route | None:
        """Return the route of a method; HEAD has that of GET where it has none of its own."""
        return self.routes.get(method) or (self.routes.get("GET") if method == "HEAD" else None)


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
        if slashed:
            return {**self.routes, **self.slashed}
        return {**self.slashed, **self.routes}


@dataclass(frozen=True, slots=True)
class _Queried:
    """A route that is chosen by parameters of the query: a value that is empty may be any."""

    method: str
    route: Route
    query: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.query)

    def fits(self, given: Mapping[str, str]) -> bool:
        """Tell whether the query of a request says what has to be said."""
        for name, value in self.query.items():
            if name not in given or value not in ("", given[name]):
                return False
        return True


class Routes:
    """The routes of one API. Where it `takes_empty`, an empty segment may be the value of a
    parameter.
    """

    def __init__(self, takes_empty: bool = False) -> None:
        self._root = _Node()
        self._takes_empty = takes_empty

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
        ended = raw_path.endswith("/")
        if not self._takes_empty:
            if "//" in raw_path:
                return None
            return self._at(_split(raw_path), ended, query)
        match = self._at(_split(raw_path), ended, query)
        if not ended or raw_path == "/":
            return match
        return _both(self._at([*_split(raw_path), ""], False, query), match)

    def _at(self, steps: list[str], slashed: bool, query: str) -> Match | None:
        found = _find(self._root, steps, 0, (), self._takes_empty)
        if found is None:
            return None
        node, values = found
        return Match(node.at(slashed, query), values, slashed)


def _conditions(query: str) -> Mapping[str, str]:
    """Return what a request has to say to be of a path with this query; `{any}` is any value."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return {name: PARAMETER.sub("", value) for name, value in pairs}


def _both(item: Match | None, collection: Match | None) -> Match | None:
    """Return the routes of an item whose key is empty, and for other methods those of the
    collection that it is in.
    """
    if item is None or collection is None:
        return item or collection
    if item.values[:-1] != collection.values:
        return item
    routes = {**collection.routes, **item.routes}
    return replace(item, routes=routes)


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
    node: _Node, steps: Sequence[str], at: int, values: tuple[str, ...], takes_empty: bool
) -> tuple[_Node, tuple[str, ...]] | None:
    """Return the node at the end of the segments from a place on, and the values of the parameters
    on the way.
    """
    if at == len(steps):
        is_route = node.routes or node.slashed or node.queried
        return (node, values) if is_route else None
    text = unquote(steps[at])
    if text in node.fixed:
        found = _find(node.fixed[text], steps, at + 1, values, takes_empty)
        if found is not None:
            return found
    for pattern, child in node.mixed:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        inner = (*values, *match.groups())
        found = _find(child, steps, at + 1, inner, takes_empty)
        if found is not None:
            return found
    if node.parameter is None or not (text or takes_empty):
        return None
    return _find(node.parameter, steps, at + 1, (*values, text), takes_empty)


def routes_of(
    spec: Spec, bases: Iterable[str], *, under: str = "", takes_empty: bool = False
) -> Routes:
    """Return the routes of all operations of a document below each base path, named by their
    labels.

    An operation with servers of its own, or those of its path, is first of all below their paths;
    `under` is what all of them begin with.
    """
    routes = Routes(takes_empty)
    for path, method, operation in operations(spec):
        servers = operation.get("servers") or spec["paths"][path].get("servers")
        own = paths_of_servers(servers) if servers else ()
        for base in own:
            routes.add(under + base, path, method, f"{method} {path}")
    for base in bases:
        for path, method, _ in operations(spec):
            routes.add(base, path, method, f"{method} {path}")
    return routes
