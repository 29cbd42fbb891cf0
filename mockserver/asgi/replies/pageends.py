"""Tell the end of a list where a reply must tell of a next page: its template and schema in, what
stands there for no page out.

    {since: "$cursor?", next: "$next?"}  by  {required: [since], since: {type: integer}}
    is {since: 0} at the end

A property that may be left out, or be null, is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.lookup import MISSING, put_at, value_at
from mockserver.model.search.roles import ABSENT, MAY_LACK
from mockserver.model.types import DescribedSchema, Template


def page_ends(template: Template, schema: DescribedSchema, around: str = "") -> dict[str, Any]:
    """Return what stands for no page, by dotted paths."""
    found: dict[str, Any] = {}
    if not isinstance(template, Mapping):
        return found
    for name, part in template.items():
        child = schema.properties.get(name)
        if child is None:
            continue
        path = f"{around}{name}"
        if isinstance(part, Mapping):
            found |= page_ends(part, child, f"{path}.")
            continue
        is_role = isinstance(part, str) and part.removesuffix(ABSENT) in MAY_LACK
        if is_role and name in schema.required and not child.is_nullable:
            value = _end(child)
            if value is not MISSING:
                found[path] = value
    return found


def _end(schema: DescribedSchema) -> Any:
    """Return the least value of a schema: an empty text, 0; MISSING where it takes neither."""
    value: Any = ""
    if schema.type in ("integer", "number"):
        least = schema.get("minimum", 0)
        value = max(least, 0)
    return value if schema.admits(value) else MISSING


def with_ends(body: Any, ends: Mapping[str, Any]) -> Any:
    """Return a body with what stands for no page wherever there is none."""
    if not isinstance(body, Mapping):
        return body
    told = dict(body)
    for path, value in ends.items():
        known = value_at(told, path)
        if known is MISSING or known is None:
            put_at(told, path, value)
    return told
