"""Functions as tools: what they take is told by their annotations, what they raise on purpose is an
error of the tool and no crash.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations

from mockserver.errors import UnderstudyError

Function = Callable[..., dict[str, Any]]


def reading_tool(function: Function, reaches_out: bool = False) -> Tool:
    """Return a tool that changes nothing; one that `reaches_out` may ask another server."""
    hints = ToolAnnotations(read_only_hint=True, open_world_hint=reaches_out)
    return Tool.from_function(_telling(function), annotations=hints)


def changing_tool(function: Function, destroys: bool = False) -> Tool:
    """Return a tool that changes the mock; one that `destroys` takes away what was there."""
    hints = ToolAnnotations(read_only_hint=False, destructive_hint=destroys, open_world_hint=False)
    return Tool.from_function(_telling(function), annotations=hints)


def _telling(function: Function) -> Function:
    """Return a function whose errors are told to who calls the tool."""

    @wraps(function)
    def told(*values: Any, **named: Any) -> dict[str, Any]:
        try:
            return function(*values, **named)
        except UnderstudyError as error:
            raise ToolError(str(error)) from None

    return told
