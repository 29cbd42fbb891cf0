"""A server to which callbacks and webhooks are sent."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from typing import Any


class Listener:
    """A server that keeps what it was sent: method, path, content type and body."""

    def __init__(self) -> None:
        self.heard: Queue[tuple[str, str, str | None, bytes]] = Queue()
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                heard.put((self.command, self.path, self.headers.get("content-type"), body))
                self.send_response(204)
                self.end_headers()

            do_PUT = do_POST

            def log_message(self, format: str, *args: Any) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
