"""Serve a WSGI application over HTTP on this machine, a thread for each connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    """Keeps connections open, and its log to itself."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *args: Any) -> None:
        """Log nothing."""


@contextmanager
def serve(app: Any, port: int = 0) -> Iterator[str]:
    """Serve an application and give its URL; port 0 is a free one."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
