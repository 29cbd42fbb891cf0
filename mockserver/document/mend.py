"""A document in OpenAPI 3.0.3's words in, the same without its common faults out, and the findings.

What is missing is filled in, what contradicts itself gives way to what refuses less; each time a
finding names the place. The pass works on parameters, responses and the frame; schemas are mended
on their own.
"""

from __future__ import annotations

from typing import Any

from mockserver.document.findings import Finding
from mockserver.document.grammar import METHODS
from mockserver.document.mend_operations import mend_operations
from mockserver.document.mend_security import mend_requirements, mend_schemes
from mockserver.document.mend_servers import mend_servers
from mockserver.document.pointers import escape

Findings = list[Finding]


def mend(document: dict[str, Any], name: str, findings: Findings) -> dict[str, Any]:
    """Mend a document; `name` becomes its title where it has none. Idempotent."""
    mended = dict(document)
    mended["info"] = _info(document.get("info"), name, findings)
    mended["components"] = _components(document.get("components"), findings)
    mended["paths"] = mend_operations(_paths(document, findings), findings)
    _tags(mended, findings)
    mend_servers(mended, "", findings)
    schemes = mended["components"].get("securitySchemes", {})
    return mend_requirements(mended, schemes.keys(), findings)


def _info(info: Any, name: str, findings: Findings) -> dict[str, Any]:
    mended = dict(info) if isinstance(info, dict) else {}
    for field, default in (("title", name), ("version", "0")):
        value = mended.get(field)
        if not isinstance(value, str):
            mended[field] = str(value) if isinstance(value, int | float) else default
            findings.append(
                Finding(f"{field} is missing or no text; {mended[field]!r} taken", f"/info/{field}")
            )
    return mended


def _components(components: Any, findings: Findings) -> dict[str, Any]:
    mended = {
        section: {name: value for name, value in members.items() if isinstance(value, dict)}
        for section, members in (components if isinstance(components, dict) else {}).items()
        if isinstance(members, dict)
    }
    if "securitySchemes" in mended:
        mended["securitySchemes"] = mend_schemes(mended["securitySchemes"], findings)
    return mended


def _tags(document: dict[str, Any], findings: Findings) -> None:
    tags = document.get("tags", [])
    mended = [
        {"name": tag} if isinstance(tag, str) else tag
        for tag in (tags if isinstance(tags, list) else [])
    ]
    mended = [tag for tag in mended if isinstance(tag, dict) and isinstance(tag.get("name"), str)]
    if "tags" in document and mended != tags:
        findings.append(Finding("tags is no list of objects with names; mended", "/tags"))
        document["tags"] = mended


def _paths(document: dict[str, Any], findings: Findings) -> dict[str, Any]:
    """Clean the path keys; paths that become one are merged, the first operation of a method
    counts.
    """
    paths = document.get("paths")
    if not isinstance(paths, dict) or not paths:
        findings.append(
            Finding("there are no paths; nothing can be served", "/paths", fault=paths is None)
        )
        return {}
    mended: dict[str, Any] = {}
    for key, item in paths.items():
        if key.startswith("x-"):
            continue  # an extension; what is left are path items only
        if isinstance(item, dict):
            path = _path(key, findings)
            mended[path] = _joined(key, item, mended[path], findings) if path in mended else item
        else:
            findings.append(Finding("this is no path item; dropped", f"/paths/{escape(key)}"))
    return mended


def _joined(
    key: str, item: dict[str, Any], first: dict[str, Any], findings: Findings
) -> dict[str, Any]:
    for method in METHODS:
        if method in item and method in first:
            message = (
                "another path with this method is the same without its query; this one is left out"
            )
            findings.append(Finding(message, f"/paths/{escape(key)}/{method}"))
    return item | first


def _path(key: str, findings: Findings) -> str:
    path = "/" + key.partition("?")[0].partition("#")[0].strip().lstrip("/")
    if path != key:
        findings.append(
            Finding(f"no path can be written like this; {path} taken", f"/paths/{escape(key)}")
        )
    return path
