"""The server of the Model Context Protocol: a mock in, its tools behind the SDK's server out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version

from mcp.server import MCPServer
from mcp.server.mcpserver.tools import Tool

from mockserver.agents.call_tools import CallTools
from mockserver.agents.contract_tools import ContractTools
from mockserver.agents.mock_client import MockClient
from mockserver.agents.operation_tools import operation_tools
from mockserver.agents.record_tools import RecordTools
from mockserver.agents.steering_tools import SteeringTools
from mockserver.testing.mock import Mock


class Toolset(StrEnum):
    """Which tools there are: those that steer the mock, the operations of its APIs, or both."""

    STEERING = "steering"
    OPERATIONS = "operations"
    ALL = "all"


_INSTRUCTIONS = {
    Toolset.STEERING: (
        "A stateful mock of {apis}. list_apis and list_operations tell what is played, send_call "
        "calls it, the tools for records, faults, replies and the clock steer it, list_calls shows "
        "what it met, check and diff hold a document to its contract."
    ),
    Toolset.OPERATIONS: "The operations of {apis}.",
    Toolset.ALL: (
        "A stateful mock of {apis}: its operations, and tools that steer it (list_apis tells what "
        "is played, list_calls what it met)."
    ),
}


@dataclass(frozen=True)
class Offer:
    """What agents are offered: which tools, of which operations (all without patterns), and the
    URLs of the servers that may be checked.

    `names` are the APIs as they were named, in the order in which the mock plays them.
    """

    names: Sequence[str]
    toolset: Toolset = Toolset.STEERING
    only: Sequence[str] = ()
    targets: Sequence[str] = ()
    references: Sequence[str] = ()


def agent_server(mock: Mock, offer: Offer) -> MCPServer:
    """Return the server of the tools of a mock. Raises SettingsError."""
    client = MockClient(mock)
    client.control("GET", "/ready")  # so that what is wrong is told before an agent comes
    tools: list[Tool] = []
    if offer.toolset is not Toolset.OPERATIONS:
        tools += _steering(mock, client, offer)
    if offer.toolset is not Toolset.STEERING:
        taken = [tool.name for tool in tools]
        tools += operation_tools(mock, client, taken, offer.only)
    apis = ", ".join(mock.models)
    return MCPServer(
        "understudy",
        instructions=_INSTRUCTIONS[offer.toolset].format(apis=apis),
        version=version("understudy"),
        tools=tools,
        log_level="ERROR",
    )


def _steering(mock: Mock, client: MockClient, offer: Offer) -> list[Tool]:
    sources = dict(zip(mock.models, offer.names, strict=True))
    return [
        *SteeringTools(mock, client).tools(),
        *RecordTools(client, list(mock.models)).tools(),
        *CallTools(mock, client).tools(),
        *ContractTools(sources, offer.targets, offer.references).tools(),
    ]
