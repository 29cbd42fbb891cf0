"""A line on the terminal for each request that a command answers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import click

from mockserver.asgi.respond import printable

MOST_WRONG = 10
"""Violations of one request that are told."""


def tell_request(
    method: str, target: str, status: int, milliseconds: float, wrong: Sequence[str]
) -> None:
    """Write a line for a request, and one for each thing that was wrong; status 0 means that there
    was no reply.
    """
    color = _color(status)
    shown = click.style(str(status or "gone"), fg=color)
    with suppress(BrokenPipeError):  # nobody reads any more
        click.echo(f"{method:<7} {target}  {shown}  {milliseconds:.1f} ms")
        for violation in wrong[:MOST_WRONG]:
            click.echo(f"        {click.style(printable(violation), fg=color)}")
        if len(wrong) > MOST_WRONG:
            click.echo(f"        ... and {len(wrong) - MOST_WRONG} more")


def _color(status: int) -> str:
    if status < 300:
        return "green"
    return "yellow" if status < 500 else "red"
