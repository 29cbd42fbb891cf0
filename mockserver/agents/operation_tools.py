"""The operations of the played APIs as tools: each takes its parameters and its body, and is
answered by the mock, with state, as a client of the API is.

A reply of 400 or more is an error of the tool, told with all that the API says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import anyio.to_thread
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import func_metadata
from mcp.types import CallToolResult, TextContent, ToolAnnotations

from mockserver.agents.mock_client import MockClient
from mockserver.agents.tool_arguments import ToolArguments, arguments_of
from mockserver.agents.tool_names import tool_name
from mockserver.errors import SettingsError, UnderstudyError
from mockserver.jsontext import dumps
from mockserver.model.schema.schemas import SchemaCompiler
from mockserver.model.types import Operation
from mockserver.testing.mock import Mock

LONGEST_DESCRIPTION = 1000
"""Characters of what the document says of an operation."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"})
"""Methods that change nothing (RFC 9110, section 9.2.1)."""
_REPEATABLE = _SAFE | {"PUT", "DELETE"}


def _takes_anything() -> None: ...


_ANY_ARGUMENTS = func_metadata(_takes_anything, structured_output=False)
"""What the SDK knows of the arguments of these tools, which it does not check: the mock does."""


class OperationTool(Tool):
    """A tool whose arguments are those of an operation, by the schemas of its document."""

    async def run(
        self,
        arguments: dict[str, Any],
        context: Context[Any, Any],
        convert_result: bool = False,
    ) -> Any:
        """Call the operation. Raises ToolError where the arguments spell no request."""
        try:
            return await anyio.to_thread.run_sync(self.fn, arguments)
        except UnderstudyError as error:
            raise ToolError(str(error)) from None


def operation_tools(
    mock: Mock, client: MockClient, taken: Collection[str] = (), only: Sequence[str] = ()
) -> list[Tool]:
    """Return a tool for each operation of the APIs, beside tools whose names are `taken`; `only`
    those whose label or operationId a pattern fits: `GET /shelves*`. Raises SettingsError where
    none does.
    """
    names = set(taken)
    tools: list[Tool] = []
    for api, model in mock.models.items():
        compiler = SchemaCompiler(model.document.spec)
        prefix = api if len(mock.models) > 1 else ""
        for operation in model.operations:
            if not _is_wanted(operation, only):
                continue
            name = tool_name(operation, prefix, names)
            names.add(name)
            base = mock.base_paths[api]
            arguments = arguments_of(compiler, operation, base, mock.admissions[api])
            tools.append(_tool(name, arguments, client))
    if not tools:
        wanted = ", ".join(only) or "any"
        raise SettingsError(f"no operation fits {wanted}: give a label such as 'GET /shelves*'")
    return tools


def _is_wanted(operation: Operation, only: Sequence[str]) -> bool:
    if not only:
        return True
    label, named = operation.label, operation.described.operation_id
    return any(fnmatchcase(label, each) or fnmatchcase(named, each) for each in only)


def _tool(name: str, arguments: ToolArguments, client: MockClient) -> Tool:
    operation = arguments.operation
    call = _caller(arguments, client)
    return OperationTool(
        fn=call,
        name=name,
        title=operation.described.summary or None,
        description=_description(operation),
        parameters=dict(arguments.schema),
        fn_metadata=_ANY_ARGUMENTS,
        is_async=False,
        context_kwarg=None,
        annotations=ToolAnnotations(
            read_only_hint=operation.method in _SAFE,
            destructive_hint=operation.method == "DELETE",
            idempotent_hint=operation.method in _REPEATABLE,
            open_world_hint=False,
        ),
    )


def _caller(arguments: ToolArguments, client: MockClient) -> Callable[..., CallToolResult]:
    """Return what calls an operation with the arguments of a tool."""

    def call(given: Mapping[str, Any]) -> CallToolResult:
        reply = client.ask(arguments.request(given))
        text = TextContent(type="text", text=dumps(reply).decode())
        is_refusal = reply["status"] >= 400
        return CallToolResult(content=[text], structured_content=reply, is_error=is_refusal)

    return call


def _description(operation: Operation) -> str:
    """Return what the document says of an operation, and its label."""
    described = operation.described
    said = [described.summary, described.description[:LONGEST_DESCRIPTION], operation.label]
    return "\n\n".join(text.strip() for text in said if text.strip())
