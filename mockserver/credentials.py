"""Credentials of a live server that do not last: what brings one in, the present one out, renewed
when it ends.

    --auth-command 'vault read -field=token secret/api'     what the command prints
    --auth OAuth=client:secret                              a token of the document's OAuth 2.0 flow

A credential is asked for anew shortly before its time is up, and where it is refused (401) after
it was taken. Requests are made with the one of before now and then, so each is given the present
one as it goes out:

    Authorization: Bearer FIRST    ->    Authorization: Bearer SECOND
"""

from __future__ import annotations

import base64
import json
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from mockserver.errors import SettingsError
from mockserver.exchange import Answer, Sent

LONGEST_S = 60.0
"""Seconds that a command may take."""
EARLY = 0.1
"""The share of its time before the end of which a credential is renewed."""
FORM = "application/x-www-form-urlencoded"
GRANTS = {"clientCredentials": "client_credentials", "password": "password"}
"""Grant types by flows that need nobody to look on (RFC 6749, sections 4.3 and 4.4)."""

Post = Callable[[str, Mapping[str, str], bytes], Answer]
"""Sends a body to a URL, with headers. Raises SettingsError where no answer comes."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A credential, how long it lasts in seconds where that is told, and what renews it."""

    value: str
    lasts_s: float | None = None
    refresh: str = ""


@dataclass(slots=True)
class Login:
    """Brings the credential of a security scheme. `fetch` takes what renews the last one, empty at
    first. `is_taken` tells that the present one was accepted.
    """

    scheme: str
    fetch: Callable[[str], Issued]
    is_taken: bool = False
    _issued: Issued | None = None
    _due_s: float | None = None

    @property
    def value(self) -> str:
        """The present credential. Raises SettingsError where none can be had."""
        is_over = self._due_s is not None and time.monotonic() >= self._due_s
        if self._issued is None or is_over:
            self.renew()
        assert self._issued is not None, "a credential was just brought"
        return self._issued.value

    @property
    def held(self) -> str | None:
        """The credential that was brought last, whether its time is up or not."""
        return None if self._issued is None else self._issued.value

    def renew(self) -> None:
        """Bring another credential. Raises SettingsError."""
        refresh = "" if self._issued is None else self._issued.refresh
        issued = self.fetch(refresh)
        lasts_s = issued.lasts_s
        self._issued = replace(issued, refresh=issued.refresh or refresh)
        self._due_s = None if lasts_s is None else time.monotonic() + lasts_s * (1 - EARLY)
        self.is_taken = False


@dataclass(slots=True)
class Access:
    """Gives requests the present credentials in the place of those of before."""

    logins: Sequence[Login]
    _known: dict[str, Login] = field(default_factory=dict)

    def current(self, sent: Sent) -> Sent:
        """Return a request with the credentials that count now. Raises SettingsError."""
        for login in self.logins:
            self._known[login.value] = login
        headers = {name: self._renamed(text) for name, text in sent.headers.items()}
        path, sign, query = sent.target.partition("?")
        asked = "&".join(map(self._asked, query.split("&")))
        return replace(sent, target=f"{path}{sign}{asked}").with_headers(headers)

    def is_renewed(self, sent: Sent, answer: Answer) -> bool:
        """Tell whether a request that was refused is worth another try, for its credential was
        renewed. Raises SettingsError.
        """
        ended = self.ended(sent, answer)
        for login in ended:
            login.renew()
        if answer.status != 401:
            for login in self._carried(sent):
                login.is_taken = login.is_taken or answer.status < 400
        return bool(ended)

    def ended(self, sent: Sent, answer: Answer) -> list[Login]:
        """Return the logins whose credential was taken before and is refused now: it has ended."""
        if answer.status != 401:
            return []
        return [login for login in self._carried(sent) if login.is_taken]

    def _carried(self, sent: Sent) -> Iterator[Login]:
        """Yield the logins whose present credential a request carries."""
        for login in self.logins:
            if login.held is None:
                continue
            spelled = quote(login.held, safe="")
            in_header = any(login.held in _words(text) for text in sent.headers.values())
            if in_header or f"={spelled}" in sent.target:
                yield login

    def _renamed(self, text: str) -> str:
        """Return a header with the present credential: the whole of it, what follows its scheme, or
        the value of a cookie.
        """
        word, blank, last = text.partition(" ")
        if text in self._known:
            return self._known[text].value
        if last in self._known:
            return f"{word}{blank}{self._known[last].value}"
        if "=" not in text:
            return text
        return "; ".join(map(self._asked_plainly, text.split("; ")))

    def _asked_plainly(self, part: str) -> str:
        """Return a cookie with the present credential."""
        name, sign, value = part.partition("=")
        if not sign or value not in self._known:
            return part
        return f"{name}={self._known[value].value}"

    def _asked(self, part: str) -> str:
        name, sign, value = part.partition("=")
        for old, login in self._known.items():
            if sign and value == quote(old, safe=""):
                return f"{name}={quote(login.value, safe='')}"
        return part


@dataclass(slots=True)
class Door:
    """Gives the requests of clients the credentials of logins, each by its `headers` by name."""

    access: Access
    headers: Mapping[str, Login]
    prefixes: Mapping[str, str]

    def opened(self, sent: Sent) -> Sent:
        """Return a request with credentials where its client sent none. Raises SettingsError."""
        there = {name.lower() for name in sent.headers}
        headers = dict(sent.headers)
        for name, login in self.headers.items():
            if name.lower() not in there:
                headers[name] = f"{self.prefixes.get(name, '')}{login.value}"
        return self.access.current(sent.with_headers(headers))

    def is_renewed(self, sent: Sent, answer: Answer) -> bool:
        """Tell whether a request is worth another try. Raises SettingsError."""
        return self.access.is_renewed(sent, answer)


def door_of(logins: Sequence[Login], schemes: Mapping[str, Mapping[str, Any]]) -> Door:
    """Return what opens a live server by logins whose credentials travel in headers. Raises
    SettingsError for one that travels elsewhere.
    """
    headers: dict[str, Login] = {}
    prefixes: dict[str, str] = {}
    for login in logins:
        declared = schemes.get(login.scheme) or {}
        name = "Authorization"
        if declared.get("type") == "apiKey":
            if declared.get("in") != "header":
                raise SettingsError(f"{login.scheme} is no credential in a header")
            name = str(declared.get("name"))
        else:
            prefixes[name] = "Bearer "
        headers[name] = login
    return Door(Access(logins), headers, prefixes)


def logins_of(
    spec: Mapping[str, Any],
    auth: Mapping[str, str],
    commands: Sequence[str],
    place: tuple[str, str],
    post: Post,
) -> list[Login]:
    """Return the logins by credentials that are no tokens, and by commands, at a server of which
    `place` is the origin and the base path. Raises SettingsError.
    """
    found: list[Login] = []
    schemes = (spec.get("components") or {}).get("securitySchemes") or {}
    for name, value in auth.items():
        declared = schemes.get(name) or {}
        if can_grant(declared, value):
            url = token_url(spec, declared, *place)
            login = grant_login(name, value, declared, url, post)
            found.append(login)
    for said in commands:
        scheme, command = scheme_of_command(spec, said)
        found.append(command_login(scheme, command))
    return found


def _words(text: str) -> list[str]:
    """Return what may be a credential in a header: all of it, what follows a blank, and the values
    of cookies.
    """
    _, _, last = text.partition(" ")
    cookies = [each.partition("=")[2] for each in text.split("; ")]
    return [text, last, *cookies]


def command_login(scheme: str, command: str) -> Login:
    """Return a login by a command that prints the credential, or the reply of a token endpoint in
    JSON.
    """

    def fetch(refresh: str) -> Issued:
        return _printed(command)

    return Login(scheme, fetch)


def grant_login(
    scheme: str,
    value: str,
    declared: Mapping[str, Any],
    url: str,
    post: Post,
) -> Login:
    """Return a login by a flow of a scheme: `client:secret`, `user:password`, or
    `client:secret:user:password`. Raises SettingsError for another value.
    """
    flows = declared.get("flows") or {}
    parts = value.split(":")
    name = "clientCredentials"
    if len(parts) == 4 or name not in flows:
        name = "password"
    if len(parts) not in (2, 4) or name not in flows:
        raise SettingsError(
            f"--auth {scheme}=...: say a token, client:secret, or client:secret:user:password"
        )
    client = parts[:2]
    form = {"grant_type": GRANTS[name]}
    scopes = flows[name].get("scopes")
    if scopes:
        form["scope"] = " ".join(scopes)
    if name == "password":
        client = parts[:-2]
        form["username"] = parts[-2]
        form["password"] = parts[-1]

    def fetch(refresh: str) -> Issued:
        if refresh:
            renewal = {"grant_type": "refresh_token", "refresh_token": refresh}
            answer = _asked_for_token(url, renewal, client, post)
            if answer.status < 300:
                return _issued(scheme, url, answer)
        answer = _asked_for_token(
            url,
            form,
            client,
            post,
        )
        return _issued(
            scheme,
            url,
            answer,
        )

    return Login(scheme, fetch)


def can_grant(declared: Mapping[str, Any], value: str) -> bool:
    """Tell whether a value given for a scheme is what a flow of it takes, and no token."""
    flows = declared.get("flows") or {}
    is_open = any(name in flows and flows[name].get("tokenUrl") for name in GRANTS)
    return declared.get("type") == "oauth2" and ":" in value and is_open


def token_url(spec: Mapping[str, Any], declared: Mapping[str, Any], origin: str, base: str) -> str:
    """Return where a flow gives tokens: at the server itself where the document has it at a server
    of its own, or tells no host.
    """
    flows = declared.get("flows") or {}
    told = next(str(flows[name]["tokenUrl"]) for name in GRANTS if name in flows)
    parts = urlsplit(told)
    own = {urlsplit(str(each.get("url", ""))).netloc for each in spec.get("servers") or ()}
    if parts.netloc and parts.netloc not in own:
        return told
    query = f"?{parts.query}" if parts.query else ""
    path = parts.path if parts.path.startswith("/") else f"{base}/{parts.path}"
    return f"{origin}{path}{query}"


def scheme_of_command(spec: Mapping[str, Any], said: str) -> tuple[str, str]:
    """Return the security scheme that a command brings the credential of, and the command:
    `SCHEME=COMMAND`, or the command alone where the document has one scheme. Raises SettingsError.
    """
    known = [*((spec.get("components") or {}).get("securitySchemes") or {})]
    name, sign, command = said.partition("=")
    if sign and name in known:
        return name, command
    if len(known) != 1:
        names = ", ".join(known) or "none"
        raise SettingsError(
            f"--auth-command: say SCHEME=COMMAND, for the security schemes are: {names}"
        )
    return known[0], said


def _printed(command: str) -> Issued:
    try:
        words = shlex.split(command)
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise SettingsError(f"--auth-command {command!r} cannot be run: {error}") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it says nothing"]
        raise SettingsError(f"--auth-command {command!r} ended with {done.returncode}: {lines[-1]}")
    printed = done.stdout.strip()
    issued = _issued_in(printed)
    if issued is not None:
        return issued
    value = printed.removeprefix("Bearer ").strip()
    if not value or "\n" in value:
        raise SettingsError(
            f"--auth-command {command!r} must print the credential in one line, and nothing else"
        )
    return Issued(value)


def _asked_for_token(
    url: str, form: Mapping[str, str], client: Sequence[str], post: Post
) -> Answer:
    """Ask a token endpoint, as a client by Basic credentials, or in the form where it takes them
    there alone (RFC 6749, section 2.3.1).
    """
    headers = {"Content-Type": FORM, "Accept": "application/json"}
    if not client:
        return post(
            url,
            headers,
            urlencode(form).encode(),
        )
    pair = ":".join(quote(part, safe="") for part in client)
    basic = base64.b64encode(pair.encode()).decode()
    opened = {**headers, "Authorization": f"Basic {basic}"}
    answer = post(
        url,
        opened,
        urlencode(form).encode(),
    )
    if answer.status not in (400, 401, 422):
        return answer
    named = {**form, "client_id": client[0], "client_secret": client[1]}
    return post(
        url,
        headers,
        urlencode(named).encode(),
    )


def _issued(scheme: str, url: str, answer: Answer) -> Issued:
    issued = _issued_in(answer.text) if answer.status < 300 else None
    if issued is None:
        raise SettingsError(
            f"--auth {scheme}=...: {url} gave no token: {answer.status} {answer.text[:200]}"
        )
    return issued


def _issued_in(text: str) -> Issued | None:
    """Return the token in the reply of a token endpoint (RFC 6749, section 5.1), None where there
    is none.
    """
    try:
        body = json.loads(text)
    except ValueError:
        return None
    value = body.get("access_token", body.get("token")) if isinstance(body, dict) else None
    if not isinstance(value, str) or not value:
        return None
    lasts = body.get("expires_in")
    lasts_s = float(lasts) if isinstance(lasts, int | float) else None
    return Issued(
        value,
        lasts_s,
        str(body.get("refresh_token") or ""),
    )
