"""What a developer would write by hand for things.yaml: stateful, validated a little. The practical
limit.
"""

from __future__ import annotations

import sys
from typing import Any

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

THINGS: dict[int, dict[str, Any]] = {}


class Json(Response):
    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content)


def allowed(request: Request) -> bool:
    return request.headers.get("x-api-key") == "understudy"


def errors(body: Any) -> list[str]:
    if not isinstance(body, dict):
        return ["body must be an object"]
    found = [f"{name} is required" for name in ("name", "color", "size") if name not in body]
    if "name" in body and not (isinstance(body["name"], str) and 0 < len(body["name"]) <= 80):
        found.append("name must have 1 to 80 characters")
    if "color" in body and body["color"] not in ("red", "green", "blue"):
        found.append("color must be red, green or blue")
    if "size" in body and not (isinstance(body["size"], int) and 1 <= body["size"] <= 100):
        found.append("size must be from 1 to 100")
    return found


async def things(request: Request) -> Response:
    if not allowed(request):
        return Json({"title": "Unauthorized"}, 401)
    if request.method == "GET":
        page, limit = (
            int(request.query_params.get("page", 1)),
            int(request.query_params.get("limit", 10)),
        )
        keys = (
            sorted(THINGS)[(page - 1) * limit : page * limit] if page > 1 else list(THINGS)[:limit]
        )
        return Json([THINGS[key] for key in keys])
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        return Json({"title": "Bad Request"}, 400)
    if found := errors(body):
        return Json({"title": "Bad Request", "errors": found}, 400)
    key = len(THINGS) + 1
    THINGS[key] = {**body, "id": key}
    return Json(THINGS[key], 201)


async def thing(request: Request) -> Response:
    if not allowed(request):
        return Json({"title": "Unauthorized"}, 401)
    key = int(request.path_params["id"])
    if request.method == "PUT":
        body = orjson.loads(await request.body())
        if found := errors(body):
            return Json({"title": "Bad Request", "errors": found}, 400)
        known = key in THINGS
        THINGS[key] = {**body, "id": key}
        return Json(THINGS[key], 200 if known else 201)
    if key not in THINGS:
        return Json({"title": "Not Found"}, 404)
    return Json(THINGS[key])


app = Starlette(
    routes=[
        Route("/things", things, methods=["GET", "POST"]),
        Route("/things/{id}", thing, methods=["GET", "PUT"]),
    ]
)

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="critical", access_log=False)
