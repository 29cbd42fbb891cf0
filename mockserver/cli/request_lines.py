"""A line on the terminal for each request that a command answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from mockserver.asgi.respond import LoggedRequest, RequestLog, printable
from mockserver.cli.json_lines import json_warnings, request_objects
from mockserver.cli.log import Log
from mockserver.control.masking import masked_target, secret_names
from mockserver.control.shapes import masked_shapes
from mockserver.defaults import TEXT
from mockserver.model.types import Model

MOST_WRONG = 10
"""Violations of one request that are told."""


@contextmanager
def logged(
    app: Any, models: Iterable[Model], secrets: Iterable[str], quiet: bool, form: str = TEXT
) -> Iterator[Any]:
    """Give an ASGI application that tells of each request on the terminal, as long as it runs; the
    same one where it is to be quiet. `secrets` are names that are hidden beside those of the
    models, `form` is one of LOG_FORMS.
    """
    if quiet:
        yield app
        return
    log = Log()
    try:
        own = frozenset(name.lower() for name in secrets)
        names = secret_names(models) | own
        if form == TEXT:
            yield RequestLog(app, request_lines(names, log.write))
        else:
            with json_warnings(log.write):
                yield RequestLog(app, request_objects(names, log.write), identifies=True)
    finally:
        log.close()


def request_lines(
    names: frozenset[str], write: Callable[[str], None]
) -> Callable[[LoggedRequest], None]:
    """Return what gives `write` a line for each request, without secrets by `names` or shape, and
    one for each thing that was wrong.
    """

    def tell(request: LoggedRequest) -> None:
        color = _color(request.status)
        shown = click.style(str(request.status or "gone"), fg=color)
        hidden = masked_target(request.target, names)
        wrong = request.note.reasons
        lines = [f"{request.method:<7} {hidden}  {shown}  {request.took_ms:.1f} ms"]
        for violation in wrong[:MOST_WRONG]:
            text = printable(masked_shapes(violation))
            lines.append(f"        {click.style(text, fg=color)}")
        if len(wrong) > MOST_WRONG:
            lines.append(f"        ... and {len(wrong) - MOST_WRONG} more")
        write("\n".join(lines))

    return tell


def _color(status: int) -> str:
    if status < 300:
        return "green"
    return "yellow" if status < 500 else "red"
