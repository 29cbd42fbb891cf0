"""Send calls to a server as its document asks for: an operation, path parameters and a body in, the
reply out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from contracts.requests.samples import Body, pairs, sample_parameters
from contracts.requests.spelling import cookie_texts, header_texts, query_pairs, spelled_path
from contracts.targets.credentials import credentials_for
from contracts.targets.promises import is_promised, promised_headers, with_key
from contracts.targets.target import Answer, Sent, Target
from mockserver.call import Supply
from mockserver.lookup import MISSING
from mockserver.model.types import Model, Operation
from mockserver.nextpage import first_number

Keys = Mapping[str, str]
"""Path parameters with their values."""
Grant = Callable[[Operation, Sent], Sent]
"""Gives a request of an operation the credentials that it takes."""
BOUNDARY = "understudy-boundary"
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Caller:
    """Calls the operations of one server, with the parameters that they require and the credentials
    that they take.
    """

    def __init__(
        self,
        model: Model,
        target: Target,
        supply: Supply,
        base: str | None = None,
        grant: Grant | None = None,
    ) -> None:
        """Take an API, a server of it, a source of values and one of the API's base paths.

        `grant` gives a request what lets it in; without it the credentials known to the model do.
        """
        self._model = model
        self._spec = model.document.spec
        self._target = target
        self._supply = supply
        self._base = model.base_paths[0] if base is None else base
        self.granted = grant or self._granted

    def send(
        self,
        operation: Operation,
        keys: Keys,
        body: Body | None = None,
    ) -> Answer:
        """Send a request with what the operation requires and the credentials that it takes."""
        sent = self.spelled(operation, keys, body)
        return self._target.send(self.granted(operation, sent))

    def spelled(
        self,
        operation: Operation,
        keys: Keys,
        body: Body | None = None,
        told: Mapping[str, Any] | None = None,
        asked: Mapping[str, Any] = NOTHING,
    ) -> Sent:
        """Return the request without credentials, with the query parameters that are `asked` for
        besides.

        A required query parameter that `told` names gets the value from there.
        """
        path = f"{self._base}{spelled_path(operation, keys)}"
        salt = f"{operation.label}/sample"
        query = sample_parameters(self._spec, operation, "query", self._supply, salt)
        headers = sample_parameters(self._spec, operation, "header", self._supply, salt)
        cookies = sample_parameters(self._spec, operation, "cookie", self._supply, salt)
        headers = {
            name: value for name, value in headers.items() if not is_promised(operation, name)
        }
        headers |= promised_headers(operation)
        query |= first_number(operation)
        query |= {name: value for name, value in (told or {}).items() if name in query} | dict(
            asked
        )
        body = body or Body()
        body = replace(body, value=with_key(operation, body.value))
        content, written = _content(body)
        sent = {
            **header_texts(operation, headers),
            **written,
            **_jar(cookie_texts(operation, cookies)),
        }
        return Sent(
            operation.method,
            asking(_bare(path), query_pairs(operation, query)),
            sent,
            content,
        )

    def _granted(self, operation: Operation, sent: Sent) -> Sent:
        granted = credentials_for(self._model, operation, self._base)
        jar = "; ".join(
            [*filter(None, [sent.headers.get("Cookie")]), *cookie_texts(operation, granted.cookies)]
        )
        headers = {**sent.headers, **granted.headers, **({"Cookie": jar} if jar else {})}
        target = asking(sent.target, [*granted.query.items()])
        return replace(sent.with_headers(headers), target=target)


def asking(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return the path with these query parameters behind those that it has."""
    asked = urlencode([*pairs], quote_via=quote)
    sign = "&" if "?" in path else "?"
    return f"{path}{sign}{asked}" if asked else path


def _bare(path: str) -> str:
    """Return the path without the braces of parameters that have no value."""
    return quote(path.replace("{", "").replace("}", ""), safe="/%?:@!$&'()*+,;=-._~")


def _jar(cookies: list[str]) -> dict[str, str]:
    return {"Cookie": "; ".join(cookies)} if cookies else {}


def _content(body: Body) -> tuple[bytes | None, dict[str, str]]:
    """Return the bytes of a body in its media type, and the header that names it."""
    if body.value is MISSING:
        return None, {}
    named = {"Content-Type": body.media_type}
    if body.media_type == "application/x-www-form-urlencoded" and isinstance(body.value, Mapping):
        return urlencode(pairs(body.value)).encode(), named
    if body.media_type.startswith("multipart/") and isinstance(body.value, Mapping):
        return _multipart(body.value), {"Content-Type": f"{body.media_type}; boundary={BOUNDARY}"}
    if isinstance(body.value, str) and "json" not in body.media_type:
        return body.value.encode(), named
    return json.dumps(body.value).encode(), named


def _multipart(value: Mapping[str, Any]) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in pairs(value)
    ]
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()


def value_of(answer: Answer | None) -> Any:
    """Return the value of a body, whatever media type it says it has."""
    if answer is None or not isinstance(answer.body, str):
        return answer.body if answer is not None else None
    try:
        return json.loads(answer.body)
    except ValueError:
        return answer.body
