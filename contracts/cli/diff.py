"""`understudy diff OLD NEW`: which changes of an API break its clients, and the calls that show
it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from contracts.cli.choices import DIFF_FORMATS, FAIL_ON
from contracts.cli.ledger_options import ledger_options
from mockserver.cli.access import reference_option


@click.command()
@click.argument("old", required=False, metavar="OLD")
@click.argument("new", required=False, metavar="NEW")
@click.option(
    "--format",
    "form",
    type=click.Choice(DIFF_FORMATS),
    default="text",
    show_default=True,
    help="Output format.",
)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default="breaking",
    show_default=True,
    help="Exit with 1 if there are changes of this level or above.",
)
@click.option(
    "--recording",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Recorded calls to OLD to replay: JSON Lines of a journal, or HAR.",
)
@click.option(
    "--max-time",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Time limit for finding calls that demonstrate the changes.",
)
@click.option("--seed", default=0, show_default=True, help="Seed for generated calls.")
@click.option("--no-replay", is_flag=True, help="Compare the documents only; make no calls.")
@ledger_options("changes")
@reference_option
@click.option("--rules", is_flag=True, help="List the rules and exit.")
def diff(**said: Any) -> None:
    """List the changes from OLD to NEW that break clients, with a failing call for each.

    OLD and NEW are each a NAME, FILE, FOLDER, URL or git:REVISION:PATH (git:main:openapi.yaml).
    Exit codes: 0 no breaking change, 1 a breaking change, 2 the comparison could not run.
    """
    from contracts.changes.command import compare_versions

    compare_versions(**said)
