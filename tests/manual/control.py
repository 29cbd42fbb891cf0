"""The page of the control API, made from its own OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from mockserver.control.admin import document

HEAD = """\
# The control API

Look inside a mock and steer it, from any language, under `/__admin` of its own port. Its habits are
WireMock's. This page is made from the API's OpenAPI document, which a running mock serves at
`/__admin/openapi.yaml`, with a page to try it at `/__admin/docs/`.

Everything is about one space: that of `?space=NAME`, of the path prefix `/__space/NAME`, or the
first one. It answers clients on this machine; others send the `--admin-token` as
`Authorization: Bearer TOKEN`. Errors are problem details (RFC 9457). In one terminal and another:

<!-- test: serve -->
```console
$ understudy mock bookshop
```

```console
$ curl -s http://127.0.0.1:4010/__admin/state/bookshop
{"api":"bookshop","resources":{"books":4,"shelves":3}}
$ curl -s -d '{"operation": "GET /shelves", "status": 503, "times": 1}' http://127.0.0.1:4010/__admin/faults
...
$ curl -s -d '{"pattern": {"method": "GET", "urlPath": "/shelves"}, "times": 0}' http://127.0.0.1:4010/__admin/requests/verify
...
$ curl -s -X POST http://127.0.0.1:4010/__admin/reset
{}
```
"""
METHODS = ("get", "post", "put", "delete")


def page() -> str:
    """Return the page, Markdown."""
    whole = yaml.safe_load(document())
    parts = [HEAD]
    for path, item in whole["paths"].items():
        for method in METHODS:
            if method in item:
                parts += _section(f"{method.upper()} {path}", item, item[method], whole)
    return "\n".join(parts)


def _section(
    label: str, item: Mapping[str, Any], operation: Mapping[str, Any], whole: Mapping[str, Any]
) -> Iterator[str]:
    yield f"## `{label}`\n\n{operation['summary']}.\n"
    listed = [*item.get("parameters", ()), *operation.get("parameters", ())]
    parameters = [_resolved(each, whole) for each in listed]
    rows = [(each["name"], each["in"], each["schema"], each) for each in parameters]
    body = _resolved(operation.get("requestBody", {}), whole)
    for media in body.get("content", {}).values():
        schema = _resolved(media["schema"], whole)
        for name, inner in schema.get("properties", {}).items():
            found = _resolved(inner, whole)
            rows.append((name, "body", found, found))
    if rows:
        yield "| name | in | takes | meaning |\n|---|---|---|---|"
    for name, place, schema, described in rows:
        meaning = str(described.get("description", "")).replace("|", "\\|")
        yield f"| `{name}` | {place} | {_taken(schema)} | {meaning} |"
    yield ""


def _taken(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        choices = ", ".join(f"`{each}`" for each in schema["enum"])
        return f"one of {choices}"
    return str(schema.get("format") or schema.get("type", "any JSON"))


def _resolved(value: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in value:
        return value
    place: Any = whole
    for step in value["$ref"].removeprefix("#/").split("/"):
        place = place[step]
    return _resolved(place, whole)
