"""Find who gives tokens, and where: security schemes and operations in, a Duty for each operation
that gives, takes back or explains tokens out.

    components.securitySchemes.o:
      {type: oauth2, flows: {password: {tokenUrl: 'https://login.example/token', scopes: {}}}}

Where the document has `POST /token`, that operation is the token endpoint; where it has none, one
is made for the mock alone. So it is with the authorization endpoint of a flow and, for
`openIdConnect`, with what its discovery document names. Revocation and introspection are found
where they are documented. An operation that takes a `grant_type` and gives an `access_token` is a
token endpoint even where no flow says so.

A log-in is an operation that gives a token and asks for none: its path says so (`/login`), or it
is free of credentials where others are not. What it gives opens the schemes that take tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mockserver.model.types import Described, DescribedSchema, Kind, Operation
from mockserver.model.types.issuer import Desk, Duty, Issuer

GRANTS: Mapping[str, frozenset[str]] = {
    "clientCredentials": frozenset({"client_credentials"}),
    "password": frozenset({"password", "refresh_token"}),
    "authorizationCode": frozenset({"authorization_code", "refresh_token"}),
}
"""The grant types of a flow (OpenAPI 3.0.3, OAuth Flows Object)."""
ALL_GRANTS = frozenset().union(*GRANTS.values())
RESPONSES = {"authorizationCode": "code", "implicit": "token"}
"""What the authorization endpoint gives in a flow (RFC 6749 section 3.1.1)."""
CONFIGURATION = "/.well-known/openid-configuration"
KEYS = "/.well-known/jwks.json"
OPENID_SCOPES = frozenset({"openid", "profile", "email", "offline_access"})
TOKEN_NAMES = frozenset(
    {"accesstoken", "authtoken", "token", "jwt", "jwttoken", "idtoken", "bearertoken"}
    | {"sessiontoken", "apitoken", "authorizationtoken", "userauthtoken"}
)
"""Properties that hold a token, in small letters and without separators."""
METHODS = {Desk.KEYS: ("GET",), Desk.DISCOVERY: ("GET",), Desk.AUTHORIZE: ("GET", "POST")}
BESIDE = frozenset({Desk.LOG_IN, Desk.LOG_OUT})
"""What an operation does for an issuer beside what it does anyway."""
WEAK_NAMES = TOKEN_NAMES | {"access", "key", "session"}
"""Those that do so where the path says that somebody logs in."""
_LOG_IN = re.compile(
    r"^(log-?in|sign-?in|auth|authenticate|authentication|token|tokens|jwt|obtain-token|token-auth"
    r"|token-obtain|token-refresh|refresh|refresh-token|sessions?)$"
)
_LOG_OUT = re.compile(r"^(log-?out|sign-?out)$")
_OTHER_TOKEN = re.compile(r"reset|forgot|verif|confirm|invit|csrf|device|upload")
_REVOKES = re.compile(r"^(revoke|revocation|revoke[-_]?token)$")
_INTROSPECTS = re.compile(r"^(introspect|introspection|introspect[-_]?token|tokeninfo)$")
_TOKEN_HEADER = re.compile(r"token|auth|jwt|session", re.IGNORECASE)

Schemes = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Duties:
    """What operations do for issuers: those of the document by label, and those that are made for
    the mock alone. `opened` are the schemes for which tokens are given.
    """

    described: Mapping[str, Duty] = field(default_factory=dict)
    made: tuple[Operation, ...] = ()

    @property
    def opened(self) -> frozenset[str]:
        return frozenset().union(*(duty.issuer.opens for duty in self._all))

    def plays(self, label: str) -> bool:
        """Tell whether an operation is an endpoint of an issuer, and nothing else."""
        duty = self.described.get(label)
        return duty is not None and duty.desk not in BESIDE

    @property
    def has_grants(self) -> bool:
        """Whether there are clients and users that ask for tokens."""
        return any(duty.desk in (Desk.TOKEN, Desk.AUTHORIZE) for duty in self._all)

    @property
    def _all(self) -> Iterator[Duty]:
        yield from self.described.values()
        yield from (operation.duty for operation in self.made if operation.duty)


NO_DUTIES = Duties()


def with_duties(
    operations: Iterable[Operation], described: Mapping[str, Described], duties: Duties
) -> tuple[Operation, ...]:
    """Return the operations of a document in its order, with those that are endpoints of an issuer
    and with what each does for one.
    """
    compiled = {operation.label: operation for operation in operations}
    if not duties.described:
        return tuple(compiled.values())
    for label, duty in duties.described.items():
        if duties.plays(label):
            compiled[label] = _endpoint(described[label], duty)
        elif label in compiled:
            compiled[label] = replace(compiled[label], duty=duty)
    places = {label: at for at, label in enumerate(described)}
    return tuple(sorted(compiled.values(), key=lambda each: places[each.label]))


def _endpoint(described: Described, duty: Duty) -> Operation:
    """Return the operation of an endpoint of an issuer."""
    success = (*described.success_statuses, 200)
    return Operation(
        described.label,
        described.method,
        described.path,
        Kind.STATELESS,
        success=success[0],
        created=success[0],
        reason=f"the {duty.desk.value} endpoint of {_listed(duty.issuer.opens)}",
        described=described,
        duty=duty,
    )


def plain_name(name: str) -> str:
    """Return a name in small letters without separators: `accessToken` and `access_token` are one.

    >>> plain_name("access_token")
    'accesstoken'
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())


def find_duties(
    described: Mapping[str, Described], schemes: Schemes, declared: Iterable[str] = ()
) -> Duties:
    """Return what the operations of a document do for issuers; nothing for those whose kind is
    `declared`.
    """
    if not any(map(_takes_token, schemes.values())):
        return NO_DUTIES
    known = frozenset(declared)
    free = {label: each for label, each in described.items() if label not in known}
    return _Finder(free, schemes).duties()


def _takes_token(scheme: Any) -> bool:
    """Tell whether a scheme is satisfied by a token that somebody gave."""
    if not isinstance(scheme, Mapping):
        return False
    match scheme.get("type"):
        case "oauth2" | "openIdConnect":
            return True
        case "http":
            return str(scheme.get("scheme", "")).lower() == "bearer"
        case "apiKey":
            is_header = scheme.get("in") == "header"
            return is_header and bool(_TOKEN_HEADER.search(str(scheme.get("name", ""))))
    return False


def path_of(url: Any, base: str = "") -> str:
    """Return the path of a URL that may be relative, empty where it is no URL.

    >>> path_of("https://login.example/oauth/token?x=1")
    '/oauth/token'
    >>> path_of("token", "/v2")
    '/v2/token'
    """
    if not isinstance(url, str) or not url.strip() or " " in url.strip():
        return ""
    bare = url.strip().partition("#")[0].partition("?")[0]
    if "://" in bare:
        return "/" + bare.partition("://")[2].partition("/")[2]
    if bare.startswith("/"):
        return bare
    return f"{base}/{bare.removeprefix('./')}"


class _Finder:
    """Looks through the schemes and the operations of one document."""

    def __init__(self, described: Mapping[str, Described], schemes: Schemes) -> None:
        self._described = described
        self._schemes = schemes
        self._found: dict[str, Duty] = {}
        self._made: list[Operation] = []
        servers = [each.servers for each in described.values()]
        self._base = servers[0][0] if servers and servers[0] else ""
        self._tokens = {name for name, each in schemes.items() if _takes_token(each)}
        bearers = self._of_type("http")
        self._bearers = frozenset(name for name in bearers if name in self._tokens)

    def duties(self) -> Duties:
        """Return all duties."""
        issuers = self._issuers()
        for issuer, joined in issuers:
            self._place(issuer, joined)
        if issuers:
            self._find_services(issuers[0][0])
        self._find_log_ins()
        return Duties(self._found, tuple(self._made))

    def _of_type(self, kind: str) -> list[str]:
        return [name for name, each in self._schemes.items() if each.get("type") == kind]

    def _issuers(self) -> list[tuple[Issuer, Mapping[Desk, str]]]:
        """Return who gives tokens, with the labels of the operations that are its endpoints."""
        drafts: dict[str, Issuer] = {}
        for name in self._of_type("oauth2"):
            flows = self._schemes[name].get("flows")
            for kind, flow in flows.items() if isinstance(flows, Mapping) else ():
                if isinstance(flow, Mapping):
                    self._take_flow(drafts, name, kind, flow)
        for name in self._of_type("openIdConnect"):
            self._take_openid(drafts, name)
        if not drafts:
            self._take_shape(drafts)
        return [self._settled(draft) for draft in drafts.values()]

    def _take_flow(
        self, drafts: dict[str, Issuer], name: str, kind: str, flow: Mapping[str, Any]
    ) -> None:
        """Add what a flow says to the issuer at its token endpoint."""
        token = path_of(flow.get("tokenUrl"), self._base)
        authorization = path_of(flow.get("authorizationUrl"), self._base)
        place = token or authorization
        is_played = kind in GRANTS or kind in RESPONSES
        if not place or not is_played:
            return
        known = drafts.get(place, Issuer(place))
        scopes = flow.get("scopes")
        paths = dict(known.paths)
        if token:
            paths[Desk.TOKEN] = token
        if authorization and kind in RESPONSES:
            paths[Desk.AUTHORIZE] = authorization
        drafts[place] = replace(
            known,
            opens=known.opens | {name},
            grants=known.grants | GRANTS.get(kind, frozenset()),
            flows=known.flows | ({RESPONSES[kind]} if kind in RESPONSES else frozenset()),
            scopes=known.scopes | frozenset(scopes if isinstance(scopes, Mapping) else ()),
            paths=paths,
        )

    def _take_openid(self, drafts: dict[str, Issuer], name: str) -> None:
        """Add the scheme of a discovery document to the first issuer, or one of its own."""
        url = path_of(self._schemes[name].get("openIdConnectUrl"), self._base)
        path = url if url.strip("/") else CONFIGURATION
        prefix, sign, _ = path.partition("/.well-known/")
        prefix = prefix if sign else path.rpartition("/")[0]
        place, known = next(iter(drafts.items()), (f"{prefix}/oauth/token", Issuer("")))
        shaped = next(self._token_shapes(), None)
        if not known.name and shaped is not None:
            place = shaped.path
        paths = {
            Desk.TOKEN: place,
            Desk.AUTHORIZE: f"{prefix}/oauth/authorize",
            Desk.USER: f"{prefix}/userinfo",
            Desk.REVOKE: f"{prefix}/oauth/revoke",
            Desk.INTROSPECT: f"{prefix}/oauth/introspect",
            Desk.KEYS: prefix + KEYS,
            Desk.DISCOVERY: path,
        }
        drafts[place] = replace(
            known,
            name=place,
            opens=known.opens | {name},
            grants=known.grants | ALL_GRANTS,
            flows=known.flows | {"code"},
            openid=True,
            prefix=prefix,
            paths={**paths, **known.paths},
        )

    def _take_shape(self, drafts: dict[str, Issuer]) -> None:
        """Add an issuer for each operation that takes a grant and gives a token."""
        for described in self._token_shapes():
            paths = {Desk.TOKEN: described.path}
            drafts[described.path] = Issuer(described.path, grants=ALL_GRANTS, paths=paths)

    def _token_shapes(self) -> Iterator[Described]:
        """Yield the operations that take a `grant_type` and give an `access_token`."""
        for described in self._described.values():
            names = map(plain_name, described.sent_schema.all_properties)
            if described.method != "POST" or "granttype" not in names:
                continue
            if token_path(described.success_schema()):
                yield described

    def _settled(self, draft: Issuer) -> tuple[Issuer, Mapping[Desk, str]]:
        """Return an issuer whose endpoints are where the document, or the mock, has them."""
        opens = draft.opens | self._bearers
        signed = draft.openid or any(self._is_signed(name) for name in opens)
        openid = draft.openid or "openid" in draft.scopes
        paths = dict(draft.paths)
        if signed or openid:
            paths.setdefault(Desk.KEYS, KEYS)
        joined = {}
        for desk, path in paths.items():
            label = self._operation_at(desk, path)
            if label:
                joined[desk] = label
                paths[desk] = full_path(self._described[label])
        grants = draft.grants | self._named_grants(joined.get(Desk.TOKEN, ""))
        scopes = draft.scopes | self._needed_scopes(draft.opens)
        if openid and scopes:
            scopes |= OPENID_SCOPES
        settled = replace(
            draft,
            opens=opens,
            grants=grants,
            scopes=scopes,
            signed=signed,
            openid=openid,
            paths=paths,
        )
        return settled, joined

    def _is_signed(self, name: str) -> bool:
        """Tell whether a scheme says that its tokens are JWTs."""
        return "jwt" in str(self._schemes[name].get("bearerFormat", "")).lower()

    def _operation_at(self, desk: Desk, path: str) -> str:
        """Return the label of the operation of an endpoint, empty where the document has none."""
        methods = METHODS.get(desk, ("POST",))[:1]
        if desk is Desk.USER:
            methods = ("GET",)
        wanted = path.rstrip("/")
        for label, described in self._described.items():
            if described.method not in methods:
                continue
            full = [server + described.path for server in described.servers]
            if any(known.rstrip("/") == wanted for known in (*full, described.path)):
                return label
        return ""

    def _named_grants(self, label: str) -> frozenset[str]:
        """Return the known grant types that a token endpoint lists."""
        described = self._described.get(label)
        if described is None:
            return frozenset()
        listed: set[str] = set()
        for name, schema in described.sent_schema.all_properties.items():
            if plain_name(name) == "granttype":
                values = schema.get("enum", ())
                listed.update(value for value in values if isinstance(value, str))
        return ALL_GRANTS & listed

    def _needed_scopes(self, names: frozenset[str]) -> frozenset[str]:
        """Return the scopes that operations need of some schemes."""
        found: set[str] = set()
        for described in self._described.values():
            for requirement in described.security or ():
                for name in names & requirement.keys():
                    found.update(requirement[name])
        return frozenset(found)

    def _place(self, issuer: Issuer, joined: Mapping[Desk, str]) -> None:
        """Give the endpoints of an issuer their operations."""
        for desk, path in issuer.paths.items():
            label = joined.get(desk, "")
            methods = METHODS.get(desk, ("POST",))
            if desk is Desk.USER:
                methods = ("GET", "POST")
            if label and desk is not Desk.USER:
                self._found[label] = Duty(desk, issuer, True, path)
            if label and desk is not Desk.AUTHORIZE:
                continue
            for method in methods:
                if f"{method} {path}" != label:
                    self._make(method, Duty(desk, issuer, False, path))

    def _make(self, method: str, duty: Duty) -> None:
        """Make an operation that the document does not have."""
        label = f"{method} {duty.path}"
        if label in self._described or any(label == known.label for known in self._made):
            return
        described = Described(duty.path, method, security=())
        self._made.append(_endpoint(described, duty))

    def _find_services(self, issuer: Issuer) -> None:
        """Find where tokens are revoked and introspected."""
        for label, described in self._described.items():
            last = _last_word(described.path)
            if described.method != "POST" or label in self._found:
                continue
            names = set(map(plain_name, described.sent_schema.all_properties))
            if "token" not in names and described.request is not None:
                continue
            path = full_path(described)
            if _REVOKES.match(last):
                self._found[label] = Duty(Desk.REVOKE, issuer, True, path)
            elif _INTROSPECTS.match(last):
                self._found[label] = Duty(Desk.INTROSPECT, issuer, True, path)

    def _find_log_ins(self) -> None:
        """Find the log-ins and log-outs of the API's own."""
        opens = frozenset(self._tokens)
        signed = any(self._is_signed(name) for name in opens)
        issuer = Issuer("log-in", opens, signed=signed)
        for label, described in self._described.items():
            if label in self._found:
                continue
            if _LOG_OUT.match(_last_word(described.path)):
                self._found[label] = Duty(Desk.LOG_OUT, issuer)
            elif described.method == "POST" and self._logs_in(described):
                self._found[label] = Duty(Desk.LOG_IN, issuer, token=_told_at(described))

    def _logs_in(self, described: Described) -> bool:
        """Tell whether an operation gives a token to those who have none."""
        if _OTHER_TOKEN.search(described.path.lower()):
            return False
        is_said = _LOG_IN.match(_last_word(described.path)) is not None
        names = WEAK_NAMES if is_said else TOKEN_NAMES
        if not token_path(described.success_schema(), names):
            return False
        needed = described.security
        if not needed or {} in needed or is_said:
            return True
        by_others = [each for each in needed if not self._tokens & each.keys()]
        return bool(by_others) and "{" not in described.path


def _told_at(described: Described) -> tuple[str, ...]:
    """Return where a log-in tells its token."""
    schema = described.success_schema()
    return token_path(schema) or token_path(schema, WEAK_NAMES)


def token_path(
    schema: DescribedSchema, names: frozenset[str] = TOKEN_NAMES, depth: int = 2
) -> tuple[str, ...]:
    """Return the properties that lead to the token of a reply, none where there is no token."""
    for name, child in schema.properties.items():
        if plain_name(name) in names and child.type in ("string", None):
            return (name,)
    for name, child in schema.properties.items() if depth else ():
        if child.is_object:
            inner = token_path(child, names, depth - 1)
            if inner:
                return (name, *inner)
    return ()


def full_path(described: Described) -> str:
    """Return the path of an operation below the host."""
    servers: Sequence[str] = described.servers or ("",)
    return servers[0] + described.path


def _last_word(path: str) -> str:
    """Return the last segment of a path, in small letters and without an extension."""
    last = path.rstrip("/").rpartition("/")[2]
    return last.partition(".")[0].partition("?")[0].replace("_", "-").lower()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
