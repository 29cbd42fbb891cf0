"""Look at the board before each request: an ASGI application in, one around it out that knows what
others have changed by then.

So what was answered to who steers one process holds in all of them, for every request after it.
"""

from __future__ import annotations

import logging
from typing import Any

from mockserver.asgi.rounds import Rounds
from mockserver.errors import StoreError
from mockserver.stores.board import Board

PATIENCE_S = 1.0
"""How long a request waits for a look; then it goes on with what is known."""
_LOG = logging.getLogger("understudy")


class LookStage:
    """Wraps an ASGI application."""

    def __init__(self, app: Any, board: Board) -> None:
        self._app = app
        self._board = board
        self._rounds = Rounds(board.look, "understudy-board")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and self._has_to_look():
            await self._look()
        await self._app(scope, receive, send)

    def _has_to_look(self) -> bool:
        """Tell whether there may be something new, at once where that is known at once."""
        if not self._board.is_quick:
            return True
        try:
            return self._board.is_stale
        except StoreError:
            return True

    async def _look(self) -> None:
        """Look, in a thread. Where that fails, so will what is behind, and tell it."""
        error = await self._rounds.joined(PATIENCE_S)
        if error is not None:
            _LOG.debug("understudy: the board could not be read: %s", error)
