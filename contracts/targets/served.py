"""An application as a server would run it: it is started and stopped, and what it raises is
answered with 500.
"""

from __future__ import annotations

import asyncio
import traceback
from typing import Any

from contracts.errors import PlanError
from contracts.targets.target import Answer, App, AppTarget, Sent
from contracts.targets.wsgi import WsgiTarget


class ServedApp(AppTarget):
    """An ASGI application with its lifespan (ASGI lifespan protocol 2.0), where it has one."""

    def __init__(self, app: App) -> None:
        """Start the application. Raises PlanError when it says that it cannot start."""
        super().__init__(app)
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
        self._life = self._loop.create_task(
            _lived(app(scope, self._incoming.get, self._outgoing.put))
        )
        failed = self._loop.run_until_complete(self._told("startup"))
        if failed is not None:
            self.close()
            raise PlanError(f"the application cannot start: {failed}")

    def send(self, sent: Sent) -> Answer:
        """Return the application's answer, 500 with the traceback when it raises."""
        try:
            return super().send(sent)
        except Exception:
            return _error()

    def close(self) -> None:
        """Stop the application."""
        if not self._life.done():
            self._loop.run_until_complete(self._told("shutdown"))
            self._life.cancel()
            self._loop.run_until_complete(asyncio.wait([self._life]))
        super().close()

    async def _told(self, what: str) -> str | None:
        """Tell the application that its life begins or ends; return why it cannot. One without a
        lifespan just ends.
        """
        await self._incoming.put({"type": f"lifespan.{what}"})
        heard = asyncio.create_task(self._outgoing.get())
        await asyncio.wait([heard, self._life], return_when=asyncio.FIRST_COMPLETED)
        if not heard.done():
            heard.cancel()
            return None
        message = heard.result()
        return (
            str(message.get("message") or "no reason is told")
            if message["type"].endswith("failed")
            else None
        )


class ServedWsgi(WsgiTarget):
    """A WSGI application whose errors are answers."""

    def send(self, sent: Sent) -> Answer:
        """Return the application's answer, 500 with the traceback when it raises."""
        try:
            return super().send(sent)
        except Exception:
            return _error()


async def _lived(life: Any) -> None:
    try:
        await life
    except Exception:  # an application without a lifespan raises on its scope
        return


def _error() -> Answer:
    told = traceback.format_exc(limit=-3)
    return Answer(500, {"content-type": "text/plain"}, told.encode())
