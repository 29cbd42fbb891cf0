"""Find the log-ins of an API's own: operations and security schemes in, a Duty for each out.

A log-in gives a token and asks for none: its path says so (`/login`), or it is free of credentials
where others are not, or it asks for those of another kind, such as a password. What it gives opens
the schemes that take tokens.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from mockserver.model.types import Described, DescribedSchema
from mockserver.model.types.issuer import Desk, Duty, Issuer

TOKEN_NAMES = frozenset(
    {
        "accesstoken",
        "apitoken",
        "authorizationtoken",
        "authtoken",
        "bearertoken",
        "idtoken",
        "jwt",
        "jwttoken",
        "sessiontoken",
        "token",
        "userauthtoken",
    }
)
"""Properties that hold a token, in small letters and without separators."""
WEAK_NAMES = TOKEN_NAMES | {"access", "key", "session"}
"""Those that do so where the path says that somebody logs in."""
_LOG_IN = re.compile(
    r"^(log-?in|sign-?in|auth|authenticate|authentication|token|tokens|jwt|obtain-token|token-auth"
    r"|token-obtain|token-refresh|refresh|refresh-token|sessions?)$"
)
_LOG_OUT = re.compile(r"^(log-?out|sign-?out)$")
_OTHER_TOKEN = re.compile(r"reset|forgot|verif|confirm|invit|csrf|device|upload")
_TOKEN_HEADER = re.compile(r"token|auth|jwt|session", re.IGNORECASE)

Schemes = Mapping[str, Mapping[str, Any]]


def plain_name(name: str) -> str:
    """Return a name in small letters without separators: `accessToken` and `access_token` are one.

    >>> plain_name("access_token")
    'accesstoken'
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())


def takes_token(scheme: Any) -> bool:
    """Tell whether a security scheme is satisfied by a token that somebody gave."""
    if not isinstance(scheme, Mapping):
        return False
    match scheme.get("type"):
        case "oauth2" | "openIdConnect":
            return True
        case "http":
            word = str(scheme.get("scheme", ""))
            return word.lower() == "bearer"
        case "apiKey":
            name = str(scheme.get("name", ""))
            is_header = scheme.get("in") == "header"
            return is_header and _TOKEN_HEADER.search(name) is not None
    return False


def is_signed(scheme: Mapping[str, Any]) -> bool:
    """Tell whether a scheme says that its tokens are JWTs."""
    form = str(scheme.get("bearerFormat", ""))
    return "jwt" in form.lower()


def algorithm_of(schemes: Iterable[Mapping[str, Any]]) -> str:
    """Return by which algorithm tokens are signed, as what is said of their schemes tells."""
    words = [f"{each.get('description', '')} {each.get('bearerFormat', '')}" for each in schemes]
    return "ES256" if any("ES256" in text for text in words) else "RS256"


def find_log_ins(
    described: Mapping[str, Described],
    schemes: Schemes,
    others: Collection[str],
) -> dict[str, Duty]:
    """Return what log-ins and log-outs do, by label; `others` are endpoints of other kinds."""
    tokens = {name for name, scheme in schemes.items() if takes_token(scheme)}
    signed = any(is_signed(schemes[name]) for name in tokens)
    algorithm = algorithm_of(schemes[name] for name in tokens)
    issuer = Issuer("log-in", frozenset(tokens), signed=signed, algorithm=algorithm)
    found = {}
    for label, operation in described.items():
        if label in others:
            continue
        if _LOG_OUT.match(last_word(operation.path)):
            found[label] = Duty(Desk.LOG_OUT, issuer)
            continue
        path = _token_of(operation, tokens)
        if path:
            found[label] = Duty(Desk.LOG_IN, issuer, token=path)
    return found


def _token_of(described: Described, tokens: Collection[str]) -> tuple[str, ...]:
    """Return where an operation gives a token to those who have none, nothing where it does
    not.
    """
    path = described.path.lower()
    if described.method != "POST" or _OTHER_TOKEN.search(path):
        return ()
    schema = described.success_schema()
    is_said = _LOG_IN.match(last_word(path)) is not None
    found = token_path(schema)
    if not found and is_said:
        found = token_path(schema, WEAK_NAMES)
    if is_said or _lets_in_others(described, tokens):
        return found
    return ()


def _lets_in_others(described: Described, tokens: Collection[str]) -> bool:
    """Tell whether an operation can be called without a token."""
    needed = described.security
    if not needed or {} in needed:
        return True
    for requirement in needed:
        needs_token = any(name in tokens for name in requirement)
        if not needs_token:
            return "{" not in described.path
    return False


def token_path(
    schema: DescribedSchema,
    names: frozenset[str] = TOKEN_NAMES,
    depth: int = 2,
) -> tuple[str, ...]:
    """Return the properties that lead to the token of a reply, none where there is no token."""
    for name, child in schema.properties.items():
        if plain_name(name) in names and child.type in ("string", None):
            return (name,)
    for name, child in schema.properties.items():
        if not depth or not child.is_object:
            continue
        inner = token_path(child, names, depth - 1)
        if inner:
            return (name, *inner)
    return ()


def last_word(path: str) -> str:
    """Return the last segment of a path, in small letters and without an extension."""
    _, _, last = path.rstrip("/").rpartition("/")
    bare, _, _ = last.partition("?")
    stem, _, _ = bare.partition(".")
    return stem.replace("_", "-").lower()
