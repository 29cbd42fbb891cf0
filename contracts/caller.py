"""Send calls to a server as its document asks for: an operation, path parameters and a body in, the reply out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from contracts.credentials import credentials_for
from contracts.samples import Body, pairs, query_pairs, sample_parameters, text
from mockserver.call import Supply
from mockserver.lookup import MISSING
from mockserver.model.types import Model, Operation

Keys = Mapping[str, str]
"""Path parameters with their values."""
BOUNDARY = "understudy-boundary"


class Caller:
    """Calls the operations of one server, with the parameters that they require and the credentials that they take."""

    def __init__(self, model: Model, client: httpx.AsyncClient, supply: Supply, base: str | None = None) -> None:
        """Take an API, a client of its server, a source of values and one of the API's base paths."""
        self._model = model
        self._spec = model.document.spec
        self._client = client
        self._supply = supply
        self._base = model.base_paths[0] if base is None else base

    async def send(
        self, operation: Operation, keys: Keys, body: Body | None = None, told: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        """Send a request with what the operation requires and the credentials that it takes."""
        path = f"{self._base}{operation.path}"
        for name, value in keys.items():
            path = path.replace("{" + name + "}", quote(value, safe=""))
        salt = f"{operation.label}/sample"
        query = sample_parameters(self._spec, operation, "query", self._supply, salt)
        headers = sample_parameters(self._spec, operation, "header", self._supply, salt)
        cookies = sample_parameters(self._spec, operation, "cookie", self._supply, salt)
        query |= {name: value for name, value in (told or {}).items() if name in query}
        granted = credentials_for(self._model, operation, self._base)
        texts = {name: text(value) for name, value in headers.items()}
        content, written = _content(body or Body())
        jar = "; ".join(f"{name}={value}" for name, value in {**cookies, **granted.cookies}.items())
        return await self._client.request(
            operation.method,
            path.replace("{", "").replace("}", ""),
            params=httpx.QueryParams((*query_pairs(self._spec, operation, query), *granted.query.items())),
            headers={**texts, **granted.headers, **written, **({"cookie": jar} if jar else {})},
            content=content,
        )


def _content(body: Body) -> tuple[bytes | None, dict[str, str]]:
    """Return the bytes of a body in its media type, and the header that names it."""
    if body.value is MISSING:
        return None, {}
    named = {"content-type": body.media_type}
    if body.media_type == "application/x-www-form-urlencoded" and isinstance(body.value, Mapping):
        return urlencode(pairs(body.value)).encode(), named
    if body.media_type.startswith("multipart/") and isinstance(body.value, Mapping):
        return _multipart(body.value), {"content-type": f"{body.media_type}; boundary={BOUNDARY}"}
    if isinstance(body.value, str) and "json" not in body.media_type:
        return body.value.encode(), named
    return json.dumps(body.value).encode(), named


def _multipart(value: Mapping[str, Any]) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in pairs(value)
    ]
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()


def value_of(reply: httpx.Response | None) -> Any:
    if reply is None:
        return None
    try:
        return reply.json()
    except ValueError:
        return reply.text
