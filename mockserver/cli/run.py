"""`understudy run [APIS] -- COMMAND`: play APIs while a command runs, and end with the command's
exit code.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.cli.access import auth_option, faults_option, port_option, reference_option
from mockserver.cli.state import fixture_of, state_options, store_options
from mockserver.defaults import KILLED
from mockserver.errors import SettingsError

if TYPE_CHECKING:
    from mockserver.testing.calls import Calls
    from mockserver.testing.mock import Mock

NOT_EXECUTABLE, NOT_FOUND = 126, 127
"""Exit codes when the command cannot be run, as shells have them (POSIX, XCU 2.8.2)."""
BROKE_DOCUMENT = 1
FORWARDED = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
    if hasattr(signal, name)
]


class _Split(click.Command):
    """A command whose arguments end at `--`; what follows is kept for the program to run."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = args.index("--") if "--" in args else len(args)
        ctx.meta["command"] = args[at + 1 :]
        return super().parse_args(ctx, args[:at])


@click.command(cls=_Split)
@click.argument("apis", nargs=-1, metavar="[NAME|FILE|FOLDER|URL]... -- COMMAND")
@port_option(0)
@state_options
@store_options
@auth_option
@click.option(
    "--validate-responses",
    is_flag=True,
    help="Answer 500 instead of a response that violates the document.",
)
@faults_option
@reference_option
@click.option(
    "--strict",
    is_flag=True,
    help="Fail if a request violated the document, even if the command succeeded.",
)
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Save the recorded calls: HAR if FILE ends in .har, else JSON Lines.",
)
@click.pass_context
def run(
    ctx: click.Context,
    apis: tuple[str, ...],
    port: int,
    seed: int,
    fixtures: str,
    store: str,
    fresh: bool,
    auth: tuple[str, ...],
    validate_responses: bool,
    faults: str | None,
    allow_references: tuple[str, ...],
    strict: bool,
    save: Path | None,
) -> None:
    """Run a command, such as a test suite, against mock servers of APIs.

    The command finds the URL of the server in UNDERSTUDY_URL and a valid credential in
    UNDERSTUDY_TOKEN. For each API, such as bookshop, the base URL is in UNDERSTUDY_BOOKSHOP_URL and
    a credential in UNDERSTUDY_BOOKSHOP_TOKEN. The exit code is that of the command.
    """
    from mockserver.apis import known_apis
    from mockserver.app import Settings
    from mockserver.server import MockServer

    command = ctx.meta["command"]
    if not command:
        raise SettingsError("say what to run after two dashes: understudy run bookshop -- npm test")
    settings = Settings(
        seed=seed,
        fixtures=fixture_of(fixtures),
        auth=auth,
        validate_responses=validate_responses,
        faults=faults,
        references=allow_references,
        store=store,
        fresh=fresh,
    )
    with MockServer(*(apis or known_apis()), port=port, settings=settings) as mock:
        _save(mock.requests, save)  # a file that cannot be written is told before the command runs
        code = run_command(command, {**os.environ, **environment(mock)})
        _save(mock.requests, save)
        breaches = mock.requests.breaches() if strict else []
    for each in breaches:
        click.echo(f"understudy: {each} broke the document: {'; '.join(each.violations)}", err=True)
    ctx.exit(code or (BROKE_DOCUMENT if breaches else 0))


def environment(mock: Mock) -> dict[str, str]:
    """Return the variables that tell a command where the APIs are and what lets it in."""
    told = {"UNDERSTUDY_URL": mock.url, "UNDERSTUDY_TOKEN": mock.token}
    for name, url in mock.base_urls.items():
        prefix = f"UNDERSTUDY_{re.sub('[^A-Z0-9]', '_', name.upper())}"
        told |= {f"{prefix}_URL": url, f"{prefix}_TOKEN": mock.admissions[name].token}
    return told


def run_command(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run a command to its end, forwarding signals, and return its exit code as a shell would."""
    with _forwarding() as started:
        try:
            child = subprocess.Popen(command, env=variables)
        except OSError as error:
            click.echo(
                f"understudy: {command[0]} cannot be run: {error.strerror or error}", err=True
            )
            return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
        started(child)
        code = child.wait()
    return code if code >= 0 else KILLED - code


@contextmanager
def _forwarding() -> Iterator[Callable[[subprocess.Popen[bytes]], None]]:
    """Send signals on to the child once it is given, those that came before it too.

    An interrupt typed at a terminal reaches the child by itself.
    """
    children: list[subprocess.Popen[bytes]] = []
    early: list[int] = []

    def forward(number: int, _: Any) -> None:
        if number == signal.SIGINT and sys.stdin.isatty():
            return
        if children:
            children[0].send_signal(number)
        else:
            early.append(number)

    def started(child: subprocess.Popen[bytes]) -> None:
        children.append(child)
        for number in early:
            child.send_signal(number)

    before = {number: signal.signal(number, forward) for number in FORWARDED}
    try:
        yield started
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _save(calls: Calls, path: Path | None) -> None:
    try:
        if path is not None:
            calls.save(path)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror or error}") from None
