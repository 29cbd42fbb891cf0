"""The edge of one API: its operations behind their routes, answered by handlers made on first use.

It is an ASGI application. A request is counted against the quotas of its caller, then the handler
of the operation that was found at its path answers it:

    GET /shelves/3      the handler of `GET /shelves/{shelf_id}`, made at the first call
    HEAD /shelves/3     the same, without its body
    OPTIONS /shelves    204, with the methods of the path in `Allow`
    PUT /shelves        405 (or what the API says for it), with the same
    GET /nothing        404

What no operation answers is refused in the API's own form.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from mockserver.asgi.codec.negotiation import usual_format
from mockserver.asgi.courier import Courier
from mockserver.asgi.handler import Handler
from mockserver.asgi.located import LOCATED, Located, locate
from mockserver.asgi.rate import FREE, Meter, Rate, over_quota
from mockserver.asgi.replies.errorreply import ErrorPlace, Wanted, error_reply, wanted_error
from mockserver.asgi.request import NOTE, Gone, Request
from mockserver.asgi.respond import Answer, Headers, send_answer
from mockserver.asgi.routes import Match, Route, Routes, is_under, nearness, routes_of, segment_at
from mockserver.behavior.template import fill
from mockserver.call import Problem, ProblemKind
from mockserver.errors import SettingsError, StoreError
from mockserver.generation.supply import SeededSupply
from mockserver.model.paths import segments
from mockserver.model.servers import filled
from mockserver.model.types import Errors, Operation
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
        dynamic: bool = False,
        callbacks_anywhere: bool = False,
        rate_limit: bool = False,
        limits: Limits | None = None,
        webhooks: Sequence[str] = (),
    ) -> None:
        model = space.model
        self._meter = Meter(model, rate_limit, space.board)
        self._courier = Courier(anywhere=callbacks_anywhere)
        self.name = model.name
        self.space = space
        self.spaces = Spaces(space, limits, self._forget)
        self.forgotten: Callable[[str], None] | None = None
        self.under = under
        self.bases = tuple(under + base for base in bases)
        self._habits = model.habits
        self._tenancy = model.habits.tenancy
        self._check = validate_responses
        self._webhooks = webhooks
        self._dynamic = dynamic
        self._fresh = SeededSupply(model.document.spec, fresh=True)
        self._by_label = {operation.label: operation for operation in model.operations}
        self._kinds: dict[str, str] = {}
        for operation in model.operations:
            self._kinds[operation.label] = operation.kind.value
        self._handlers: dict[tuple[str, str], Handler] = {}
        self._places: dict[int, ErrorPlace] = {}
        self._routes = self._routes_below(self.bases)
        self._add_made()
        made_anew = any("{" in text for text in self._habits.headers.values())
        self._constant = None if made_anew else self._extra()

    def _routes_below(self, bases: Sequence[str]) -> Routes:
        """Return the routes of all operations below base paths."""
        spec = self.space.model.document.spec
        habits = self._habits
        takes_empty = habits.empty_segment == "invalid_path"
        return routes_of(spec, bases, under=self.under, takes_empty=takes_empty)

    def _add_made(self) -> None:
        """Add the routes of operations that the document only points to, where it has nothing
        itself: below the host, and below the base paths.
        """
        bases = dict.fromkeys((self.under, *self.bases))
        for operation in self.space.model.made:
            label, method = operation.label, operation.method
            path = operation.path
            self._by_label[label] = operation
            self._kinds[label] = operation.kind.value
            for base in bases:
                known = self._routes.find(base + path)
                if known is None or method not in known.routes:
                    self._routes.add(base, path, method, label)

    @cached_property
    def prefixes(self) -> Sequence[str]:
        """What all paths of the API begin with: its base paths, for an empty one what its paths
        have in common.
        """
        found = [*self.bases, self.under]
        if not all(self.bases):
            found.append(_common_beginning(self.space.model.operations))
        return list(dict.fromkeys(filter(None, found)))

    def find(self, raw_path: str, query: str = "") -> Match | None:
        """Return what is at a path of this API, None when nothing is.

        A declared extension is taken off, unless a fixed segment of a route ends in it.
        """
        match = self._routes.find(raw_path, query)
        if not self._habits.extensions:
            return match
        stem, _, extension = raw_path.rpartition(".")
        if extension not in self._habits.extensions or stem.endswith("/"):
            return match
        _, _, last = raw_path.rpartition("/")
        if match is not None and match.values[-1:] != (unquote(last),):
            return match
        bare = self._routes.find(stem, query)
        return match if bare is None else replace(bare, extension=f".{extension}")

    def find_elsewhere(self, raw_path: str, query: str = "") -> Match | None:
        """Return what is at a path that lacks the base path, or has it twice; None when nothing
        is.
        """
        path = raw_path.removeprefix(self.under)
        for base in self._filled_bases:
            meant = base + path
            if is_under(path, base):
                meant = path.removeprefix(base)
                if not is_under(meant, base):
                    continue
            match = self.find(self.under + meant, query)
            if match is not None:
                return match
        return None

    @cached_property
    def _filled_bases(self) -> Sequence[str]:
        """The base paths that are not empty, their variables at their defaults."""
        spec = self.space.model.document.spec
        found = []
        for base in self.bases:
            own = base.removeprefix(self.under)
            if own:
                found.append(filled(spec, own))
        return found

    def kind_of(self, label: str) -> str:
        """Return the kind of an operation, empty where there is none."""
        return self._kinds.get(label, "")

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
        for base in self.bases:
            name = segment_at(raw_path, base, self._tenancy.variable)
            if name:
                return self.tenant_called(unquote(name))
        return ""

    def tenant_called(self, name: str) -> str:
        """Return under which name the state of a tenant is kept. Raises SettingsError where there
        are no tenants.
        """
        if self._tenancy is None:
            if name:
                raise SettingsError(f"{self.name} has no tenants: leave {name!r} out")
            return ""
        return "" if name == self._tenancy.default else name

    def space_at(self, located: Located) -> Space:
        """Return the state that a request is about: the part of its tenant in its space."""
        if not located.space and not located.tenant:
            return self.spaces.first
        return self.spaces.at(located.space, located.tenant)

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
        located = self.located(scope)
        request = self.request_of(located, scope, receive)
        rate = FREE
        try:
            if self._habits.quotas:
                rate = self._rate(located, request)
            if rate.refused is not None:
                errors = self._errors_of(located)
                answer = over_quota(errors, request, rate.refused, rate.status)
            else:
                answer = await self._answer(located, request)
        except Gone:
            return
        except StoreError as error:
            answer = self._without_store(located, request, error)
        except Exception:
            answer = self._broken(request)
        headers = [*self.headers(), *rate.headers]
        await send_answer(send, answer, headers, scope["method"] == "HEAD")
        for delivery in answer.after:
            self._courier.send(delivery)

    def located(self, scope: Any) -> Located:
        """Return where a request belongs, found here where no stage before has done so."""
        found: Located | None = scope.get(LOCATED)
        return found or locate(scope, [self])

    def headers(self) -> Headers:
        """Return the headers that go with every reply."""
        return self._extra() if self._constant is None else self._constant

    def wanted(self, scope: Any, wanted: Wanted, example: str | None = None) -> Answer:
        """Return an error that somebody wants to see for a call, as the API would give it for a
        reason of its own.

        Where the document shows an answer of that status by the name of an example, or one of
        success, it is that.
        """
        located = self.located(scope)
        request = self.request_of(located, scope, None)
        if located.route is None:
            answer = wanted_error(self._errors_astray(request.raw_path), wanted, request)
        else:
            answer = self.handler(located.route).wanted(wanted, request, example)
        return _allowing(answer, located.match, scope["method"])

    def handler(self, route: Route) -> Handler:
        """Return the handler of a route, made when it is first asked for."""
        name = (route.name, route.base)
        known = self._handlers.get(name)
        if known is None:
            operation = self._by_label.get(route.name)
            if operation is None:
                operation = self._spelled_otherwise(route.name)
            base = route.base.removeprefix(self.under)
            known = Handler(
                self.space,
                operation,
                base,
                self._fresh,
                self._check,
                self._webhooks,
                self._dynamic,
            )
            self._handlers[name] = known
        return known

    def _spelled_otherwise(self, label: str) -> Operation:
        """Return the operation of a label whose path differs in its trailing slash alone.

        Two spellings of one path are one operation to the model, but two routes.
        """
        bare = label.rstrip("/")
        known = self._by_label.items()
        return next(operation for name, operation in known if name.rstrip("/") == bare)

    def request_of(self, located: Located, scope: Any, receive: Any) -> Request:
        """Return a request as what answers it reads it, about the space in which it is."""
        match, route = located.match, located.route
        extension = preferred = ""
        if match is not None:
            extension = match.extension
        if self._habits.extensions:
            _, _, asked = located.raw_path.rpartition(".")
            if match is not None:
                asked = extension.removeprefix(".")
            preferred = self._habits.extensions.get(asked, "")
        request = Request(
            scope,
            receive,
            raw_path=located.raw_path,
            extension=extension,
            preferred=preferred,
            space=self.space_at(located),
        )
        request.under = self.under
        if located.tenant:
            request.home = self.spaces.at(located.space)
        if match is not None and route is not None:
            values = match.values[: len(route.params)]
            request.path_texts = dict(zip(route.params, values, strict=True))
        if self._habits.format:
            request.usual = usual_format(self._habits.format, request.headers)
        return request

    def _errors_of(self, located: Located) -> ErrorPlace:
        """Return where the errors of a call are told: at its operation, else at its path."""
        if located.route is None:
            return self._errors_astray(located.raw_path)
        return self.handler(located.route).errors

    def _errors_astray(self, raw_path: str) -> ErrorPlace:
        """Return how errors are told at a path, whatever answers there."""
        errors = self._errors_at(raw_path)
        place = self._places.get(id(errors))
        if place is None:
            place = ErrorPlace(self.space.model, errors, self.under)
            self._places[id(errors)] = place
        return place

    def _rate(self, located: Located, request: Request) -> Rate:
        """Count a call and return what the quotas of its tenant say of it, by the clock of its
        space.

        A call with credentials that nobody has is not counted, and not refused here: it will be as
        what it is.
        """
        path, name = located.raw_path.removeprefix(self.under), located.space
        if not self._meter.enforced:
            return self._meter.take(path, request.scope, name, 0.0)
        now_s = self.spaces.at(name).clock().timestamp()
        route = located.route
        is_known = route is None or self.handler(route).knows(request)
        cost = 1 if is_known else 0
        return self._meter.take(path, request.scope, name, now_s, tenant=located.tenant, cost=cost)

    async def _answer(self, located: Located, request: Request) -> Answer:
        """Return the answer to a request. Raises Gone."""
        match = located.match
        route = located.route
        method = request.scope["method"]
        self._note(located, request)
        if match is None:
            text = self._no_route(located.raw_path)
            return self._refused(request, ProblemKind.NO_ROUTE, text)
        if self._habits.slash != "accept" and self._is_misspelled(match, route):
            return self._slash_missing(match, request)
        if route is None:
            return self._without_route(match, method, request)
        handler = self.handler(route)
        answer = await handler(request)
        if answer.status != 405:
            return answer
        return _allowing(answer, match, method)

    def _note(self, located: Located, request: Request) -> None:
        """Write down where a request belongs, for whoever wants to know."""
        note = request.scope.get(NOTE)
        if note is None:
            return
        note.space = located.space
        note.root_path = located.root_path
        note.api = self.name
        if located.route is not None:
            note.operation = located.route.name
            note.kind = self._kinds.get(located.route.name, "")

    def _is_misspelled(self, match: Match, route: Route | None) -> bool:
        """Tell whether a path lacks its slash, or has one too many, where the API minds."""
        if match.extension:
            return False
        routes = [*match.routes.values()]
        if route is not None:
            routes = [route]
        return all(known.slashed != match.slashed for known in routes)

    def _no_route(self, raw_path: str) -> str:
        """Tell that there is nothing at a path, and where the paths of the API are."""
        text = f"there is no {raw_path}"
        bases = [self.under + base for base in self._filled_bases]
        if not bases or any(is_under(raw_path, base) for base in bases):
            return text
        beginnings = " or ".join(bases)
        return f"{text}; the paths here begin with {beginnings}"

    def _without_store(self, located: Located, request: Request, error: StoreError) -> Answer:
        """Answer a call that the database failed at in the API's form for 503, and tell why."""
        _LOG.warning(
            "understudy: %s %s: %s",
            request.scope["method"],
            request.raw_path,
            error,
        )
        wanted = Wanted(503, str(error))
        errors = self._errors_of(located)
        return wanted_error(
            errors,
            wanted,
            request,
        )

    def _broken(self, request: Request) -> Answer:
        """Answer a call that the mock itself failed at in the API's form, and tell what to do about
        it.

        What answers at its path may be just what failed, so nothing of that is asked.
        """
        _LOG.exception(
            "understudy: %s %s failed inside the mock and was answered with 500; the state is as "
            "it was before. "
            "This is a defect: report it with the request, the document and the lines below",
            request.scope["method"],
            request.raw_path,
        )
        text = "the mock failed at this call; its log tells more"
        return self._refused(request, ProblemKind.INTERNAL, text)

    def _without_route(self, match: Match, method: str, request: Request) -> Answer:
        """Answer OPTIONS with what is allowed, and any other method that the path does not have."""
        methods = ", ".join(_allowed(match))
        allow = (b"allow", methods.encode())
        if method == "OPTIONS":
            return Answer(204, [allow], b"")
        text = f"{method} is not allowed here; {methods} are"
        kind = ProblemKind.METHOD_NOT_ALLOWED
        if method in self._habits.unimplemented or method not in _KNOWN_METHODS:
            kind = ProblemKind.METHOD_NOT_IMPLEMENTED
        answer = self._refused(request, kind, text)
        headers = [*answer.headers, allow]
        return replace(answer, headers=headers)

    def _slash_missing(self, match: Match, request: Request) -> Answer:
        """Redirect a request that lacks its slash, where that is the habit; there is nothing at any
        other path.
        """
        if self._habits.slash == "redirect" and not match.slashed:
            root_path = request.scope.get("root_path", "")
            target = f"{root_path}{request.raw_path}/"
            if request.query_text:
                target += f"?{request.query_text}"
            location = (b"location", target.encode("latin-1"))
            return Answer(301, [location], b"")
        text = f"there is no {request.raw_path}"
        return self._refused(request, ProblemKind.NO_ROUTE, text)

    def _refused(self, request: Request, kind: ProblemKind, text: str) -> Answer:
        """Refuse a call that no operation answers."""
        errors = self._errors_astray(request.raw_path)
        problem = Problem(kind, text)
        return error_reply(errors, problem, request)

    def _errors_at(self, raw_path: str) -> Errors:
        """Return the errors for a path that no operation answers: those of what is nearest to
        it.
        """
        errors = self.space.model.errors
        usual = errors["default"]
        if len(errors) == 1:
            return usual
        path = raw_path.removeprefix(self.under)
        near = []
        for form in errors.values():
            if form.at and is_under(path, form.at):
                near.append((nearness(form.at, path), form))
        for base in self.space.model.base_paths:
            for operation in self.space.model.operations:
                much = nearness(base + operation.path, path)
                near.append((much, errors[operation.errors]))
        much, nearest = max(near, key=_first, default=(0, usual))
        return nearest if much else usual

    def _extra(self) -> Headers:
        """Make the headers that go with every reply."""
        values = {"uuid": str(uuid.uuid4())}
        headers = []
        for name, text in self._habits.headers.items():
            value = str(fill(text, values))
            header = (name.lower().encode(), value.encode("latin-1"))
            headers.append(header)
        return headers


def _first(pair: tuple[int, Errors]) -> int:
    """Return how near some errors are."""
    return pair[0]


def _common_beginning(operations: Sequence[Operation]) -> str:
    """Return the fixed segments with which every path of the document begins."""
    paths = [segments(operation.path) for operation in operations]
    common = ""
    for steps in zip(*paths, strict=False):
        first = steps[0]
        if len(set(steps)) > 1 or "{" in first:
            break
        common += f"/{first}"
    return common


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
    methods = ", ".join(others)
    allow = (b"allow", methods.encode())
    headers = [*answer.headers, allow]
    return replace(answer, headers=headers)
