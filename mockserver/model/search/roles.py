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
    first_id, last_id: string          $first_key?, $last_key?
    links: {self, first, last}         $self_url, $first_url?, $last_url?
    count: integer, beside a total     $length             how many records are on this page
    booksCount: integer, beside books  $total

What is about other pages and nobody understands is not made up: an example of a token leads
nowhere.

`next` may be a URL or a cursor, and `$onward` until the paging of its list is known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mockserver.model.paths import bare, singular
from mockserver.model.types import DescribedSchema, Template
from mockserver.slots import dataclass

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
        "totalhits",
        "found",
        "numfound",
        "recordcount",
        "itemcount",
        "resultscount",
    ),
    "$page": ("page", "currentpage", "pagenumber", "pageindex", "pageno", "pagenum"),
    "$size": (
        "limit",
        "perpage",
        "pagesize",
        "size",
        "pagelimit",
        "itemsperpage",
        "resultsperpage",
        "recordsperpage",
        "rowsperpage",
    ),
    "$pages": (
        "totalpages",
        "pagecount",
        "lastpage",
        "numpages",
        "pages",
        "numberofpages",
        "totalpagecount",
    ),
    "$offset": ("offset", "skip", "start", "pageoffset", "startindex", "startat"),
    "$length": (
        "currentcount",
        "resultcount",
        "numberofelements",
        "results",
        "returned",
        "returnedcount",
        "numreturned",
    ),
    "$remaining": ("remainingitemcount", "remainingcount"),
    "$next_page": ("nextpage", "next", "nextoffset", "nextstart", "nextskip", "nextindex"),
    "$previous_page": ("prevpage", "previouspage", "previous", "prev", "previousoffset"),
    "$first_key": ("firstid",),
    "$last_key": ("lastid",),
}
"""Roles of numbers, by the names of properties that have them."""
WEAK: Mapping[str, str] = {"number": "$page", "index": "$page", "from": "$from", "to": "$to"}
"""Roles of numbers that only hold beside others that tell of pages."""
TEXTS: Mapping[str, Names] = {
    ONWARD: ("next", "nextpage"),
    "$previous": ("previous", "prev", "previouspage", "prevpage"),
    "$cursor": (
        "cursor",
        "endcursor",
        "continue",
        "iterator",
        "scrollid",
        "marker",
        "bookmark",
        "pagetoken",
        "continuationtoken",
        "paginationtoken",
        "lastevaluatedkey",
    ),
    "$previous_cursor": ("startcursor",),
    "$first_key": ("firstid",),
    "$last_key": ("lastid",),
}
"""Roles of texts."""
FLAGS: Mapping[str, Names] = {
    "$has_next": (
        "hasmore",
        "hasnext",
        "more",
        "hasnextpage",
        "istruncated",
        "hasmoreitems",
        "hasmoreresults",
        "hasmorepages",
        "moreavailable",
        "moreresults",
        "ismore",
    ),
    "$has_previous": ("hasprev", "hasprevious", "hasprevpage", "haspreviouspage"),
    "$is_last": ("done", "last", "islast", "islastpage", "lastpage", "isend"),
    "$is_first": ("first", "isfirst", "isfirstpage", "firstpage"),
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
        "$first_key",
        "$last_key",
        "$first_url",
        "$last_url",
        "$from",
        "$to",
    }
)
"""Roles that have nothing to tell on the first or the last page."""
LEADS_ON = ("$next", "$next_path", ONWARD)
"""Roles of the URL of the next page."""
RELATIVE: Mapping[str, str] = {"$next": "$next_path", "$previous": "$previous_path"}
"""Roles of URLs without a host, by those with one."""
LINKS = ("links", "link")
CURSORS = ("cursors", "cursor")
URLS = ("href", "url", "uri", "link")
TOKENS = ("offset", "cursor", "token", "startingafter", "after", "marker", "continue", "page")
PLACES = ("page", "number", "pagenumber", "offset", "start")
PARTS = frozenset({"anyOf", "oneOf", "allOf", "properties"})
"""Words of a schema that may be an object."""
_URL = re.compile(r"(?:next|prev|previous)(?:page)?(?:url|uri|link|href)")
_EDGE_URL = re.compile(r"(?P<edge>first|last|current|self)(?:page)?(?:url|uri|link|href)")
_TOKEN = re.compile(
    r"(?P<way>next|prev|previous)(?:page)?"
    r"(?:cursor|token|marker|key|id|offset|iterator|after|before|start|bookmark|position)"
    r"|previterator|previousiterator"
)
_OF_PAGES = re.compile(r"(?:next|prev|previous)|.*(?:cursor|pagetoken|marker|continuation)")
"""Names of what leads to another page."""
AROUND = frozenset(
    {"pagination", "paging", "pageinfo", "pagemeta", "page", "pages", "cursors", "cursor", *LINKS}
)
"""Names of objects that tell of pages alone."""
EDGES: Mapping[str, str] = {
    "self": "$self_url",
    "current": "$self_url",
    "first": "$first_url",
    "last": "$last_url",
}
"""Roles of URLs beside those of the next and the previous page."""
_ON_PAGE = re.compile(
    r"\b(?:on|in|for|of) (?:this|the|each|current)(?: current| given| result)* "
    r"(?:page|response|result set|reply|request)\b|\breturned\b",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"\bnumber of\b", re.IGNORECASE)
_COUNTS_ALL = re.compile(r"\b(?:total|overall) (?:number|count) of (?!pages)", re.IGNORECASE)
_IN_ALL = re.compile(r"\btotal\b(?!.*\bpage\b)|\bin all\b|\boverall\b", re.IGNORECASE | re.DOTALL)
_SAYS_PATH = re.compile(r"\brelative\b", re.IGNORECASE)
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
    *(
        Pointer((name,), when="", url=role, path="", number="", token="")
        for name, role in EDGES.items()
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
    role = _role(_plain(field), child, bare(above))
    if role is not None and role in RELATIVE and _is_relative(child):
        role = RELATIVE[role]
    if role not in MAY_LACK or required or kind is None or child.is_nullable:
        return role
    return f"{role}{ABSENT}"


def _plain(field: str) -> str:
    """Return the bare name of a property, without the name of the protocol that tells it:
    @odata.nextLink.
    """
    return bare(field.rpartition(".")[2] if field.startswith("@") else field)


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


def number_names(template: Template) -> dict[str, str]:
    """Return what an envelope calls the number of a page (`$page`) and how many records one has
    (`$size`), by their roles.
    """
    if not isinstance(template, Mapping):
        return {}
    found: dict[str, str] = {}
    for name, child in template.items():
        found |= number_names(child)
        if isinstance(child, str) and child.removesuffix(ABSENT) in ("$page", "$size"):
            found[child.removesuffix(ABSENT)] = name
    return found


def leads_on(template: Template) -> bool:
    """Tell whether an envelope has a place for the URL of the next page."""
    if isinstance(template, Mapping):
        return any(map(leads_on, template.values()))
    return isinstance(template, str) and template.removesuffix(ABSENT) in LEADS_ON


def onward_as(template: Template, role: str) -> Template:
    """Return a template in which what leads to the next page has this role: `$next`, `$cursor`."""
    if isinstance(template, Mapping):
        return {name: onward_as(child, role) for name, child in template.items()}
    if isinstance(template, str) and template.removesuffix(ABSENT) == ONWARD:
        return template.replace(ONWARD, role)
    return template


def count_role(field: str, child: DescribedSchema, listed: str) -> str | None:
    """Return the role of a number that is called for what is listed (booksCount, totalBooks), or
    described as how many there are.
    """
    if child.own_type not in ("integer", "number"):
        return None
    name = bare(field)
    for noun in {bare(listed), bare(singular(listed))} - {""}:
        if name in (f"{noun}count", f"total{noun}", f"{noun}total", f"num{noun}", f"count{noun}"):
            return "$total"
    words = str(child.get("description", ""))
    if _COUNTS_ALL.search(words):
        return "$total"
    return "$length" if _COUNTS.search(words) and _ON_PAGE.search(words) else None


def settled_roles(fields: Mapping[str, DescribedSchema], roles: dict[str, str]) -> dict[str, str]:
    """Return the roles of the properties of one object, settled between them: beside a total a
    count is that of the page.
    """
    bases = {role.removesuffix(ABSENT) for role in roles.values()}
    totals = [name for name, role in roles.items() if role == "$total"]
    for name in totals:
        if bare(name) == "count" and len(totals) > 1:
            roles[name] = "$length"
    lengths = [name for name, role in roles.items() if role == "$length"]
    if "$pages" in bases and not totals and len(lengths) == 1:
        roles[lengths[0]] = "$total"
    is_of_pages = len(bases & {"$total", "$size", "$pages", "$page"}) > 1
    for name, child in fields.items():
        weak = WEAK.get(bare(name))
        if weak is None or name in roles or child.own_type not in ("integer", "number"):
            continue
        if is_of_pages and weak not in bases:
            roles[name] = weak if weak not in MAY_LACK or child.is_nullable else f"{weak}{ABSENT}"
    return roles


def is_of_pages(field: str, above: str) -> bool:
    """Tell whether a property without a role leads to another page, or is in an object that tells
    of pages alone: an example of it would be no fact.
    """
    return bare(above) in AROUND or _OF_PAGES.fullmatch(bare(field)) is not None


def with_role(template: Template, name: str, role: str) -> Template:
    """Return a template in which what is called as the parameter that asks for a page has a role,
    where it had none.
    """
    if not isinstance(template, Mapping) or "$made" in template:
        return template
    found = {}
    for field, child in template.items():
        is_made = isinstance(child, Mapping) and "$made" in child and bare(field) == name
        found[field] = role if is_made else with_role(child, name, role)
    return found


def _role(name: str, child: DescribedSchema, above: str) -> str | None:
    is_text = child.own_type in ("string", None)
    pointer = pointer_of(above)
    if pointer is not None:
        return _of_pointer(pointer, name, is_text)
    if is_text and above in CURSORS:
        return _of_cursors(name)
    if is_text and above in LINKS and name in EDGES:
        return EDGES[name]
    if is_text and _URL.fullmatch(name):
        return "$next" if name.startswith("next") else "$previous"
    edge = _EDGE_URL.fullmatch(name)
    if is_text and edge is not None:
        return EDGES[edge["edge"]]
    if is_text and _TOKEN.fullmatch(name):
        return "$cursor" if name.startswith("next") else "$previous_cursor"
    by_name = ROLES.get(child.own_type, {})
    role = next((role for role, names in by_name.items() if name in names), None)
    if role == "$total" and _is_of_page(name, child):
        return "$length"
    if role == ONWARD and (above in LINKS or _is_url(child)):
        return "$next"
    return role


def _is_of_page(name: str, child: DescribedSchema) -> bool:
    """Tell whether a count is described as that of one page."""
    words = str(child.get("description", ""))
    if "total" in name or _IN_ALL.search(words):
        return False
    return _ON_PAGE.search(words) is not None


def _of_pointer(pointer: Pointer, name: str, is_text: bool) -> str | None:
    """Return the role of a property in an object that leads to another page."""
    if not is_text and name in NUMBERS["$size"]:
        return "$size"
    if not is_text:
        return (pointer.number or None) if name in PLACES else None
    if name in URLS:
        return pointer.url
    if name == "path":
        return pointer.path or None
    return (pointer.token or None) if name in TOKENS else None


def _of_cursors(name: str) -> str | None:
    """Return the role of a property in an object of cursors."""
    if name in ("next", "after"):
        return "$cursor"
    return "$previous_cursor" if name in ("previous", "prev", "before") else None


def _is_relative(child: DescribedSchema) -> bool:
    """Tell whether a URL is said or shown to have no host."""
    if child.get("format") == "uri-reference":
        return True
    example = str(child.get("example", ""))
    return (
        example.startswith("/") or _SAYS_PATH.search(str(child.get("description", ""))) is not None
    )


def _is_url(child: DescribedSchema) -> bool:
    """Tell whether a text is said to be a URL."""
    if child.get("format") in ("uri", "url", "uri-reference"):
        return True
    description = str(child.get("description", ""))
    example = str(child.get("example", ""))
    return "/" in example or _SAYS_URL.search(description) is not None
