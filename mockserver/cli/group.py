"""The command `understudy`: a click group of all commands; other packages add theirs by entry
points.
"""

from __future__ import annotations

import errno
import io
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

import click

from mockserver.errors import UnderstudyError

BAD_USE = 2
"""Exit code when a command cannot run."""
KILLED = 128
"""Added to the number of the signal that ended a command, as shells have it (POSIX, XCU 2.8.2)."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
OWN = ("build", "explain", "mock", "proxy", "run")
"""The commands of this package, each in a module of its name, which is imported when the command is
wanted.
"""


class _Group(click.Group):
    """A group whose commands may come from other packages, and that words our errors in one
    line.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*OWN, *(each.name for each in _added())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in OWN:
            return _command(getattr(import_module(f"mockserver.cli.{cmd_name}"), cmd_name))
        found = next((each for each in _added() if each.name == cmd_name), None)
        return _command(found.load()) if found else None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], self.list_commands(ctx), 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(error.message + hint, ctx) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _ended_by_sigterm():
                return super().invoke(ctx)
        except UnderstudyError as error:
            click.echo(f"understudy: {error}", err=True)
            ctx.exit(BAD_USE)
        except Terminated:
            click.echo("understudy: terminated", err=True)
            ctx.exit(KILLED + signal.SIGTERM)
        except KeyboardInterrupt:
            click.echo("understudy: interrupted", err=True)
            ctx.exit(KILLED + signal.SIGINT)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            click.echo(f"understudy: the output cannot be written: {error.strerror}", err=True)
            ctx.exit(BAD_USE)


class Terminated(KeyboardInterrupt):
    """SIGTERM: what a command does when it is interrupted (clean up, report) it does then, too."""


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM raise Terminated; commands that know better have handlers of their own
    meanwhile.
    """

    def end(number: int, frame: Any) -> None:
        raise Terminated

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _tolerant(stream: Any) -> None:
    """Let a stream that cannot spell a character (a terminal that is not UTF-8) write `?` instead
    of failing.
    """
    if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower().replace("-", "") != "utf8":
        stream.reconfigure(errors="replace")


def _command(found: Any) -> click.Command:
    assert isinstance(found, click.Command), f"{found} is no command"
    return found


def _added() -> Any:
    return entry_points(group="understudy.commands")


@click.group(cls=_Group, context_settings={"help_option_names": ["--help"]})
@click.version_option(package_name="understudy")
def main() -> None:
    """Play the part of the APIs you depend on, state and all."""
    for stream in (sys.stdout, sys.stderr):
        _tolerant(stream)
