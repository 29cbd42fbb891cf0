"""Applications on a port: in the foreground for the command line, in a thread for tests."""

from mockserver.server.mock_server import MockServer
from mockserver.server.port import open_socket
from mockserver.server.serve import serve

__all__ = ["MockServer", "open_socket", "serve"]
