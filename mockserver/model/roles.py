"""Tell what the properties beside a list say of it: a property in, its *role* out.

The name, the type and the place of a property decide. A role with `?` at its end is left out where
there is nothing to tell.

    total: integer                     $total
    next: string, format uri           $next?              the URL of the next page
    next_cursor: string                $cursor?            what asks for the next page
    links: {next: string}              $next?
    cursors: {next: string}            $cursor?
    next_page: {offset, path, uri}     $cursor, $next_path, $next, all of it only where more follows
    hasPrevPage: boolean               $has_previous

`next` may be a URL or a cursor, and `$onward` until the paging of its list is known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.model.paths import bare
from mockserver.model.types import DescribedSchema, Template

Names = tuple[str, ...]

ABSENT = "?"
"""At the end of a role: the property is left out when there is nothing to tell."""
WHEN = "$when"
"""In an object of a template: the role on which it hangs whether the object is there."""
ONWARD = "$onward"
"""The role of what leads to the next page, be it a URL or a cursor."""
COUNTS = (
    "count",
    "total",
    "totalcount",
    "totalitems",
    "totalelements",
    "totalresults",
    "totalrecords",
    "totalsize",
)
"""Names of a number of records, also where it is all that a reply tells."""
NUMBERS: Mapping[str, Names] = {
    "$total": (
        *COUNTS,
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
    "$remaining": ("remainingitemcount",),
    "$next_page": ("nextpage", "next"),
    "$previous_page": ("prevpage", "previouspage", "previous", "prev"),
}
"""Roles of numbers, by the names of properties that have them."""
TEXTS: Mapping[str, Names] = {
    ONWARD: ("next",),
    "$previous": ("previous", "prev", "previousurl", "prevurl", "previouslink"),
    "$cursor": ("cursor", "endcursor", "continuationtoken", "continue", "iterator", "scrollid"),
}
"""Roles of texts."""
FLAGS: Mapping[str, Names] = {
    "$has_next": ("hasmore", "hasnext", "more", "hasnextpage", "istruncated"),
    "$has_previous": ("hasprev", "hasprevious", "hasprevpage", "haspreviouspage"),
    "$is_last": ("done", "last", "islast", "islastpage"),
    "$is_first": ("first", "isfirst", "isfirstpage"),
    "$is_empty": ("empty",),
}
"""Roles of booleans."""
ROLES: Mapping[str | None, Mapping[str, Names]] = {
    "integer": NUMBERS,
    "number": NUMBERS,
    "boolean": FLAGS,
    "string": TEXTS,
    None: TEXTS,
}
"""Roles by the type of a property."""
MAY_LACK = frozenset(
    {
        ONWARD,
        "$next",
        "$next_path",
        "$next_page",
        "$cursor",
        "$previous",
        "$previous_path",
        "$previous_page",
        "$previous_cursor",
    }
)
"""Roles that have nothing to tell on the first or the last page."""
LINKS = ("links", "link")
CURSORS = ("cursors", "cursor")
URLS = ("href", "url", "uri", "link")
TOKENS = ("offset", "cursor", "token", "startingafter", "after", "marker", "continue", "page")
PLACES = ("page", "number", "pagenumber", "offset", "start")
PARTS = frozenset({"anyOf", "oneOf", "allOf", "properties"})
"""Words of a schema that may be an object."""
_URL = re.compile(r"(?:next|prev|previous)(?:page)?(?:url|uri|link|href)")
_TOKEN = re.compile(r"next(?:page)?(?:cursor|token|marker|key|id|offset|iterator|after)")
_SAYS_URL = re.compile(r"\b(?:ur[il]|links?|address)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pointer:
    """The roles in an object that leads to another page: {href: ...}, {offset: ..., path: ...}."""

    names: Names
    when: str
    url: str
    path: str
    number: str
    token: str


POINTERS = (
    Pointer(
        names=("next", "nextpage"),
        when="$has_next",
        url="$next",
        path="$next_path",
        number="$next_page",
        token="$cursor",
    ),
    Pointer(
        names=("previous", "prev", "prevpage", "previouspage"),
        when="$has_previous",
        url="$previous",
        path="$previous_path",
        number="$previous_page",
        token="$previous_cursor",
    ),
)


def role_of(
    field: str, child: DescribedSchema, required: bool = False, above: str = ""
) -> str | None:
    """Return the role of a property beside a list, None when it has none. `above` is the name of
    the object that the property is in.
    """
    kind = child.own_type
    if kind is None and PARTS & child.plain.keys():
        return None
    role = _role(bare(field), child, bare(above))
    if role not in MAY_LACK or required or kind is None or child.is_nullable:
        return role
    return f"{role}{ABSENT}"


def has_role(schema: DescribedSchema, above: str = "", depth: int = 0) -> bool:
    """Tell whether some property of an object tells of the list beside it."""
    if depth >= 4:
        return False
    for field, child in schema.properties.items():
        if role_of(field, child, above=above) is not None:
            return True
        if child.says("properties") and has_role(child, field, depth + 1):
            return True
    return False


def pointer_of(field: str) -> Pointer | None:
    """Return what an object of this name leads to: another page, or nothing."""
    name = bare(field)
    return next((each for each in POINTERS if name in each.names), None)


def token_names(template: Template) -> frozenset[str]:
    """Return the bare names of what an envelope tells to ask for the next page with."""
    if not isinstance(template, Mapping):
        return frozenset()
    found: set[str] = set()
    for name, child in template.items():
        found |= token_names(child)
        if isinstance(child, str) and child.removesuffix(ABSENT) in ("$cursor", ONWARD):
            found.add(bare(name))
    return frozenset(found)


def onward_as(template: Template, role: str) -> Template:
    """Return a template in which what leads to the next page has this role: `$next`, `$cursor`."""
    if isinstance(template, Mapping):
        return {name: onward_as(child, role) for name, child in template.items()}
    if isinstance(template, str) and template.removesuffix(ABSENT) == ONWARD:
        return template.replace(ONWARD, role)
    return template


def _role(name: str, child: DescribedSchema, above: str) -> str | None:
    is_text = child.own_type in ("string", None)
    pointer = pointer_of(above)
    if pointer is not None:
        return _of_pointer(pointer, name, is_text)
    if is_text and above in CURSORS:
        return _of_cursors(name)
    if is_text and _URL.fullmatch(name):
        return "$next" if name.startswith("next") else "$previous"
    if is_text and _TOKEN.fullmatch(name):
        return "$cursor"
    by_name = ROLES.get(child.own_type, {})
    role = next((role for role, names in by_name.items() if name in names), None)
    if role == ONWARD and (above in LINKS or _is_url(child)):
        return "$next"
    return role


def _of_pointer(pointer: Pointer, name: str, is_text: bool) -> str | None:
    """Return the role of a property in an object that leads to another page."""
    if not is_text:
        return pointer.number if name in PLACES else None
    if name in URLS:
        return pointer.url
    if name == "path":
        return pointer.path
    return pointer.token if name in TOKENS else None


def _of_cursors(name: str) -> str | None:
    """Return the role of a property in an object of cursors."""
    if name in ("next", "after"):
        return "$cursor"
    return "$previous_cursor" if name in ("previous", "prev", "before") else None


def _is_url(child: DescribedSchema) -> bool:
    """Tell whether a text is said to be a URL."""
    if child.get("format") in ("uri", "url", "uri-reference"):
        return True
    description = str(child.get("description", ""))
    example = str(child.get("example", ""))
    return "/" in example or _SAYS_URL.search(description) is not None
