"""Tools that read and change the records of the mock, whatever its operations allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import quote

from mcp.server.mcpserver.tools import Tool
from pydantic import Field

from mockserver.agents.argument_types import Api, Key, Limit, Offset, Resource, Tenant, Under
from mockserver.agents.mock_client import MockClient
from mockserver.agents.toolbox import changing_tool, reading_tool
from mockserver.errors import UnknownApiError


def chosen_api(apis: Sequence[str], api: str | None) -> str:
    """Return the API that is meant, the only one where none is named. Raises UnknownApiError."""
    if api in apis:
        return str(api)
    if api is None and len(apis) == 1:
        return apis[0]
    listed = ", ".join(apis)
    if api is None:
        raise UnknownApiError(f"say which api is meant: {listed}")
    raise UnknownApiError(f"no API {api!r} is played here; these are: {listed}")


class RecordTools:
    """Reads and changes records through the control API."""

    def __init__(self, client: MockClient, apis: Sequence[str]) -> None:
        self._client = client
        self._apis = apis

    def tools(self) -> list[Tool]:
        """Return the tools."""
        return [
            reading_tool(self.count_records),
            reading_tool(self.list_records),
            reading_tool(self.read_record),
            changing_tool(self.put_record),
            changing_tool(self.remove_record, destroys=True),
        ]

    def count_records(self, api: Api = None, tenant: Tenant = None) -> dict[str, Any]:
        """Count the records of each resource of an API."""
        return self._client.control("GET", f"/state/{self._api(api)}", _query(None, tenant))

    def list_records(
        self,
        resource: Resource,
        api: Api = None,
        under: Under = None,
        tenant: Tenant = None,
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> dict[str, Any]:
        """List the records of a resource as the mock has them, whatever the API shows of them."""
        query = {**_query(under, tenant), "limit": limit, "offset": offset}
        return self._client.control("GET", self._path(api, resource), query)

    def read_record(
        self,
        resource: Resource,
        key: Key,
        api: Api = None,
        under: Under = None,
        tenant: Tenant = None,
    ) -> dict[str, Any]:
        """Read one record as the mock has it."""
        path = self._path(api, resource, key)
        return {"record": self._client.control("GET", path, _query(under, tenant))}

    def put_record(
        self,
        resource: Resource,
        record: Annotated[
            dict[str, Any], Field(description="The whole record, with its key among the rest.")
        ],
        api: Api = None,
        under: Under = None,
        tenant: Tenant = None,
    ) -> dict[str, Any]:
        """Store a record, in the place of the one with its key. It is stored as it is given: the
        rules of the API are not applied, its webhooks are not sent.
        """
        path = self._path(api, resource)
        self._client.control("PUT", path, _query(under, tenant), record)
        return {"stored": record}

    def remove_record(
        self,
        resource: Resource,
        key: Key,
        api: Api = None,
        under: Under = None,
        tenant: Tenant = None,
    ) -> dict[str, Any]:
        """Remove a record, and all below it."""
        path = self._path(api, resource, key)
        self._client.control("DELETE", path, _query(under, tenant))
        return {"removed": key}

    def _api(self, api: str | None) -> str:
        return quote(chosen_api(self._apis, api), safe="")

    def _path(self, api: str | None, *parts: str | int) -> str:
        ends = [quote(str(part), safe="") for part in parts]
        return "/".join(["/state", self._api(api), *ends])


def _query(under: Sequence[str] | None, tenant: str | None) -> dict[str, Any]:
    query: dict[str, Any] = {}
    if under:
        query["under"] = under
    if tenant:
        query["tenant"] = tenant
    return query
