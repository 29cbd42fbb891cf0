"""The servers of a document, a path item or an operation, mended so that each URL can be computed."""

from __future__ import annotations

import re
from typing import Any

from mockserver.document.findings import Finding

_VARIABLE = re.compile(r"\{([^{}]+)\}")
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?(/|$)|localhost\b")


def mend_servers(owner: dict[str, Any], pointer: str, findings: list[Finding]) -> None:
    """Mend the field `servers` of its owner, which is the caller's own; without one nothing is added."""
    if "servers" not in owner:
        return
    servers = owner["servers"] if isinstance(owner["servers"], list) else []
    mended = [
        _server(server, f"{pointer}/servers/{index}", findings)
        for index, server in enumerate(servers)
        if isinstance(server, dict) and isinstance(server.get("url"), str)
    ]
    if len(mended) != len(servers) or servers is not owner["servers"]:
        findings.append(Finding("a server without a URL; dropped", f"{pointer}/servers"))
    owner["servers"] = mended
    if not mended:
        del owner["servers"]


def _server(server: dict[str, Any], pointer: str, findings: list[Finding]) -> dict[str, Any]:
    url = _url(server["url"], f"{pointer}/url", findings)
    names = list(dict.fromkeys(_VARIABLE.findall(url)))
    given = server["variables"] if isinstance(server.get("variables"), dict) else {}
    variables = {name: _variable(name, given.get(name), pointer, findings) for name in names}
    rest = {key: value for key, value in server.items() if key != "variables"}
    return rest | {"url": url} | ({"variables": variables} if variables else {})


def _url(url: str, pointer: str, findings: list[Finding]) -> str:
    mended = url.strip()
    if "://" not in mended and not mended.startswith(("/", "{")):
        mended = f"https://{mended}" if _HOST.match(mended) else f"/{mended.removeprefix('./')}"
    if mended != url:
        findings.append(
            Finding(f"the URL {url!r} starts with neither a scheme nor a slash; {mended} taken", pointer)
        )
    return mended


def _variable(name: str, variable: Any, pointer: str, findings: list[Finding]) -> dict[str, Any]:
    mended = dict(variable) if isinstance(variable, dict) else {}
    default = mended.get("default")
    if isinstance(default, str):
        return mended
    values = mended.get("enum")
    first = values[0] if isinstance(values, list) and values else name
    mended["default"] = str(first if default is None else default)
    message = f"the server variable {name} has no default; {mended['default']!r} taken"
    findings.append(Finding(message, f"{pointer}/variables/{name}"))
    return mended
