"""The command line: a click group with `mock`, `explain` and `build`; other packages add theirs by entry points."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from mockserver.apis import SEMANTICS, data_folder, find_api, known_apis, load_model
from mockserver.app import Settings, make_edges, wire
from mockserver.asgi.api import Edge
from mockserver.asgi.log import RequestLog
from mockserver.asgi.pages import RESERVED
from mockserver.asgi.sample import sample_call
from mockserver.control.admin import is_loopback
from mockserver.errors import SettingsError, UnderstudyError
from mockserver.model.explain import explain, is_stateful
from mockserver.model.starter import starter
from mockserver.run import run
from mockserver.seeding import DEFAULT
from mockserver.server import open_socket, serve
from mockserver.tls import chosen_files, secured

BAD_USE = 2
"""Exit code when a command cannot run."""


class _Group(click.Group):
    """A group whose commands may come from other packages, and that words our errors in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *(each.name for each in _added())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        found = next((each for each in _added() if each.name == cmd_name), None)
        loaded: click.Command | None = found.load() if found else None
        return loaded

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UnderstudyError as error:
            click.echo(f"understudy: {error}", err=True)
            ctx.exit(BAD_USE)


def _added() -> Any:
    return entry_points(group="understudy.commands")


@click.group(cls=_Group, context_settings={"help_option_names": ["--help"]})
@click.version_option(package_name="understudy")
def main() -> None:
    """Play the part of the APIs you depend on, state and all."""


main.add_command(run)


@main.command()
@click.argument("apis", nargs=-1, metavar="[NAME|FILE|FOLDER|URL]...")
@click.option("-p", "--port", default=4010, show_default=True, help="Port; 0 takes a free one.")
@click.option("-h", "--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--seed", default=0, show_default=True, help="Seed of all generated values.")
@click.option("--fixtures", default=DEFAULT, show_default=True, metavar="NAME|FILE|none", help="State to start with.")
@click.option(
    "--populate",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Fill each collection with generated records until it has N.",
)
@click.option(
    "--auth",
    multiple=True,
    metavar="known|any|off|SCHEME=VALUE",
    help="Who may call: known credentials (default), whatever is sent, everybody; or one more credential.",
)
@click.option("--validate-responses", is_flag=True, help="Answer 500 when a reply would break the document.")
@click.option("--rate-limit", is_flag=True, help="Refuse calls past the quota of an API that has one.")
@click.option("--callbacks", is_flag=True, help="Send callbacks to any host, not to this machine alone.")
@click.option("--no-cors", is_flag=True, help="Send no CORS headers.")
@click.option("--tls", is_flag=True, help="Speak https, with a certificate made on the spot.")
@click.option("--tls-cert", type=click.Path(path_type=Path), metavar="FILE", help="Speak https with this one (PEM).")
@click.option("--tls-key", type=click.Path(path_type=Path), metavar="FILE", help="Its private key (PEM).")
@click.option("--no-admin", is_flag=True, help="Keep no journal and open no control API.")
@click.option("--admin-token", metavar="TOKEN", help="Whom the control API lets in; made when others can reach it.")
@click.option("--faults", type=click.Path(path_type=Path), metavar="FILE", help="Planned misbehavior (YAML).")
@click.option("-q", "--quiet", is_flag=True, help="Do not tell each request.")
def mock(
    apis: tuple[str, ...],
    port: int,
    host: str,
    seed: int,
    fixtures: str,
    populate: int,
    auth: tuple[str, ...],
    validate_responses: bool,
    rate_limit: bool,
    callbacks: bool,
    no_cors: bool,
    tls: bool,
    tls_cert: Path | None,
    tls_key: Path | None,
    no_admin: bool,
    admin_token: str | None,
    faults: Path | None,
    quiet: bool,
) -> None:
    """Play APIs on a port: those named, or all that come with Understudy."""
    settings = Settings(
        seed=seed,
        fixtures=None if fixtures == "none" else fixtures,
        populate=populate,
        auth=auth,
        validate_responses=validate_responses,
        rate_limit=rate_limit,
        callbacks=callbacks,
        cors=not no_cors,
        admin=not no_admin,
        admin_token=admin_token or (None if no_admin or is_loopback(host) else token_urlsafe(18)),
        faults=faults,
    )
    files = chosen_files(tls_cert, tls_key)
    security = secured(host, files) if tls or files else nullcontext()
    with security as held, open_socket(host, port) as listener:
        edges = make_edges(apis or known_apis(), settings)
        address = f"{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        url = f"{'https' if held else 'http'}://{address}"
        _show_start(edges, url, held.authority if held else None)
        app = wire(edges, settings)
        if settings.admin and settings.admin_token != admin_token:
            click.echo(f"Admin token of {url}{RESERVED}/: {settings.admin_token}")
        ready = f"understudy: listening on {url}  (Ctrl-C ends; documents: {url}{RESERVED}/)"
        serve(app if quiet else RequestLog(app, _tell), listener, held, partial(click.echo, ready))


def _show_start(edges: Sequence[Edge], url: str, authority: Path | None) -> None:
    """Tell what is played, how to try it, and how to trust a certificate that was made on the spot."""
    console = _console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("API", "Base URL", "Operations", "Stateful"):
        table.add_column(column, justify="right" if column in ("Operations", "Stateful") else "left", overflow="fold")
    for edge in edges:
        model = edge.space.model
        stateful = sum(map(is_stateful, model.operations))
        for at, base in enumerate(edge.bases):
            counts = (str(len(model.operations)), str(stateful)) if at == 0 else ("", "")
            table.add_row(model.name if at == 0 else "", f"{url}{base}", *counts)
    console.print(table, markup=False)
    console.print("\nTry:", style="bold")
    for edge in edges:
        call = sample_call(edge, url)
        if call:
            click.echo(
                f"  {call}" if authority is None else f"  {call.replace('curl', f'curl --cacert {authority}', 1)}"
            )
    if authority is not None:
        click.echo(f"\nUntil it ends, clients trust it by {authority}:")
        click.echo(f"  export REQUESTS_CA_BUNDLE={authority} SSL_CERT_FILE={authority}")
    click.echo()
    for edge in edges:
        findings = edge.space.model.document.warnings
        if findings:
            name = edge.space.model.name
            click.echo(
                f"understudy: {name}: {len(findings)} odd places in the document were mended; "
                f"`understudy explain {name}` lists them",
                err=True,
            )


def _console() -> Console:
    """Return a console as wide as the terminal; wide enough for whole lines when the output goes elsewhere."""
    return Console(soft_wrap=True, width=None if sys.stdout.isatty() else 240)


def _tell(method: str, target: str, status: int, milliseconds: float) -> None:
    color = "green" if status < 300 else "yellow" if status < 500 else "red"
    shown = click.style(str(status or "gone"), fg=color)
    with suppress(BrokenPipeError):  # nobody reads any more
        click.echo(f"{method:<7} {target}  {shown}  {milliseconds:.1f} ms")


@main.command(name="explain")
@click.argument("api", metavar="NAME|FILE|FOLDER|URL")
@click.option("--write", metavar="FILE|NAME", help="Start a semantics file with what was not understood.")
def explain_command(api: str, write: str | None) -> None:
    """Show what was understood of an API: kind, resource and key of each operation, and why."""
    model = load_model(find_api(api))
    if write is not None:
        _start_semantics(_semantics_file(write), starter(model))
        return
    console = _console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Operation", "Kind", "Resource", "Key", "Reason"):
        table.add_column(column, no_wrap=True)
    for row in explain(model):
        style = "dim" if row.kind == "stateless" else None
        table.add_row(row.operation, row.kind, row.resource, row.key, row.reason, style=style)
    console.print(table, highlight=False, markup=False)
    stateful = sum(map(is_stateful, model.operations))
    click.echo(f"\n{stateful} of {len(model.operations)} operations are stateful.")
    for finding in model.document.warnings:
        click.echo(f"mended: {finding}")


def _semantics_file(said: str) -> Path:
    """Return the file that is meant: the semantics of a known API or of a folder, else the file itself."""
    folder = data_folder("specs") / said if said in known_apis() else Path(said)
    return folder / SEMANTICS if folder.is_dir() else folder


def _start_semantics(target: Path, text: str) -> None:
    if target.exists():
        raise SettingsError(f"{target} is there already; name another file, or move it away first")
    _write(target, text)
    click.echo(f"{target}: written; uncomment what is right")


@main.command()
@click.argument("name")
@click.option("--check", is_flag=True, help="Write nothing; fail when openapi.yaml is not what would be built.")
def build(name: str, check: bool) -> None:
    """Build openapi.yaml from the sources and the overlay in a folder of `specs/`."""
    from mockserver.document.build import build_document  # the validators behind it would slow every start

    folder = Path(name) if Path(name).is_dir() else data_folder("specs") / name
    if not (folder / "sources.yaml").is_file():
        raise SettingsError(f"{folder} has no sources.yaml; it lists the pages and files to build from")
    target = folder / "openapi.yaml"
    text = build_document(folder)
    if not check:
        _write(target, text)
        click.echo(f"{target}: written")
    elif not target.is_file() or target.read_text("utf-8") != text:
        click.echo(f"understudy: {target} differs from what is built; run `understudy build {name}`", err=True)
        sys.exit(1)
    else:
        click.echo(f"{target}: up to date")


def _write(target: Path, text: str) -> None:
    try:
        target.write_text(text, "utf-8")
    except OSError as error:
        raise SettingsError(f"{target} cannot be written: {error.strerror or error}") from None
