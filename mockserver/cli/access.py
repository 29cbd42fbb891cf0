"""How a command that listens is reached: what was said in; its certificate, its URL, its control
API's token out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mockserver.defaults import LOG_FORMS, MEMORY_MIB
from mockserver.environment import filled_in
from mockserver.errors import SettingsError

if TYPE_CHECKING:
    from mockserver.server.tls import Tls

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
F = TypeVar("F", bound=Callable[..., Any])
_TLS_OPTIONS = (
    click.option(
        "--tls", is_flag=True, help="Serve HTTPS with a certificate generated for this run."
    ),
    click.option(
        "--tls-cert",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Serve HTTPS with this certificate (PEM).",
    ),
    click.option(
        "--tls-key",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Private key of the certificate (PEM).",
    ),
)
_ADMIN_OPTIONS = (
    click.option("--no-admin", is_flag=True, help="Disable the journal and the control API."),
    click.option(
        "--admin-token",
        metavar="TOKEN",
        envvar="UNDERSTUDY_ADMIN_TOKEN",
        help=(
            "Token for the control API; generated when other machines can reach it. Also taken "
            "from UNDERSTUDY_ADMIN_TOKEN."
        ),
    ),
    click.option(
        "--memory",
        "memory_mib",
        type=click.IntRange(min=1),
        default=MEMORY_MIB,
        show_default=True,
        metavar="MB",
        help="Memory for the journal and the spaces; the oldest calls and spaces go first.",
    ),
)
_LOG_OPTIONS = (
    click.option(
        "--log",
        "log_form",
        type=click.Choice(LOG_FORMS),
        default=LOG_FORMS[0],
        show_default=True,
        help="Lines for people, or JSON Lines with an X-Request-Id for each request.",
    ),
    click.option("-q", "--quiet", is_flag=True, help="Do not log requests."),
)


def port_option(default: int) -> Callable[[F], F]:
    """Return what adds the option of the port to listen on."""
    return click.option(
        "-p",
        "--port",
        default=default,
        show_default=True,
        help="Port to listen on; 0 picks a free one.",
    )


def address_options(port: int) -> Callable[[F], F]:
    """Return what adds the options of the address to listen on."""
    host = click.option(
        "-h", "--host", default="127.0.0.1", show_default=True, help="Address to listen on."
    )
    return lambda command: port_option(port)(host(command))


def auth_option(command: F) -> F:
    """Add `--auth` to a command that lets in what `mock` does."""
    return click.option(
        "--auth",
        multiple=True,
        metavar="known|any|off|SCHEME=VALUE",
        help="Accepted credentials, as for `mock`.",
    )(command)


def faults_option(command: F) -> F:
    """Add `--faults` to a command that takes those of `mock`."""
    return click.option("--faults", metavar="FILE|YAML", help="Simulated faults, as for `mock`.")(
        command
    )


def reference_option(command: F) -> F:
    """Add the option of what references of a document may lead to."""
    return click.option(
        "--allow-references",
        multiple=True,
        metavar="FOLDER|HOST",
        help=(
            "Folder or host that references of a document may lead to, beside its own folder or "
            "host. Repeatable."
        ),
    )(command)


def secret_option(command: F) -> F:
    """Add the option of what is hidden beside what is known as a secret."""
    return click.option(
        "--secret",
        "secrets",
        multiple=True,
        metavar="NAME",
        envvar="UNDERSTUDY_SECRETS",
        help=(
            "Header, parameter or property whose value is shown and recorded nowhere. Repeatable; "
            "also taken from UNDERSTUDY_SECRETS, separated by spaces."
        ),
    )(command)


def log_options(command: F) -> F:
    """Add the options of the lines that tell of requests."""
    return with_options(command, _LOG_OPTIONS)


def tls_options(command: F) -> F:
    """Add the options that `security_of` takes to a command."""
    return with_options(command, _TLS_OPTIONS)


def admin_options(command: F) -> F:
    """Add the options of the control API to a command."""
    return with_options(command, _ADMIN_OPTIONS)


def with_options(command: F, options: Sequence[Callable[[F], F]]) -> F:
    """Add options to a command, in their order."""
    for option in reversed(options):
        command = option(command)
    return command


def security_of(
    host: str, tls: bool, certificate: Path | None, key: Path | None
) -> AbstractContextManager[Tls | None]:
    """Return what makes a server on `host` speak https, of nothing where that was not said. Raises
    SettingsError; when it is entered, ServerError.
    """
    from mockserver.server.tls import chosen_files, secured

    files = chosen_files(certificate, key)
    return secured(host, files) if tls or files else nullcontext()


def url_of(host: str, port: int, tls: Tls | None) -> str:
    """Return the URL under which a server is reached."""
    scheme = "https" if tls else "http"
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}:{port}"


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
    from mockserver.control.guard import is_loopback

    return said or (token_urlsafe(18) if admin and not is_loopback(host) else None)
