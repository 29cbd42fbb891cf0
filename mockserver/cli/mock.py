"""`understudy mock [APIS]`: play APIs on a port until the process ends."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from mockserver.cli.access import (
    address_options,
    admin_options,
    log_options,
    reference_option,
    secret_option,
    tls_options,
)
from mockserver.cli.prism import (
    FlagCommand,
    ignores_examples,
    prism_mock_options,
    wants_quiet,
)
from mockserver.cli.state import fixture_of, populate_option, state_options, store_options
from mockserver.defaults import MEMORY


@click.command(cls=FlagCommand)
@click.argument("apis", nargs=-1, metavar="[NAME|FILE|FOLDER|URL]...")
@address_options(port=4010)
@state_options
@store_options
@populate_option
@click.option(
    "--auth",
    multiple=True,
    metavar="known|any|off|SCHEME=VALUE|jwks=FILE",
    help=(
        "Accepted credentials: known ones (default), any, or off for no check; SCHEME=VALUE adds "
        "one, jwks=FILE the tokens that the keys of another issuer have signed. Repeatable."
    ),
)
@click.option(
    "-d",
    "--dynamic",
    is_flag=True,
    help="Generate each response from its schema; no state is kept.",
)
@click.option(
    "--validate-responses",
    "--errors",
    "validate_responses",
    is_flag=True,
    help="Answer 500 instead of a response that violates the document.",
)
@click.option("--rate-limit", is_flag=True, help="Enforce the rate limits of the API.")
@click.option(
    "--callbacks",
    is_flag=True,
    help="Send callbacks and webhooks to any host, not only to this machine.",
)
@click.option(
    "--webhook",
    "webhooks",
    multiple=True,
    metavar="URL",
    help="Send webhooks there, where the API lets nobody subscribe. Repeatable.",
)
@click.option("--cors/--no-cors", default=True, help="Send CORS headers (default).")
@reference_option
@secret_option
@tls_options
@admin_options
@click.option(
    "--faults", metavar="FILE|YAML", help="Simulated faults, such as {status: 503, chance: 0.1}."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes that share the port and the state; needs a --store.",
)
@click.option(
    "--watch/--no-watch",
    default=None,
    help="Reload documents, semantics and fixtures that change (default on a terminal).",
)
@log_options
@prism_mock_options
@click.pass_context
def mock(
    ctx: click.Context,
    apis: tuple[str, ...],
    port: int,
    host: str,
    seed: int,
    fixtures: str,
    store: str,
    fresh: bool,
    populate: int,
    auth: tuple[str, ...],
    dynamic: bool,
    validate_responses: bool,
    rate_limit: bool,
    callbacks: bool,
    webhooks: tuple[str, ...],
    cors: bool,
    tls: bool,
    tls_cert: Path | None,
    tls_key: Path | None,
    no_admin: bool,
    admin_token: str | None,
    memory_mib: int,
    faults: str | None,
    allow_references: tuple[str, ...],
    secrets: tuple[str, ...],
    workers: int,
    log_form: str,
    watch: bool | None,
    quiet: bool,
) -> None:
    """Run a mock server for APIs: the given ones, or all that come with Understudy."""
    collect_again = ctx.with_resource(uncollected())
    # not at the top, so that --help and a wrong option are answered at once
    from mockserver.apis import known_apis
    from mockserver.app import Settings, make_edges, wire
    from mockserver.asgi.spaces import RESERVED
    from mockserver.cli.access import security_of, token_for, url_of
    from mockserver.cli.json_lines import teller
    from mockserver.cli.request_lines import logged
    from mockserver.cli.start import show_start
    from mockserver.cli.watch import is_watching, watched_app, watching
    from mockserver.server.port import claim, listen
    from mockserver.server.serve import serve
    from mockserver.server.workers import Workers, check_workers

    settings = Settings(
        seed=seed,
        fixtures=None if ignores_examples(ctx) else fixture_of(fixtures),
        populate=populate,
        auth=auth,
        dynamic=dynamic,
        validate_responses=validate_responses,
        rate_limit=rate_limit,
        callbacks=callbacks,
        webhooks=webhooks,
        cors=cors,
        admin=not no_admin,
        admin_token=token_for(host, admin_token, not no_admin),
        faults=faults,
        references=allow_references,
        secrets=secrets,
        memory_mib=memory_mib,
        store=store,
        fresh=fresh,
    )
    check_workers(workers, store != MEMORY)
    security = security_of(host, tls, tls_cert, tls_key)
    with claim(host, port) as listener, security as held:
        names = apis or known_apis()
        edges = make_edges(names, settings)
        kept = edges[0].space.store
        url = url_of(host, listener.getsockname()[1], held)
        watched = watched_app(names, settings, edges) if is_watching(watch, workers) else None
        app = watched or wire(edges, settings)
        listen(listener)  # nobody is let in while an API may yet turn out to be unusable
        tell = teller(log_form)
        show_start(edges, url, held.authority if held else None, log_form)
        if settings.admin and settings.admin_token != admin_token:
            tell(f"Admin token of {url}{RESERVED}/: {settings.admin_token}")

        def ready() -> None:
            documents = f"{url}{RESERVED}/"
            tell(f"understudy: listening on {url}  (Ctrl-C ends; documents: {documents})")

        models = [edge.space.model for edge in edges]

        def work(begun: Callable[[], None]) -> None:
            def start() -> None:
                collect_again()
                begun()

            try:
                if watched is not None:
                    ctx.with_resource(watching(watched, tell))
                with logged(app, models, secrets, quiet or wants_quiet(ctx), log_form) as shown:
                    serve(shown, listener, held, start)
            finally:
                kept.close()

        if workers == 1:
            work(ready)
        else:
            kept.close()  # a connection cannot be shared with the workers
            Workers(work, workers).run(ready)


THRESHOLDS = (20_000, 1_000, 1_000)
"""How many new objects, and collections of the younger ones, start a collection (`gc`).

What outlives the youngest is state or stands in the journal, whose end is no collector's work: to
look through it again would hold every client for a tenth of a second.
"""


@contextmanager
def uncollected() -> Iterator[Callable[[], None]]:
    """Look for no garbage until what is given is called.

    Nearly all that a start makes lives on, and to look through it again and again would take a
    tenth of its time. What a request makes does too, as long as the journal keeps it, so that the
    collector looks at what is young afterwards.
    """
    usual = gc.get_threshold()

    def collect_again() -> None:
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        gc.enable()

    gc.disable()
    try:
        yield collect_again
    finally:
        gc.set_threshold(*usual)
        gc.enable()
