"""A stateful mock of any API that has an OpenAPI document."""

from mockserver.app import Settings, make_app
from mockserver.errors import UnderstudyError
from mockserver.server import MockServer

__all__ = ["MockServer", "Settings", "UnderstudyError", "make_app"]
