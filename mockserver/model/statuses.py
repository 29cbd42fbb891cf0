"""Settle the statuses of normal answers: an operation of the document and its kind in, its statuses
out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.model.declared import success_statuses
from mockserver.model.types import Kind

USUAL_STATUS = {Kind.CREATE: 201, Kind.DELETE: 204, Kind.BULK_DELETE: 204}


def statuses(operation: Mapping[str, Any], kind: Kind, said: Mapping[str, Any]) -> tuple[int, int]:
    """Return the status of a normal answer, and that of an answer to a call that made a record."""
    documented = success_statuses(operation)
    usual = USUAL_STATUS.get(kind, 200)
    success = said.get("status") or (
        usual if usual in documented or not documented else documented[0]
    )
    if kind is Kind.BULK_DELETE or kind is Kind.DELETE:
        return success, success
    if kind in (Kind.UPSERT, Kind.REPLACE, Kind.MERGE):
        other = [status for status in documented if status != 201]
        success = said.get("status") or (200 if 200 in other else (other or documented or [200])[0])
    created = said.get("created") or (201 if 201 in documented else success)
    return success, created


def documents_location(operation: Mapping[str, Any]) -> bool:
    """Tell whether the answer to a create has a documented header Location."""
    responses = operation.get("responses") or {}
    headers = (responses.get("201") or {}).get("headers") or {}
    return any(name.lower() == "location" for name in headers)
