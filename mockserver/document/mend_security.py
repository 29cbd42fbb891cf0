"""Security schemes and requirements, mended so that every requirement names a scheme that can be
checked.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from mockserver.document.findings import Finding
from mockserver.document.grammar import METHODS
from mockserver.document.pointers import join

_TYPES = ("apiKey", "http", "oauth2", "openIdConnect", "mutualTLS")
_PLACES = ("query", "header", "cookie")


def mend_schemes(schemes: dict[str, Any], findings: list[Finding]) -> dict[str, Any]:
    """Mend the security schemes; one that cannot be understood is dropped."""
    mended = {}
    for name, scheme in schemes.items():
        pointer = join(["components", "securitySchemes", name])
        kept = _scheme(
            {key: value for key, value in scheme.items() if not _is_code(key)}, pointer, findings
        )
        if kept is not None:
            mended[name] = kept
    return mended


def _is_code(key: str) -> bool:
    """Tell the extensions by which connexion imports functions of the document's author."""
    return key.startswith("x-") and key.endswith("Func")


def _scheme(scheme: dict[str, Any], pointer: str, findings: list[Finding]) -> dict[str, Any] | None:
    kind = scheme.get("type")
    if kind in ("basic", "bearer"):
        findings.append(
            Finding(f"type {kind} is none of OpenAPI 3; http {kind} taken", f"{pointer}/type")
        )
        return scheme | {"type": "http", "scheme": kind}
    is_key = (
        kind == "apiKey" and isinstance(scheme.get("name"), str) and scheme.get("in") in _PLACES
    )
    is_http = kind == "http" and isinstance(scheme.get("scheme"), str)
    if kind not in _TYPES or (kind == "apiKey" and not is_key) or (kind == "http" and not is_http):
        findings.append(Finding("this is no security scheme; dropped", pointer))
        return None
    if is_http and scheme["scheme"] != scheme["scheme"].lower():
        scheme = scheme | {"scheme": scheme["scheme"].lower()}
    if kind == "oauth2" and not isinstance(scheme.get("flows"), dict):
        findings.append(Finding("an oauth2 scheme without flows; none taken", pointer))
        scheme = scheme | {"flows": {}}
    return scheme


def mend_requirements(
    document: dict[str, Any], known: Collection[str], findings: list[Finding]
) -> dict[str, Any]:
    """Drop the requirements that name no scheme, of the document and of its operations."""
    mended = _without_unknown(document, known, "", findings)
    mended["paths"] = {
        path: _path_item(path, item, known, findings) for path, item in document["paths"].items()
    }
    return mended


def _path_item(
    path: str, item: dict[str, Any], known: Collection[str], findings: list[Finding]
) -> dict[str, Any]:
    operations = {
        method: _without_unknown(item[method], known, join(["paths", path, method]), findings)
        for method in METHODS
        if isinstance(item.get(method), dict) and "security" in item[method]
    }
    return item | operations


def _without_unknown(
    owner: dict[str, Any], known: Collection[str], pointer: str, findings: list[Finding]
) -> dict[str, Any]:
    if "security" not in owner:
        return dict(owner)
    given = owner["security"]
    requirements = [given] if isinstance(given, dict) else given if isinstance(given, list) else []
    kept = [r for r in requirements if isinstance(r, dict) and all(name in known for name in r)]
    if kept != given:
        findings.append(
            Finding("security names a scheme that is not defined; dropped", f"{pointer}/security")
        )
    scopes = [
        {name: v if isinstance(v, list) else [] for name, v in needed.items()} for needed in kept
    ]
    return owner | {"security": scopes}
