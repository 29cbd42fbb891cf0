"""What `understudy mock` tells when it starts: what is played and where, how to try it, how to
trust it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from rich.table import Table

from mockserver.asgi.api import Edge
from mockserver.asgi.sample import sample_call
from mockserver.cli.console import console, table
from mockserver.model.explain import is_stateful


def show_start(edges: Sequence[Edge], url: str, authority: Path | None) -> None:
    """Tell what is played, how to try it, and how to trust a certificate that was made on the
    spot.
    """
    out = console()
    out.print(_played(edges, url), markup=False)
    calls = [call for edge in edges if (call := sample_call(edge, url))]
    if calls:
        out.print("\nTry:", style="bold")
    for call in calls:
        click.echo(
            f"  {call}"
            if authority is None
            else f"  {call.replace('curl', f'curl --cacert {authority}', 1)}"
        )
    show_authority(authority)
    click.echo()
    _tell_findings(edges)


def show_authority(authority: Path | None) -> None:
    """Tell how to trust a certificate that was made on the spot."""
    if authority is not None:
        click.echo(f"\nUntil it ends, clients trust it by {authority}:")
        click.echo(f"  export REQUESTS_CA_BUNDLE={authority} SSL_CERT_FILE={authority}")


def _played(edges: Sequence[Edge], url: str) -> Table:
    rows = table(
        "API", "Base URL", "Operations", "Stateful", right=("Operations", "Stateful"), folds=True
    )
    for edge in edges:
        model = edge.space.model
        stateful = sum(map(is_stateful, model.operations))
        for at, base in enumerate(edge.bases):
            counts = (str(len(model.operations)), str(stateful)) if at == 0 else ("", "")
            rows.add_row(model.name if at == 0 else "", f"{url}{base}", *counts)
    return rows


def _tell_findings(edges: Sequence[Edge]) -> None:
    for edge in edges:
        if not edge.space.model.operations:
            click.echo(
                f"understudy: {edge.space.model.name}: the document has no operations to play",
                err=True,
            )
        findings = [each for each in edge.space.model.document.warnings if each.fault]
        if findings:
            name = edge.space.model.name
            click.echo(
                f"understudy: {name}: {len(findings)} odd places in the document were mended; "
                f"`understudy explain {name}` lists them",
                err=True,
            )
