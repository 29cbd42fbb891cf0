"""Lines of JSON for collectors of logs: what happened in, one object on a line out.

    {"time":"2026-01-01T12:00:00.000Z","level":"info","message":"GET /shelves","status":200, ...}

`time` is in UTC (RFC 3339), `level` one of info, warning and error; what else is known follows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click

from mockserver.asgi.edge import Edge
from mockserver.asgi.respond import LoggedRequest, printable
from mockserver.control.masking import masked_target
from mockserver.control.shapes import masked_shapes
from mockserver.defaults import JSON
from mockserver.jsontext import dumps

_LOGGER = "understudy"


def json_line(message: str, level: str = "info", **known: Any) -> str:
    """Return what happened as an object on one line."""
    time = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    value = {"time": time, "level": level, "message": message, **known}
    return dumps(value).decode()


def teller(form: str) -> Callable[[str], None]:
    """Return what tells a sentence of the command itself, in the form of its log."""
    if form == JSON:
        return lambda text: click.echo(json_line(text.removeprefix("understudy: ")))
    return click.echo


def start_lines(edges: Sequence[Edge], url: str) -> Iterator[str]:
    """Yield a line for each API that is played."""
    for edge in edges:
        model = edge.space.model
        urls = [f"{url}{base}" for base in edge.bases]
        mended = [str(each) for each in model.document.warnings if each.fault]
        known: dict[str, Any] = {
            "api": model.name,
            "urls": urls,
            "operations": len(model.operations),
        }
        if mended:
            known["mended"] = mended
        yield json_line(f"{model.name} is played", **known)


def request_objects(
    names: frozenset[str], write: Callable[[str], None]
) -> Callable[[LoggedRequest], None]:
    """Return what gives `write` a line for each request, without secrets by `names` or shape.
    `status` is null where there was no reply.
    """

    def tell(request: LoggedRequest) -> None:
        note = request.note
        target = masked_target(request.target, names)
        line = json_line(
            f"{request.method} {target}",
            _level(request.status),
            request_id=request.identifier,
            method=request.method,
            target=target,
            status=request.status or None,
            duration_ms=round(request.took_ms, 3),
            api=note.api,
            operation=note.operation,
            space=note.space,
            violations=[printable(masked_shapes(text)) for text in note.reasons],
        )
        write(line)

    return tell


@contextmanager
def json_warnings(write: Callable[[str], None]) -> Iterator[None]:
    """Give `write` a line for each warning of this project, instead of a text on the standard
    error.
    """
    logger = logging.getLogger(_LOGGER)
    handler = _LineHandler(write)
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagated


class _LineHandler(logging.Handler):
    """Writes what is logged as lines of JSON."""

    def __init__(self, write: Callable[[str], None]) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        known = {}
        if record.exc_info:
            known["exception"] = logging.Formatter().formatException(record.exc_info)
        message = record.getMessage().removeprefix("understudy: ")
        self._write(json_line(message, record.levelname.lower(), **known))


def _level(status: int) -> str:
    """Return how much a request matters to who runs the mock; a refusal is nothing unusual."""
    return "error" if status >= 500 else "info"
