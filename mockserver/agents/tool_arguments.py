"""What a tool that stands for an operation takes: an operation in, its arguments and their JSON
Schema out, and the request that they spell.

    POST /shelves/{shelf_id}/books         {"type": "object",
    Idempotency-Key in the header     ->    "properties": {"shelf_id": ..., "Idempotency-Key": ...,
    a book in the body                                     "body": ...},
                                            "required": ["shelf_id", "body"]}

Each parameter has the name that the document gives it, the body is called `body`. Of two with one
name the second says where it is sent: `id_query`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode

import httpx

from mockserver.agents.mock_client import ORIGIN, made_request
from mockserver.agents.tool_body import Sending, sent_body
from mockserver.control.admission import Admission
from mockserver.errors import SettingsError
from mockserver.model.schema.schemas import Direction, SchemaCompiler
from mockserver.model.types import Operation
from mockserver.model.types.described import (
    DescribedMedia,
    DescribedParameter,
    usual_media,
)
from mockserver.parameter_texts import Pairs, header_of, path_of, query_of

BODY = "body"
_OF_HTTP = frozenset({"accept", "content-type", "authorization"})
"""Headers that a document cannot describe as parameters (OpenAPI 3.0.3, Parameter Object)."""


@dataclass(frozen=True)
class ToolArguments:
    """The arguments of an operation below a base path, and what lets its caller in."""

    operation: Operation
    base: str
    schema: Mapping[str, Any]
    parameters: Mapping[str, DescribedParameter]
    media: DescribedMedia | None = None
    admission: Admission = field(default_factory=Admission)

    def request(self, given: Mapping[str, Any]) -> httpx.Request:
        """Return the request that arguments spell. Raises SettingsError for one that is not known,
        and where one is missing without which there is no request.
        """
        self._check(given)
        path = self.operation.path
        headers = dict(self.admission.headers)
        pairs: dict[str, Pairs] = {
            "query": list(self.admission.query.items()),
            "cookie": [],
        }
        for name, parameter in self.parameters.items():
            value = given.get(name)
            place = parameter.place
            if value is None:
                continue
            if place == "path":
                text = path_of(parameter, value)
                path = path.replace(f"{{{parameter.name}}}", text)
            elif place == "header":
                headers[parameter.name] = header_of(parameter, value)
            else:
                pairs[place] += query_of(parameter, value)
        _add_cookies(headers, pairs["cookie"])
        url = f"{ORIGIN}{self.base}{path}"
        query = urlencode(pairs["query"])
        if query:
            url = f"{url}?{query}"
        sending = dict(self._body(given))
        headers |= sending.pop("headers", {})
        method = self.operation.method
        return made_request(method, url, headers, **sending)

    def _body(self, given: Mapping[str, Any]) -> Sending:
        if self.media is None or BODY not in given:
            return {}
        return sent_body(self.media, given[BODY])

    def _check(self, given: Mapping[str, Any]) -> None:
        known = list(self.schema["properties"])
        for name in given:
            if name not in known:
                raise _unknown(name, known)
        for name, parameter in self.parameters.items():
            value = given.get(name)
            if parameter.place == "path" and value in (None, ""):
                label = self.operation.label
                raise SettingsError(f"the argument {name!r} is missing: {label}")


def arguments_of(
    compiler: SchemaCompiler, operation: Operation, base: str, admission: Admission
) -> ToolArguments:
    """Return what a tool for an operation takes, by the schemas of its document."""
    parameters = dict(_named(operation))
    schemas, words, required = {}, {}, []
    for name, parameter in parameters.items():
        schemas[name] = parameter.schema.raw
        words[name] = parameter.description
        if parameter.required or parameter.place == "path":
            required.append(name)
    request = operation.described.request
    media = usual_media(request.content) if request is not None else None
    if request is not None and media is not None:
        schemas[BODY] = media.schema.raw
        words[BODY] = request.description
        if request.required:
            required.append(BODY)
    whole = {
        "type": "object",
        "properties": schemas,
        "required": required,
        "additionalProperties": False,
    }
    schema = compiler.spelled(whole, Direction.REQUEST)
    schema["required"] = required
    properties = schema["properties"]
    for name, text in words.items():
        properties[name] = _worded(properties[name], text)
    return ToolArguments(operation, base, schema, parameters, media, admission)


def _unknown(name: str, known: Sequence[str]) -> SettingsError:
    """Return why an argument is refused, to be raised."""
    near = get_close_matches(name, known, 1)
    hint = f", did you mean {near[0]!r}?" if near else "."
    listed = ", ".join(known) or "none"
    return SettingsError(f"there is no argument {name!r}{hint} The arguments: {listed}")


def _worded(schema: Any, text: str) -> Any:
    """Return a schema that says what a value is for, where it does not itself."""
    if not isinstance(schema, dict) or not text:
        return {} if schema is True else schema
    return {"description": text, **schema}


def _add_cookies(headers: dict[str, str], pairs: Pairs) -> None:
    """Put cookies beside those that are there (RFC 6265, section 4.2.1)."""
    if not pairs:
        return
    sent = [f"{name}={text}" for name, text in pairs]
    known = headers.get("Cookie")
    if known:
        sent.insert(0, known)
    headers["Cookie"] = "; ".join(sent)


def _named(operation: Operation) -> Iterator[tuple[str, DescribedParameter]]:
    """Yield each parameter with the name of its argument."""
    taken = {BODY}
    for parameter in operation.described.parameters:
        if parameter.place == "header" and parameter.name.lower() in _OF_HTTP:
            continue
        name = parameter.name
        while name in taken:
            name = f"{name}_{parameter.place}"
        taken.add(name)
        yield name, parameter
