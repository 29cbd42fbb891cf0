"""The paths of a document in, the same with whole operations out, and the findings.

Afterwards each operation has a unique `operationId`, `responses` as a map of objects, and exactly
the path parameters that its template names.
"""

from __future__ import annotations

import re
from typing import Any

from mockserver.document.findings import Finding
from mockserver.document.grammar import METHODS
from mockserver.document.mend_servers import mend_servers
from mockserver.document.pointers import join

Findings = list[Finding]
Key = tuple[Any, Any]

_TEMPLATE = re.compile(r"\{([^{}]+)\}")
_CODE = re.compile(r"[1-5](\d\d|XX)|default")


def mend_operations(paths: dict[str, Any], findings: Findings) -> dict[str, Any]:
    """Mend each operation under its path."""
    taken: set[str] = set()
    wanted = {
        operation["operationId"]
        for item in paths.values()
        for operation in _operations(item).values()
        if isinstance(operation.get("operationId"), str)
    }
    return {path: _path_item(path, item, taken, wanted, findings) for path, item in paths.items()}


def _operations(item: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(item, dict):
        return {}
    return {method: item[method] for method in METHODS if isinstance(item.get(method), dict)}


def _path_item(
    path: str, item: dict[str, Any], taken: set[str], wanted: set[str], findings: Findings
) -> Any:
    pointer = join(["paths", path])
    operations = _operations(item)
    mended = {key: value for key, value in item.items() if key not in METHODS or key in operations}
    if len(mended) != len(item):
        findings.append(Finding("an operation that is no object; dropped", pointer))
    shared = _parameters(item, pointer, findings)
    if "parameters" in item:
        mended["parameters"] = [p for p in shared if not _is_surplus(p, path, pointer, findings)]
    for method, operation in operations.items():
        mended[method] = _operation(path, method, operation, shared, findings)
        mended[method]["operationId"] = _identify(path, method, operation, taken, wanted, findings)
    mend_servers(mended, pointer, findings)
    return mended


def _operation(
    path: str, method: str, operation: dict[str, Any], shared: list[Any], findings: Findings
) -> dict[str, Any]:
    pointer = join(["paths", path, method])
    parameters = _parameters(operation, pointer, findings)
    parameters = [p for p in parameters if not _is_surplus(p, path, pointer, findings)]
    declared = {_key(parameter) for parameter in [*shared, *parameters]}
    for name in dict.fromkeys(_TEMPLATE.findall(path)):
        if (name, "path") not in declared:
            findings.append(
                Finding(f"the path parameter {name} is not declared; taken as text", pointer)
            )
            parameters.append(
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            )
    mended = operation | {"responses": _responses(operation.get("responses"), pointer, findings)}
    if parameters or "parameters" in operation:
        mended["parameters"] = parameters
    mend_servers(mended, pointer, findings)
    return mended


def _key(parameter: dict[str, Any]) -> Key:
    return parameter["name"], parameter["in"]


def _parameters(owner: dict[str, Any], pointer: str, findings: Findings) -> list[Any]:
    """List the parameters of an operation or a path item, each once."""
    given = owner.get("parameters", [])
    if not isinstance(given, list):
        findings.append(Finding("parameters is no list; dropped", f"{pointer}/parameters"))
        return []
    unique: dict[Key, Any] = {}
    for index, parameter in enumerate(given):
        if not isinstance(parameter, dict):
            findings.append(
                Finding("this is no parameter; dropped", f"{pointer}/parameters/{index}")
            )
        elif unique.setdefault(_key(parameter), parameter) is not parameter:
            message = (
                f"the {parameter['in']} parameter {parameter['name']} stands twice; the first one "
                f"counts"
            )
            findings.append(Finding(message, f"{pointer}/parameters/{index}"))
    return list(unique.values())


def _is_surplus(parameter: dict[str, Any], path: str, pointer: str, findings: Findings) -> bool:
    if parameter["in"] != "path" or parameter["name"] in _TEMPLATE.findall(path):
        return False
    message = f"the path parameter {parameter['name']} is not in the path; dropped"
    findings.append(Finding(message, f"{pointer}/parameters"))
    return True


def _responses(given: Any, pointer: str, findings: Findings) -> dict[str, Any]:
    responses = {}
    for key, response in given.items() if isinstance(given, dict) else ():
        code = key if key == "default" else key.upper()
        if key.startswith("x-"):
            continue  # an extension; what is left are responses only
        if _CODE.fullmatch(code) and isinstance(response, dict):
            responses[code] = response
        else:
            message = f"{key} is no status code, or its response no object; dropped"
            findings.append(Finding(message, f"{pointer}/responses"))
    if responses:
        return responses
    findings.append(
        Finding("there are no responses; an empty default taken", f"{pointer}/responses")
    )
    return {"default": {"description": ""}}


def _identify(
    path: str,
    method: str,
    operation: dict[str, Any],
    taken: set[str],
    wanted: set[str],
    findings: Findings,
) -> str:
    """Keep an operation's own id the first time, else make one of method and path."""
    own = operation.get("operationId")
    if isinstance(own, str) and own and own not in taken:
        taken.add(own)
        return own
    words = [method, *re.findall(r"[A-Za-z0-9]+", path)]
    base = made = "_".join(words)
    number = 1
    while made in taken or made in wanted:
        number += 1
        made = f"{base}_{number}"
    taken.add(made)
    message = (
        f"the operationId {own} stands twice; {made} taken"
        if own
        else f"no operationId; {made} taken"
    )
    findings.append(Finding(message, join(["paths", path, method, "operationId"]), fault=bool(own)))
    return made
