"""Find the operation for a method and a path: fixed segments by dictionary, templated ones by a
tree.

What a lookup costs does not depend on how many operations there are. From left to right, a fixed
segment wins over one that is partly a parameter, and that one over a whole parameter:

    /users/me   /users/{id}.json   /users/{id}

Of the operations of one path, those that carry a query (`/b/{key}?acl`) win where the query of the
request has what they name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from urllib.parse import parse_qsl, unquote

from mockserver.model.describe import operations
from mockserver.model.paths import PARAMETER
from mockserver.model.schema.parts import Spec
from mockserver.model.servers import paths_of_servers
from mockserver.slots import dataclass

_ANY_TEXT = "(.+)"


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
        found = self.routes.get(method)
        if found is None and method == "HEAD":
            return self.routes.get("GET")
        return found


@dataclass(frozen=True, slots=True)
class _Queried:
    """A route that is chosen by parameters of the query: a value that is empty may be any."""

    method: str
    route: Route
    query: Mapping[str, str]

    def fits(self, given: Mapping[str, str]) -> bool:
        """Tell whether the query of a request has what the path names."""
        for name, value in self.query.items():
            if name not in given or value not in ("", given[name]):
                return False
        return True


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
        routes = self.fitting(slashed) if self.slashed else self.routes
        if not self.queried or not query:
            return routes
        given = dict(parse_qsl(query, keep_blank_values=True))
        chosen = {each.method: each.route for each in self.queried if each.fits(given)}
        return {**routes, **chosen}

    def fitting(self, slashed: bool) -> Mapping[str, Route]:
        """Return the routes by method, those spelled with the slash, or without it, before the
        others.
        """
        if not (self.routes and self.slashed):
            return self.routes or self.slashed
        if slashed:
            return {**self.routes, **self.slashed}
        return {**self.slashed, **self.routes}


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
        path, _, query = path.partition("?")
        full = base + path
        node = self._root
        for segment in _split(full):
            node = _child(node, segment)
        route = Route(name, base, full.endswith("/"), tuple(PARAMETER.findall(full)))
        if query:
            node.queried.append(_Queried(method, route, _conditions(query)))
            node.queried.sort(key=lambda queried: len(queried.query))
        else:
            known = node.slashed if route.slashed else node.routes
            known.setdefault(method, route)

    def find(self, raw_path: str, query: str = "") -> Match | None:
        """Return the routes of a path as it came over the wire (percent-encoded); None when there
        are none.

        A query chooses among the operations of a path that carry one (`/b/{key}?acl`).
        """
        if "//" in raw_path and not self._takes_empty:
            return None
        steps, slashed = _split(raw_path), raw_path.endswith("/")
        match = self._match(steps, slashed, query)
        if not self._takes_empty or not slashed or raw_path == "/":
            return match
        item = self._match([*steps, ""], False, query)
        return _with_empty_key(item, match)

    def _match(self, steps: Sequence[str], slashed: bool, query: str) -> Match | None:
        """Return the routes at the end of some segments."""
        found = self._find(self._root, steps, 0, ())
        if found is None:
            return None
        node, values = found
        return Match(node.at(slashed, query), values, slashed)

    def _find(
        self, node: _Node, steps: Sequence[str], at: int, values: tuple[str, ...]
    ) -> tuple[_Node, tuple[str, ...]] | None:
        """Return the node at the end of the segments from a place on, and the values of the
        parameters on the way.
        """
        if at == len(steps):
            is_end = node.routes or node.slashed or node.queried
            return (node, values) if is_end else None
        text = steps[at]
        if "%" in text:
            text = unquote(text)
        if text in node.fixed:
            found = self._find(node.fixed[text], steps, at + 1, values)
            if found is not None:
                return found
        for pattern, child in node.mixed:
            match = pattern.fullmatch(text)
            if match is not None:
                found = self._find(child, steps, at + 1, (*values, *match.groups()))
                if found is not None:
                    return found
        if node.parameter is None or not (text or self._takes_empty):
            return None
        return self._find(node.parameter, steps, at + 1, (*values, text))


def _with_empty_key(item: Match | None, collection: Match | None) -> Match | None:
    """Return the routes of an item whose key is empty, and for other methods those of the
    collection that it is in.
    """
    if item is None or collection is None or item.values[:-1] != collection.values:
        return item or collection
    return replace(item, routes={**collection.routes, **item.routes})


def _conditions(query: str) -> Mapping[str, str]:
    """Return what a request has to say to be of a path with this query; `{any}` is any value."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return {name: PARAMETER.sub("", value) for name, value in pairs}


def _split(path: str) -> list[str]:
    """Return the segments of a path, the empty ones too."""
    path = path.removeprefix("/").removesuffix("/")
    return path.split("/") if path else []


def _child(node: _Node, segment: str) -> _Node:
    """Return the node below a node for a segment of a template, made when it is not there."""
    if not PARAMETER.search(segment):
        return node.fixed.setdefault(unquote(segment), _Node())
    if PARAMETER.fullmatch(segment):
        node.parameter = node.parameter or _Node()
        return node.parameter
    text = _pattern_of(segment)
    for known, child in node.mixed:
        if known.pattern == text:
            return child
    child = _Node()
    node.mixed.append((re.compile(text, re.DOTALL), child))
    node.mixed.sort(key=_vagueness)
    return child


def _pattern_of(segment: str) -> str:
    """Return a regular expression for a segment that is partly a parameter: `{id}.json`."""
    parts = PARAMETER.split(segment)
    texts = []
    for place, part in enumerate(parts):
        is_name = place % 2 == 1
        texts.append(_ANY_TEXT if is_name else re.escape(unquote(part)))
    return "".join(texts)


def _vagueness(mixed: tuple[re.Pattern[str], _Node]) -> int:
    """Return how little fixed text a pattern has."""
    pattern = mixed[0]
    return pattern.groups * len(_ANY_TEXT) - len(pattern.pattern)


def routes_of(
    spec: Spec, bases: Iterable[str], *, under: str = "", takes_empty: bool = False
) -> Routes:
    """Return the routes of all operations of a document below each base path, named by their
    labels.

    An operation with servers of its own, or those of its path, is first of all below their paths;
    `under` is what all of them begin with.
    """
    routes = Routes(takes_empty)
    for path, method, _ in operations(spec):
        for base in _own_bases(spec, path, method):
            routes.add(under + base, path, method, f"{method} {path}")
    for base in bases:
        for path, method, _ in operations(spec):
            routes.add(base, path, method, f"{method} {path}")
    return routes


def _own_bases(spec: Spec, path: str, method: str) -> Iterable[str]:
    """Return the base paths of an operation that has servers of its own, or of its path."""
    item = spec["paths"][path]
    operation = item[method.lower()]
    servers = operation.get("servers") or item.get("servers")
    if not servers:
        return ()
    return paths_of_servers(servers)


def nearness(template: str, path: str) -> int:
    """Tell how much of the beginning of a path a template has: two for each fixed segment, one for
    a parameter.
    """
    near = 0
    for wanted, given in zip(_steps(template), _steps(path), strict=False):
        if wanted != given and "{" not in wanted:
            break
        near += 2 if wanted == given else 1
    return near


def is_under(path: str, template: str) -> bool:
    """Tell whether a path begins with the segments of a template."""
    wanted, given = _steps(template), _steps(path)
    if len(given) < len(wanted):
        return False
    for want, have in zip(wanted, given, strict=False):
        if want != have and "{" not in want:
            return False
    return True


def segment_at(path: str, template: str, name: str) -> str:
    """Return the segment in the place of a parameter, empty where the path is not under the
    template or has none.
    """
    wanted = _steps(template)
    place = f"{{{name}}}"
    if place not in wanted or not is_under(path, template):
        return ""
    return _steps(path)[wanted.index(place)]


def _steps(path: str) -> list[str]:
    """Return the segments of a path without slashes around it."""
    return path.strip("/").split("/")
