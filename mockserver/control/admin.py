"""The control API: requests under the reserved path in, what the table of routes gives out; pages
are passed on. Who may do what is in `guard`.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from importlib.resources import files
from typing import Any

from mockserver.asgi.background import in_background
from mockserver.asgi.request import SPACE, Gone, Request, TooLarge, raw_path_of
from mockserver.asgi.routes import Routes
from mockserver.asgi.spaces import LONGEST_NAME, RESERVED
from mockserver.asgi.threads import answer_in_loop
from mockserver.control import call_actions, requests, states, steering
from mockserver.control.control import Control
from mockserver.control.events import EventStream
from mockserver.control.guard import AccessGuard
from mockserver.control.messages import AdminRequest, Unknown, problem, reply, send_whole
from mockserver.control.replay import RepeatedCall
from mockserver.errors import MissingExtraError, StoreError, UnderstudyError
from mockserver.exchange import Answer, Headers

Told = Answer | EventStream | RepeatedCall
"""What an action tells, or what tells it as it comes."""
Action = Callable[[AdminRequest], Told]
ROUTES: Mapping[str, Action] = {
    "GET /health": steering.health,
    "GET /ready": steering.health,
    "GET /version": steering.tell_version,
    "GET /metrics": steering.tell_metrics,
    "POST /reset": steering.reset,
    "GET /settings": steering.read_settings,
    "POST /settings": steering.change_settings,
    "PUT /settings": steering.change_settings,
    "GET /requests": requests.list_requests,
    "DELETE /requests": requests.clear_requests,
    "GET /requests/unmatched": requests.list_unmatched,
    "GET /requests/unmatched/near-misses": requests.explain_unmatched,
    "GET /requests/{id}": requests.read_request,
    "GET /requests/{id}/snippet": call_actions.say_request,
    "POST /requests/{id}/replay": call_actions.replay_request,
    "DELETE /requests/{id}": requests.forget_request,
    "POST /requests/remove": requests.remove_requests,
    "POST /requests/reset": requests.clear_requests,
    "POST /requests/find": requests.find_requests,
    "POST /requests/count": requests.count_requests,
    "POST /requests/verify": requests.verify_requests,
    "GET /requests/export": requests.export_requests,
    "POST /near-misses/request-pattern": requests.near_miss_requests,
    "GET /events": call_actions.tell_events,
    "GET /credentials": steering.list_credentials,
    "GET /sent": steering.list_sent,
    "DELETE /sent": steering.forget_sent,
    "GET /apis": steering.list_apis,
    "GET /explain/{api}": steering.explain_api,
    "GET /state/{api}": states.list_state,
    "POST /state/{api}": states.seed_state,
    "GET /state/{api}/{resource}": states.list_records,
    "PUT /state/{api}/{resource}": states.put_record,
    "DELETE /state/{api}/{resource}": states.clear_records,
    "GET /state/{api}/{resource}/{key}": states.read_record,
    "DELETE /state/{api}/{resource}/{key}": states.drop_record,
    "GET /state/{api}/{resource}/{key}/history": states.read_history,
    "GET /spaces": steering.list_spaces,
    "PUT /spaces/{name}": steering.open_space,
    "DELETE /spaces/{name}": steering.drop_space,
    "GET /snapshots": steering.list_snapshots,
    "POST /snapshots": steering.take_snapshot,
    "POST /snapshots/{name}/restore": steering.restore_snapshot,
    "DELETE /snapshots/{name}": steering.drop_snapshot,
    "GET /clock": steering.read_clock,
    "POST /clock/freeze": steering.freeze_clock,
    "POST /clock/advance": steering.advance_clock,
    "POST /clock/resume": steering.resume_clock,
    "GET /faults": steering.list_faults,
    "POST /faults": steering.add_fault,
    "DELETE /faults": steering.clear_faults,
    "DELETE /faults/{id}": steering.drop_fault,
    "GET /mappings": steering.list_stubs,
    "POST /mappings": steering.add_stub,
    "DELETE /mappings": steering.clear_stubs,
    "POST /mappings/reset": steering.clear_stubs,
    "GET /mappings/{id}": steering.read_stub,
    "PUT /mappings/{id}": steering.change_stub,
    "DELETE /mappings/{id}": steering.drop_stub,
}
"""What each operation of `openapi.yaml` does, by its label."""
QUESTIONS = frozenset(
    {
        "POST /requests/find",
        "POST /requests/count",
        "POST /requests/verify",
        "POST /requests/{id}/replay",
        "POST /near-misses/request-pattern",
    }
)
"""What changes nothing, or tells of what it does by the call that it makes."""
OPEN = frozenset({f"{RESERVED}/health", f"{RESERVED}/ready"})
"""What answers everybody: a probe has no token."""
DOCUMENT = "openapi.yaml"


class Admin:
    """An ASGI application for the reserved path: the control API, and pages for people."""

    def __init__(self, pages: Any, control: Control, guard: AccessGuard) -> None:
        self._pages = pages
        self._control = control
        self._guard = guard
        self._routes = Routes()
        for label in ROUTES:
            method, _, path = label.partition(" ")
            self._routes.add(RESERVED, path, method, label)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = raw_path_of(scope)
        is_document = path == f"{RESERVED}/{DOCUMENT}"
        match = self._routes.find(path)
        if match is None and not is_document:
            await self._pages(scope, receive, send)
            return
        answer: Told | None = self._guard.refusal(scope)
        if answer is not None and path in OPEN and scope["method"] in ("GET", "HEAD"):
            answer = reply({"status": "healthy"})
        elif answer is None and match is None:
            content = document().encode()
            answer = Answer(200, {"content-type": "application/yaml"}, content)
        elif answer is None:
            try:
                answer = await self._answer(match, scope, receive)
            except Gone:
                return
        if isinstance(answer, Answer):
            await send_whole(send, answer, scope["method"] == "HEAD")
        elif answer is not None:
            await answer_in_loop(answer.send, scope, receive, send)

    async def _answer(self, match: Any, scope: Any, receive: Any) -> Told:
        """Return what the action of a route tells, or what tells it. Raises Gone."""
        method = scope["method"]
        route = match.routes.get("GET" if method == "HEAD" else method)
        if route is None:
            return _not_allowed(method, sorted(match.routes))
        request = Request(scope, receive)
        request.path_texts = dict(zip(route.params, match.values, strict=True))
        try:
            asked = await self._admitted(request)
            return await in_background(partial(self._told, route.name, asked))
        except Unknown as error:
            return problem(404, "Not Found", str(error))
        except TooLarge:
            return problem(413, "Content Too Large", "the body is larger than the limit")
        except StoreError as error:
            return problem(503, "Service Unavailable", str(error))
        except MissingExtraError as error:
            return problem(501, "Not Implemented", str(error))
        except UnderstudyError as error:
            return problem(422, "Unprocessable Content", str(error))
        except ValueError as error:
            return problem(400, "Bad Request", str(error))

    def _told(self, name: str, asked: AdminRequest) -> Told:
        """Return what the action of a label tells, and tell others where it has steered."""
        told = ROUTES[name](asked)
        if not name.startswith("GET ") and name not in QUESTIONS:
            self._control.feed.change()
        return told

    async def _admitted(self, request: Request) -> AdminRequest:
        """Return what is asked. Raises ValueError for a body that is no JSON, TooLarge and Gone."""
        space = request.query_params.get("space", request.scope.get(SPACE, ""))
        if len(space) > LONGEST_NAME or "\0" in space:
            raise ValueError(
                f"the name of a space has {LONGEST_NAME} characters at most, none of them NUL"
            )
        body = _json(await request.body())
        headers = Headers.from_wire(request.scope["headers"])
        return AdminRequest(
            self._control,
            space,
            request.path_texts,
            request.query,
            body,
            headers,
        )


class SpaceDoor:
    """An ASGI application for `DELETE /__space/NAME`, which forgets a space: a second way to what
    the control API does, for the same people.
    """

    def __init__(self, control: Control, guard: AccessGuard) -> None:
        self._control = control
        self._guard = guard

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        answer = self._guard.refusal(scope)
        if answer is None:
            name = scope[SPACE]
            answer = Answer(204, {}, b"")
            if not self._control.drop(name):
                text = f"there is no space {name!r}: it was not used yet, or it was dropped"
                answer = problem(404, "Not Found", text)
        await send_whole(send, answer, is_head=False)


class GuardedPages:
    """An ASGI application around the pages, which no page of another site may read."""

    def __init__(
        self, pages: Callable[[Any, Any, Any], Awaitable[None]], guard: AccessGuard
    ) -> None:
        self._pages = pages
        self._guard = guard

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        refusal = self._guard.refusal_of_page(scope)
        if refusal is None:
            await self._pages(scope, receive, send)
        else:
            await send_whole(send, refusal, scope["method"] == "HEAD")


def document() -> str:
    """Return the OpenAPI document of the control API."""
    return files("mockserver.control").joinpath(DOCUMENT).read_text("utf-8")


def _json(content: bytes) -> Any:
    """Return the value of a body, None where there is none. Raises ValueError."""
    if not content.strip():
        return None
    try:
        return json.loads(content)
    except RecursionError:
        text = "the body is no JSON that can be read: it is nested too deeply"
        raise ValueError(text) from None
    except ValueError as error:
        raise ValueError(f"the body is no JSON: {error}") from None


def _not_allowed(method: str, allowed: Sequence[str]) -> Answer:
    methods = ", ".join(allowed)
    verb = "are" if len(allowed) > 1 else "is"
    text = f"{method} is not allowed here; {methods} {verb}"
    return problem(405, "Method Not Allowed", text, {"allow": methods})
