"""The servers of a document, a path item or an operation, mended so that each URL can be
computed.
"""

from __future__ import annotations

import re
from typing import Any

from mockserver.document.findings import Finding

_VARIABLE = re.compile(r"\{([^{}]+)\}")
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?(/|$)|localhost\b")


def mend_servers(owner: dict[str, Any], pointer: str, findings: list[Finding]) -> None:
    """Mend the field `servers` of its owner, which is the caller's own; without one nothing is
    added.
    """
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
    given = server["variables"] if isinstance(server.get("variables"), dict) else {}
    url, given = _with_plain_names(_url(server["url"], f"{pointer}/url", findings), given)
    names = dict.fromkeys(_VARIABLE.findall(url))
    variables = {name: _variable(name, given.get(name), pointer, findings) for name in names}
    rest = {key: value for key, value in server.items() if key != "variables"}
    return rest | {"url": url} | ({"variables": variables} if variables else {})


def _with_plain_names(url: str, variables: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Rename the variables of a URL to identifiers, which frameworks can format; drop stray
    braces.
    """
    parts = _VARIABLE.split(url)  # text and names in turn
    plain = {name: _identifier(name) for name in parts[1::2]}
    parts[0::2] = [text.replace("{", "").replace("}", "") for text in parts[0::2]]
    parts[1::2] = [f"{{{plain[name]}}}" for name in parts[1::2]]
    return "".join(parts), {plain.get(name, name): variable for name, variable in variables.items()}


def _identifier(name: str) -> str:
    word = re.sub(r"\W+", "_", name).strip("_")
    return word if word.isidentifier() else f"variable_{word}"


def _url(url: str, pointer: str, findings: list[Finding]) -> str:
    mended = url.strip()
    if "://" not in mended and not mended.startswith(("/", "{")):
        mended = f"https://{mended}" if _HOST.match(mended) else f"/{mended.removeprefix('./')}"
    if mended != url:
        findings.append(
            Finding(
                f"the URL {url!r} starts with neither a scheme nor a slash; {mended} taken", pointer
            )
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
