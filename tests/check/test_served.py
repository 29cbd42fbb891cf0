"""Applications run in this process as a server would run them: started, stopped, and never
raising.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from contracts.errors import PlanError
from contracts.options import load_application
from contracts.targets.served import ServedApp, ServedWsgi
from contracts.targets.target import Sent


def test_an_application_is_started_before_the_first_request_and_stopped_at_the_end() -> None:
    life: list[str] = []

    @asynccontextmanager
    async def lifespan(app: Starlette) -> Any:
        life.append("started")
        yield
        life.append("stopped")

    async def tell(request: Request) -> JSONResponse:
        return JSONResponse(life)

    target = ServedApp(Starlette(routes=[Route("/", tell)], lifespan=lifespan))
    assert target.send(Sent("GET", "/")).body == ["started"]
    target.close()
    assert life == ["started", "stopped"]


def test_an_application_that_cannot_start_says_why() -> None:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> Any:
        raise RuntimeError("no database")
        yield

    with pytest.raises(PlanError, match="no database"):
        ServedApp(Starlette(lifespan=lifespan))


def test_an_application_without_a_lifespan_is_served_all_the_same() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    target = ServedApp(app)
    assert target.send(Sent("GET", "/")).status == 204
    target.close()


def test_an_error_of_an_application_is_an_answer() -> None:
    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError("oh")

    def wsgi(environ: Any, start_response: Any) -> Iterable[bytes]:
        raise ValueError("oh")

    for target in (ServedApp(asgi), ServedWsgi(wsgi)):
        answer = target.send(Sent("GET", "/"))
        assert answer.status == 500
        assert "ValueError: oh" in str(answer.body)
        target.close()


def test_a_module_that_cannot_be_imported_is_told(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_app.py").write_text("1 / 0\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PlanError, match="broken_app:app cannot be imported: ZeroDivisionError"):
        load_application("broken_app:app")
