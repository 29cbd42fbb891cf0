"""Where a request belongs: its space, its API, the tenant and the route there; found once, by the
outermost stage, and read by all others.

    GET /__space/blue/stores/abc123/v2/products?page=2

    Located(space="blue", root_path="/__space/blue", raw_path="/stores/abc123/v2/products",
            api="bigcommerce-v2", tenant="abc123", route=<GET /products>)

The API that has the path is meant; for a path that none has, the one whose base path it begins
with, so that the refusal is in that API's own form. Clients that were made for another mock leave
out the base path of the document, or put it before paths that begin with it already: such a path is
taken for what it would be below the base path, where one API alone has that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from mockserver.asgi.request import SPACE, query_of, raw_path_of
from mockserver.asgi.routes import Match, Route, is_under
from mockserver.asgi.spaces import RESERVED, BadName, is_drop, place
from mockserver.slots import dataclass

LOCATED = "understudy.located"
"""Where the scope of a request holds what is Located."""


class PlacedApi(Protocol):
    """An API at its place: what is known of its paths."""

    name: str

    @property
    def prefixes(self) -> Sequence[str]:
        """What all of its paths begin with."""
        ...

    def find(self, raw_path: str, query: str = "") -> Match | None: ...

    def find_elsewhere(self, raw_path: str, query: str = "") -> Match | None:
        """Return what would be at a path below the base path, or with it once."""
        ...

    def tenant_at(self, raw_path: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Located:
    """Where a request belongs. `api` is empty where no API has it, `match` None where that API has
    no such path, and `route` where the path has no such method.

    `raw_path` is the path below `root_path`, as it was sent. A request that `is_reserved` is for
    the mock itself; one that `drops` forgets its space; `fault` tells why one has no place at all.
    """

    raw_path: str
    root_path: str = ""
    space: str = ""
    api: str = ""
    tenant: str = ""
    match: Match | None = None
    route: Route | None = None
    is_reserved: bool = False
    drops: bool = False
    fault: str = ""


class LocationStage:
    """An ASGI application around another one, which finds where each request belongs."""

    def __init__(
        self,
        app: Callable[[Any, Any, Any], Awaitable[None]],
        sites: Sequence[PlacedApi],
        lenient: bool = True,
    ) -> None:
        """Take the APIs that are played; where it is `lenient`, base paths may be left out."""
        self._app = app
        self._sites = sites
        self._lenient = lenient

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope = located_scope(scope, self._sites, self._lenient)
        await self._app(scope, receive, send)


def located_scope(scope: Any, sites: Sequence[PlacedApi], lenient: bool = True) -> Any:
    """Return the scope of a request inside its space, with what is Located."""
    try:
        placed = place(scope)
    except BadName as error:
        return {**scope, LOCATED: Located(raw_path_of(scope), fault=str(error))}
    drops = placed is not scope and is_drop(scope)
    return {**placed, LOCATED: locate(placed, sites, lenient, drops)}


def locate(
    scope: Any, sites: Sequence[PlacedApi], lenient: bool = True, drops: bool = False
) -> Located:
    """Return where a request belongs, whose scope is inside its space."""
    raw_path, query = raw_path_of(scope), query_of(scope)
    root_path, space = scope.get("root_path", ""), scope.get(SPACE, "")
    site, match = _site_of(sites, raw_path, query, lenient)
    if site is None:
        is_reserved = is_under(raw_path, RESERVED)
        return Located(raw_path, root_path, space, is_reserved=is_reserved, drops=drops)
    return Located(
        raw_path,
        root_path,
        space,
        api=site.name,
        tenant=site.tenant_at(raw_path),
        match=match,
        route=match.route(scope["method"]) if match else None,
        drops=drops,
    )


def _site_of(
    sites: Sequence[PlacedApi], raw_path: str, query: str, lenient: bool
) -> tuple[PlacedApi | None, Match | None]:
    """Return the API that a path belongs to, and what is there."""
    is_reserved = RESERVED in raw_path and is_under(raw_path, RESERVED)
    for site in sites:
        match = site.find(raw_path, query)
        if match is not None and (not is_reserved or _has_reserved(match)):
            return site, match
    if is_reserved:
        return None, None
    nearest = _nearest(sites, raw_path)
    meant = sites if nearest is None else [nearest]
    found = []
    for site in meant if lenient else ():
        match = site.find_elsewhere(raw_path, query)
        if match is not None:
            found.append((site, match))
    return found[0] if len(found) == 1 else (nearest, None)


def _has_reserved(match: Match) -> bool:
    """Tell whether an API declares a reserved path word for word, not by a parameter that would
    take anything.
    """
    full = [route.base + route.name.partition(" ")[2] for route in match.routes.values()]
    return any(is_under(path, RESERVED) for path in full)


def _nearest(sites: Sequence[PlacedApi], raw_path: str) -> PlacedApi | None:
    """Return the only API, else the one with the longest beginning of a path."""
    if len(sites) == 1:
        return sites[0]
    nearest, longest = None, 0
    for site in sites:
        for prefix in site.prefixes:
            if len(prefix) > longest and is_under(raw_path, prefix):
                nearest, longest = site, len(prefix)
    return nearest
