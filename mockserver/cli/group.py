"""The command `understudy`: a click group that lists all commands without importing them."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from mockserver.cli import commands
from mockserver.cli.configuration import (
    OWN_FILE,
    PREFIX,
    PROJECT_FILE,
    Configuration,
    read_configuration,
    shown_configuration,
)
from mockserver.defaults import KILLED
from mockserver.errors import UnderstudyError

SHOW = "--show-config"
BAD_USE = 2
"""Exit code when a command cannot run."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


class _Group(click.Group):
    """A group whose commands are imported when they are wanted, and that words our errors in one
    line.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return commands.names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return commands.load(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, commands.summary_of(name)) for name in commands.names()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            name, command, rest = super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], self.list_commands(ctx), 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(error.message + hint, ctx) from None
        end = rest.index("--") if "--" in rest else len(rest)
        own, others = rest[:end], rest[end:]
        if name is None or command is None or "--help" in own:
            return name, command, rest
        configuration = read_configuration(ctx.params.get("config"))
        ctx.default_map = {name: configuration.defaults(name, command)}
        if SHOW in own or ctx.params.get("show_config"):
            own = [argument for argument in own if argument != SHOW]
            command = _shown(name, command, configuration)
        return name, command, [*own, *others]

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _ended_by_signals():
                return super().invoke(ctx)
        except UnderstudyError as error:
            click.echo(f"understudy: {error}", err=True)
            ctx.exit(BAD_USE)
        except Terminated as terminated:
            click.echo("understudy: terminated", err=True)
            ctx.exit(KILLED + terminated.number)
        except KeyboardInterrupt:
            click.echo("understudy: interrupted", err=True)
            ctx.exit(KILLED + signal.SIGINT)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            click.echo(f"understudy: the output cannot be written: {error.strerror}", err=True)
            ctx.exit(BAD_USE)


def _shown(name: str, command: click.Command, configuration: Configuration) -> click.Command:
    """Return a command that tells its configuration in the place of what it does."""

    def show(**options: object) -> None:
        ctx = click.get_current_context()
        for line in shown_configuration(ctx, name, configuration):
            click.echo(line)

    shown = copy(command)
    shown.callback = show
    return shown


class Terminated(KeyboardInterrupt):
    """SIGTERM, or SIGHUP as a terminal goes: what a command does when it is interrupted (clean up,
    report) it does then, too.
    """

    def __init__(self, number: int = signal.SIGTERM) -> None:
        super().__init__()
        self.number = number


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let the signals that end a process raise Terminated; commands that know better have handlers
    of their own meanwhile. One that is ignored (`nohup`) stays so.
    """

    def end(number: int, frame: Any) -> None:
        raise Terminated(number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows knows no SIGHUP
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _open_closed() -> None:
    """Give a process whose output was closed (`>&-`) one that takes everything: what is opened next
    would come to stand in its place.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115


def _tolerant(stream: Any) -> None:
    """Let a stream that cannot spell a character (a terminal that is not UTF-8) write `?` instead
    of failing.
    """
    if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower().replace("-", "") != "utf8":
        stream.reconfigure(errors="replace")


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["--help"], "auto_envvar_prefix": PREFIX},
)
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"Configuration file (default: {OWN_FILE}, else [tool.understudy] of {PROJECT_FILE}).",
)
@click.option(
    SHOW,
    is_flag=True,
    help="Show the options of a command and where each value comes from, and run nothing.",
)
@click.version_option(package_name="understudy")
def main(config: Path | None, show_config: bool) -> None:
    """Stateful mocks of the APIs you depend on, and checks that they match the real ones."""
    _open_closed()
    for stream in (sys.stdout, sys.stderr):
        _tolerant(stream)
