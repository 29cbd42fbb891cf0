from __future__ import annotations

import socket

import pytest

from mockserver.errors import ServerError
from mockserver.server.port import claim, listen


def test_a_port_that_is_held_lets_nobody_in_before_it_listens() -> None:
    with claim("127.0.0.1", 0) as held:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(held.getsockname())
        listen(held)
        socket.create_connection(held.getsockname()).close()


def test_of_two_who_hold_a_port_the_slower_one_is_told() -> None:
    with claim("127.0.0.1", 0) as slow, claim("127.0.0.1", slow.getsockname()[1]) as fast:
        listen(fast)
        with pytest.raises(
            ServerError, match=f"port {slow.getsockname()[1]} on 127.0.0.1 is taken"
        ):
            listen(slow)
