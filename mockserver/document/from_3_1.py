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
WEBHOOKS = "x-webhooks"
"""Where documents of 3.0 have the webhooks of 3.1, by habit."""
_COMPONENTS = ("pathItems", "mediaTypes")
_FURTHER = "additionalOperations"


def from_3_1(document: dict[str, Any], findings: list[Finding]) -> dict[str, Any]:
    """Give the OpenAPI 3.0.3 form of a document whose references are settled.

    Schemas' own keywords are left to the pass over the schemas. Webhooks go under the name that
    documents of 3.0 have for them; methods that have no field of their own are dropped, and told.
    """
    webhooks = document.get("webhooks")
    if webhooks:
        text = "webhooks are calls to the client: they are sent, not served"
        findings.append(Finding(text, "/webhooks", fault=False))
    rest = {key: value for key, value in document.items() if key not in _ROOT}
    if isinstance(webhooks, dict):
        rest[WEBHOOKS] = webhooks
    if isinstance(rest.get("components"), dict):
        rest["components"] = {k: v for k, v in rest["components"].items() if k not in _COMPONENTS}
    if isinstance(rest.get("paths"), dict):
        rest["paths"] = {
            path: _path_item(path, item, findings) for path, item in rest["paths"].items()
        }
    return rest | {"openapi": "3.0.3"}


def _path_item(path: str, item: Any, findings: list[Finding]) -> Any:
    """Drop the further methods of OpenAPI 3.2 (section 4.9)."""
    if not isinstance(item, dict) or _FURTHER not in item:
        return item
    message = f"only the methods {', '.join(METHODS)} are served; this one is left out"
    findings.append(Finding(message, join(["paths", path, _FURTHER]), fault=False))
    return {key: value for key, value in item.items() if key != _FURTHER}
