"""Requests that nobody may be let in by: a right request in, those without and with wrong
credentials out.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts.openapi import operation_at
from contracts.requests.caller import asking
from contracts.targets.target import Sent
from contracts.wire.subject import Subject
from mockserver.control.masking import NOBODYS
from mockserver.model.types import Operation


def openings(subject: Subject, operation: Operation, sent: Sent) -> Iterator[tuple[str, Sent]]:
    """Yield requests that must be refused, each with what is wrong about its credentials.

    Nothing where an operation asks for none, where any are good enough, or where the document does
    not say how they travel.
    """
    spec, policy = subject.model.document.spec, subject.model.security.policy
    required = (
        operation_at(spec, operation.path, operation.method).get("security", spec.get("security"))
        or []
    )
    if policy == "off" or not required or any(not each for each in required):
        return
    schemes = (spec.get("components") or {}).get("securitySchemes") or {}
    known = [schemes.get(name) or {} for each in required for name in each]
    bare = _without(subject, known)
    yield "missing", sent.with_headers({**bare, **sent.headers})
    if policy == "any":
        return
    for scheme in known:
        name = _name(schemes, scheme)
        for value in _values(subject, name):
            wrong = _wrong(scheme, sent, subject.model.security.prefixes.get(name), value)
            if wrong is not None:
                yield "wrong", wrong.with_headers({**bare, **wrong.headers})


def _values(subject: Subject, name: str) -> list[str]:
    """Return credentials that nobody has: another one, and those that are nearly right."""
    right = next(
        (each.value for each in subject.model.security.credentials if each.scheme == name), None
    )
    if right is None or subject.headers:
        return [NOBODYS]  # what is right is not known here
    near = [f"{right}-and-more", right[:-1], right.swapcase()]
    known = {each.value for each in subject.model.security.credentials}
    return [NOBODYS, *(each for each in near if each and each not in known)]


def _without(subject: Subject, schemes: list[Mapping[str, Any]]) -> dict[str, str]:
    """Return the headers of the run that are no credentials."""
    secret = {"authorization", "cookie", *(str(each.get("name", "")).lower() for each in schemes)}
    return {name: value for name, value in subject.headers.items() if name.lower() not in secret}


def _wrong(scheme: Mapping[str, Any], sent: Sent, prefix: str | None, value: str) -> Sent | None:
    """Return the request with a credential that nobody has, None where it is not known how it
    travels.
    """
    match (scheme.get("type"), scheme.get("in"), str(scheme.get("scheme", "")).lower()):
        case ("apiKey", "header", _):
            spelled = f"{prefix} {value}" if prefix else value
            return sent.with_headers({**sent.headers, str(scheme["name"]): spelled})
        case ("apiKey", "query", _):
            return replace(sent, target=asking(sent.target, [(str(scheme["name"]), value)]))
        case ("apiKey", "cookie", _):
            return sent.with_headers({**sent.headers, "Cookie": f"{scheme['name']}={value}"})
        case ("http", _, "basic"):
            secret = base64.b64encode(
                (value if ":" in value else f"{value}:{value}").encode()
            ).decode()
            return sent.with_headers({**sent.headers, "Authorization": f"Basic {secret}"})
        case ("http", _, "bearer") | ("oauth2" | "openIdConnect", _, _):
            return sent.with_headers({**sent.headers, "Authorization": f"Bearer {value}"})
    return None


def _name(schemes: Mapping[str, Any], scheme: Mapping[str, Any]) -> str:
    return next((name for name, each in schemes.items() if each is scheme), "")
