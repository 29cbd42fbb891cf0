"""Who gives tokens, and where: what an API says of OAuth 2.0, OpenID Connect and log-ins.

    components.securitySchemes.o: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token}}}

becomes

    Issuer("/token", opens={"o"}, grants={"client_credentials"}, paths={Desk.TOKEN: "/token"})

and the operation `POST /token` has the Duty(Desk.TOKEN, <that issuer>); where the document has no
such operation, one is made for the mock alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import StrEnum

from mockserver.slots import dataclass


class Desk(StrEnum):
    """What is done at an endpoint of an issuer."""

    TOKEN = "token"  # RFC 6749 section 3.2
    AUTHORIZE = "authorization"  # RFC 6749 section 3.1
    REVOKE = "revocation"  # RFC 7009
    INTROSPECT = "introspection"  # RFC 7662
    USER = "userinfo"  # OpenID Connect Core 1.0 section 5.3
    KEYS = "jwks"  # RFC 7517 section 5
    DISCOVERY = "discovery"  # OpenID Connect Discovery 1.0, RFC 8414
    LOG_IN = "log_in"  # a log-in of the API's own
    LOG_OUT = "log_out"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who gives the tokens of some security schemes.

    `grants` are the grant types that are played and `flows` those of the authorization endpoint,
    by response type; `scopes` those that may be asked for, none where any may. Access tokens are
    `signed` where the document says that they are JWTs, by that `algorithm`; an `openid` issuer
    gives id tokens too. `prefix` is what its identifier has after the host, and `paths` are its
    endpoints below the host.
    """

    name: str
    opens: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()
    flows: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    signed: bool = False
    algorithm: str = "RS256"
    openid: bool = False
    prefix: str = ""
    paths: Mapping[Desk, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """The users that an API makes itself: a resource, the properties of its records by which they
    are known, and the one that holds the password.
    """

    resource: str
    names: tuple[str, ...]
    password: str


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """Where a reply shows the user who calls, and which properties of the record; one that `adds`
    keeps what else is there.
    """

    accounts: tuple[Account, ...]
    place: tuple[str, ...]
    names: tuple[str, ...]
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """What an operation does for an issuer. It is `described` where the document has it, else it
    is served by the mock, at `path` below the host. `token` are the properties that lead to the
    token which a log-in gives.
    """

    desk: Desk
    issuer: Issuer
    described: bool = True
    path: str = ""
    token: tuple[str, ...] = ()
