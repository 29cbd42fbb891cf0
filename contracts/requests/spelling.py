"""Spell a call as a request: an operation with the values that the server knows in, method, path
and body out.

Each value is spelled as its parameter is declared (OpenAPI 3.0.3, Style Values); one that the
document does not declare as in a form of HTML, its objects as `name[property]`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from contracts.targets.target import Sent
from mockserver.lookup import MISSING
from mockserver.model.types import Operation
from mockserver.model.types.described import DescribedParameter, is_json, usual_media
from mockserver.model.types.schema import NO_SCHEMA
from mockserver.parameter_texts import Pairs, header_of, path_of, query_of

_STYLES = {"path": "simple", "query": "deepObject", "header": "simple", "cookie": "form"}


def spell(
    operation: Operation,
    base: str,
    path: Mapping[str, Any],
    query: Mapping[str, Any],
    body: Any,
    headers: Mapping[str, str],
) -> Sent:
    """Return the request of a call below a base path."""
    target = f"{base}{spelled_path(operation, path)}"
    pairs = query_pairs(operation, query)
    if pairs:
        target = f"{target}?{urlencode(pairs)}"
    if body is MISSING:
        return Sent(operation.method, target, headers)
    content = json.dumps(body, ensure_ascii=False).encode()
    written = {**headers, "Content-Type": _media_type(operation)}
    return Sent(operation.method, target, written, content)


def spelled_path(operation: Operation, values: Mapping[str, Any]) -> str:
    """Return the path of an operation with these values of its parameters."""
    path = operation.path
    for name, value in values.items():
        parameter = _declared(operation, "path", name)
        text = path_of(parameter, value)
        path = path.replace(f"{{{name}}}", text)
    return path


def query_pairs(operation: Operation, query: Mapping[str, Any]) -> Pairs:
    """Return the names and texts of query parameters, unescaped."""
    pairs: Pairs = []
    for name, value in _in_their_objects(operation, query).items():
        parameter = _declared(operation, "query", name)
        pairs += query_of(parameter, value)
    return pairs


def _in_their_objects(operation: Operation, query: Mapping[str, Any]) -> dict[str, Any]:
    """Return query parameters with the members of one that is written as JSON inside of it:
    `limit` of `filter={"limit": 5}` (OpenAPI 3.0.3, Parameter Object, content).
    """
    declared = [*operation.described.parameters_in("query")]
    names = {parameter.name for parameter in declared}
    holders: dict[str, str] = {}
    for parameter in declared:
        if parameter.media_type is None:
            continue
        for member in parameter.schema.properties:
            if member not in names:
                holders[member] = parameter.name
    placed: dict[str, Any] = {}
    for name, value in query.items():
        holder = holders.get(name)
        if holder is None:
            placed.setdefault(name, value)
            continue
        inner = placed.get(holder, query.get(holder, {}))
        if isinstance(inner, Mapping):
            placed[holder] = {**inner, name: value}
        else:
            placed.setdefault(name, value)
    return placed


def header_texts(operation: Operation, values: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of headers that are parameters."""
    texts = {}
    for name, value in values.items():
        parameter = _declared(operation, "header", name)
        texts[name] = header_of(parameter, value)
    return texts


def cookie_texts(operation: Operation, values: Mapping[str, Any]) -> list[str]:
    """Return cookies as they stand in the header (RFC 6265, section 4.2.1)."""
    texts = []
    for name, value in values.items():
        parameter = _declared(operation, "cookie", name)
        for pair in query_of(parameter, value):
            texts.append("=".join(pair))
    return texts


def _declared(operation: Operation, place: str, name: str) -> DescribedParameter:
    found = operation.described.parameter(place, name)
    if found is not None:
        return found
    return DescribedParameter(
        name,
        place,
        required=False,
        schema=NO_SCHEMA,
        style=_STYLES[place],
        explode=place == "query",
    )


def _media_type(operation: Operation) -> str:
    """Return the kind of JSON that an operation takes."""
    request = operation.described.request
    media = usual_media(request.content) if request is not None else None
    if media is None or "*" in media.media_type or not is_json(media.media_type):
        return "application/json"
    return media.media_type
