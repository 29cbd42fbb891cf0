"""`understudy mcp [APIS]`: play APIs for agents, which reach the mock by the Model Context Protocol
(MCP) on the standard input and output.
"""

from __future__ import annotations

from contextlib import ExitStack
from socket import socket
from typing import TYPE_CHECKING

import click

from mockserver.cli.access import auth_option, faults_option, reference_option, secret_option
from mockserver.cli.state import fixture_of, populate_option, state_options, store_options
from mockserver.errors import SettingsError

if TYPE_CHECKING:
    from starlette.applications import Starlette

TOOLSETS = ("steering", "operations", "all")


@click.command()
@click.argument("apis", nargs=-1, metavar="[NAME|FILE|FOLDER|URL]...")
@click.option(
    "--tools",
    type=click.Choice(TOOLSETS),
    default=TOOLSETS[0],
    show_default=True,
    help="Tools that steer the mock, a tool for each operation of the APIs, or both.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="GLOB",
    help="Tools for these operations alone, by label or operationId: 'GET /shelves*'. Repeatable.",
)
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="URL",
    help="Server that `check` may read from, beside the mock. Repeatable.",
)
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    default=None,
    help="Also serve the mock over HTTP on this port of 127.0.0.1, for the program under test.",
)
@click.option(
    "--mcp-port",
    type=click.IntRange(0, 65535),
    default=None,
    metavar="PORT",
    help="Speak MCP over HTTP (127.0.0.1:PORT/mcp) instead of standard input and output.",
)
@state_options
@store_options
@populate_option
@auth_option
@faults_option
@reference_option
@secret_option
def mcp(
    apis: tuple[str, ...],
    tools: str,
    only: tuple[str, ...],
    targets: tuple[str, ...],
    port: int | None,
    mcp_port: int | None,
    seed: int,
    fixtures: str,
    store: str,
    fresh: bool,
    populate: int,
    auth: tuple[str, ...],
    faults: str | None,
    allow_references: tuple[str, ...],
    secrets: tuple[str, ...],
) -> None:
    """Let agents use a mock of APIs (all that come with Understudy, if none is named) by the Model
    Context Protocol.

    The tools list APIs and operations, read and change records, send calls, read the journal, plan
    faults and replies, explain, check and diff. With --tools operations, the operations of the APIs
    are the tools, and an agent works with the API as if it were there.
    """
    from mockserver.agents.agent_server import Offer, Toolset, agent_server
    from mockserver.apis import known_apis
    from mockserver.app import Settings
    from mockserver.server import MockServer
    from mockserver.server.port import claim

    if "-" in apis and mcp_port is None:
        raise SettingsError("a document cannot come from the standard input, which MCP uses")
    names = apis or tuple(known_apis())
    settings = Settings(
        seed=seed,
        fixtures=fixture_of(fixtures),
        populate=populate,
        auth=auth,
        faults=faults,
        references=allow_references,
        secrets=secrets,
        store=store,
        fresh=fresh,
    )
    mock = MockServer(*names, port=port or 0, settings=settings)
    offer = Offer(names, Toolset(tools), only, targets, allow_references)
    server = agent_server(mock, offer)
    with ExitStack() as stack:
        if port is not None:
            stack.enter_context(mock)
            click.echo(f"understudy: the mock listens on {mock.url}", err=True)
        if mcp_port is None:
            server.run()
            return
        held = stack.enter_context(claim("127.0.0.1", mcp_port, "--mcp-port"))
        _serve(server.streamable_http_app(), held)


def _serve(app: Starlette, held: socket) -> None:
    """Speak MCP over HTTP on a port that is held."""
    import uvicorn

    click.echo(f"understudy: MCP on http://127.0.0.1:{held.getsockname()[1]}/mcp", err=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[held])
