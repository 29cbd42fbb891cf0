"""A server that is a function of a request: its method, the steps of its path, its query and body
in, an answer out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote

from mockserver.exchange import Answer, Sent

Handler = Callable[[str, list[str], dict[str, str], Any], Answer]


class FunctionServer:
    """Answers by a function."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def close(self) -> None:
        pass

    def send(self, sent: Sent) -> Answer:
        path, _, asked = sent.target.partition("?")
        query = {name: values[0] for name, values in parse_qs(asked).items()}
        try:
            body = json.loads(sent.content or b"null")
        except ValueError:
            return Answer(400, {}, b"")
        return self._handler(sent.method, unquote(path).strip("/").split("/"), query, body)
