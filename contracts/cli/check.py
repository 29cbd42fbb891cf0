"""`understudy check`: a server and the document it should keep in, what held and what broke out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from contracts.cli.choices import PHASES, REPORTS
from contracts.cli.ledger_options import ledger_options
from contracts.cli.server_options import target_options
from mockserver.cli.access import reference_option
from mockserver.defaults import FIXTURE


@click.command()
@click.argument("target", required=False, metavar="[TARGET]")
@click.option(
    "--api", metavar="NAME|FILE|FOLDER|URL", help="API document that the target must conform to."
)
@click.option("--mock", is_flag=True, help="Check the API's own mock, in this process.")
@click.option(
    "--fixtures",
    default=FIXTURE,
    show_default=True,
    metavar="NAME|FILE|none",
    help="Initial records of the mock.",
)
@click.option(
    "--phases", default=",".join(PHASES), show_default=True, metavar="P,P", help="Phases to run."
)
@click.option(
    "--laws",
    default="",
    metavar="LAW,LAW",
    help="Check only these laws; see --list-laws.",
)
@click.option("--list-laws", is_flag=True, help="List the laws and exit.")
@click.option(
    "--examples",
    type=click.IntRange(min=1),
    default=25,
    show_default=True,
    metavar="N",
    help="Generated calls per operation.",
)
@click.option(
    "--exclude-check",
    multiple=True,
    metavar="CHECK",
    help="Check of Schemathesis to skip. Repeatable.",
)
@target_options
@click.option(
    "--report",
    multiple=True,
    metavar="KIND=FILE",
    help=f"Write a report: {', '.join(REPORTS)}. Repeatable.",
)
@click.option(
    "--export-tests",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write each failure as a pytest test.",
)
@ledger_options("findings")
@reference_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def check(**said: Any) -> None:
    """Check that a server conforms to its API document and keeps its state consistent.

    TARGET is a URL, or an ASGI or WSGI application as module:app. Requests only read, unless
    --allow-writes or --disposable is given; --mock checks the API's own mock, with all requests.
    Exit codes: 0 the server passed, 1 it failed, 2 it could not be checked.
    """
    from contracts.cli.run_check import run_check

    run_check(**said)
