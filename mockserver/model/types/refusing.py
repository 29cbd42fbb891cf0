"""How an API refuses and whom it lets in: its errors and its security."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from mockserver.model.types.notation import Template
from mockserver.slots import dataclass


@dataclass(frozen=True, slots=True)
class ErrorForm:
    """How one kind of problem looks on the wire. `said` are the words that the semantics say of it:
    in these the document of an operation changes nothing.
    """

    status: int
    message: str = ""
    code: str = ""
    body: Template = None
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    said: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Errors:
    """An API's way to refuse: a form for each kind of problem, and its words for each broken rule.

    `messages` are keyed by rule, by `rule.property`, by `place.rule` or, for the body itself, by
    `whole.rule`; `details` by property, each a list of (pattern, text) of which the first match
    gives `{detail}`. `tells` says whether all broken rules are told, or of each value the first.
    `standard` errors have no body of their own: where an operation documents how it refuses, that
    takes its place.
    """

    forms: Mapping[str, ErrorForm]
    messages: Mapping[str, str] = dataclasses.field(default_factory=dict)
    details: Mapping[str, tuple[tuple[str, str], ...]] = dataclasses.field(default_factory=dict)
    media_type: str = "application/json"
    at: str = ""
    tells: str = "all"
    standard: bool = False


@dataclass(frozen=True, slots=True)
class Credential:
    """Something the mock lets in: `value` is a key or token, `name:password` for Basic and for
    log-ins. One that `is_private` was given by the user, and is told to nobody.
    """

    scheme: str
    value: str
    scopes: frozenset[str] | None = None
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Security:
    """Who may call: the credentials known, the security schemes of the document by name, the word
    before a token (`Token`), and where a scheme holds.

    `at` maps a scheme to the base path under which alone it counts. `policy` is known (these
    credentials only), any (whatever is sent) or off. `issued` are the schemes whose tokens the mock
    gives itself: those open, too, as long as they are good. `keys` are the public keys (RFC 7517)
    of other issuers: the tokens that they have signed open every scheme that takes tokens.
    """

    credentials: tuple[Credential, ...] = ()
    schemes: Mapping[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)
    prefixes: Mapping[str, str] = dataclasses.field(default_factory=dict)
    at: Mapping[str, str] = dataclasses.field(default_factory=dict)
    policy: str = "known"
    issued: frozenset[str] = frozenset()
    keys: tuple[Mapping[str, Any], ...] = ()
