"""A document of OpenAPI 3.1 or 3.2 in, the same without what 3.0 cannot say, and the findings."""

from __future__ import annotations

from typing import Any

from mockserver.document.findings import Finding
from mockserver.document.grammar import METHODS
from mockserver.document.pointers import join

_ROOT = (
    *("webhooks", "jsonSchemaDialect", "$self"),
    *(
        "definitions",
        "parameters",
        "responses",
        "securityDefinitions",
    ),  # of 2.0: settled with the references
)
_COMPONENTS = ("pathItems", "mediaTypes")


def from_3_1(document: dict[str, Any], findings: list[Finding]) -> dict[str, Any]:
    """Give the OpenAPI 3.0.3 form of a document whose references are settled.

    Schemas' own keywords are left to the pass over the schemas. Webhooks and methods beyond the
    eight of OpenAPI 3.0 are dropped, and told.
    """
    if document.get("webhooks"):
        findings.append(
            Finding("webhooks are calls to the client; they are left out", "/webhooks", fault=False)
        )
    rest = {key: value for key, value in document.items() if key not in _ROOT}
    if isinstance(rest.get("components"), dict):
        rest["components"] = {k: v for k, v in rest["components"].items() if k not in _COMPONENTS}
    if isinstance(rest.get("paths"), dict):
        rest["paths"] = {
            path: _path_item(path, item, findings) for path, item in rest["paths"].items()
        }
    return rest | {"openapi": "3.0.3"}


def _path_item(path: str, item: Any, findings: list[Finding]) -> Any:
    """Drop the methods of OpenAPI 3.2 (section 4.9): `query` and `additionalOperations`."""
    if not isinstance(item, dict) or not ("query" in item or "additionalOperations" in item):
        return item
    for name in {"query", "additionalOperations"} & item.keys():
        message = f"only the methods {', '.join(METHODS)} are served; this one is left out"
        findings.append(Finding(message, join(["paths", path, name]), fault=False))
    return {
        key: value for key, value in item.items() if key not in ("query", "additionalOperations")
    }
