"""`understudy proxy --to URL`: sit between clients and a live server, hold both to the document,
and record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockserver.cli.access import (
    address_options,
    admin_options,
    headers_of,
    log_options,
    reference_option,
    secret_option,
    security_of,
    tls_options,
    token_for,
    url_of,
)
from mockserver.cli.prism import FlagCommand, places_of, prism_proxy_options, wants_quiet
from mockserver.defaults import FALL_BACK_ON, FIXTURE, TEXT
from mockserver.environment import filled_in
from mockserver.errors import SettingsError
from mockserver.exchange import Answer

if TYPE_CHECKING:
    from mockserver.app import App
    from mockserver.asgi.edge import Edge
    from mockserver.credentials import Door
    from mockserver.proxy.upstream import Upstream


@click.command(cls=FlagCommand)
@click.argument("places", nargs=-1, metavar="[DOCUMENT] [URL]")
@click.option("--to", metavar="URL", help="URL of the live server; the same as URL.")
@click.option(
    "--api",
    "apis",
    multiple=True,
    metavar="NAME|FILE|FOLDER|URL",
    help="API document of the live server; the same as DOCUMENT.",
)
@address_options(port=4010)
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Record the calls to a file.",
)
@click.option(
    "--seed-from-live",
    is_flag=True,
    help="Fill the mock with what the live server lists; only reads are sent.",
)
@click.option(
    "--header",
    multiple=True,
    metavar="'NAME: VALUE'",
    help="Header for these reads; $VAR is taken from the environment.",
)
@click.option(
    "--auth",
    multiple=True,
    metavar="SCHEME=CLIENT:SECRET",
    help="OAuth 2.0 client, or CLIENT:SECRET:USER:PASSWORD, for calls that carry no credential.",
)
@click.option(
    "--auth-command",
    multiple=True,
    metavar="[SCHEME=]COMMAND",
    help="Command that prints the credential of such calls; run again when that is refused.",
)
@click.option(
    "--errors",
    is_flag=True,
    help="Refuse requests that violate the document; answer 502 for such responses.",
)
@click.option(
    "--mock-on",
    multiple=True,
    type=click.IntRange(400, 599),
    default=FALL_BACK_ON,
    show_default=True,
    metavar="STATUS",
    help="Answer from the mock when the live server returns this status: it lacks the operation.",
)
@click.option("--no-mock", is_flag=True, help="Never answer from the mock.")
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 3600),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Time limit for a response of the live server.",
)
@reference_option
@secret_option
@tls_options
@admin_options
@log_options
@prism_proxy_options
@click.pass_context
def proxy(
    ctx: click.Context,
    places: tuple[str, ...],
    to: str | None,
    apis: tuple[str, ...],
    port: int,
    host: str,
    record: Path | None,
    seed_from_live: bool,
    header: tuple[str, ...],
    auth: tuple[str, ...],
    auth_command: tuple[str, ...],
    errors: bool,
    mock_on: tuple[int, ...],
    no_mock: bool,
    timeout: float,
    allow_references: tuple[str, ...],
    secrets: tuple[str, ...],
    tls: bool,
    tls_cert: Path | None,
    tls_key: Path | None,
    no_admin: bool,
    admin_token: str | None,
    memory_mib: int,
    log_form: str,
    quiet: bool,
) -> None:
    """Forward calls to a live server and report where they violate its document.

    Both requests and responses are checked. Proxies and certificate authorities are taken from the
    environment: HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE.
    """
    import asyncio

    from mockserver.app import Settings, make_control, make_edges, wire
    from mockserver.asgi.spaces import RESERVED
    from mockserver.cli.json_lines import teller
    from mockserver.cli.request_lines import logged
    from mockserver.cli.start import show_authority
    from mockserver.control.save import Recording
    from mockserver.proxy.forward import Forwarder
    from mockserver.proxy.upstream import Upstream
    from mockserver.server.port import claim, listen
    from mockserver.server.serve import serve

    url, apis = places_of(places, to, apis)
    upstream = Upstream(url, timeout)
    token = token_for(host, admin_token, not no_admin)
    headers = headers_of(header)
    if headers and not seed_from_live:
        raise SettingsError(
            "--header goes with the reads of --seed-from-live; clients send their own headers"
        )
    start = None if seed_from_live else FIXTURE
    settings = Settings(
        fixtures=start,
        auth=("any",),
        admin=not no_admin,
        admin_token=token,
        references=allow_references,
        secrets=secrets,
        memory_mib=memory_mib,
    )
    security = security_of(host, tls, tls_cert, tls_key)
    with claim(host, port) as listener, security as held, ExitStack() as stack:
        address = listener.getsockname()[1]
        if upstream.is_at(host, address):
            raise SettingsError(
                f"{upstream.origin} is this proxy itself: name the live server, or another --port"
            )
        edges = make_edges(apis, settings)
        control = make_control(edges, settings)
        sink = None
        if record is not None:
            recording = Recording(record, control.writer, _tell)
            stack.callback(recording.close)
            sink = recording.note
        door = _door(edges, upstream, auth, auth_command)
        fall_back_on = () if no_mock else mock_on
        forward = Forwarder(upstream, edges, fall_back_on, errors, seed_from_live, door)
        app = wire(edges, settings, control, forward, sink)
        own = url_of(host, address, held)
        if seed_from_live:
            asyncio.run(_seed(app, edges, headers, upstream))
            control.journal.clear()
        tell = teller(log_form)
        _show(edges, own, upstream, tell)
        if log_form == TEXT:
            show_authority(held.authority if held else None)
            click.echo()
        if token != admin_token:
            tell(f"Admin token of {own}{RESERVED}/: {token}")
        listen(listener)
        ready = f"understudy: listening on {own}  (Ctrl-C ends; journal: {own}{RESERVED}/requests)"
        models = [edge.space.model for edge in edges]
        is_quiet = quiet or wants_quiet(ctx)
        shown = stack.enter_context(logged(app, models, secrets, is_quiet, log_form))
        serve(shown, listener, held, partial(tell, ready))


def _door(
    edges: Sequence[Edge], upstream: Upstream, auth: Sequence[str], commands: Sequence[str]
) -> Door | None:
    """Return what gives calls their credentials, None where nothing was said of it. Raises
    SettingsError.
    """
    from mockserver.credentials import door_of, logins_of

    if not auth and not commands:
        return None
    if len(edges) > 1:
        raise SettingsError("--auth and --auth-command are for a proxy of one API")
    spec = edges[0].space.model.document.spec
    said = dict(_pair(each) for each in auth)
    place = (upstream.origin, upstream.path)
    logins = logins_of(spec, said, commands, place, _post)
    unknown = sorted(said.keys() - {login.scheme for login in logins})
    if unknown:
        raise SettingsError(
            f"--auth {unknown[0]}=...: the document has no OAuth 2.0 scheme {unknown[0]!r} that "
            f"gives tokens to clients"
        )
    return door_of(logins, (spec.get("components") or {}).get("securitySchemes") or {})


def _pair(said: str) -> tuple[str, str]:
    name, sign, value = said.partition("=")
    if not sign:
        raise SettingsError(f"--auth {said}: say SCHEME=CLIENT:SECRET")
    return name, filled_in(value, "--auth")


def _post(url: str, headers: Mapping[str, str], content: bytes) -> Answer:
    import httpx

    try:
        reply = httpx.post(url, headers=dict(headers), content=content, timeout=60)
    except httpx.HTTPError as error:
        raise SettingsError(f"{url} gives no token: {error}") from None
    return Answer(reply.status_code, dict(reply.headers), reply.content)


async def _seed(
    app: App, edges: Sequence[Edge], headers: Mapping[str, str], upstream: Upstream
) -> None:
    """Read what the live server lists into the mock's state, and tell what that was. Raises
    SettingsError.
    """
    from mockserver.proxy.firstreads import FirstReads

    try:
        for edge in edges:
            reads = FirstReads(app, edge, headers)
            counts = await reads.run()
            edge.spaces.begin_here()
            held = ", ".join(f"{count} {name}" for name, count in counts.items()) or "no records"
            click.echo(f"{edge.space.model.name}: the mock begins with {held} of the live server")
            for label, reason in reads.told.items():
                _tell(f"{label} was not read: {reason}")
    finally:
        await upstream.close()  # its connections belong to this loop


def _show(edges: Sequence[Edge], own: str, upstream: Upstream, tell: Callable[[str], None]) -> None:
    """Tell where each API is passed on to."""
    for edge in edges:
        for base in edge.bases:
            tell(
                f"{edge.space.model.name}: {own}{base} -> "
                f"{upstream.origin}{upstream.path_of(edge.bases, base)}"
            )


def _tell(text: str) -> None:
    click.echo(f"understudy: {text}", err=True)
