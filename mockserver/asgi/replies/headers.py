"""The headers of replies: those that the document declares, and those that tell of a list.

A declared header comes when it must, or when the document says what its value is:

    X-Region: {schema: {type: string, enum: [eu]}}             x-region: eu
    X-Left: {required: true, schema: {type: integer}}          x-left: 417 (made from the schema)
    X-Trace: {schema: {type: string}}                          nothing

One that is declared under the name of something that a list knows, such as `X-Total-Pages`, tells
that. Where the envelope of a list tells neither, `X-Total-Count` and `Link` (RFC 8288) come with it
even so. What is sent can be held to the document again: that the required ones are there, and that
each is read by its schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from email.utils import formatdate
from typing import Any
from urllib.parse import quote, quote_plus, urlencode, urlsplit

from mockserver.asgi.codec.parameters import ParameterPlan
from mockserver.asgi.request import Request
from mockserver.asgi.respond import Headers
from mockserver.call import Page, RawBody, Reply, Supply, Violation
from mockserver.lookup import MISSING
from mockserver.model.paths import PARAMETER, bare, parameter_names
from mockserver.model.search.roles import MAY_LACK
from mockserver.model.types import (
    BY_PLACE,
    Described,
    DescribedHeader,
    DescribedParameter,
    DescribedResponse,
    DescribedSchema,
    Kind,
    Model,
    Operation,
    Paging,
    Template,
)
from mockserver.slots import dataclass

STATELESS = "understudy-stateless"
"""Marks a reply that comes from the document and not from the state: no rule says what the
operation does.
"""
SELF_MADE = frozenset(
    {
        "content-type",
        "content-length",
        "content-encoding",
        "transfer-encoding",
        "connection",
        "date",
    }
)
"""Headers that a server sets by itself, or that a document cannot describe (OpenAPI 3.0.3, Response
Object).
"""
RETRY_AFTER = "retry-after"
LOCATION = "location"
KEY = "{}"
ETAG = "etag"
LAST_MODIFIED = "last-modified"
DISPOSITION = "content-disposition"
USUAL_WAIT_S = 1
"""How long a client is to wait where the document does not say."""
ROLES: Mapping[str, re.Pattern[str]] = {
    "total": re.compile(
        r"(?:x|xpagination|xpaging)?total(?:count|items|records|results|entries|elements)?"
        r"|xpaginationtotalcount|xcount|xresourcecount"
    ),
    "pages": re.compile(
        r"x(?:total)?pages|xpagecount|(?:x|xpagination)?(?:totalpages|pagecount|pages)"
    ),
    "page": re.compile(r"(?:x|xpagination|xpaging)(?:current)?page(?:number)?"),
    "size": re.compile(r"(?:x|xpagination|xpaging)(?:perpage|pagesize|limit|itemsperpage|size)"),
    "length": re.compile(r"x(?:result|results|item|items|returned)count|xreturned"),
    "offset": re.compile(r"(?:x|xpagination|xpaging)offset"),
    "next": re.compile(
        r"(?:x|xpagination|xpaging)?nextpage|(?:x|xpagination|xpaging)next(?:offset)?"
    ),
    "previous": re.compile(
        r"(?:x|xpagination|xpaging)?prev(?:ious)?page|(?:x|xpagination|xpaging)prev(?:ious)?"
    ),
    "cursor": re.compile(
        r"(?:x|xms|xpagination|xpaging)?"
        r"(?:next|nextpage|continuation|page|pagination|nextcontinuation)?(?:cursor|token|marker)"
        r"|(?:x|xms)continuation"
    ),
    "more": re.compile(r"(?:x|xpagination|xpaging)?has(?:more|next)(?:page|pages)?"),
    "link": re.compile(r"links?"),
}
"""Names under which documents declare headers of lists, in small letters without hyphens."""
TOTAL = frozenset({"$total"})
PAGES = MAY_LACK | {"$has_next", "$is_last"}

Make = Callable[[Any, str], Any]
"""Makes a value for a schema and a name."""
Pairs = list[tuple[str, str]]
"""Query parameters, each with one value, in an order."""


def declared_headers(
    response: DescribedResponse, make: Make, but: Collection[str] = ()
) -> dict[str, str]:
    """Return the headers of a response by name in small letters.

    A required one always has a value, made from its schema where the document shows none; any other
    only when the document says what it is (example, default, or a single value).
    """
    found = {}
    for name, header in response.headers.items():
        if name.lower() in SELF_MADE or name.lower() in but:
            continue
        value = _shown_value(header)
        if value is MISSING and header.required:
            value = make(header.schema.raw, name)
        if value is not MISSING and value is not None:
            found[name.lower()] = spelled(value)
    return found


def spelled(value: Any) -> str:
    """Spell a value as a header field: lists and objects in the style `simple` (OpenAPI 3.0.3,
    Style Values).
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ",".join(f"{name},{spelled(child)}" for name, child in value.items())
    if isinstance(value, list):
        return ",".join(map(spelled, value))
    return re.sub(r"[^\t\x20-\x7e\xa0-\xff]+", " ", str(value)).strip()


def _attachment(name: str) -> str:
    """Return the disposition of a file (RFC 6266, section 4)."""
    plain = re.sub(r'[^ -~]|["\\\\]', "_", name)
    told = f'attachment; filename="{plain}"'
    if plain == name:
        return told
    spelled = quote(name, safe="")
    return f"{told}; filename*=UTF-8''{spelled}"


def encoded(headers: Mapping[str, str]) -> Headers:
    """Return headers as they go over the wire."""
    found = []
    for name, text in headers.items():
        raw_name = name.encode("latin-1", "replace")
        raw_text = text.encode("latin-1", "replace")
        found.append((raw_name, raw_text))
    return found


def _shown_value(header: DescribedHeader) -> Any:
    """Return the value that the document shows, MISSING when it shows none."""
    schema = header.schema.plain
    shown = [*header.examples]
    shown += [schema[word] for word in ("example", "default") if word in schema]
    options = schema.get("enum") or []
    if len(options) == 1:
        shown += options
    for value in shown:
        if _fits(value, header.schema):
            return value
    return MISSING


def _fits(value: Any, schema: DescribedSchema) -> bool:
    """Tell whether a value is a number where one is wanted; an example is often text for people."""
    if schema.own_type not in ("integer", "number"):
        return True
    return re.fullmatch(r"-?\d+(\.\d+)?", str(value)) is not None


def _ending_of_items(model: Model, operation: Operation) -> str:
    """Return what follows the path of a collection in that of one of its records, `{}` in the place
    of the key: /{} or, where the document has keys in parentheses, ({}) or ('{}').
    """
    collection = operation.path.rstrip("/")
    for other in model.operations:
        ending = other.path.removeprefix(collection)
        names = parameter_names(ending)
        is_key = len(names) == 1 and ending.endswith(")")
        if is_key and other.path.startswith(f"{collection}("):
            return PARAMETER.sub(KEY, ending)
    return f"/{KEY}"


def _place_elsewhere(model: Model, operation: Operation) -> str | None:
    """Return the path by which a record is read that is not below the one where it is made: `{}`
    stands for its key; None where it is below, or nothing reads it.
    """
    collection = operation.path.rstrip("/")
    above = parameter_names(collection)
    found = None
    for other in model.operations:
        if other.resource != operation.resource:
            continue
        if other.kind is not Kind.READ:
            continue
        if other.key_param is None:
            return None
        if other.path.startswith(f"{collection}/"):
            return None
        names = parameter_names(other.path)
        needed = set(names)
        needed.discard(other.key_param)
        is_told = needed <= set(above)
        if is_told and found is None:
            key = "{" + other.key_param + "}"
            found = other.path.replace(key, KEY)
    return found


class ReplyHeaders:
    """The headers of the replies of one operation, beside the media type."""

    def __init__(
        self, model: Model, operation: Operation, supply: Supply, held: HeldHeaders
    ) -> None:
        """Take what the headers are held to."""
        self._held = held
        self._own_names = model.habits.header_names
        self._operation = operation
        self._supply = supply
        self._declared: dict[int, dict[str, str]] = {}
        self._ending = _ending_of_items(model, operation)
        self._elsewhere: str | None = None
        makes = operation.kind is Kind.CREATE
        if makes and operation.key_param is None:
            elsewhere = _place_elsewhere(model, operation)
            self._elsewhere = elsewhere
        self._list: ListHeaders | None = None
        if operation.kind in (Kind.LIST, Kind.VIEW):
            names = operation.described.response(operation.success).headers
            self._list = ListHeaders(operation, names, model.habits.list_headers)

    def of(self, status: int, reply: Reply, request: Request) -> Headers:
        """Return the headers of a reply: those that tell of it, and the others that are
        declared.
        """
        found = self.declared(status)
        if self._list is not None and reply.page is not None:
            known = self._list.known
            found = {name: text for name, text in found.items() if name not in known}
            found |= self._list.of(reply.page, request)
        if reply.created and reply.location is not None and self._operation.location:
            found = {**found, LOCATION: self._place(reply.location, request)}
        if reply.wait_s is not None:
            found = self._of_job(found, status, reply.wait_s, request)
        if self._operation.conditions is not None:
            found = _with_version(found, reply)
        content = reply.value
        if isinstance(content, RawBody) and content.file_name is not None:
            disposition = _attachment(content.file_name)
            found = {**found, DISPOSITION: disposition}
        if self._operation.kind is Kind.STATELESS:
            found = {**found, STATELESS: "true"}
        return encoded(found)

    def declared(self, status: int) -> dict[str, str]:
        """Return the headers that the document declares of a status, made once."""
        if status not in self._declared:
            response = self._operation.described.response(status)
            made = declared_headers(response, self._make, self._own_names)
            if response.header(RETRY_AFTER) is not None:
                made.setdefault(RETRY_AFTER, str(USUAL_WAIT_S))
            location = response.header(LOCATION)
            if location is not None and 300 <= status < 400 and LOCATION not in made:
                made[LOCATION] = spelled(self._make(location.schema.raw, location.name))
            self._declared[status] = self._fitting(status, response, made)
        return self._declared[status]

    def _make(self, schema: Any, name: str) -> Any:
        """Make the value of a header."""
        salt = f"{self._operation.label}/{name}"
        return self._supply.value(schema, salt)

    def _fitting(
        self, status: int, response: DescribedResponse, made: dict[str, str]
    ) -> dict[str, str]:
        """Return headers without the examples that do not fit their own schema; a required one is
        made from that.
        """
        sent = encoded(made)
        wrong = set()
        for violation in self._held.violations(status, sent):
            name = str(violation.path[1])
            wrong.add(name.lower())
        wrong &= made.keys()
        if not wrong:
            return made
        found = {name: text for name, text in made.items() if name not in wrong}
        for name, header in response.headers.items():
            if name.lower() in wrong and header.required:
                plain = dict(header.schema.plain)
                for word in ("example", "examples", "default"):
                    plain.pop(word, None)
                value = self._make(plain, name)
                found[name.lower()] = spelled(value)
        return found

    def _of_job(
        self, declared: dict[str, str], status: int, wait_s: float, request: Request
    ) -> dict[str, str]:
        """Return headers with when to come again for a job, and once it has ended with where its
        result is.
        """
        found = dict(declared)
        if RETRY_AFTER in found:
            text = str(int(wait_s))
            found[RETRY_AFTER] = text
        if wait_s == 0:
            found.pop(RETRY_AFTER, None)
        work = self._operation.work
        if work is not None and work.result is not None and status == work.finished:
            found[LOCATION] = self._at(work.result, "", request)
        return found

    def _at(self, path: str, key: str, request: Request) -> str:
        """Return the URL of another path of the same API: its parameters have the values that they
        have here, the last one that has none here is the key.
        """
        here = request.url.removesuffix(request.extension)
        here = here.rstrip("/")
        path_here = self._operation.path
        steps = path_here.partition("?")[0]
        for _ in filter(None, steps.split("/")):
            here, _, _ = here.rpartition("/")
        for name in parameter_names(path):
            value = request.path_texts.get(name, key)
            text = quote(value, safe="")
            part = "{" + name + "}"
            path = path.replace(part, text)
        return f"{here}{path}"

    def _place(self, key: str, request: Request) -> str:
        """Return the URL of a new record: below its collection, or where it was put."""
        work = self._operation.work
        if work is not None and work.place is not None:
            return self._at(work.place, key, request)
        elsewhere = self._elsewhere
        if elsewhere is not None:
            made = quote(key, safe="")
            place = elsewhere.replace(KEY, made)
            return self._at(place, key, request)
        here = request.url.removesuffix(request.extension)
        here = here.rstrip("/")
        if self._operation.key_param is None:
            made = key
            if not key.isascii() or not key.isalnum():
                made = quote(key, safe="")
            here += self._ending.replace(KEY, made)
        return f"{here}{request.extension}"


def _with_version(declared: dict[str, str], reply: Reply) -> dict[str, str]:
    """Return headers with the tag and the moment of what a reply shows (RFC 9110 sections 8.8.2
    and 8.8.3).
    """
    found = dict(declared)
    if reply.version is not None:
        found[ETAG] = f'"{reply.version}"'
    if reply.moment is not None:
        moment = formatdate(reply.moment, usegmt=True)
        found[LAST_MODIFIED] = moment
    return found


class HeldHeaders:
    """What the headers of the replies of one operation are held to: those that must come, and the
    schema of each.

    A header is read in the style `simple` (OpenAPI 3.0.3, Header Object). `but` are names, in small
    letters, that are not looked at.
    """

    def __init__(
        self,
        described: Described,
        place: str,
        but: Collection[str] = (),
    ) -> None:
        """Take the `place` of what is found."""
        self._described = described
        self._place = place
        self._but = frozenset(but) | SELF_MADE
        self._plans: dict[int, tuple[ParameterPlan, dict[str, str]]] = {}

    def violations(
        self,
        status: int,
        headers: Iterable[tuple[bytes, bytes]],
    ) -> list[Violation]:
        """Return what is wrong with the headers of a reply of a status."""
        plan, names = self._plan(status)
        if not names:
            return []
        texts: dict[str, list[str]] = {}
        for raw_name, raw_value in headers:
            name = raw_name.decode("latin-1").lower()
            value = raw_value.decode("latin-1")
            texts.setdefault(name, []).append(value)
        _, found = plan.decode("header", texts)
        return [self._in_headers(violation, names[str(violation.path[0])]) for violation in found]

    def _in_headers(self, violation: Violation, name: str) -> Violation:
        """Return what is wrong with a header as a violation of the reply."""
        message = violation.message
        if violation.rule == "required" and len(violation.path) == 1:
            message = f"the header {name} is required"
        path = ("headers", name, *violation.path[1:])
        return Violation(
            self._place,
            path,
            violation.rule,
            message,
            violation.values,
        )

    def _plan(self, status: int) -> tuple[ParameterPlan, dict[str, str]]:
        """Return how the headers of a status are read, and their names as the document spells
        them.
        """
        if status not in self._plans:
            declared = self._described.response(status).headers.values()
            kept = [header for header in declared if header.name.lower() not in self._but]
            plan = ParameterPlan(map(_as_parameter, kept))
            readable = {parameter.name for parameter in plan.by_place["header"]}
            names = {header.name.lower(): header.name for header in kept}
            names = {lower: name for lower, name in names.items() if lower in readable}
            self._plans[status] = (plan, names)
        return self._plans[status]


def _as_parameter(header: DescribedHeader) -> DescribedParameter:
    """Return a header as what is read in the same way."""
    return DescribedParameter(
        name=header.name,
        place="header",
        required=header.required,
        schema=header.schema,
        style="simple",
        explode=header.explode,
        media_type=header.media_type,
    )


class ListHeaders:
    """The headers of one list operation. `declared` are the names that its document gives to
    headers.
    """

    def __init__(
        self,
        operation: Operation,
        declared: Collection[str],
        extra: bool,
    ) -> None:
        self._paging = operation.paging
        self.known: dict[str, str] = {}
        for name in declared:
            role = _role(name)
            if role is not None:
                self.known[name.lower()] = role
        in_body = words_in(operation.envelope.many)
        roles = set(self.known.values())
        if extra and "total" not in roles and not in_body & TOTAL:
            self.known["x-total-count"] = "total"
        if extra and "link" not in roles and not in_body & PAGES:
            self.known["link"] = "link"

    def of(self, page: Page, request: Request) -> dict[str, str]:
        """Return the headers of a page by name; those that have nothing to tell are left out."""
        found = {}
        for name, role in self.known.items():
            if role == "link":
                value = link_header(request, self._paging, page)
            else:
                value = _VALUES[role](self._paging, page)
            if value is not None:
                found[name] = str(value)
        return found


def words_in(template: Template) -> frozenset[str]:
    """Return the roles that an envelope plays, such as `$total`."""
    if isinstance(template, str):
        return frozenset({template.rstrip("?")})
    children = template.values() if isinstance(template, Mapping) else template
    if not isinstance(template, Mapping | list):
        return frozenset()
    return frozenset().union(*map(words_in, children))


def page_url(request: Request, paging: Paging, page: Page, step: int) -> str | None:
    """Return the absolute URL of the next (step 1) or previous (step -1) page, None when there is
    none.

    All other parameters are kept, in the order in which they were sent, or in that of the alphabet
    where that is the habit.
    """
    place: int | str | None = page_number(page, step)
    if paging.style in BY_PLACE:
        place = cursor(paging, page, step)
    name = paging.number
    if step < 0 and paging.back is not None:
        name = paging.back
    if place is None or name is None:
        return None
    return _url(request, paging, name, place)


def edge_url(request: Request, paging: Paging, page: Page, number: int) -> str | None:
    """Return the absolute URL of the page that is so many pages after the first, None where that
    cannot be told.
    """
    if paging.style in BY_PLACE and number == 0:
        pairs = [
            pair for pair in request.query_pairs if pair[0] not in paging.params - {paging.size}
        ]
        return f"{request.url}?{urlencode(pairs)}" if pairs else request.url
    if paging.number is None or paging.style in BY_PLACE:
        return None
    place = page.first + number
    if page.start is not None:
        place = page.origin + number * (page.size or 0)
    return _url(request, paging, paging.number, place)


def page_path(request: Request, paging: Paging, page: Page, step: int) -> str | None:
    """Return the path and query of the next or previous page, None when there is none."""
    url = page_url(request, paging, page, step)
    if url is None:
        return None
    whole = urlsplit(url)
    relative = whole._replace(scheme="", netloc="")
    return relative.geturl()


def _url(
    request: Request,
    paging: Paging,
    name: str,
    number: int | str,
) -> str:
    """Return the URL of a request with what asks for another page: a number, an offset, a key."""
    known = request.page_urls.get(name)
    if known is None:
        known = _page_urls(request, paging, name)
        request.page_urls[name] = known
    return known.at(number)


@dataclass(frozen=True, slots=True)
class PageUrls:
    """The URLs of the pages of a list, which differ in one parameter. `url` is what all have, and
    `before` and `behind` are the other parameters as they stand in a query; the page `first` is
    asked for by leaving the parameter out, unless that is None.
    """

    url: str
    name: str
    before: tuple[str, ...]
    behind: tuple[str, ...]
    first: int | None

    def at(self, number: int | str) -> str:
        """Return the URL of the page that a number, an offset or a key tells."""
        parts = [*self.before]
        if number != self.first:
            text = _quoted(str(number))
            parts.append(f"{self.name}={text}")
        parts += self.behind
        if not parts:
            return self.url
        query = "&".join(parts)
        return f"{self.url}?{query}"


def _page_urls(request: Request, paging: Paging, name: str) -> PageUrls:
    """Return the URLs of pages: the parameter `name` stands in its place, at the end where none was
    sent, and no other one asks for a page.
    """
    sent = request.query_pairs
    names = [sent_name for sent_name, _ in sent]
    place = names.index(name) if name in names else len(names)
    others = (paging.params | {name}) - {paging.size}
    before = [pair for pair in sent[:place] if pair[0] not in others]
    behind = [pair for pair in sent[place:] if pair[0] not in others]
    if paging.sorted_links:
        kept = sorted([*before, *behind])
        before = [pair for pair in kept if pair[0] < name]
        behind = [pair for pair in kept if pair[0] >= name]
    first = None
    if not paging.first_in_links:
        first = paging.first if paging.style == "page" else paging.origin
    return PageUrls(
        request.url,
        _quoted(name),
        _spelled(before),
        _spelled(behind),
        first,
    )


def _spelled(pairs: Pairs) -> tuple[str, ...]:
    """Return parameters as they stand in a query."""
    texts = []
    for name, text in pairs:
        quoted_name = _quoted(name)
        quoted_text = _quoted(text)
        texts.append(f"{quoted_name}={quoted_text}")
    return tuple(texts)


def _quoted(text: str) -> str:
    """Return a text as it stands in a query; most need no encoding."""
    if text.isascii() and text.isalnum():
        return text
    return quote_plus(text)


def link_header(request: Request, paging: Paging, page: Page) -> str | None:
    """Return a Link header for the pages around this one, and the first and last; None when it
    stands alone.
    """
    if paging.number is None or not page.size or not (page.has_next or page.has_previous):
        return None
    last = max(page.total - 1, 0) // page.size
    numbers: dict[str, int | str | None] = {
        "next": page_number(page, 1),
        "prev": page_number(page, -1),
        "first": page.first,
        "last": page.first + last,
    }
    if page.start is not None:
        numbers |= {"first": page.origin, "last": page.origin + last * page.size}
    if paging.style in BY_PLACE:
        back = None if paging.back else cursor(paging, page, -1)
        numbers = {"next": cursor(paging, page), "prev": back}
    links = []
    for relation, number in numbers.items():
        if number is None:
            continue
        url = _url(request, paging, paging.number, number)
        link = f'<{url}>; rel="{relation}"'
        links.append(link)
    return ", ".join(links)


def page_number(page: Page, step: int) -> int | None:
    """Return the number of the next (step 1) or previous (step -1) page, None when there is
    none.
    """
    if not (page.has_next if step > 0 else page.has_previous):
        return None
    if page.start is None:
        return page.number + step
    return max(0, page.offset + step * (page.size or 0)) + page.origin


def cursor(paging: Paging, page: Page, step: int = 1) -> str | None:
    """Return the cursor, or the key, that leads to the next (step 1) or previous (step -1) page;
    the number of that page where the API has no cursors, None when there is no such page.
    """
    if paging.style in BY_PLACE:
        return page.onward if step > 0 else page.backward
    number = page_number(page, step)
    return None if number is None else str(number)


def _role(name: str) -> str | None:
    """Return what a header of this name tells of a list, None for nothing."""
    wanted = bare(name)
    for role, names in ROLES.items():
        if names.fullmatch(wanted):
            return role
    return None


def _page_count(page: Page) -> int:
    """Return how many pages there are; an empty list has one."""
    size = page.size or max(page.total, 1)
    return max(1, -(-page.total // size))


def _number(page: Page) -> int:
    """Return the number of a page, also where the API counts records."""
    if page.start is None:
        return page.number
    return page.offset // (page.size or 1) + page.first


def _beside(paging: Paging, page: Page, step: int) -> int | str | None:
    """Return what asks for the next or previous page."""
    return cursor(paging, page, step) if paging.style in BY_PLACE else page_number(page, step)


_VALUES: Mapping[str, Callable[[Paging, Page], Any]] = {
    "total": lambda _, page: page.total,
    "pages": lambda _, page: _page_count(page),
    "page": lambda _, page: _number(page),
    "size": lambda _, page: page.total if page.size is None else page.size,
    "length": lambda _, page: page.shown,
    "offset": lambda _, page: page.offset + page.origin,
    "next": lambda paging, page: _beside(paging, page, 1),
    "previous": lambda paging, page: _beside(paging, page, -1),
    "cursor": lambda paging, page: cursor(paging, page),
    "more": lambda _, page: "true" if page.has_next else "false",
}
"""What headers of lists tell of a page, by their role."""
