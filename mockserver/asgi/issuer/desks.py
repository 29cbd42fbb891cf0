"""Answer the endpoints of an issuer over HTTP: a request in, an Answer out; what is given and taken
back is decided by `behavior.grants` and `behavior.consent`, and kept in the space.

    POST /oauth/token  grant_type=client_credentials, Basic app:secret
    200  Cache-Control: no-store  {"access_token": "8d1f...", "token_type": "Bearer", ...}

Where the document describes an endpoint, its replies are in the document's form, errors too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from mockserver.asgi.codec.bodies import Malformed, decode_json, parse_media_type
from mockserver.asgi.issuer.consent_page import consent_page, refusal_page
from mockserver.asgi.issuer.token_reply import reply_schema, shaped, shown_life_s, wants
from mockserver.asgi.replies.errorreply import ErrorPlace, error_reply
from mockserver.asgi.request import Request, TooLarge, note_problem
from mockserver.asgi.respond import Answer, Headers, encode
from mockserver.behavior.issuer.consent import (
    SentBack,
    approved,
    check_client,
    checked_scopes,
    denied,
)
from mockserver.behavior.issuer.grants import (
    Enquiry,
    Fields,
    GrantRefused,
    Register,
    client_of,
    introspection,
    proven_client,
    revoke,
    token_reply,
    user_reply,
)
from mockserver.behavior.issuer.tokens import (
    LIFE_S,
    Holder,
    begun,
    give_access,
    keep_access,
    take_back,
)
from mockserver.behavior.stateless import value_of
from mockserver.call import Call, Principal, Problem, ProblemKind, Refused, Violation
from mockserver.errors import MissingExtraError
from mockserver.lookup import MISSING, value_at
from mockserver.mediatype import plain_media_type
from mockserver.model.issuer.logins import plain_name
from mockserver.model.types import Desk, Duty, Kind, Model, Operation, json_media
from mockserver.model.types.schema import NO_SCHEMA
from mockserver.space import Space
from mockserver.state import Draft

FIELDS = (
    *("grant_type", "client_id", "client_secret", "username", "password", "scope", "code"),
    *("redirect_uri", "code_verifier", "refresh_token", "token", "token_type_hint"),
)
"""What is sent to an issuer (RFC 6749, RFC 7009, RFC 7636, RFC 7662)."""
_SPELLING = {plain_name(name): name for name in FIELDS}
APPROVE = "__approve"
"""The query parameter that lets a client in without the page: `true`, or the name of the user."""
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
NO_STORE: Headers = [(b"cache-control", b"no-store"), (b"pragma", b"no-cache")]
_CLIENT_FIELDS = frozenset({"clientid", "clientsecret"})

OPEN = frozenset({Desk.TOKEN, Desk.AUTHORIZE, Desk.KEYS, Desk.DISCOVERY})
"""Endpoints that nobody needs a token for."""

Decode = Callable[[Request], Awaitable[Call]]
Admit = Callable[[Request], Principal | None]


class RequestMint:
    """Makes the tokens of one request, which all have one moment."""

    def __init__(
        self,
        space: Space,
        url: str,
    ) -> None:
        """Take the identifier of the issuer."""
        self.url = url
        self._supply = space.supply.still()
        self.now_s: int = self._supply.stamp("now-unix")

    def opaque(self, salt: str) -> str:
        """Return a token that says nothing."""
        return self._supply.uuid(f"~issued/{salt}").replace("-", "")

    def signed(self, claims: Mapping[str, Any], algorithm: str) -> str:
        """Return a token that holds claims. Raises Refused where nothing can be signed."""
        from mockserver.generation.signatures import signed  # imports PyJWT

        try:
            return signed(claims, algorithm)
        except MissingExtraError as error:
            raise Refused(Problem(ProblemKind.INTERNAL, str(error))) from None


def _key_set(algorithm: str) -> dict[str, Any]:
    """Return the keys that verify tokens. Raises Refused where nothing can be signed."""
    from mockserver.generation.signatures import key_set  # imports PyJWT

    try:
        return key_set(algorithm)
    except MissingExtraError as error:
        raise Refused(Problem(ProblemKind.INTERNAL, str(error))) from None


class IssuerDesk:
    """Answers one endpoint of an issuer, or what an operation does for one beside its own work."""

    def __init__(
        self,
        model: Model,
        operation: Operation,
        duty: Duty,
        space: Space,
        errors: Callable[[], ErrorPlace],
    ) -> None:
        """Take the state of requests that name no other, and how the operation tells errors."""
        self._model = model
        self._operation = operation
        self._duty = duty
        self._issuer = duty.issuer
        self._space = space
        self._errors = errors
        self._life_s = shown_life_s(operation, LIFE_S)
        request = operation.described.request
        content = request.content if request else {}
        self._taken = {plain_media_type(name) for name in content}

    @property
    def logs_out(self) -> bool:
        """Whether the operation takes back the token of its call."""
        return self._duty.desk is Desk.LOG_OUT

    @property
    def is_whole(self) -> bool:
        """Whether the operation is this endpoint and nothing else."""
        return self._duty.desk not in (Desk.LOG_IN, Desk.LOG_OUT)

    async def answer(
        self,
        request: Request,
        decode: Decode,
        admit: Admit,
    ) -> Answer:
        """Return the answer of an endpoint. Raises Refused for what is refused in the API's own
        way: a call without the credentials that the document asks for.
        """
        match self._duty.desk:
            case Desk.KEYS:
                return self._told(_key_set(self._issuer.algorithm))
            case Desk.DISCOVERY:
                return self._told(self._configuration(request))
            case Desk.USER:
                return self._user(request)
            case Desk.AUTHORIZE:
                return await self._authorized(request)
        return await self._served(request, decode, admit)

    async def _served(
        self,
        request: Request,
        decode: Decode,
        admit: Admit,
    ) -> Answer:
        """Return the answer of the token endpoint, or of one where clients ask about tokens."""
        try:
            fields, violations = await self._sent(request, decode)
        except GrantRefused as refused:
            return self._refusal(refused, request)
        with self._home(request).transaction() as transaction:
            draft = Draft(transaction)
            enquiry = self._enquiry(request, fields, draft)
            try:
                answer = self._decided(enquiry, request, admit)
                _check_fields(violations, enquiry)
            except GrantRefused as refused:
                answer = self._refusal(refused, request)
                is_kept = refused.error == "invalid_grant"  # what was used twice is taken back
            else:
                is_kept = True
            if is_kept:
                transaction.apply(draft.changes)
        return answer

    def _decided(
        self,
        enquiry: Enquiry,
        request: Request,
        admit: Admit,
    ) -> Answer:
        """Return the answer to an enquiry. Raises GrantRefused."""
        if self._duty.desk is Desk.TOKEN:
            return self._told(token_reply(enquiry))
        self._check_asker(enquiry, request, admit)
        if self._duty.desk is Desk.REVOKE:
            revoke(enquiry)
            return Answer(self._operation.success, list(NO_STORE), b"")
        return self._told(introspection(enquiry))

    def _check_asker(
        self,
        enquiry: Enquiry,
        request: Request,
        admit: Admit,
    ) -> None:
        """Raise GrantRefused or Refused where neither a client nor a caller shows itself."""
        word, _, _ = enquiry.authorization.partition(" ")
        shows_client = word.lower() == "basic" or "client_id" in enquiry.fields
        if not self._duty.described or shows_client:
            is_public = self._duty.desk is Desk.REVOKE
            client_of(enquiry) if is_public and shows_client else proven_client(enquiry)
            return
        admit(request)

    def _enquiry(
        self,
        request: Request,
        fields: Fields,
        draft: Draft,
    ) -> Enquiry:
        """Return a request to the issuer with what is needed to answer it."""
        home = self._home(request)
        schema = reply_schema(self._operation, self._operation.success)
        if "grant_type" not in fields and self._has_one_grant():
            fields = {**fields, "grant_type": self._first_grant()}
        return Enquiry(
            self._issuer,
            fields,
            request.headers.get("authorization", ""),
            self._register(),
            draft,
            RequestMint(home, self._url(request)),
            self._life_s,
            wants(schema, "refresh_token"),
        )

    def _has_one_grant(self) -> bool:
        """Tell whether the document has no word for the type of the grant, as there is but one."""
        if not self._duty.described or self._duty.desk is not Desk.TOKEN:
            return False
        names = map(plain_name, self._operation.described.sent_schema.all_properties)
        return bool(self._first_grant()) and "granttype" not in names

    def _first_grant(self) -> str:
        """Return the only grant type beside that of refreshing, empty where there are several."""
        begins = self._issuer.grants - {"refresh_token"}
        return next(iter(begins)) if len(begins) == 1 else ""

    def _register(self) -> Register:
        """Return who is known."""
        security = self._model.security
        if security.policy != "known":
            return Register(None, None)
        groups: dict[str, set[str]] = {"clients": set(), "users": set()}
        for credential in security.credentials:
            if credential.scheme in groups:
                groups[credential.scheme].add(credential.value)
        return Register(frozenset(groups["clients"]), frozenset(groups["users"]))

    def _home(self, request: Request) -> Space:
        """Return the space that tokens are kept in, that of all tenants."""
        return request.home or self._space

    async def _sent(
        self, request: Request, decode: Decode
    ) -> tuple[dict[str, str], tuple[Violation, ...]]:
        """Return the fields of a request and what is wrong with them by the document. Raises
        GrantRefused for a body that cannot be read.
        """
        media_type, _ = parse_media_type(request.headers.get("content-type", FORM))
        if media_type in self._taken:
            try:
                call = await decode(request)
            except Refused as refused:
                raise GrantRefused("invalid_request", refused.problem.message) from None
            return {**_fields(call.query), **_fields(call.body)}, call.violations
        try:
            content = await request.body()
            body: Any = dict(parse_qsl(content.decode("utf-8", "replace")))
            if media_type != FORM:
                body = decode_json(content, {}, NO_SCHEMA) if content else {}
        except (TooLarge, Malformed):
            raise GrantRefused("invalid_request", "the body is no form") from None
        return {**_fields(request.query_params), **_fields(body)}, ()

    def _told(self, told: Mapping[str, Any]) -> Answer:
        """Return an answer of success in the form that the document gives it."""
        status = self._operation.success
        return encode(status, list(NO_STORE), self._shaped(told, status), JSON)

    def _shaped(
        self,
        told: Mapping[str, Any],
        status: int,
    ) -> dict[str, Any]:
        """Return what is told as the document spells the body of a status."""
        media = json_media(self._operation.described.response(status).content)
        if media is None:
            return dict(told)
        sample = value_of(media, self._operation.label, self._space.supply)
        return shaped(media.schema, told, sample)

    def _refusal(
        self,
        refused: GrantRefused,
        request: Request,
    ) -> Answer:
        """Return why an endpoint refuses (RFC 6749 section 5.2)."""
        used_header = request.headers.get("authorization", "").lower().startswith("basic")
        kind = ProblemKind.INVALID
        status = 400
        if refused.error == "invalid_client":
            kind = ProblemKind.BAD_CREDENTIALS
            described = self._operation.described
            only_400 = described.documents(400) and not described.documents(401)
            status = 400 if only_400 and not used_header else 401
        problem = Problem(kind, refused.text)
        headers = list(NO_STORE)
        if status == 401:
            headers.append((b"www-authenticate", b'Basic realm="clients"'))
        schema = reply_schema(self._operation, status)
        names = schema.properties if schema is not None else {}
        if names and ("error" not in names or names["error"].type not in ("string", None)):
            _, form = self._errors().form(status)
            answer = error_reply(self._errors(), problem, request, form)
            return replace(answer, headers=[*answer.headers, *headers])
        note_problem(request.scope, problem)
        told = {"error": refused.error, "error_description": refused.text}
        return encode(status, headers, self._shaped(told, status), JSON)

    def _url(self, request: Request) -> str:
        """Return the identifier of the issuer: where its endpoints are, as a client knows it."""
        return self._below(request) + self._issuer.prefix

    def _below(self, request: Request) -> str:
        """Return the URL below which the paths of the API are."""
        root = request.scope.get("root_path", "")
        return f"{request.origin}{root}{request.under}"

    def _configuration(self, request: Request) -> dict[str, Any]:
        """Return the discovery document (OpenID Connect Discovery 1.0 section 3)."""
        below, issuer = self._below(request), self._issuer
        places = {
            "authorization_endpoint": Desk.AUTHORIZE,
            "token_endpoint": Desk.TOKEN,
            "userinfo_endpoint": Desk.USER,
            "jwks_uri": Desk.KEYS,
            "revocation_endpoint": Desk.REVOKE,
            "introspection_endpoint": Desk.INTROSPECT,
        }
        found: dict[str, Any] = {"issuer": self._url(request)}
        for name, desk in places.items():
            if desk in issuer.paths:
                found[name] = below + issuer.paths[desk]
        return {
            **found,
            "scopes_supported": sorted(issuer.scopes | {"openid", "profile", "email"}),
            "response_types_supported": sorted(issuer.flows),
            "response_modes_supported": ["query", "fragment"],
            "grant_types_supported": sorted(issuer.grants),
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [issuer.algorithm],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic",
                "client_secret_post",
                "none",
            ],
            "code_challenge_methods_supported": ["S256", "plain"],
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "name", "email"],
        }

    def _user(self, request: Request) -> Answer:
        """Return what is told of the user of a token (RFC 6750 section 3)."""
        word, _, token = request.headers.get("authorization", "").partition(" ")
        with self._home(request).transaction() as transaction:
            enquiry = self._enquiry(request, {}, Draft(transaction))
            told = user_reply(enquiry, token.strip()) if word.lower() == "bearer" else None
        if told is not None:
            return self._told(told)
        challenge = b'Bearer error="invalid_token"' if word else b"Bearer"
        return Answer(401, [*NO_STORE, (b"www-authenticate", challenge)], b"")

    async def _authorized(self, request: Request) -> Answer:
        """Return the page of consent, or where the browser goes after it."""
        fields = dict(request.query_params)
        is_answer = request.scope["method"] == "POST"
        if is_answer:
            content = await request.body()
            fields.update(parse_qsl(content.decode("utf-8", "replace")))
        approve = fields.pop(APPROVE, "")
        with self._home(request).transaction() as transaction:
            draft = Draft(transaction)
            enquiry = self._enquiry(request, fields, draft)
            try:
                check_client(enquiry)
            except GrantRefused as refused:
                return refusal_page(refused.error, refused.text)
            try:
                answer = self._consented(enquiry, approve)
            except SentBack as back:
                answer = _sent_to(back.url, is_answer)
            transaction.apply(draft.changes)
        return answer

    def _consented(
        self,
        enquiry: Enquiry,
        approve: str,
    ) -> Answer:
        """Return what follows on a request that is in order. Raises SentBack."""
        scopes = checked_scopes(enquiry) or ()
        fields = enquiry.fields
        user = fields.get("username") or self._usual_user()
        consent = fields.get("consent", "")
        if consent == "deny":
            return _sent_to(denied(enquiry), True)
        if consent == "allow":
            return _sent_to(approved(enquiry, user), True)
        if approve or fields.get("prompt") == "none":
            named = approve if approve not in ("", "true", "1") else user
            return _sent_to(approved(enquiry, named), False)
        return consent_page(self._model.name, fields, scopes, user)

    def _usual_user(self) -> str:
        """Return the first user that is known."""
        for credential in self._model.security.credentials:
            if credential.scheme == "users":
                return credential.value.partition(":")[0]
        return "user"

    def logged_in(
        self,
        request: Request,
        call: Call,
        body: Any,
    ) -> Any:
        """Return the body of a log-in with a token that opens: a new one, or the one of the record
        that was made where that has one.
        """
        path = ".".join(self._duty.token)
        told = value_at(body, path)
        is_new = self._operation.kind is Kind.STATELESS
        if told is MISSING and len(self._duty.token) == 1:
            is_new, told = True, ""
        if not isinstance(told, str) or not isinstance(body, dict):
            return body
        home = self._home(request)
        with home.transaction() as transaction:
            draft = Draft(transaction)
            mint = RequestMint(home, self._url(request))
            holder = begun(draft, Holder("", _user_name(call.body)))
            if is_new:
                life_s = _told_life_s(body, self._duty.token)
                told = give_access(draft, self._issuer, holder, mint, life_s)
            else:
                keep_access(draft, self._issuer, holder, mint, told)
            transaction.apply(draft.changes)
        return _with(body, self._duty.token, told)

    def logged_out(self, request: Request) -> None:
        """Take back the token of a call."""
        header = request.headers.get("authorization", "")
        with self._home(request).transaction() as transaction:
            draft = Draft(transaction)
            take_back(draft, header.rpartition(" ")[2])
            transaction.apply(draft.changes)


def _check_fields(
    violations: tuple[Violation, ...],
    enquiry: Enquiry,
) -> None:
    """Raise GrantRefused for a field that the document needs; a client that shows itself in the
    header need not do so in the body.
    """
    for violation in violations:
        if violation.rule != "required" or not violation.name:
            continue
        is_shown = plain_name(violation.name) in _CLIENT_FIELDS and enquiry.authorization
        is_known = _SPELLING.get(plain_name(violation.name), "") in enquiry.fields
        if not is_shown and not is_known:
            raise GrantRefused("invalid_request", violation.message)


def _fields(sent: Any) -> dict[str, str]:
    """Return what was sent as texts by the names of RFC 6749."""
    found: dict[str, str] = {}
    for name, value in sent.items() if isinstance(sent, Mapping) else ():
        known = _SPELLING.get(plain_name(str(name)), str(name))
        if isinstance(value, list):
            value = " ".join(map(str, value))
        if value is not None and not isinstance(value, Mapping):
            found[known] = str(value)
    return found


def _sent_to(
    url: str,
    after_form: bool,
) -> Answer:
    """Return the answer that sends a browser on."""
    location = (b"location", url.encode("ascii", "ignore"))
    return Answer(303 if after_form else 302, [location, *NO_STORE], b"")


_USER_NAMES = ("username", "email", "user", "login", "userid", "name", "identifier")


def _user_name(sent: Any) -> str:
    """Return who logs in, by the name that was sent."""
    if not isinstance(sent, Mapping):
        return ""
    texts = {plain_name(str(name)): value for name, value in sent.items()}
    for name in _USER_NAMES:
        if isinstance(texts.get(name), str):
            return str(texts[name])
    for value in sent.values():
        found = _user_name(value)
        if found:
            return found
    return ""


def _told_life_s(
    body: Mapping[str, Any],
    path: tuple[str, ...],
) -> int | None:
    """Return for how many seconds a log-in says that its token is good, None where it does not."""
    holder: Any = body
    for step in path[:-1]:
        holder = holder[step]
    for name, value in holder.items():
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if plain_name(name) == "expiresin" and is_number and value > 0:
            return int(value)
    return None


def _with(
    body: dict[str, Any],
    path: tuple[str, ...],
    value: Any,
) -> dict[str, Any]:
    """Return an object with another value at the end of a path."""
    step, *rest = path
    if rest:
        value = _with(body[step], tuple(rest), value)
    return {**body, step: value}
