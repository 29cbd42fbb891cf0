"""What pytest is asked to hold to a contract: its command line and ini file in, the server and the
settings out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from contracts.secrecy import Secrets

SAFETIES = ("read", "own", "all")


def add_options(parser: pytest.Parser) -> None:
    """Add the options, each on the command line and in the ini file."""
    group = parser.getgroup("contract", "contracts of APIs, held by Understudy")
    single = {
        "api": "API document to check against: a name, a file, a folder or a URL.",
        "url": "URL of the server to check.",
        "app": (
            "ASGI or WSGI application to check, as module:app; with neither --contract-url nor "
            "this, the API's own mock is checked."
        ),
        "safety": (
            "What requests may do: read (default), own (write to records that the run creates), "
            "all."
        ),
        "ledger": "File of accepted findings, each with its reason.",
        "seed": "Seed for generated requests (default 0).",
        "examples": "Generated calls per operation (default 10).",
        "rate": "Maximum requests per second.",
    }
    for name, text in single.items():
        group.addoption(f"--contract-{name}", metavar=name.upper(), help=text)
        parser.addini(f"contract_{name}", text, "string", "")
    lists = {
        "header": ("Header for every request, 'NAME: VALUE'; $NAME is taken from the environment."),
        "auth": (
            "Credential for a security scheme, SCHEME=VALUE; $NAME is taken from the environment."
        ),
        "auth-other": "Credential of a second user, SCHEME=VALUE.",
        "auth-command": "Command that prints the credential, [SCHEME=]COMMAND.",
        "allow-references": (
            "Folder or host that references of the document may lead to, beside its own."
        ),
    }
    for name, text in lists.items():
        group.addoption(f"--contract-{name}", action="append", metavar=name.upper(), help=text)
        parser.addini(f"contract_{name.replace('-', '_')}", text, "linelist", [])


def subject_asked(config: pytest.Config, api: str, url: str, app: str) -> tuple[Any, Secrets]:
    """Return the server under test and what must not be told of it. Raises an UnderstudyError."""
    from contracts.errors import PlanError
    from contracts.options import subject_of, treatment
    from contracts.played import played
    from mockserver.apis import find_api, load_model

    if url and app:
        raise PlanError(f"{url} and {app} are two servers: say a URL or an application")
    safety = said(config, "safety") or "read"
    if safety not in SAFETIES:
        raise PlanError(f"contract-safety {safety}: say one of {', '.join(SAFETIES)}")
    references = _listed(config, "allow-references")
    how = treatment(
        header=_listed(config, "header"),
        auth=_listed(config, "auth"),
        auth_other=_listed(config, "auth-other"),
        auth_command=_listed(config, "auth-command"),
        rate=None,
        max_time=None,
        allow_writes=safety == "own",
        disposable=safety == "all",
        parent=(),
        cacert=None,
        seed=number(config, "seed", 0),
    )
    subject = (
        subject_of(url or app, load_model(find_api(api, references)), how)
        if url or app
        else played(api, auth=how.auth, seed=how.seed, references=references)
    )
    return subject, how.secrets(subject.model)


def ledger_asked(config: pytest.Config) -> Any:
    from datetime import date

    from contracts.ledger import Ledger, load_ledger

    path = said(config, "ledger")
    return load_ledger(config.rootpath / path, date.today()) if path else Ledger()


def said(config: pytest.Config, name: str) -> str:
    """Return what the command line says, else the ini file."""
    return str(config.getoption(f"contract_{name}", None) or config.getini(f"contract_{name}"))


def _listed(config: pytest.Config, name: str) -> tuple[str, ...]:
    option = f"contract_{name.replace('-', '_')}"
    return tuple(config.getoption(option, None) or config.getini(option))


def number(config: pytest.Config, name: str, otherwise: int) -> int:
    text = said(config, name)
    if text and not text.isdecimal():
        raise pytest.UsageError(f"contract-{name} must be a whole number, not {text!r}")
    return int(text) if text else otherwise
