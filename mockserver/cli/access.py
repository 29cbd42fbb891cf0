"""How a command that listens is reached: what was said in; its certificate, its URL, its control
API's token out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, TypeVar

import click

from mockserver.control.admin import is_loopback
from mockserver.environment import filled_in
from mockserver.errors import SettingsError
from mockserver.server.tls import Tls, chosen_files, secured

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
F = TypeVar("F", bound=Callable[..., Any])
_TLS_OPTIONS = (
    click.option("--tls", is_flag=True, help="Speak https, with a certificate made on the spot."),
    click.option(
        "--tls-cert",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Speak https with this one (PEM).",
    ),
    click.option(
        "--tls-key", type=click.Path(path_type=Path), metavar="FILE", help="Its private key (PEM)."
    ),
)


def tls_options(command: F) -> F:
    """Add the options that `security_of` takes to a command."""
    for option in reversed(_TLS_OPTIONS):
        command = option(command)
    return command


def security_of(
    host: str, tls: bool, certificate: Path | None, key: Path | None
) -> AbstractContextManager[Tls | None]:
    """Return what makes a server on `host` speak https, of nothing where that was not said. Raises
    SettingsError; when it is entered, ServerError.
    """
    files = chosen_files(certificate, key)
    return secured(host, files) if tls or files else nullcontext()


def url_of(host: str, port: int, tls: Tls | None) -> str:
    """Return the URL under which a server is reached."""
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def headers_of(said: Sequence[str]) -> dict[str, str]:
    """Return the headers that are said as `NAME: VALUE`, `$VAR` filled in from the environment.
    Raises SettingsError.
    """
    found = {}
    for each in said:
        name, sign, value = each.partition(":")
        if not sign or not _NAME.fullmatch(name.strip()):
            raise SettingsError(f"--header {each}: say 'NAME: VALUE'")
        found[name.strip()] = filled_in(value.strip(), "--header")
        if not _VALUE.fullmatch(found[name.strip()]):
            raise SettingsError(f"--header {name}: its value holds what no header can hold")
    return found


def token_for(host: str, said: str | None, admin: bool) -> str | None:
    """Return the token that was said; without one a made one where others can reach the server,
    else None.
    """
    return said or (token_urlsafe(18) if admin and not is_loopback(host) else None)
