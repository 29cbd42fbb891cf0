"""The edge of one API: its operations behind their routes, answered by handlers made on first use.

It is an ASGI application. A request is counted against the quotas of its caller, then matched by
the routes of the API; the handler of the operation answers it:

    GET /shelves/3      the handler of `GET /shelves/{shelf_id}`, made for its first call
    HEAD /shelves/3     the same, without its body
    OPTIONS /shelves    204, with the methods of the path in `Allow`
    PUT /shelves        405 (or what the API says for it), with the same
    GET /nothing        404

What no operation answers is refused in the API's own form.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from mockserver.asgi.courier import Courier
from mockserver.asgi.errorreply import ErrorPlace, Wanted, error_reply, wanted_error
from mockserver.asgi.negotiation import usual_format
from mockserver.asgi.operations import EdgeApi
from mockserver.asgi.rate import FREE, Meter, Rate, over_quota
from mockserver.asgi.request import NOTE, SPACE, Gone, Request, headers_of, query_of, raw_path_of
from mockserver.asgi.respond import Answer, Headers, send_answer
from mockserver.asgi.routes import Match, Route, is_under, nearness, segment_at
from mockserver.behavior.template import fill
from mockserver.call import Problem, ProblemKind
from mockserver.errors import SettingsError
from mockserver.model.types import Errors
from mockserver.space import Limits, Space, Spaces

_LOG = logging.getLogger("understudy")
_KNOWN_METHODS = frozenset(
    {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"}
)


class Edge:
    """An ASGI application that plays one API, `under` a path of its own where that is not empty."""

    def __init__(
        self,
        space: Space,
        bases: tuple[str, ...],
        *,
        under: str = "",
        validate_responses: bool = False,
        callbacks_anywhere: bool = False,
        rate_limit: bool = False,
        limits: Limits | None = None,
    ) -> None:
        self._meter = Meter(space.model, rate_limit)
        self._courier = Courier(anywhere=callbacks_anywhere)
        self.space = space
        self.spaces = Spaces(space, limits, self._forget)
        self.forgotten: Callable[[str], None] | None = None
        self.under = under
        self.bases = tuple(under + base for base in bases)
        self.api = EdgeApi(space, self.bases, under, validate_responses)
        self._habits = space.model.habits
        made_anew = any("{" in text for text in self._habits.headers.values())
        self._constant = None if made_anew else self._extra()
        self._places: dict[int, ErrorPlace] = {}
        self._tenancy = self._habits.tenancy

    def find(self, raw_path: str, query: str = "") -> Match | None:
        """Return what is at a path of this API, None when nothing is.

        A declared extension is taken off, unless a fixed segment of a route ends in it.
        """
        match = self.api.routes.find(raw_path, query)
        stem, _, extension = raw_path.rpartition(".")
        if extension not in self._habits.extensions or stem.endswith("/"):
            return match
        if match is not None and match.values[-1:] != (unquote(raw_path.rpartition("/")[2]),):
            return match
        bare = self.api.routes.find(stem, query)
        return match if bare is None else replace(bare, extension=f".{extension}")

    def kind_of(self, label: str) -> str:
        """Return the kind of an operation, empty where there is none."""
        return self.api.kinds.get(label, "")

    @property
    def has_tenants(self) -> bool:
        """Whether a part of the path names a tenant, who has a state and quotas of its own."""
        return self._tenancy is not None

    def tenant_at(self, raw_path: str) -> str:
        """Return who a path is of, empty for the first tenant: the default of the variable that
        names tenants.
        """
        if self._tenancy is None:
            return ""
        named = (segment_at(raw_path, base, self._tenancy.variable) for base in self.bases)
        return self.tenant_called(unquote(next(filter(None, named), "")))

    def tenant_called(self, name: str) -> str:
        """Return under which name the state of a tenant is kept. Raises SettingsError where there
        are no tenants.
        """
        if self._tenancy is None:
            if name:
                raise SettingsError(f"{self.space.model.name} has no tenants: leave {name!r} out")
            return ""
        return "" if name == self._tenancy.default else name

    def space_at(self, scope: Any) -> Space:
        """Return the state that a request is about: the part of its tenant in its space."""
        return self.spaces.at(scope.get(SPACE, ""), self.tenant_at(raw_path_of(scope)))

    def reset(self, name: str) -> None:
        """Put a space back to its start: its records, its clock and the quotas of its callers."""
        self.spaces.reset(name)
        self._meter.forget(name)

    def drop(self, name: str) -> bool:
        """Forget a space and the quotas of its callers; tell whether it was there."""
        self._meter.forget(name)
        return self.spaces.drop(name)

    def _forget(self, name: str) -> None:
        """Forget what else is known of a space that went because it was idle, and tell
        `forgotten`.
        """
        self._meter.forget(name)
        if self.forgotten is not None:
            self.forgotten(name)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        rate = FREE
        if self._habits.quotas:
            rate = self._rate(scope)
        try:
            if rate.refused is not None:
                place, request = self._place_of(scope)
                answer = over_quota(place, request, rate.refused, rate.status)
            else:
                answer = await self._answer(scope, receive)
        except Gone:
            return
        except Exception:
            answer = self._broken(scope)
        headers = [*self.headers(), *rate.headers]
        await send_answer(send, answer, headers, scope["method"] == "HEAD")
        for delivery in answer.after:
            self._courier.send(delivery)

    def headers(self) -> Headers:
        """Return the headers that go with every reply."""
        return self._extra() if self._constant is None else self._constant

    def wanted(self, scope: Any, wanted: Wanted, example: str | None = None) -> Answer:
        """Return an error that somebody wants to see for a call, as the API would give it for a
        reason of its own.

        Where the document shows an answer of that status by the name of an example, or one of
        success, it is that.
        """
        match, route = self._route_of(scope)
        if match is None or route is None:
            place, request = self._place_astray(scope)
            answer = wanted_error(place, wanted, request)
        else:
            request = self.request_of(match, route, scope, None)
            handler = self.api.handler(route)
            answer = handler.wanted(wanted, request, example)
        return _allowing(answer, match, scope["method"])

    def _route_of(self, scope: Any) -> tuple[Match | None, Route | None]:
        """Return what is at the path of a call, and what answers its method there."""
        raw_path = raw_path_of(scope)
        match = self.find(raw_path, query_of(scope))
        if match is None:
            return None, None
        method = scope["method"]
        if method == "HEAD" and method not in match.routes:
            method = "GET"
        return match, match.routes.get(method)

    def _place_of(self, scope: Any) -> tuple[ErrorPlace, Request]:
        """Return where the errors of a call are told, and the request as it is seen there."""
        match, route = self._route_of(scope)
        if match is None or route is None:
            return self._place_astray(scope)
        handler = self.api.handler(route)
        request = self.request_of(match, route, scope, None)
        return handler.errors, request

    def _place_astray(self, scope: Any) -> tuple[ErrorPlace, Request]:
        """Return the same of a path, whatever answers there."""
        raw_path = raw_path_of(scope)
        errors = self._errors_at(raw_path)
        place = self._places.get(id(errors))
        if place is None:
            place = ErrorPlace(self.space.model, errors, self.under)
            self._places[id(errors)] = place
        extension = raw_path.rpartition(".")[2]
        preferred = self._habits.extensions.get(extension, "")
        usual = self._usual(scope)
        request = Request(scope, None, "", {}, preferred=preferred, usual=usual)
        return place, request

    def _rate(self, scope: Any) -> Rate:
        """Count a call and return what the quotas of its tenant say of it, by the clock of its
        space.

        A call with credentials that nobody has is not counted, and not refused here: it will be as
        what it is.
        """
        raw_path, name = raw_path_of(scope), scope.get(SPACE, "")
        path = raw_path.removeprefix(self.under)
        if not self._meter.enforced:
            return self._meter.take(path, scope, name, 0.0)
        now_s = self.spaces.at(name).clock().timestamp()
        cost = 1 if self._is_known(scope) else 0
        return self._meter.take(
            path, scope, name, now_s, tenant=self.tenant_at(raw_path), cost=cost
        )

    def _is_known(self, scope: Any) -> bool:
        """Tell whether a caller shows known credentials, or needs none."""
        match = self.find(raw_path_of(scope), query_of(scope))
        route = match.route(scope["method"]) if match else None
        if match is None or route is None:
            return True
        return self.api.handler(route).knows(self.request_of(match, route, scope, None))

    async def _answer(self, scope: Any, receive: Any) -> Answer:
        """Return the answer to a request. Raises Gone."""
        raw_path, method = raw_path_of(scope), scope["method"]
        match, route = self._route_of(scope)
        note = scope.get(NOTE)
        if note is not None:
            note.space, note.root_path = scope.get(SPACE, ""), scope.get("root_path", "")
            note.api = self.space.model.name
        if match is None:
            return self._refused(scope, ProblemKind.NO_ROUTE, f"there is no {raw_path}")
        route = match.route(method)
        if self._habits.slash != "accept" and not match.extension:
            spelled = match.routes.values() if route is None else (route,)
            if all(each.slashed != match.slashed for each in spelled):
                return self._slash_missing(match, method, raw_path, scope)
        if route is None:
            return self._without_route(match, method, scope)
        if note is not None:
            note.operation, note.kind = route.name, self.kind_of(route.name)
        request = self.request_of(match, route, scope, receive)
        handler = self.api.handler(route)
        answer = await handler(request)
        return _allowing(answer, match, method)

    def request_of(self, match: Match, route: Route, scope: Any, receive: Any) -> Request:
        """Return the request for a route, about the space that the scope names."""
        texts = dict(zip(route.params, match.values[: len(route.params)], strict=True))
        preferred = self._habits.extensions.get(match.extension[1:], "")
        space = self.space_at(scope)
        usual = self._usual(scope)
        return Request(scope, receive, route.base, texts, match.extension, preferred, space, usual)

    def _usual(self, scope: Any) -> str:
        """Return the media type of a reply for which nothing in the request asks, empty where none
        is declared.
        """
        usual = self._habits.format
        if not usual:
            return ""
        headers = headers_of(scope["headers"])
        return usual_format(usual, headers)

    def _broken(self, scope: Any) -> Answer:
        """Answer a call that the mock itself failed at in the API's form, and tell what to do about
        it.

        What answers at its path may be just what failed, so nothing of that is asked.
        """
        _LOG.exception(
            "understudy: %s %s failed inside the mock and was answered with 500; the state is as "
            "it was before. "
            "This is a defect: report it with the request, the document and the lines below",
            scope["method"],
            raw_path_of(scope),
        )
        return self._refused(
            scope, ProblemKind.INTERNAL, "the mock failed at this call; its log tells more"
        )

    def _without_route(self, match: Match, method: str, scope: Any) -> Answer:
        """Answer OPTIONS with what is allowed, and any other method that the path does not have."""
        allowed = _allowed(match)
        allow = (b"allow", ", ".join(allowed).encode())
        if method == "OPTIONS":
            return Answer(204, [allow], b"")
        text = f"{method} is not allowed here; {', '.join(allowed)} are"
        if method in self._habits.unimplemented or method not in _KNOWN_METHODS:
            kind = ProblemKind.METHOD_NOT_IMPLEMENTED
        else:
            kind = ProblemKind.METHOD_NOT_ALLOWED
        answer = self._refused(scope, kind, text)
        return Answer(answer.status, [*answer.headers, allow], answer.body)

    def _slash_missing(self, match: Match, method: str, raw_path: str, scope: Any) -> Answer:
        """Redirect a request that lacks its slash, where that is the habit; there is nothing at any
        other path.
        """
        if self._habits.slash == "redirect" and not match.slashed:
            query = scope["query_string"]
            path = f"{scope.get('root_path', '')}{raw_path}/"
            target = path.encode("latin-1") + (b"?" + query if query else b"")
            return Answer(301, [(b"location", target)], b"")
        return self._refused(scope, ProblemKind.NO_ROUTE, f"there is no {raw_path}")

    def _refused(self, scope: Any, kind: ProblemKind, text: str) -> Answer:
        place, request = self._place_astray(scope)
        return error_reply(place, Problem(kind, text), request)

    def _errors_at(self, raw_path: str) -> Errors:
        """Return the errors for a path that no operation answers: those of what is nearest to
        it.
        """
        errors = self.space.model.errors
        path = raw_path.removeprefix(self.under)
        near = [
            (nearness(each.at, path), each)
            for each in errors.values()
            if each.at and is_under(path, each.at)
        ]
        for base in self.space.model.base_paths:
            near += [
                (nearness(base + each.path, path), errors[each.errors])
                for each in self.space.model.operations
            ]
        much, nearest = max(near, key=lambda each: each[0], default=(0, errors["default"]))
        return nearest if much else errors["default"]

    def _extra(self) -> Headers:
        values = {"uuid": str(uuid.uuid4())}
        return [
            (name.lower().encode(), str(fill(text, values)).encode("latin-1"))
            for name, text in self._habits.headers.items()
        ]


def _allowed(match: Match) -> list[str]:
    """Return the methods of a path."""
    methods = {*match.routes, "OPTIONS"}
    if "GET" in methods:
        methods.add("HEAD")
    return sorted(methods)


def _allowing(answer: Answer, match: Match | None, method: str) -> Answer:
    """Return an answer that, where it refuses a method, tells which others there are (RFC 9110
    section 15.5.6).
    """
    if answer.status != 405 or match is None:
        return answer
    names = [name for name, _ in answer.headers]
    if b"allow" in names:
        return answer
    others = [name for name in _allowed(match) if name != method]
    allow = (b"allow", ", ".join(others).encode())
    headers = [*answer.headers, allow]
    return replace(answer, headers=headers)
