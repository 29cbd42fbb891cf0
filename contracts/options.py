"""What options say of the server that is meant and how it may be treated: texts in, a Subject out.

The options themselves stand in `contracts.cli.server_options`.
"""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contracts.errors import PlanError
from contracts.oracle.plain_store import PlainStore
from contracts.secrecy import Secrets
from contracts.targets.remote import UrlTarget
from contracts.targets.served import ServedApp, ServedWsgi
from contracts.targets.target import Target
from contracts.tokens import TokenDesk, values_of
from contracts.wire.safety import Safety
from contracts.wire.subject import Subject
from contracts.wire.wire import Budget
from mockserver.control.masking import secret_names
from mockserver.credentials import Access
from mockserver.environment import filled_in
from mockserver.model.servers import filled
from mockserver.model.types import Credential, Model

NAMES = (
    "authorization",
    "cookie",
    "set-cookie",
    "password",
    "secret",
    "token",
    "access_token",
    "refresh_token",
)
"""Headers, parameters and properties whose values are never told."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """How a server may be treated: what goes with each request, how fast, how long, and what may be
    changed.
    """

    headers: Mapping[str, str]
    auth: Mapping[str, str]
    parents: tuple[str, ...] = ()
    authority: Path | None = None
    per_second: float | None = None
    seconds: float | None = None
    safety: Safety = Safety.READ
    seed: int = 0
    hidden: frozenset[str] = frozenset()
    other: Mapping[str, str] = field(default_factory=dict)
    commands: tuple[str, ...] = ()

    def budget(self, now_s: float) -> Budget:
        """Return the time and pace of a run that begins at a moment (monotonic seconds)."""
        return Budget(None if self.seconds is None else now_s + self.seconds, self.per_second)

    def secrets(self, model: Model) -> Secrets:
        """Return what must never be told: the values that were given, and what the API calls its
        keys.
        """
        given = [
            part for value in self.headers.values() for part in (value, value.rpartition(" ")[2])
        ]
        own = {each for each in (*given, *_parts(self.auth)) if len(each) > 3}
        others = {each for each in _parts(self.other) if len(each) > 3}
        return Secrets(own, {*NAMES, *self.hidden, *secret_names([model])}, others - own)


def _parts(auth: Mapping[str, str]) -> list[str]:
    """Return credentials, and what is before and after their colons."""
    return [part for value in auth.values() for part in (value, *value.split(":"))]


def treatment(
    *,
    header: Sequence[str],
    auth: Sequence[str],
    auth_other: Sequence[str] = (),
    auth_command: Sequence[str] = (),
    rate: float | None,
    max_time: float | None,
    allow_writes: bool,
    disposable: bool,
    parent: Sequence[str],
    cacert: Path | None,
    seed: int,
    secrets: Sequence[str] = (),
) -> Treatment:
    """Return what the options say. Raises PlanError, and SettingsError for a variable that is not
    there.
    """
    safety = Safety.ALL if disposable else Safety.OWN if allow_writes else Safety.READ
    parents = tuple(each.rstrip("/") for each in parent)
    wrong = next((each for each in parents if not each.startswith("/")), None)
    if wrong is not None:
        raise PlanError(f"--parent {wrong}: say the path of an item, from the first slash on")
    headers = dict(_pair(each, ":", "--header", "'NAME: VALUE'") for each in header)
    credentials = dict(_pair(each, "=", "--auth", "SCHEME=VALUE") for each in auth)
    other = dict(_pair(each, "=", "--auth-other", "SCHEME=VALUE") for each in auth_other)
    same = next((name for name, value in other.items() if credentials.get(name) == value), None)
    if same is not None:
        raise PlanError(
            f"--auth-other {same}=...: that is the credential of --auth; give one of another user"
        )
    return Treatment(
        headers,
        credentials,
        parents,
        cacert,
        rate,
        max_time,
        safety,
        seed,
        hidden=frozenset(secrets),
        other=other,
        commands=tuple(auth_command),
    )


def subject_of(target: str, model: Model, how: Treatment) -> Subject:
    """Return the server at a URL, or the ASGI or WSGI application `module:app`. Raises
    PlanError, and SettingsError where a credential cannot be had.
    """
    base = filled(model.document.spec, model.base_paths[0]).rstrip("/")
    origin = "http://testserver"
    if "://" in target:
        parts = urlsplit(target)
        origin = f"{parts.scheme}://{parts.netloc}"
        base = parts.path.rstrip("/") or base
        UrlTarget(origin).close()
        connect: Callable[[], Target] = partial(UrlTarget, origin, authority=how.authority)
    else:
        connect = load_application(target)
    return _subject(model, connect, base, origin, target, how)


def with_credentials(model: Model, auth: Mapping[str, str], option: str = "--auth") -> Model:
    """Return a model that knows these credentials, by scheme, instead of its own; `option` is where
    they were given. Raises PlanError.
    """
    known = (model.document.spec.get("components") or {}).get("securitySchemes") or {}
    for name in auth:
        if name not in known:
            raise PlanError(
                f"{option} {name}=...: no security scheme {name!r} (known: "
                f"{', '.join(known) or 'none'})"
            )
    own = [each for each in model.security.credentials if each.scheme not in auth]
    given = [Credential(name, value, is_private=True) for name, value in auth.items()]
    return replace(model, security=replace(model.security, credentials=(*given, *own)))


def load_application(name: str) -> Callable[[], Target]:
    """Return what opens the application that is called `module:app`, each time anew. Raises
    PlanError.

    What takes no arguments is no application but makes one.
    """
    module, sign, attribute = name.partition(":")
    if not sign or not module or not attribute:
        raise PlanError(
            f"{name}: say the URL of a server, or the application of a module as module:app"
        )
    sys.path.insert(0, os.getcwd())
    try:
        found: Any = importlib.import_module(module)
        for step in attribute.split("."):
            found = getattr(found, step)
        found = found() if _takes_nothing(found) else found
    except Exception as error:  # whatever the module raises while it is imported
        raise PlanError(f"{name} cannot be imported: {type(error).__name__}: {error}") from None
    finally:
        sys.path.remove(os.getcwd())
    if not callable(found):
        raise PlanError(f"{name} is a {type(found).__name__}, no ASGI or WSGI application")
    call = found if inspect.isfunction(found) else getattr(found, "__call__", found)  # noqa: B004
    is_asgi = inspect.iscoroutinefunction(call)
    return lambda: ServedApp(found) if is_asgi else ServedWsgi(found)


def _takes_nothing(found: Any) -> bool:
    """Tell whether something can be called without arguments and with none at all."""
    try:
        return callable(found) and not inspect.signature(found).parameters
    except (TypeError, ValueError):  # what is written in C may tell no parameters
        return False


def _subject(
    model: Model,
    connect: Callable[[], Target],
    base: str,
    origin: str,
    name: str,
    how: Treatment,
) -> Subject:
    desk = TokenDesk(model.document.spec, origin, base, connect, how.authority)
    logins = desk.logins(how.auth, how.commands)
    others = desk.logins(how.other)
    other = None
    if how.other:
        other = with_credentials(model, {**how.other, **values_of(others)}, "--auth-other")
    known = with_credentials(model, {**how.auth, **values_of(logins)})
    return Subject(
        known,
        connect,
        PlainStore,
        fresh=False,
        base=base,
        origin=origin,
        name=name,
        safety=how.safety,
        headers=how.headers,
        parents=how.parents,
        other_user=other,
        access=Access([*logins, *others]) if logins or others else None,
    )


def _pair(said: str, sign: str, option: str, form: str) -> tuple[str, str]:
    name, found, value = said.partition(sign)
    if not found or not name.strip():
        raise PlanError(f"{option} {said}: say {form}")
    return name.strip(), filled_in(value.strip(), option)
