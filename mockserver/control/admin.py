"""The control API: requests under the reserved path in, what the table of routes gives out; pages
are passed on.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

from mockserver.asgi.pages import RESERVED
from mockserver.asgi.request import SPACE, Gone, Request, TooLarge, raw_path_of
from mockserver.asgi.respond import Answer, encode, send_answer
from mockserver.asgi.routes import Routes
from mockserver.asgi.spaces import LONGEST_NAME
from mockserver.control import calls, settings, states, steering
from mockserver.control.asked import Asked, Missing, Told
from mockserver.control.control import Control
from mockserver.errors import UnderstudyError

Action = Callable[[Asked], Told]
ROUTES: Mapping[str, Action] = {
    "GET /health": steering.health,
    "GET /version": steering.tell_version,
    "POST /reset": steering.reset,
    "GET /settings": settings.read_settings,
    "POST /settings": settings.change_settings,
    "PUT /settings": settings.change_settings,
    "GET /requests": calls.list_requests,
    "DELETE /requests": calls.clear_requests,
    "GET /requests/unmatched": calls.list_unmatched,
    "GET /requests/unmatched/near-misses": calls.explain_unmatched,
    "GET /requests/{id}": calls.read_request,
    "DELETE /requests/{id}": calls.forget_request,
    "POST /requests/remove": calls.remove_requests,
    "POST /requests/reset": calls.clear_requests,
    "POST /requests/find": calls.find_requests,
    "POST /requests/count": calls.count_requests,
    "POST /requests/verify": calls.verify_requests,
    "GET /requests/export": calls.export_requests,
    "POST /near-misses/request-pattern": calls.near_miss_requests,
    "GET /apis": steering.list_apis,
    "GET /explain/{api}": steering.explain_api,
    "GET /state/{api}": states.list_state,
    "POST /state/{api}": states.seed_state,
    "GET /state/{api}/{resource}": states.list_records,
    "PUT /state/{api}/{resource}": states.put_record,
    "DELETE /state/{api}/{resource}": states.clear_records,
    "GET /state/{api}/{resource}/{key}": states.read_record,
    "DELETE /state/{api}/{resource}/{key}": states.drop_record,
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
}
"""What each operation of `openapi.yaml` does, by its label."""
DOCUMENT = "openapi.yaml"


class Admin:
    """An ASGI application for the reserved path: the control API, and pages for people."""

    def __init__(self, pages: Any, control: Control, token: str | None = None) -> None:
        """Without a token only this machine is let in."""
        self._pages = pages
        self._control = control
        self._token = token
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
        refusal = self._refusal(scope)
        if refusal is not None:
            answer = refusal
        elif match is None:
            answer = Answer(200, [(b"content-type", b"application/yaml")], document().encode())
        else:
            try:
                answer = await self._answer(match, scope, receive)
            except Gone:
                return
        await send_answer(send, answer, (), scope["method"] == "HEAD")

    async def _answer(self, match: Any, scope: Any, receive: Any) -> Answer:
        """Return what the action of a route tells. Raises Gone."""
        method = scope["method"]
        route = match.routes.get("GET" if method == "HEAD" else method)
        if route is None:
            allowed = ", ".join(sorted(match.routes))
            text = (
                f"{method} is not allowed here; {allowed} "
                f"{'are' if len(match.routes) > 1 else 'is'}"
            )
            answer = problem(405, "Method Not Allowed", text)
            return Answer(405, [*answer.headers, (b"allow", allowed.encode())], answer.body)
        request = Request(
            scope, receive, RESERVED, dict(zip(route.params, match.values, strict=True))
        )
        try:
            return _encoded(ROUTES[route.name](await self._asked(request)))
        except Missing as error:
            return problem(404, "Not Found", str(error))
        except TooLarge:
            return problem(413, "Content Too Large", "the body is larger than the limit")
        except UnderstudyError as error:
            return problem(422, "Unprocessable Content", str(error))
        except ValueError as error:
            return problem(400, "Bad Request", str(error))

    async def _asked(self, request: Request) -> Asked:
        """Return what is asked. Raises ValueError for a body that is no JSON, TooLarge and Gone."""
        space = request.query_params.get("space", request.scope.get(SPACE, ""))
        if len(space) > LONGEST_NAME or "\0" in space:
            raise ValueError(
                f"the name of a space has {LONGEST_NAME} characters at most, none of them NUL"
            )
        content = await request.body()
        try:
            body = json.loads(content) if content.strip() else None
        except RecursionError:
            raise ValueError(
                "the body is no JSON that can be read: it is nested too deeply"
            ) from None
        except ValueError as error:
            raise ValueError(f"the body is no JSON: {error}") from None
        return Asked(self._control, space, request.path_texts, request.query, body)

    def _refusal(self, scope: Any) -> Answer | None:
        """Return why a client is not let in: it lacks the token, or it is elsewhere and there is
        none.
        """
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if self._token is not None:
            given = headers.get(b"authorization", "").partition(" ")[2].strip()
            if hmac.compare_digest(given.encode(), self._token.encode()):
                return None
            answer = problem(
                401, "Unauthorized", "send the admin token: Authorization: Bearer TOKEN"
            )
            return Answer(401, [*answer.headers, (b"www-authenticate", b"Bearer")], answer.body)
        if not _is_near(scope) or not _is_own_page(headers):
            return problem(
                403,
                "Forbidden",
                "the control API is for this machine alone; give an --admin-token for others",
            )
        return None


def document() -> str:
    """Return the OpenAPI document of the control API."""
    return files("mockserver.control").joinpath(DOCUMENT).read_text("utf-8")


def problem(status: int, title: str, detail: str) -> Answer:
    """Return a problem of nobody's own (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return encode(status, [], body, "application/problem+json")


def _encoded(told: Told) -> Answer:
    if told.body is None:
        return Answer(told.status, [], b"")
    return encode(told.status, [], told.body, told.media_type)


def is_loopback(host: str) -> bool:
    """Tell whether a server that is bound to a host is reached from this machine alone."""
    return host == "localhost" or (
        _is_address(host) and ipaddress.ip_address(host.partition("%")[0]).is_loopback
    )


def _is_near(scope: Any) -> bool:
    """Tell whether a client is on this machine, or in this process."""
    client = scope.get("client")
    return client is None or not _is_address(client[0]) or is_loopback(client[0])


def _is_own_page(headers: Mapping[bytes, str]) -> bool:
    """Tell whether a request is not sent by a page of another site, which a browser on this machine
    may show.

    Such a page has another origin, or a host name of its own that it had point to this machine.
    """
    host = headers.get(b"host", "")
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    plain = "." not in name or name.endswith(".localhost") or _is_address(name)
    origin = headers.get(b"origin")
    return (plain or _is_address(name.strip("[]"))) and (
        origin is None or origin.partition("://")[2] == host
    )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True
