"""Tools that send calls to the mock and look at those that it met."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from mcp.server.mcpserver.tools import Tool
from pydantic import Field

from mockserver.agents.argument_types import CallPattern, Limit
from mockserver.agents.mock_client import ORIGIN, MockClient, made_request
from mockserver.agents.toolbox import changing_tool, reading_tool
from mockserver.asgi.spaces import RESERVED
from mockserver.errors import SettingsError
from mockserver.testing.mock import Mock


class CallTools:
    """Sends calls to one space of a mock, and reads its journal."""

    def __init__(self, mock: Mock, client: MockClient) -> None:
        self._mock = mock
        self._client = client

    def tools(self) -> list[Tool]:
        """Return the tools."""
        return [
            changing_tool(self.send_call),
            reading_tool(self.list_calls),
            reading_tool(self.find_calls),
            reading_tool(self.find_near_misses),
            reading_tool(self.list_unmatched_calls),
            reading_tool(self.list_sent),
        ]

    def send_call(
        self,
        method: Annotated[str, Field(pattern="^[A-Za-z]{1,20}$", description="GET, POST, ...")],
        path: Annotated[str, Field(description="Path with its keys filled in: /shelves/1/books.")],
        query: Annotated[
            dict[str, Any] | None, Field(description="Query parameters; a list is repeated.")
        ] = None,
        headers: Annotated[
            dict[str, str] | None, Field(description="Headers beside those of the credentials.")
        ] = None,
        body: Annotated[
            Any, Field(description="Body: a text is sent as it is, any other value as JSON.")
        ] = None,
        credentials: Annotated[
            bool, Field(description="Send a known credential of the API.")
        ] = True,
    ) -> dict[str, Any]:
        """Send a call to the mock in this process, and to nothing else, and return its reply. A
        refusal, such as 404, is a reply too.
        """
        known = self._admission_headers() if credentials else {}
        sent = {**known, **(headers or {})}
        asked = urlencode(query or {}, doseq=True)
        joint = "&" if "?" in path else "?"
        url = f"{ORIGIN}{_checked(path)}" + (f"{joint}{asked}" if asked else "")
        sending = {"content": body} if isinstance(body, str) else {"json": body}
        return self._client.ask(made_request(method.upper(), url, sent, **sending))

    def list_calls(self, limit: Limit = 20) -> dict[str, Any]:
        """List the calls that the mock met, the latest first, with their replies and what they
        changed. Secrets are masked.
        """
        return self._client.control("GET", "/requests", {"limit": limit})

    def find_calls(self, pattern: CallPattern) -> dict[str, Any]:
        """Find the calls that match a pattern, the oldest first."""
        return self._client.control("POST", "/requests/find", body=pattern)

    def find_near_misses(self, pattern: CallPattern) -> dict[str, Any]:
        """Find the calls that do not match a pattern and come nearest, with what is other in
        them.
        """
        return self._client.control("POST", "/near-misses/request-pattern", body=pattern)

    def list_unmatched_calls(self) -> dict[str, Any]:
        """List the calls that met no operation, each with the operations that come nearest."""
        return self._client.control("GET", "/requests/unmatched/near-misses")

    def list_sent(
        self,
        event: Annotated[
            str | None, Field(description="Name of the webhook or callback: order.created.")
        ] = None,
    ) -> dict[str, Any]:
        """List the webhooks and callbacks that were due so far, the oldest first."""
        query = {"event": event} if event else None
        return self._client.control("GET", "/sent", query)

    def _admission_headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        for admission in self._mock.admissions.values():
            for name, text in admission.headers.items():
                headers.setdefault(name, text)
        return headers


def _checked(path: str) -> str:
    """Return a path of the APIs. Raises SettingsError for one that is none."""
    if not path.startswith("/"):
        raise SettingsError(f"path must begin with a slash, as /shelves does: {path!r}")
    if path.startswith(RESERVED):
        raise SettingsError(f"{RESERVED} is no path of an API: there are tools for what it does")
    return path
