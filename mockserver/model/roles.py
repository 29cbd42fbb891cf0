"""Infer what the properties beside a list tell of it: a name and a schema in, a word such as
`$total` out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.lookup import MISSING
from mockserver.model.declared import Spec, flattened, properties, type_of
from mockserver.model.paths import bare

NUMBERS: Mapping[str, tuple[str, ...]] = {
    "$total": (
        "count",
        "total",
        "totalcount",
        "totalitems",
        "totalelements",
        "totalresults",
        "totalrecords",
        "totalsize",
        "totalentries",
        "totalrows",
        "found",
        "recordcount",
        "itemcount",
    ),
    "$page": ("page", "currentpage", "pagenumber", "pageindex"),
    "$size": ("limit", "perpage", "pagesize", "size", "pagelimit"),
    "$pages": ("totalpages", "pagecount", "lastpage", "numpages", "pages"),
    "$offset": ("offset", "skip", "start", "pageoffset"),
    "$length": ("currentcount", "resultcount", "numberofelements", "results"),
    "$next_page": ("nextpage", "next"),
    "$previous_page": ("prevpage", "previouspage", "previous", "prev"),
}
FLAGS = ("hasmore", "hasnext", "more", "hasnextpage")
LINKS: Mapping[str, tuple[str, ...]] = {
    "$next": ("next", "nexturl", "nextpageurl", "nextlink", "nexthref"),
    "$previous": ("previous", "prev", "previousurl", "prevurl", "previouslink"),
    "$cursor": (
        "nextcursor",
        "nextpagetoken",
        "nexttoken",
        "cursor",
        "endcursor",
        "continuationtoken",
    ),
}
ABSENT = "?"
"""At the end of a role: the property is left out when there is nothing to tell."""


def role_of(field: str, child: Mapping[str, Any], required: bool = False) -> str | None:
    """Return the role of a property beside a list, None when it has none.

    total: 3 is `$total`; next: "https://..." is `$next`, and left out on the last page unless it
    may be null.
    """
    kind, name = type_of(child), bare(field)
    if kind is None and {"anyOf", "oneOf", "allOf", "properties"} & child.keys():
        return None
    if kind == "boolean":
        return "$has_next" if name in FLAGS else None
    words = NUMBERS if kind in ("integer", "number") else LINKS if kind in ("string", None) else {}
    role = next((role for role, names in words.items() if name in names), None)
    may_lack = role in (*LINKS, "$next_page", "$previous_page")
    optional = may_lack and not required and kind is not None and not _may_be_null(child)
    return f"{role}{ABSENT}" if role and optional else role


def has_role(spec: Spec, schema: Any, depth: int = 0) -> bool:
    """Tell whether some property of an object tells of the list beside it."""
    return depth < 4 and any(
        role_of(field, child) is not None
        or ("properties" in flattened(spec, child) and has_role(spec, child, depth + 1))
        for field, child in properties(spec, schema).items()
    )


def inside(template: object, body: object, role: str = "$value") -> object:
    """Return what stands in a body where a template has `$value` (or another role), MISSING when it
    is not there.
    """
    if isinstance(template, str) and template.removesuffix(ABSENT) == role:
        return body
    if isinstance(template, Mapping) and isinstance(body, Mapping):
        for name, child in template.items():
            found = inside(child, body.get(name, MISSING), role)
            if found is not MISSING:
                return found
    return MISSING


def _may_be_null(child: Mapping[str, Any]) -> bool:
    declared = child.get("type")
    return child.get("nullable") is True or (isinstance(declared, list) and "null" in declared)
