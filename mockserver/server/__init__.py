"""Applications on a port: in the foreground for the command line, in a thread for tests."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.server.mock_server import MockServer
    from mockserver.server.port import open_socket

__all__ = ["MockServer", "open_socket"]

_HOMES = {"MockServer": "mockserver.server.mock_server", "open_socket": "mockserver.server.port"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: a mock in the foreground needs no clients."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
