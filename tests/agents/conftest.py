"""An agent: the SDK's own client, in memory, before the tools of a mock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from mcp import Client
from mcp.types import CallToolResult, Tool

from mockserver.agents.agent_server import Offer, Toolset, agent_server
from mockserver.app import Settings
from mockserver.server import MockServer


class Agent:
    """Lists and calls the tools of one mock, each time in a session of its own."""

    def __init__(self, mock: MockServer, offer: Offer) -> None:
        self.mock = mock
        self._server = agent_server(mock, offer)

    def tools(self) -> dict[str, Tool]:
        async def listed() -> list[Tool]:
            async with Client(self._server) as client:
                return (await client.list_tools()).tools

        return {tool.name: tool for tool in asyncio.run(listed())}

    def call(self, tool: str, /, **arguments: Any) -> CallToolResult:
        async def called() -> CallToolResult:
            async with Client(self._server) as client:
                return await client.call_tool(tool, arguments)

        return asyncio.run(called())

    def told(self, tool: str, /, **arguments: Any) -> Any:
        """Return what a tool tells that does its work."""
        result = self.call(tool, **arguments)
        assert not result.is_error, result.content
        return result.structured_content

    def refused(self, tool: str, /, **arguments: Any) -> str:
        """Return why a tool does not do its work."""
        result = self.call(tool, **arguments)
        assert result.is_error
        return "".join(getattr(part, "text", "") for part in result.content)


MakeAgent = Callable[..., Agent]


@pytest.fixture
def agent_of() -> Any:
    """Return what makes an agent for APIs; their mocks end with the test."""
    mocks: list[MockServer] = []

    def make(*names: str, tools: str = "steering", **words: Any) -> Agent:
        mock = MockServer(*names, settings=Settings())
        mocks.append(mock)
        return Agent(mock, Offer(names, Toolset(tools), **words))

    yield make
    for mock in mocks:
        mock.stop()
