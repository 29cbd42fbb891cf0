"""The fixture that plays a small document, as the tests of the edge have it."""

from tests.asgi.conftest import play

__all__ = ["play"]
