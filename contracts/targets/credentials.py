"""What a caller must send to be let in: a model and an operation in, headers, query parameters and
cookies out.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.openapi import operation_at
from mockserver.control.masking import NOBODYS
from mockserver.model.types import Credential, Model, Operation


@dataclass(frozen=True, slots=True)
class Credentials:
    """What goes with a request; empty where nothing is needed."""

    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)


def credentials_for(model: Model, operation: Operation, base: str) -> Credentials:
    """Return what opens an operation under a base path: the first requirement that known
    credentials satisfy. Where some were given, one that they satisfy alone before the others, and
    all of them where the document does not say what opens it or asks for others.
    """
    parts = []
    for name in _opening(model, operation, base):
        sent = _sent(model, name, base)
        if sent is not None:
            parts.append(sent)
    return _together(parts)


def _opening(model: Model, operation: Operation, base: str) -> Sequence[str]:
    """Return the security schemes of the credentials that are sent to an operation."""
    given = _given(model)
    required = _required(model, operation)
    if required is None:
        return given
    known = [[*names] for names in required if _are_known(model, names, base)]
    if not given or not required:
        return next(iter(known), ())
    mine = set(given)
    for names in known:
        if names and mine.issuperset(names):
            return names
    for names in known:
        if not mine.isdisjoint(names):
            return names
    return given


def _are_known(model: Model, names: Iterable[str], base: str) -> bool:
    """Tell whether there is a credential for each of these security schemes."""
    return all(_sent(model, name, base) is not None for name in names)


def _given(model: Model) -> list[str]:
    """Return the security schemes of which the user gave the credentials."""
    return [each.scheme for each in model.security.credentials if each.is_private]


def nobodys(model: Model) -> Model:
    """Return a model that lets in the credential that nobody has instead of those that it knows."""
    known = [
        replace(each, value=f"{NOBODYS}:{NOBODYS}" if ":" in each.value else NOBODYS)
        for each in model.security.credentials
    ]
    return replace(model, security=replace(model.security, credentials=tuple(known)))


def header_credentials(model: Model, base: str) -> dict[str, str]:
    """Return every known credential that travels in a header, for callers that send the same ones
    everywhere; of two in one header that which opens more operations. Where some were given, only
    what is sent to an operation.
    """
    known = []
    for name in reversed(_schemes_by_use(model, base)):
        sent = _sent(
            model,
            name,
            base,
        )
        if sent is not None:
            known.append(sent)
    return dict(_together(known).headers)


def _schemes_by_use(model: Model, base: str) -> list[str]:
    """Return the security schemes of a document, those first that open most operations; where some
    credentials were given, those alone that are sent to one.
    """
    uses: Counter[str] = Counter()
    if _given(model):
        for each in model.operations:
            uses.update(_opening(model, each, base))
        return [name for name, _ in uses.most_common()]
    for each in model.operations:
        for requirement in _required(model, each) or ():
            uses.update(list(requirement))
    return sorted(_schemes(model), key=lambda name: -uses[name])


def _required(model: Model, operation: Operation) -> Sequence[Mapping[str, Any]] | None:
    """Return what opens an operation, of which one is enough; None where the document does not
    say.
    """
    spec = model.document.spec
    own = operation_at(
        spec,
        operation.path,
        operation.method,
    )
    required: Sequence[Mapping[str, Any]] | None = own.get("security", spec.get("security"))
    return required


def _schemes(model: Model) -> Mapping[str, Any]:
    """Return the security schemes of a document."""
    components = model.document.spec.get("components") or {}
    return components.get("securitySchemes") or {}


def keys_elsewhere(model: Model, base: str = "") -> dict[str, str]:
    """Return the known API keys that travel in the query or in a cookie, by their scheme; where
    some credentials were given, only what is sent to an operation.
    """
    schemes = _schemes(model)
    known = {each.scheme: each.value for each in reversed(model.security.credentials)}
    found = {}
    for name in _schemes_by_use(model, base):
        scheme = schemes.get(name)
        is_key = isinstance(scheme, Mapping) and scheme.get("in") in ("query", "cookie")
        if is_key and name in known:
            found[name] = known[name]
    return found


def _sent(model: Model, name: str, base: str) -> Credentials | None:
    """Return what a scheme takes, None when no credential is known or it does not count under the
    base path.
    """
    schemes = _schemes(model)
    known = next((each for each in model.security.credentials if each.scheme == name), None)
    if (
        known is None
        or not isinstance(schemes.get(name), Mapping)
        or model.security.at.get(name, base) != base
    ):
        return None
    return _spelled(
        schemes[name],
        known,
        model.security.prefixes.get(name),
    )


def _spelled(scheme: Mapping[str, Any], credential: Credential, prefix: str | None) -> Credentials:
    value = credential.value
    if scheme.get("type") == "apiKey":
        match scheme.get("in"):
            case "query":
                return Credentials(query={scheme["name"]: value})
            case "cookie":
                return Credentials(cookies={scheme["name"]: value})
            case _:
                sent = f"{prefix} {value}" if prefix else value
                return Credentials(headers={scheme["name"]: sent})
    word = "Bearer"
    if str(scheme.get("scheme", "")).lower() == "basic":
        word, value = "Basic", base64.b64encode(value.encode()).decode()
    return Credentials(headers={"Authorization": f"{word} {value}"})


def _together(parts: list[Credentials]) -> Credentials:
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    cookies: dict[str, str] = {}
    for part in parts:
        headers |= part.headers
        query |= part.query
        cookies |= part.cookies
    return Credentials(
        headers,
        query,
        cookies,
    )
