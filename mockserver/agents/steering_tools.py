"""Tools that tell what is played and steer it: APIs, operations, faults, replies, clock and state
as a whole.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote

from mcp.server.mcpserver.tools import Tool
from pydantic import Field

from mockserver.agents.argument_types import Api, FaultWords
from mockserver.agents.mock_client import MockClient
from mockserver.agents.record_tools import chosen_api
from mockserver.agents.toolbox import changing_tool, reading_tool
from mockserver.model.report.explain import is_stateful
from mockserver.testing.mock import Mock

Named = Annotated[str, Field(min_length=1, max_length=200, description="Name of the snapshot.")]


class SteeringTools:
    """Looks at the played APIs and steers one space of them through the control API."""

    def __init__(self, mock: Mock, client: MockClient) -> None:
        self._mock = mock
        self._client = client

    def tools(self) -> list[Tool]:
        """Return the tools."""
        return [
            reading_tool(self.list_apis),
            reading_tool(self.list_operations),
            reading_tool(self.explain),
            reading_tool(self.list_faults),
            changing_tool(self.plan_fault),
            changing_tool(self.clear_faults, destroys=True),
            changing_tool(self.plan_reply),
            changing_tool(self.clear_replies, destroys=True),
            changing_tool(self.set_clock),
            changing_tool(self.take_snapshot),
            changing_tool(self.restore_snapshot, destroys=True),
            changing_tool(self.reset, destroys=True),
        ]

    def list_apis(self) -> dict[str, Any]:
        """List the APIs that are played, with their resources."""
        return self._client.control("GET", "/apis")

    def list_operations(self, api: Api = None) -> dict[str, Any]:
        """List the operations of an API: what each is called and what it does to the state."""
        shown = []
        for operation in self._mock.models[self._api(api)].operations:
            each = {
                "operation": operation.label,
                "operation_id": operation.described.operation_id,
                "summary": operation.described.summary,
                "kind": operation.kind.value,
                "resource": operation.resource,
                "stateful": is_stateful(operation),
            }
            shown.append(each)
        return {"operations": shown}

    def explain(self, api: Api = None) -> dict[str, Any]:
        """Explain how an API was understood: of each resource its key and parents, of each
        operation its kind, filters and pages, and why.
        """
        name = quote(self._api(api), safe="")
        return self._client.control("GET", f"/explain/{name}")

    def list_faults(self) -> dict[str, Any]:
        """List the planned faults, with how many calls met each and how many it struck."""
        return self._client.control("GET", "/faults")

    def plan_fault(self, fault: FaultWords) -> dict[str, Any]:
        """Plan a fault: calls that it fits go wrong from now on."""
        return {"planned": self._client.control("POST", "/faults", body=fault)}

    def clear_faults(self) -> dict[str, Any]:
        """Forget all planned faults."""
        return self._client.control("DELETE", "/faults")

    def plan_reply(
        self,
        operation: Annotated[str, Field(description="Method and path: 'GET /shelves/{shelf_id}'.")],
        status: Annotated[int, Field(ge=200, le=599)] = 200,
        body: Annotated[Any, Field(description="JSON body of the reply.")] = None,
        times: Annotated[
            int | None, Field(ge=1, description="So many calls; all, where it is not said.")
        ] = None,
    ) -> dict[str, Any]:
        """Answer an operation with a reply of your own in the place of the API's."""
        response = {"status": status}
        if body is not None:
            response["jsonBody"] = body
        words = {"request": {"operation": operation}, "response": response, "times": times}
        return {"planned": self._client.control("POST", "/mappings", body=words)}

    def clear_replies(self) -> dict[str, Any]:
        """Forget all planned replies."""
        return self._client.control("DELETE", "/mappings")

    def set_clock(
        self,
        action: Annotated[
            Literal["read", "freeze", "advance", "resume"],
            Field(description="freeze stops it, advance moves it on, resume lets it run."),
        ],
        moment: Annotated[
            str | None, Field(description="When it is frozen: 2026-01-01T00:00:00Z.")
        ] = None,
        seconds: Annotated[float, Field(ge=0, description="By how much it advances.")] = 0,
    ) -> dict[str, Any]:
        """Read or steer what the APIs take for the present moment: jobs, tokens and what expires
        follow it.
        """
        if action == "read":
            return self._client.control("GET", "/clock")
        words = {
            "freeze": {"moment": moment} if moment else {},
            "advance": {"seconds": seconds},
            "resume": {},
        }
        return self._client.control("POST", f"/clock/{action}", body=words[action])

    def take_snapshot(self, name: Named) -> dict[str, Any]:
        """Keep the records and the clock as they are now, under a name."""
        return self._client.control("POST", "/snapshots", body={"name": name})

    def restore_snapshot(self, name: Named) -> dict[str, Any]:
        """Bring back the records and the clock of a snapshot."""
        place = quote(name, safe="")
        return self._client.control("POST", f"/snapshots/{place}/restore")

    def reset(self) -> dict[str, Any]:
        """Go back to the start: records, clock and faults; calls and planned replies are
        forgotten.
        """
        return self._client.control("POST", "/reset")

    def _api(self, api: str | None) -> str:
        return chosen_api(list(self._mock.models), api)
