"""The edge of one API on connexion: its operations behind our own routes, answered by handlers made
on first use.

connexion's default stack builds every operation once per middleware, and validators on each
request. Here one terminal middleware takes its place: a subclass of connexion's RoutedMiddleware
that routes, guards, checks and answers by itself, with connexion's operations as the source of what
the document declares.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from mockserver.asgi.beginnings import is_under, nearness
from mockserver.asgi.courier import Courier
from mockserver.asgi.errorreply import ErrorPlace, Wanted, error_reply, wanted_error
from mockserver.asgi.framework import (
    RoutedMiddleware,
)
from mockserver.asgi.note import NOTE
from mockserver.asgi.operations import EdgeApi, NormalizedSpecification
from mockserver.asgi.rate import FREE, Meter, Rate, over_quota
from mockserver.asgi.request import SPACE, Gone, Request, query_of, raw_path_of
from mockserver.asgi.respond import Answer, Headers, send_answer
from mockserver.asgi.routes import Match, Route
from mockserver.behavior.template import fill
from mockserver.call import Problem, ProblemKind
from mockserver.model.types import Errors
from mockserver.space import Limits, Space, Spaces

_LOG = logging.getLogger("understudy")
_KNOWN_METHODS = frozenset(
    {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"}
)


class Edge(RoutedMiddleware[EdgeApi]):
    """An ASGI application that plays one API, `under` a path of its own where that is not empty."""

    api_cls = EdgeApi

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
        super().__init__(None)
        self._meter = Meter(space.model, rate_limit)
        self._courier = Courier(anywhere=callbacks_anywhere)
        self.space = space
        self.spaces = Spaces(space, limits, self._forget)
        self.forgotten: Callable[[str], None] | None = None
        self.under = under
        self.bases = tuple(under + base for base in bases)
        specification = NormalizedSpecification(space.model.document.spec)
        self.api = EdgeApi(specification, space, self.bases, under, validate_responses)
        self._habits = space.model.habits
        made_anew = any("{" in text for text in self._habits.headers.values())
        self._constant = None if made_anew else self._extra()
        self._places: dict[int, ErrorPlace] = {}

    def find(self, raw_path: str, query: str = "") -> Match | None:
        """Return what is at a path of this API, None when nothing is.

        A declared extension is taken off, unless a fixed segment of a route ends in it. A query
        chooses among the operations of a path that carry one, and without it the one is found that
        carries none.
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
        request = Request(scope, None, "", {}, preferred=preferred)
        return place, request

    def _rate(self, scope: Any) -> Rate:
        """Count a call and return what the quotas say of it, by the clock of its space."""
        name = scope.get(SPACE, "")
        path = raw_path_of(scope).removeprefix(self.under)
        now_s = 0.0
        if self._meter.enforced:
            now_s = self.spaces.at(name).clock().timestamp()
        return self._meter.take(path, scope, name, now_s)

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
        texts = dict(zip(route.params, match.values, strict=True))
        preferred = self._habits.extensions.get(match.extension[1:], "")
        space = self.spaces.at(scope.get(SPACE, ""))
        return Request(scope, receive, route.base, texts, match.extension, preferred, space)

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
