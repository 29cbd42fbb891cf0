"""The control API: requests under the reserved path in, what the table of routes gives out; pages
are passed on.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any

from mockserver.asgi.request import SPACE, Gone, Request, TooLarge, raw_path_of
from mockserver.asgi.routes import Routes
from mockserver.asgi.spaces import LONGEST_NAME, RESERVED
from mockserver.control import requests, states, steering
from mockserver.control.control import Control
from mockserver.control.messages import AdminRequest, Unknown, problem, send_whole
from mockserver.errors import UnderstudyError
from mockserver.exchange import Answer

Action = Callable[[AdminRequest], Answer]
ROUTES: Mapping[str, Action] = {
    "GET /health": steering.health,
    "GET /version": steering.tell_version,
    "POST /reset": steering.reset,
    "GET /settings": steering.read_settings,
    "POST /settings": steering.change_settings,
    "PUT /settings": steering.change_settings,
    "GET /requests": requests.list_requests,
    "DELETE /requests": requests.clear_requests,
    "GET /requests/unmatched": requests.list_unmatched,
    "GET /requests/unmatched/near-misses": requests.explain_unmatched,
    "GET /requests/{id}": requests.read_request,
    "DELETE /requests/{id}": requests.forget_request,
    "POST /requests/remove": requests.remove_requests,
    "POST /requests/reset": requests.clear_requests,
    "POST /requests/find": requests.find_requests,
    "POST /requests/count": requests.count_requests,
    "POST /requests/verify": requests.verify_requests,
    "GET /requests/export": requests.export_requests,
    "POST /near-misses/request-pattern": requests.near_miss_requests,
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
        answer = self._refusal(scope)
        if answer is None and match is None:
            content = document().encode()
            answer = Answer(200, {"content-type": "application/yaml"}, content)
        elif answer is None:
            try:
                answer = await self._answer(match, scope, receive)
            except Gone:
                return
        await send_whole(send, answer, scope["method"] == "HEAD")

    async def _answer(self, match: Any, scope: Any, receive: Any) -> Answer:
        """Return what the action of a route tells. Raises Gone."""
        method = scope["method"]
        route = match.routes.get("GET" if method == "HEAD" else method)
        if route is None:
            return _not_allowed(method, sorted(match.routes))
        request = Request(scope, receive)
        request.path_texts = dict(zip(route.params, match.values, strict=True))
        try:
            return ROUTES[route.name](await self._admitted(request))
        except Unknown as error:
            return problem(404, "Not Found", str(error))
        except TooLarge:
            return problem(413, "Content Too Large", "the body is larger than the limit")
        except UnderstudyError as error:
            return problem(422, "Unprocessable Content", str(error))
        except ValueError as error:
            return problem(400, "Bad Request", str(error))

    async def _admitted(self, request: Request) -> AdminRequest:
        """Return what is asked. Raises ValueError for a body that is no JSON, TooLarge and Gone."""
        space = request.query_params.get("space", request.scope.get(SPACE, ""))
        if len(space) > LONGEST_NAME or "\0" in space:
            raise ValueError(
                f"the name of a space has {LONGEST_NAME} characters at most, none of them NUL"
            )
        body = _json(await request.body())
        return AdminRequest(self._control, space, request.path_texts, request.query, body)

    def _refusal(self, scope: Any) -> Answer | None:
        """Return why a client is not let in: it lacks the token, or it is elsewhere and there is
        none.
        """
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if self._token is not None:
            given = headers.get(b"authorization", "").partition(" ")[2].strip()
            if hmac.compare_digest(given.encode(), self._token.encode()):
                return None
            text = "send the admin token: Authorization: Bearer TOKEN"
            return problem(401, "Unauthorized", text, {"www-authenticate": "Bearer"})
        if _is_near(scope) and _is_own_page(headers):
            return None
        text = "the control API is for this machine alone; give an --admin-token for others"
        return problem(403, "Forbidden", text)


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
    before, _, after = host.rpartition(":")
    name = before if after.isdigit() else host
    is_plain = "." not in name or name.endswith(".localhost")
    if not is_plain and not _is_address(name.strip("[]")):
        return False
    origin = headers.get(b"origin")
    return origin is None or origin.partition("://")[2] == host


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True
