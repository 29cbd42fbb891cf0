"""Calls in short words, for sequences in which a fault shows."""

from __future__ import annotations

import json
from typing import Any

from contracts.targets.target import Sent
from tests.live.omnitron.app import TOKEN
from tests.live.shop.habits import KEY

Step = Sent | tuple[Sent, ...]
"""A call, or several that are sent at once."""
JSON = {"Content-Type": "application/json"}


def call(method: str, path: str, body: Any = None, key: str | None = KEY) -> Sent:
    """Return a call with the key of the shop, or with another one."""
    headers = {**({} if key is None else {"X-Api-Key": key}), **({} if body is None else JSON)}
    return Sent(method, path, headers, None if body is None else json.dumps(body).encode())


def token_call(method: str, path: str, body: Any = None, token: str | None = TOKEN) -> Sent:
    """Return a call with the token of Omnitron, or with another one."""
    headers = {
        **({} if token is None else {"Authorization": f"Token {token}"}),
        **({} if body is None else JSON),
    }
    return Sent(method, path, headers, None if body is None else json.dumps(body).encode())


def get(path: str) -> Sent:
    return call("GET", path)


def post(path: str, body: Any) -> Sent:
    return call("POST", path, body)


def put(path: str, body: Any) -> Sent:
    return call("PUT", path, body)


def patch(path: str, body: Any) -> Sent:
    return call("PATCH", path, body)


def delete(path: str) -> Sent:
    return call("DELETE", path)
