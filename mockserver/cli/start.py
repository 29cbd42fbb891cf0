"""What `understudy mock` tells when it starts: what is played and where, how to try it, how to
trust it.

    API             Base URL                                       Operations  Stateful
    bookshop        http://127.0.0.1:4010                                  10        10
    bigcommerce-v2  http://127.0.0.1:4010/stores/{store_hash}/v2            9         9
                    http://127.0.0.1:4010/api/v2

The table is written by hand: rich, which `explain` uses, would be a tenth of the time to start.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

import click

from mockserver.apis import data_folder, known_apis
from mockserver.asgi.edge import Edge
from mockserver.asgi.site.sample import sample_call
from mockserver.cli.json_lines import start_lines
from mockserver.defaults import JSON, TEXT
from mockserver.document.contents import STDIN
from mockserver.model.report.explain import is_stateful
from mockserver.model.types import Model

_NUMBERS = ("Operations", "Stateful")
_TITLES = ("API", "Base URL", *_NUMBERS)


def show_start(edges: Sequence[Edge], url: str, authority: Path | None, form: str = TEXT) -> None:
    """Tell what is played, how to try it, and how to trust a certificate that was made on the
    spot; in lines of JSON what is played.
    """
    if form == JSON:
        for line in start_lines(edges, url):
            click.echo(line)
        return
    _show_played(edges, url)
    samples = [sample_call(edge, url) for edge in edges]
    calls = [call for call in samples if call]
    if calls:
        click.secho("\nTry:", bold=True)
    for call in calls:
        click.echo(f"  {_trusting(call, authority)}")
    show_authority(authority)
    click.echo()
    _tell_findings(edges)


def show_authority(authority: Path | None) -> None:
    """Tell how to trust a certificate that was made on the spot."""
    if authority is not None:
        click.echo(f"\nUntil it ends, clients trust it by {authority}:")
        click.echo(f"  export REQUESTS_CA_BUNDLE={authority} SSL_CERT_FILE={authority}")


def _trusting(call: str, authority: Path | None) -> str:
    if authority is None:
        return call
    return call.replace("curl", f"curl --cacert {authority}", 1)


def _show_played(edges: Sequence[Edge], url: str) -> None:
    """Write a table: each API with its base URLs, and how many of its operations are stateful."""
    rows = [_TITLES]
    for edge in edges:
        rows.extend(_rows_of(edge, url))
    columns = zip(*rows, strict=True)
    widths = [max(map(len, column)) for column in columns]
    for row in rows:
        click.secho(_line(row, widths), bold=row is _TITLES)


def _rows_of(edge: Edge, url: str) -> list[tuple[str, str, str, str]]:
    """Return a row for each base URL of an API; the first one tells the rest, too."""
    model = edge.space.model
    operations = model.operations
    stateful = sum(map(is_stateful, operations))
    first, *others = [f"{url}{base}" for base in edge.bases]
    counts = (str(len(operations)), str(stateful))
    rows = [(model.name, first, *counts)]
    rows += [("", other, "", "") for other in others]
    return rows


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Return a row with its cells side by side: texts to the left, numbers to the right.

    Two spaces stand between columns, none at the end.
    """
    padded = []
    for cell, width, title in zip(cells, widths, _TITLES, strict=True):
        if title in _NUMBERS:
            padded.append(cell.rjust(width))
        else:
            padded.append(cell.ljust(width))
    return "  ".join(padded).rstrip()


def _tell_findings(edges: Sequence[Edge]) -> None:
    for edge in edges:
        model = edge.space.model
        name = model.name
        if not model.operations:
            click.echo(f"understudy: {name}: the document has no operations to play", err=True)
        findings = [finding for finding in model.document.warnings if finding.fault]
        if findings:
            places = "one odd place" if len(findings) == 1 else f"{len(findings)} odd places"
            click.echo(
                f"understudy: {name}: {places} of the document mended; see them by: "
                f"understudy explain {argument_of(model)}",
                err=True,
            )


def argument_of(model: Model) -> str:
    """Return what names an API on the command line of this folder, quoted for a shell."""
    source = model.document.source
    if source == STDIN:
        return "-"
    folder = data_folder("specs") / model.name
    is_bundled = model.name in known_apis() and folder in Path(source).parents
    return model.name if is_bundled else shlex.quote(source)
