"""A stateful mock of any API that has an OpenAPI document."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.app import Settings, make_app
    from mockserver.errors import UnderstudyError
    from mockserver.server import MockServer
    from mockserver.testing.mock import Mock

__all__ = ["Mock", "MockServer", "Settings", "UnderstudyError", "make_app"]

_HOMES = {
    "Mock": "mockserver.testing.mock",
    "MockServer": "mockserver.server",
    "Settings": "mockserver.app",
    "UnderstudyError": "mockserver.errors",
    "make_app": "mockserver.app",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: the pytest plugin is loaded by all who have us
    installed.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
