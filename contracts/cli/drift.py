"""`understudy drift`: the mock of an API and its live server, or a recording of it, in; what
differs and why out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from contracts.cli.choices import DRIFT_FORMATS
from contracts.cli.ledger_options import ledger_options
from contracts.cli.server_options import target_options
from mockserver.cli.access import reference_option


@click.command()
@click.argument("mock", metavar="MOCK-OR-API")
@click.argument("live", metavar="LIVE")
@click.option(
    "--api",
    metavar="NAME|FILE|FOLDER",
    help="API of the mock, where MOCK-OR-API is the URL of a running one.",
)
@click.option(
    "--semantics",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Semantics file to use instead of the API's own.",
)
@click.option(
    "--fixtures",
    metavar="NAME|FILE|none",
    help="Initial records of the mock; by default those read from LIVE.",
)
@target_options
@click.option(
    "--record",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Record the responses of LIVE, with secrets removed.",
)
@ledger_options("differences")
@click.option(
    "--format",
    "form",
    type=click.Choice(DRIFT_FORMATS),
    default="text",
    show_default=True,
    help="Output format.",
)
@reference_option
def drift(**said: Any) -> None:
    """Show where the mock of an API and its live server behave differently.

    MOCK-OR-API is the name, file or folder of an API, which is mocked for the run, or the URL of a
    running mock. LIVE is a URL, an application as module:app, or a recording. Nothing is changed
    there without --allow-writes. Exit codes: 0 no drift, 1 drift, 2 it could not be told.
    """
    from contracts.drift.command import find_drift

    find_drift(**said)
