"""Put what an issuer tells into the form that the document gives it: values by the names of RFC
6749 and a schema in, a body out.

    {"access_token": "8d1f...", "token_type": "Bearer", "expires_in": 3600}
    schema: {properties: {accessToken: ..., tokenType: {enum: [bearer]}, userId: {example: 7}}}
    {"accessToken": "8d1f...", "tokenType": "bearer", "userId": 7, "expires_in": 3600}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.lookup import MISSING
from mockserver.model.issuer.logins import plain_name
from mockserver.model.types import DescribedSchema, Operation, json_media

OWN_WORDS = frozenset(
    {"accesstoken", "tokentype", "expiresin", "refreshtoken", "scope", "idtoken"}
    | {"error", "errordescription", "erroruri"}
)
"""Names of RFC 6749: what is not told under them is not made up."""
LONGEST_LIFE_S = 10 * 365 * 24 * 3600


def reply_schema(
    operation: Operation,
    status: int,
) -> DescribedSchema | None:
    """Return the schema of a JSON body, None where nothing is documented."""
    media = json_media(operation.described.response(status).content)
    if media is None or not media.schema.is_described:
        return None
    return media.schema


def shaped(
    schema: DescribedSchema | None,
    told: Mapping[str, Any],
    sample: Any,
) -> dict[str, Any]:
    """Return what is told in the spelling of a schema; what else it has is of a `sample`."""
    if schema is None or not schema.properties:
        return dict(told)
    known = sample if isinstance(sample, Mapping) else {}
    if not _names_any(schema, told):
        for name, child in schema.properties.items():
            if child.is_object and _names_any(child, told):
                inner = shaped(child, told, known.get(name))
                return {**known, name: inner}
    spelling = {plain_name(name): name for name in schema.properties}
    body = {}
    for name, value in known.items():
        if plain_name(name) not in OWN_WORDS:
            body[name] = value
    is_closed = schema.get("additionalProperties") is False
    for name, value in told.items():
        declared = spelling.get(plain_name(name))
        if declared is not None:
            body[declared] = _fitted(value, schema.properties[declared])
        elif not is_closed:
            body[name] = value
    return body


def _names_any(
    schema: DescribedSchema,
    told: Mapping[str, Any],
) -> bool:
    """Tell whether a schema names any of what is told."""
    names = set(map(plain_name, schema.properties))
    return any(plain_name(name) in names for name in told)


def _fitted(
    value: Any,
    schema: DescribedSchema,
) -> Any:
    """Return a value as a schema wants it: a list of scopes, another spelling of a word."""
    if schema.is_array and isinstance(value, str):
        return value.split()
    if schema.type == "string" and isinstance(value, int):
        return str(value)
    listed = schema.get("enum") or [schema.get("const")]
    for choice in listed if isinstance(value, str) else ():
        if isinstance(choice, str) and choice.lower() == value.lower():
            return choice
    return value


def wants(
    schema: DescribedSchema | None,
    word: str,
) -> bool:
    """Tell whether a schema needs what has a name of RFC 6749."""
    if schema is None:
        return False
    return plain_name(word) in map(plain_name, schema.required)


def shown_life_s(
    operation: Operation,
    otherwise: int,
) -> int:
    """Return for how many seconds a token is good, as the document shows it."""
    schema = reply_schema(operation, operation.success)
    if schema is None:
        return otherwise
    media = json_media(operation.described.response(operation.success).content)
    example = media.example if media is not None else MISSING
    for name, child in schema.properties.items():
        if plain_name(name) != "expiresin":
            continue
        shown = [child.get(word) for word in ("const", "example", "default")]
        if isinstance(example, Mapping):
            shown.insert(0, example.get(name))
        for value in shown:
            is_number = isinstance(value, int) and not isinstance(value, bool)
            if is_number and 0 < value <= LONGEST_LIFE_S:
                return int(value)
    return otherwise
