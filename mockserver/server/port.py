"""Take a port: a host and a number in, a socket out that is bound or listens, or the reason why
not.
"""

from __future__ import annotations

import errno
import socket
from contextlib import ExitStack

from mockserver.errors import ServerError


def open_socket(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises ServerError when the port is taken or the address is not
    ours.
    """
    with ExitStack() as undo:
        claimed = undo.enter_context(claim(host, port))
        listen(claimed)
        undo.pop_all()
    return claimed


def claim(host: str, port: int, option: str = "--port") -> socket.socket:
    """Return a socket that holds a port and lets nobody in yet, so that a taken one is told before
    all other work, by the name of the `option` that says it.

    Raises ServerError as `open_socket` does.
    """
    if not 0 <= port <= 65535:
        raise ServerError(f"port {port} is no port: give one from 0 to 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with ExitStack() as undo:
            claimed = undo.enter_context(socket.socket(family, kind, protocol))
            claimed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            claimed.bind(address)
            undo.pop_all()
    except OSError as error:
        raise ServerError(_worded(host, port, error, option)) from None
    claimed.setblocking(False)
    return claimed


def listen(claimed: socket.socket) -> None:
    """Let clients in. Raises ServerError when another program that held the port too was faster."""
    try:
        claimed.listen(1024)
    except OSError as error:
        host, port = claimed.getsockname()[:2]
        raise ServerError(_worded(host, port, error)) from None


def _worded(host: str, port: int, error: OSError, option: str = "--port") -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} on {host} is taken; give another one with {option}, or {option} 0 for a "
            f"free one"
        )
    if error.errno == errno.EACCES:
        return (
            f"port {port} on {host} is not allowed for this user; give one above 1023 with {option}"
        )
    return f"cannot listen on {host}:{port}: {error.strerror or error}"
