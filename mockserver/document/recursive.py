"""Say references to the schema that holds them as plain ones: `$recursiveRef` and `$dynamicRef` in,
`$ref` out.

{$recursiveRef: "#"} in #/components/schemas/Tree is a tree (JSON Schema 2019-09, section 8.2.4.2);
so is {$dynamicRef: "#node"} where the tree has {$dynamicAnchor: node} (2020-12, section 8.2.3.2).
Extending such a schema from outside, for which both were made, is not followed.
"""

from __future__ import annotations

from typing import Any

from mockserver.document.pointers import join


def with_plain_references(components: dict[str, Any]) -> dict[str, Any]:
    """Return components whose schemas refer to themselves by `$ref`."""
    schemas = components.get("schemas")
    if not isinstance(schemas, dict):
        return components
    homes = {name: f"#{join(['components', 'schemas', name])}" for name in schemas}
    plain = {name: _plain(schema, homes[name], _names(schema)) for name, schema in schemas.items()}
    return {**components, "schemas": plain}


def _names(schema: Any) -> frozenset[str]:
    """Return the ways in which a schema is called from within."""
    name = schema.get("$dynamicAnchor") if isinstance(schema, dict) else None
    return frozenset({f"#{name}"} if name else ())


def _plain(node: Any, home: str, names: frozenset[str]) -> Any:
    if isinstance(node, list):
        return [_plain(each, home, names) for each in node]
    if not isinstance(node, dict):
        return node
    called = node.get("$dynamicRef")
    if node.get("$recursiveRef") == "#" or (isinstance(called, str) and called in names):
        return {"$ref": home}
    return {name: _plain(child, home, names) for name, child in node.items()}
