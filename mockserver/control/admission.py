"""What a client sends to be let in: a model in, its best known credential as token, headers and
query out.
"""

from __future__ import annotations

import base64
import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any
from urllib.parse import quote

from mockserver.control.shapes import MASK
from mockserver.model.types import Credential, Model
from mockserver.slots import dataclass

Scheme = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Admission:
    """A credential as it is told (`token`) and as it is sent; all empty where nobody is asked for
    one.
    """

    token: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


def admission_of(model: Model) -> Admission:
    """Return what lets a client call as many operations as one set of credentials can, with all its
    scopes.
    """
    known = _best_by_scheme(model)
    counted = Counter(
        names for names in _requirements(model) if names and all(name in known for name in names)
    )
    if not counted or model.security.policy == "off":
        return Admission()
    names = counted.most_common(1)[0][0]
    schemes = model.security.schemes
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    for name in names:
        place, field_name, text = _sent(
            schemes.get(name) or {}, known[name], model.security.prefixes.get(name)
        )
        if place == "query":
            query[field_name] = text
        else:
            headers[field_name] = (
                f"{headers[field_name]}; {text}" if field_name in headers else text
            )
    return Admission(known[names[0]].value, headers, query)


def public(model: Model) -> Model:
    """Return a model that knows no credentials but those that may be told."""
    told = [each for each in model.security.credentials if not each.is_private]
    security = dataclasses.replace(model.security, credentials=tuple(told))
    return dataclasses.replace(model, security=security)


def credential_form(model: Model, credential: Credential) -> dict[str, Any]:
    """Return a credential as JSON values: its scheme and type, its value, and the headers or query
    by which it is sent; one of a user who logs in is sent in a body. One that is private shows
    neither.
    """
    security = model.security
    scheme = security.schemes.get(credential.scheme)
    form: dict[str, Any] = {
        "scheme": credential.scheme,
        "type": "login" if scheme is None else str(scheme.get("type", "")),
        "value": MASK if credential.is_private else credential.value,
        "scopes": None if credential.scopes is None else sorted(credential.scopes),
        "headers": {},
        "query": {},
    }
    if scheme is not None and not credential.is_private:
        prefix = security.prefixes.get(credential.scheme)
        place, name, text = _sent(scheme, credential, prefix)
        form["query" if place == "query" else "headers"][name] = text
    return form


def _best_by_scheme(model: Model) -> dict[str, Credential]:
    """Return the credential of each scheme that may do most; of equals the first."""
    best: dict[str, Credential] = {}
    for each in model.security.credentials:
        if each.scheme not in best or _power(each) > _power(best[each.scheme]):
            best[each.scheme] = each
    return best


def _power(credential: Credential) -> float:
    return float("inf") if credential.scopes is None else len(credential.scopes)


def _requirements(model: Model) -> Iterator[tuple[str, ...]]:
    """Yield the names of the schemes that an operation wants together, for each alternative of each
    operation.
    """
    for operation in model.operations:
        for requirement in operation.described.security or ():
            yield tuple(requirement)


def _sent(scheme: Scheme, credential: Credential, prefix: str | None) -> tuple[str, str, str]:
    """Return the place (header or query), the name and the text by which a credential is sent."""
    value = credential.value
    if scheme.get("type") == "apiKey":
        name = str(scheme.get("name", ""))
        if scheme.get("in") == "query":
            return "query", name, value
        if scheme.get("in") == "cookie":
            return "header", "Cookie", f"{name}={quote(value)}"
        return "header", name, f"{prefix} {value}" if prefix else value
    word = str(scheme.get("scheme", "bearer")) if scheme.get("type") == "http" else "bearer"
    if word.lower() == "basic":
        return "header", "Authorization", f"Basic {base64.b64encode(value.encode()).decode()}"
    return "header", "Authorization", f"{word.capitalize() if word.islower() else word} {value}"
