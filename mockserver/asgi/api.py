"""The edge of one API: its operations behind their routes, answered by handlers made on first use.

It is an ASGI application. A request is counted against the quotas of its caller, then matched by
the routes of the API; the handler of the operation answers it. What no operation answers is refused
in the API's own form.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from mockserver.asgi.astray import writer_for
from mockserver.asgi.beginnings import is_under, nearness
from mockserver.asgi.courier import Courier
from mockserver.asgi.note import NOTE, note_problem
from mockserver.asgi.operations import EdgeApi
from mockserver.asgi.rate import FREE, Meter, Rate, over_quota
from mockserver.asgi.refusal import refuse
from mockserver.asgi.request import SPACE, Gone, Request, raw_path_of
from mockserver.asgi.respond import Answer, error_answer, send_answer
from mockserver.asgi.routes import Match, Route
from mockserver.behavior.template import fill
from mockserver.call import Problem, ProblemKind
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

    def find(self, raw_path: str) -> Match | None:
        """Return what is at a path of this API, None when nothing is.

        A declared extension is taken off, unless a fixed segment of a route ends in it.
        """
        match = self.api.routes.find(raw_path)
        stem, _, extension = raw_path.rpartition(".")
        if extension not in self._habits.extensions or stem.endswith("/"):
            return match
        if match is not None and match.values[-1:] != (unquote(raw_path.rpartition("/")[2]),):
            return match
        bare = self.api.routes.find(stem)
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
        rate = self._rate(scope) if self._habits.quotas else FREE
        try:
            if rate.refused is not None:
                answer = over_quota(
                    scope, self._errors_at(raw_path_of(scope)), rate.refused, rate.status
                )
            else:
                answer = await self._answer(scope, receive)
        except Gone:
            return
        except Exception:
            answer = self._broken(scope)
        extra = self._extra() if self._constant is None else self._constant
        await send_answer(send, answer, [*extra, *rate.headers], scope["method"] == "HEAD")
        for delivery in answer.after:
            self._courier.send(delivery)

    def _rate(self, scope: Any) -> Rate:
        """Count a call and return what the quotas say of it, by the clock of its space."""
        name = scope.get(SPACE, "")
        now_s = self.spaces.at(name).clock().timestamp() if self._meter.enforced else 0.0
        return self._meter.take(raw_path_of(scope).removeprefix(self.under), scope, name, now_s)

    async def _answer(self, scope: Any, receive: Any) -> Answer:
        """Return the answer to a request. Raises Gone."""
        raw_path = raw_path_of(scope)
        match = self.find(raw_path)
        method = scope["method"]
        note = scope.get(NOTE)
        if note is not None:
            note.space, note.root_path = scope.get(SPACE, ""), scope.get("root_path", "")
            note.api = self.space.model.name
        if match is None:
            return self._refused(scope, ProblemKind.NO_ROUTE, f"there is no {raw_path}")
        route = match.routes.get(method)
        if route is None and method == "HEAD":
            route = match.routes.get("GET")
        if self._habits.slash != "accept" and not match.extension:
            spelled = match.routes.values() if route is None else (route,)
            if all(each.slashed != match.slashed for each in spelled):
                return self._slash_missing(match, method, raw_path, scope)
        if route is None:
            return self._without_route(match, method, scope)
        if note is not None:
            note.operation, note.kind = route.name, self.kind_of(route.name)
        return await self.api.handler(route)(self.request_of(match, route, scope, receive))

    def request_of(self, match: Match, route: Route, scope: Any, receive: Any) -> Request:
        """Return the request for a route, about the space that the scope names."""
        texts = dict(zip(route.params, match.values, strict=True))
        preferred = self._habits.extensions.get(match.extension[1:], "")
        space = self.spaces.at(scope.get(SPACE, ""))
        return Request(scope, receive, route.base, texts, match.extension, preferred, space)

    def _broken(self, scope: Any) -> Answer:
        """Answer a call that the mock itself failed at in the API's form, and tell what to do about
        it.
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
        allowed = sorted({*match.routes, *({"HEAD"} if "GET" in match.routes else ()), "OPTIONS"})
        allow = (b"allow", ", ".join(allowed).encode())
        if method == "OPTIONS":
            return Answer(204, [allow], b"")
        text = f"{method} is not allowed here; {', '.join(allowed)} are"
        if method in self._habits.unimplemented or method not in _KNOWN_METHODS:
            kind = ProblemKind.METHOD_NOT_IMPLEMENTED
        else:
            kind = ProblemKind.METHOD_NOT_ALLOWED
        answer = self._refused(scope, kind, text, {"method": method})
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

    def _refused(
        self, scope: Any, kind: ProblemKind, text: str, values: Mapping[str, Any] | None = None
    ) -> Answer:
        problem = Problem(kind, text, values=values or {})
        note_problem(scope, problem)
        raw_path = raw_path_of(scope)
        refusal = refuse(self._errors_at(raw_path), problem)
        accepted = (
            value.decode("latin-1") for name, value in scope["headers"] if name == b"accept"
        )
        accept = next(accepted, None)
        preferred = self._habits.extensions.get(raw_path.rpartition(".")[2], "")
        return error_answer(
            refusal,
            *writer_for(
                self.space.model, raw_path.removeprefix(self.under), refusal, accept, preferred
            ),
        )

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
                (nearness(base + operation.path, path), errors[operation.errors])
                for operation in self.space.model.operations
            ]
        much, nearest = max(near, key=lambda each: each[0], default=(0, errors["default"]))
        return nearest if much else errors["default"]

    def _extra(self) -> list[tuple[bytes, bytes]]:
        """Return the headers that go with every reply."""
        values = {"uuid": str(uuid.uuid4())}
        return [
            (name.lower().encode(), str(fill(text, values)).encode("latin-1"))
            for name, text in self._habits.headers.items()
        ]
