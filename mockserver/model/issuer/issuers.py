"""Find who gives tokens, and where: security schemes and operations in, a Duty for each operation
that gives, takes back or explains tokens out.

    components.securitySchemes.o:
      {type: oauth2, flows: {password: {tokenUrl: 'https://login.example/token', scopes: {}}}}

Where the document has `POST /token`, that operation is the token endpoint; where it has none, one
is made for the mock alone. So it is with the authorization endpoint of a flow and, for
`openIdConnect`, with what its discovery document names. Revocation and introspection are found
where they are documented. An operation that takes a `grant_type` and gives an `access_token` is a
token endpoint even where no flow says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from mockserver.model.issuer.logins import (
    Schemes,
    algorithm_of,
    find_log_ins,
    is_signed,
    last_word,
    plain_name,
    takes_token,
    token_path,
)
from mockserver.model.types import Described, Kind, Model, Operation
from mockserver.model.types.issuer import Desk, Duty, Issuer
from mockserver.slots import dataclass

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
METHODS = {Desk.KEYS: ("GET",), Desk.DISCOVERY: ("GET",), Desk.AUTHORIZE: ("GET", "POST")}
BESIDE = frozenset({Desk.LOG_IN, Desk.LOG_OUT})
"""What an operation does for an issuer beside what it does anyway."""
_REVOKES = re.compile(r"^(revoke|revocation|revoke[-_]?token)$")
_INTROSPECTS = re.compile(r"^(introspect|introspection|introspect[-_]?token|tokeninfo)$")


@dataclass(frozen=True, slots=True)
class Duties:
    """What operations do for issuers: those of the document by label, and those that are made for
    the mock alone. `opened` are the schemes for which tokens are given.
    """

    described: Mapping[str, Duty] = field(default_factory=dict)
    made: tuple[Operation, ...] = ()

    @property
    def opened(self) -> frozenset[str]:
        found: set[str] = set()
        for duty in self._all:
            found |= duty.issuer.opens
        return frozenset(found)

    def plays(self, label: str) -> bool:
        """Tell whether an operation is an endpoint of an issuer, and nothing else."""
        duty = self.described.get(label)
        return duty is not None and duty.desk not in BESIDE

    @property
    def has_grants(self) -> bool:
        """Whether there are clients and users that ask for tokens."""
        desks = {duty.desk for duty in self._all}
        return bool(desks & {Desk.TOKEN, Desk.AUTHORIZE})

    @property
    def _all(self) -> Iterator[Duty]:
        yield from self.described.values()
        for operation in self.made:
            if operation.duty is not None:
                yield operation.duty


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
    ordered = [compiled[label] for label in described if label in compiled]
    return tuple(ordered)


def _endpoint(
    described: Described,
    duty: Duty,
) -> Operation:
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


def find_duties(
    described: Mapping[str, Described], schemes: Schemes, declared: Iterable[str] = ()
) -> Duties:
    """Return what the operations of a document do for issuers; nothing for those whose kind is
    `declared`.
    """
    if not any(map(takes_token, schemes.values())):
        return NO_DUTIES
    known = frozenset(declared)
    free = {}
    for label, operation in described.items():
        if label not in known:
            free[label] = operation
    finder = _Finder(free, schemes)
    return finder.duties()


def path_of(
    url: Any,
    base: str = "",
) -> str:
    """Return the path of a URL that may be relative, empty where it is no URL.

    >>> path_of("https://login.example/oauth/token?x=1")
    '/oauth/token'
    >>> path_of("token", "/v2")
    '/v2/token'
    """
    text = url.strip() if isinstance(url, str) else ""
    if not text or " " in text:
        return ""
    whole, _, _ = text.partition("#")
    bare, _, _ = whole.partition("?")
    if "://" in bare:
        _, _, below = bare.partition("://")
        _, _, path = below.partition("/")
        return f"/{path}"
    if bare.startswith("/"):
        return bare
    return f"{base}/{bare.removeprefix('./')}"


class _Finder:
    """Looks through the schemes and the operations of one document."""

    def __init__(
        self,
        described: Mapping[str, Described],
        schemes: Schemes,
    ) -> None:
        self._described = described
        self._schemes = schemes
        self._found: dict[str, Duty] = {}
        self._made: list[Operation] = []
        self._base = ""
        for operation in described.values():
            self._base = operation.servers[0]
            break
        bearers = set()
        for name in self._of_type("http"):
            if takes_token(schemes[name]):
                bearers.add(name)
        self._bearers = frozenset(bearers)

    def duties(self) -> Duties:
        """Return all duties."""
        issuers = self._issuers()
        for issuer, joined in issuers:
            self._place(issuer, joined)
        if issuers:
            self._find_services(issuers[0][0])
        log_ins = find_log_ins(self._described, self._schemes, self._found)
        self._found.update(log_ins)
        return Duties(self._found, tuple(self._made))

    def _of_type(self, kind: str) -> list[str]:
        return [name for name, each in self._schemes.items() if each.get("type") == kind]

    def _issuers(self) -> list[tuple[Issuer, Mapping[Desk, str]]]:
        """Return who gives tokens, with the labels of the operations that are its endpoints."""
        drafts: dict[str, Issuer] = {}
        for name in self._of_type("oauth2"):
            flows = self._schemes[name].get("flows")
            if not isinstance(flows, Mapping):
                continue
            for kind, flow in flows.items():
                if isinstance(flow, Mapping):
                    self._take_flow(drafts, name, kind, flow)
        _merge_implicit(drafts)
        for name in self._of_type("openIdConnect"):
            self._take_openid(drafts, name)
        if not drafts:
            self._take_shape(drafts)
        return [self._settled(draft) for draft in drafts.values()]

    def _take_flow(
        self,
        drafts: dict[str, Issuer],
        name: str,
        kind: str,
        flow: Mapping[str, Any],
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
        named = frozenset(scopes) if isinstance(scopes, Mapping) else frozenset()
        flows = known.flows
        if kind in RESPONSES:
            flows |= {RESPONSES[kind]}
        paths = dict(known.paths)
        if token:
            paths[Desk.TOKEN] = token
        if authorization and kind in RESPONSES:
            paths[Desk.AUTHORIZE] = authorization
        drafts[place] = replace(
            known,
            opens=known.opens | {name},
            grants=known.grants | GRANTS.get(kind, frozenset()),
            flows=flows,
            scopes=known.scopes | named,
            paths=paths,
        )

    def _take_openid(
        self,
        drafts: dict[str, Issuer],
        name: str,
    ) -> None:
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
        signed = draft.openid
        for name in opens:
            signed = signed or is_signed(self._schemes[name])
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
            algorithm=algorithm_of(self._schemes[name] for name in opens),
            openid=openid,
            paths=paths,
        )
        return settled, joined

    def _operation_at(
        self,
        desk: Desk,
        path: str,
    ) -> str:
        """Return the label of the operation of an endpoint, empty where the document has none."""
        methods = METHODS.get(desk, ("POST",))[:1]
        if desk is Desk.USER:
            methods = ("GET",)
        wanted = path.rstrip("/")
        for label, described in self._described.items():
            if described.method not in methods:
                continue
            for server in ("", *described.servers):
                full = server + described.path
                if full.rstrip("/") == wanted:
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

    def _place(
        self,
        issuer: Issuer,
        joined: Mapping[Desk, str],
    ) -> None:
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
            described_method, _, _ = label.partition(" ")
            for method in methods:
                if method != described_method:
                    self._make(method, Duty(desk, issuer, False, path))

    def _make(
        self,
        method: str,
        duty: Duty,
    ) -> None:
        """Make an operation that the document does not have."""
        label = f"{method} {duty.path}"
        if label in self._described or any(label == known.label for known in self._made):
            return
        described = Described(duty.path, method, security=())
        self._made.append(_endpoint(described, duty))

    def _find_services(self, issuer: Issuer) -> None:
        """Find where tokens are revoked and introspected."""
        for label, described in self._described.items():
            last = last_word(described.path)
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


def _merge_implicit(drafts: dict[str, Issuer]) -> None:
    """Let flows that have an authorization endpoint in common be those of one issuer."""
    alone = [draft for draft in drafts.values() if Desk.TOKEN not in draft.paths]
    for implicit in alone:
        place = implicit.paths[Desk.AUTHORIZE]
        for name, draft in drafts.items():
            is_same = draft.paths.get(Desk.AUTHORIZE) == place
            if draft is implicit or not is_same:
                continue
            drafts[name] = replace(
                draft,
                opens=draft.opens | implicit.opens,
                flows=draft.flows | implicit.flows,
                scopes=draft.scopes | implicit.scopes,
            )
            del drafts[implicit.name]
            break


def told_issuers(model: Model) -> Iterator[str]:
    """Yield what a mock does for who gives tokens, a line for each operation.

    POST /oauth/token: token endpoint of o; client_credentials; made, as the document has none
    """
    for operation in (*model.operations, *model.made):
        duty = operation.duty
        if duty is None:
            continue
        opens = _listed(duty.issuer.opens)
        text = f"{operation.label}: {duty.desk.value.replace('_', ' ')}"
        if duty.desk in BESIDE:
            yield f"{text}; its token opens {opens}"
            continue
        text = f"{text} endpoint of {opens}"
        if duty.desk is Desk.TOKEN:
            text = f"{text}; {_listed(duty.issuer.grants)}"
        if not duty.described:
            text = f"{text}; made, as the document has none"
        yield text


def full_path(described: Described) -> str:
    """Return the path of an operation below the host."""
    servers: Sequence[str] = described.servers or ("",)
    return servers[0] + described.path


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
