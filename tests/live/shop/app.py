"""The shop as a WSGI application with a fresh state; a service that shares no code with the mock of
its document.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from flask import Flask, Request, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from tests.live.shop.habits import Habits
from tests.live.shop.kinds import CUSTOMER, LINE, ORDER
from tests.live.shop.prices import Prices
from tests.live.shop.problems import Refused
from tests.live.shop.records import Records
from tests.live.shop.routes import LITERAL, ROUTES, json_reply
from tests.live.shop.tables import Database

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
SHOP = "tests.live.shop"
"""Where the environment of a request names the shop that answers it."""


class Shop:
    """One shop. Call it as a WSGI application; `reset` takes it back to its start."""

    def __init__(self, habits: Habits, clock: Callable[[], datetime]) -> None:
        self.habits = habits
        self.database = Database(clock)
        self.customers = Records(CUSTOMER, self.database, habits)
        self.orders = Records(ORDER, self.database, habits)
        self.lines = Records(LINE, self.database, habits)
        self.prices = Prices(self.database, habits)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return _flask()({**environ, SHOP: self}, start_response)

    def reset(self) -> None:
        """Go back to the records of the start."""
        self.database.reset()


def present() -> datetime:
    return datetime.now(UTC)


def application(habits: Habits | None = None, clock: Callable[[], datetime] = present) -> Shop:
    """Return a shop at its start, the right one unless it is given other habits."""
    return Shop(habits or Habits(), clock)


@cache
def _flask() -> Flask:
    """Return the routes of every shop: to compile them takes longer than many calls."""
    flask = Flask("shop", static_folder=None)
    for method, path, handle in ROUTES:
        own = (
            None if path not in LITERAL else False
        )  # None: Flask answers OPTIONS, and True would not
        flask.add_url_rule(
            path,
            f"{method} {path}",
            _guarded(handle),
            methods=[method],
            provide_automatic_options=own,
        )
    for path in LITERAL:
        known = {method for method, each, _ in ROUTES if each == path}
        flask.add_url_rule(
            path,
            f"no {path}",
            _not_allowed(known),
            methods=METHODS - known,
            provide_automatic_options=False,
        )
        flask.add_url_rule(path, f"OPTIONS {path}", _options(known), methods=["OPTIONS"])
    flask.register_error_handler(Refused, _problem)
    flask.register_error_handler(HTTPException, _http_problem)
    flask.after_request(
        lambda response: _shop().habits.finished(response, request.method, request.path)
    )
    return flask


def _guarded(handle: Callable[..., Any]) -> Callable[..., Response]:
    """Return what answers a route: to those who may call, in JSON, when that is accepted."""

    def answer(**keys: str) -> Response:
        shop = _shop()
        may_call = shop.habits.lets_in(
            request.method, request.path, request.headers.get("X-Api-Key")
        )
        result = shop.habits.guard(may_call, lambda: _accepted(request) and handle(shop, **keys))
        if isinstance(result, Response):
            return result
        return Response(status=204) if result is None else json_reply(200, result)

    return answer


def _not_allowed(known: set[str]) -> Callable[[], Response]:
    """Return what refuses the other methods of a path that looks like that of a record:
    /customers/count.
    """

    def answer() -> Response:
        raise MethodNotAllowed(sorted(known))

    return answer


def _options(known: set[str]) -> Callable[[], Response]:
    heads = {"HEAD"} if "GET" in known else set()
    return lambda: Response(headers={"Allow": ", ".join(sorted({*known, *heads, "OPTIONS"}))})


def _shop() -> Shop:
    shop: Shop = request.environ[SHOP]
    return shop


def _accepted(asking: Request) -> bool:
    """Return True when JSON may be sent. Raises Refused."""
    if asking.accept_mimetypes and not asking.accept_mimetypes.accept_json:
        raise Refused(406, "replies are application/json")
    return True


def _problem(refused: Refused) -> Response:
    return Response(json.dumps(refused.body), refused.status, mimetype="application/problem+json")


def _http_problem(error: HTTPException) -> Response:
    """Return a refusal of the framework: no such path, another method."""
    response: Any = error.get_response()
    told = Refused(error.code or 500, error.description or "")
    response.data, response.content_type = json.dumps(told.body), "application/problem+json"
    return response
