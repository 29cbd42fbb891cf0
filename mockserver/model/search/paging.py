"""Settle how a list is cut into pages: what names a page, its size, and where pages begin.

What a parameter is about is told by its name, its type and its description, and by what replies
tell of the next page:

    page, page[number]               pages by their number
    offset, skip, startIndex         pages by how many records come before
    cursor, page_token, marker       pages by an opaque text that a reply has told
    after, starting_after, since_id  pages by the key of the last record
    limit, per_page, page[size]      how many records a page has

    "how many to return (max. 100)"  a size, of 100 at most
    "zero-based page index"          pages counted from 0

Where replies have a place for the URL of the next page and no parameter asks for one, that URL
carries a parameter of our own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from mockserver.model.paths import bare
from mockserver.model.types import (
    BY_PLACE,
    Described,
    DescribedParameter,
    DescribedSchema,
    Kind,
    Operation,
    PageWay,
    Paging,
)
from mockserver.model.types.schema import NO_SCHEMA
from mockserver.slots import dataclass

Parameters = Sequence[DescribedParameter]
Settings = Mapping[str, Any]
"""What the semantics say, of an operation or of all."""

BODY = "body"
"""The style of what is a property of a body."""
IN_PAGES = frozenset({Kind.LIST, Kind.VIEW, Kind.BULK_DELETE})
USUAL_SIZE = 20
LARGEST = 1 << 31
"""A maximum size that is as good as none."""

_THINGS = r"results?|items?|records?|entries|objects?|rows?|resources?|elements?|hits?"
NAMES: Mapping[str, re.Pattern[str]] = {
    "size": re.compile(
        r"(?:page|paging|pagination)?(?:limit|size|count|len|length)|(?:p|perpage|pagelen)size"
        rf"|(?:(?:{_THINGS})?perpage)|(?:num|number|numberof)?(?:results|rows|items|records)"
        rf"|max(?:{_THINGS}|keys|size|pagesize|count|perpage)|take|top|first|batchsize|limitto"
    ),
    "page": re.compile(
        r"(?:current|result|results)?page(?:number|num|no|nr|index|idx|current)?|p|pg"
    ),
    "offset": re.compile(
        r"(?:page|record|result)?offset|(?:page)?skip|start(?:at|index|from|row|record|position)?"
    ),
    "cursor": re.compile(
        r"(?:page|pagination|paging|next|start|starting|list|batch|scroll|sync)?cursor"
        r"|(?:next|page|nextpage|pagination|paging|continuation|start|starting|batch|list|result)"
        r"token|(?:next|start)?marker|continue|continuation|iterator|scrollid|bookmark"
        r"|(?:exclusive)?startkey|(?:next|start)(?:page)?key"
    ),
    "after": re.compile(r"(?:page)?(?:starting|start)?after(?:id|key|cursor)?|sinceid|lastid"),
    "before": re.compile(r"(?:page)?(?:ending|end)?before(?:id|key|cursor)?"),
}
"""Names of parameters by what they are about, bare."""
_RETURN = r"(?:return|page|list|response|fetch|retriev|show|display|include|per\b|result)"
WORDS: Mapping[str, re.Pattern[str]] = {
    "offset": re.compile(
        r"\boffset\b|\bskip(?:ped)?\b|\bindex of the first\b|\b(?:starting|start) (?:index|row)\b"
        r"|\bfirst (?:result|item|record|entry|row) to\b",
        re.IGNORECASE,
    ),
    "size": re.compile(
        r"\bper[ -]page\b|\bpage[ -]size\b|\bsize of (?:the|a|each) (?:\w+ )?page\b"
        r"|\b(?:maximum|maximal|max\.?|number|amount|how many|limits?)\b"
        rf"(?! of (?:the )?(?:first|pages?)\b)[^.]*\b{_RETURN}",
        re.IGNORECASE,
    ),
    "page": re.compile(
        r"\bpage[ -](?:number|index)\b|\b(?:number|index) of (?:the|a) (?:\w+ )?page\b"
        r"|\bpage to (?:return|fetch|show|retrieve|display|load|get)\b|\bwhich page\b",
        re.IGNORECASE,
    ),
    "cursor": re.compile(
        r"\bcursor\b|\b(?:page|continuation|pagination) token\b|\bpaginat|\bnext page\b"
        r"|\bnext (?:set|batch|chunk) of\b|\boffset the result|\bopaque\b",
        re.IGNORECASE,
    ),
    "after": re.compile(
        r"\b(?:id|identifier|key)\b[^.]*\b(?:greater|larger|higher|less|lower|smaller) than\b"
        r"|\b(?:after|following) (?:the|this) (?:given |specified |last )?(?:\w+ )?(?:id|key)\b",
        re.IGNORECASE,
    ),
}
"""What descriptions say of parameters that are about pages."""
TYPES: Mapping[str, frozenset[str | None]] = {
    "size": frozenset({"integer", "number", "string", None}),
    "page": frozenset({"integer", "number", "string", None}),
    "offset": frozenset({"integer", "number", "string", None}),
    "cursor": frozenset({"string", "integer", None}),
    "after": frozenset({"string", "integer", None}),
    "before": frozenset({"string", "integer", None}),
}
"""The types of such parameters; where words alone tell, texts are cursors and numbers are not."""
NUMBERS = frozenset({"integer", "number"})
_MOMENT = re.compile(
    r"\b(?:date|time|timestamps?|epoch|iso[ -]?8601|rfc[ -]?3339|created|updated)\b", re.IGNORECASE
)
_INCLUSIVE = re.compile(
    r"\b(?:id|identifier|key|item)\b[^.]*\b(?:onwards?|included|inclusive(?:ly)?)\b", re.IGNORECASE
)
"""What is said of a key with which a page begins."""
_OPAQUE = re.compile(r"\b(?:cursor|token|opaque)\b", re.IGNORECASE)
_OF_KEY = re.compile(r"\b(?:cursor|token|opaque|ids?|identifier|key)\b", re.IGNORECASE)
_FROM_ZERO = re.compile(
    r"\b(?:zero|0)[ -](?:based|indexed)\b"
    r"|\b(?:starts?|starting|begins?|beginning|counted|indexed)\s+(?:from|at|with|by)\s+"
    r"(?:zero\b|[`'\"]?0\b)|\bfirst page is (?:zero\b|[`'\"]?0\b)|\b0\.\.N\b",
    re.IGNORECASE,
)
_FROM_ONE = re.compile(
    r"\b(?:one|1)[ -](?:based|indexed)\b"
    r"|\b(?:starts?|starting|begins?|beginning|counted|indexed)\s+(?:from|at|with|by)\s+"
    r"(?:one\b|[`'\"]?1\b)|\bfirst page is (?:one\b|[`'\"]?1\b)",
    re.IGNORECASE,
)
_DEFAULT = re.compile(
    r"\bdefault(?:s|ing)?(?: value)?(?: page size)?(?: is| to| of|:|=)*\s*[`'\"*]*(\d+)"
    r"|(\d+)\W+(?:is )?(?:by|the) default",
    re.IGNORECASE,
)
_MAXIMUM = re.compile(
    r"\b(?:max(?:imum)?\.?(?: (?:value|page size|limit|allowed))*(?: is| of|:|=)*|up to|at most"
    r"|(?:no|not) (?:more|greater|larger) than"
    r"|(?:cannot|can't|must not|may not) (?:exceed|be more than)"
    r"|between [`'\"]?\d+[`'\"]? and|range from \d+ to)\s*[`'\"*]*(\d+)",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"\b(?:errors?|reject\w*|refus\w*|invalid|400|422)\b", re.IGNORECASE)
_CAPPED = re.compile(
    r"\b(?:capped|clamped|truncated|reduced|lowered|coerced|treated as|rounded down)\b",
    re.IGNORECASE,
)
_NEWEST = re.compile(
    r"\bnewest\b[^.]{0,40}\b(?:first\b|to oldest\b)"
    r"|\b(?:most recent|latest|last created|most recently \w+)(?: \w+){0,2} first\b"
    r"|\breverse[ -]chronological"
    r"|(?<!ascending and )(?<!ascending or )\bdescending\b(?! or asc| and asc)"
    r"[^.]{0,30}\b(?:creat\w*|date|time|chronological)"
    r"|\b(?:creat\w*|date|chronological)\b[^.,]{0,30}"
    r"(?<!ascending and )(?<!ascending or )\bdescending\b",
    re.IGNORECASE,
)
"""What is said of a list that begins with what was made last."""
_DOWNWARDS = re.compile(
    r"\b(?:id|identifier|key)\b[^.]*\b(?:less|lower|smaller|older) than\b", re.IGNORECASE
)
_USUALLY_DOWN = re.compile(
    r"\bdefault\w*\b[^.]{0,40}\b(?:desc\w*|newest)\b|\bdesc\w*\W+(?:is )?(?:by|the)? ?default",
    re.IGNORECASE,
)
ORDERING = re.compile(
    r"(?:sort|order)(?:ing|by|s)?(?:order|direction|dir|field|type)?|direction|dir"
    r"|(?:sort|order)?(?:ascending|descending)"
)
"""Names of parameters that ask for an order, bare."""
_INNER = re.compile(r"(?!filter).*(?:\[|\.)([^\].]+)\]?")
"""A name in brackets, or behind a dot, that is not one of a filter."""
_BACK = re.compile(r"prev|back|before")
"""How names begin of what leads to the page before."""
_BRACKETS = re.compile(r"\[[^\]]*\]$")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the replies of a list tell of its pages: the bare names of tokens, whether there is a
    place for the URL of the next page, the schema of the whole reply, and the names of numbers by
    their roles.
    """

    tokens: Collection[str] = ()
    links: bool = False
    schema: DescribedSchema = NO_SCHEMA
    numbers: Mapping[str, str] = field(default_factory=dict)


def settled_paging(
    kind: Kind, query: Parameters, own: Settings, usual: Settings, told: PageFacts
) -> Paging:
    """Return the paging of an operation; what is said of it goes over what is said of the API."""
    if kind not in IN_PAGES:
        return Paging()
    inferred = infer_paging(query, told)
    own_words = own.get("paging", {})
    if inferred.style == "none" and "style" not in own_words:
        return inferred
    declared = {**usual.get("paging", {}), **own_words}
    names = {parameter.name for parameter in query}
    for word in ("number", "size", "back"):
        if word in declared and declared[word] not in names:
            del declared[word]
    return replace(inferred, **declared)


def infer_paging(query: Parameters, told: PageFacts | Collection[str] = ()) -> Paging:
    """Return the paging that the query parameters tell of, and what replies tell of their pages."""
    facts = told if isinstance(told, PageFacts) else PageFacts(told)
    by_role = _by_role(query, facts.tokens)
    size = by_role.pop("size", None)
    back = by_role.pop("before", None)
    ways = _ways(by_role, facts)
    if not ways and size is None:
        return _by_told_numbers(facts)
    paging = Paging(style="page")
    if ways:
        paging = _by_way(ways[0], by_role, back)
    elif facts.links:
        paging = _by_own_name(size)
    page, offset = by_role.get("page"), by_role.get("offset")
    if back is not None and any(bare(way.param).endswith("after") for way in ways[1:]):
        paging = replace(paging, back=back.name)
    return replace(
        _sized(paging, size, is_alone=page is None and bool(size)),
        others=tuple(ways[1:]),
        first=_first(page, facts.schema),
        origin=_origin(offset, facts.schema),
    )


_FORMS = frozenset({"pattern", "minLength", "maxLength", "format"})
"""Words of a schema that tell the form of a text."""


def held_parameters(operation: Operation) -> list[DescribedParameter]:
    """Return the parameters by which requests are read: those of the document, without the maximum
    of a size that is capped and without the form of a place that replies tell, and those that only
    our own links carry, or what replies tell of pages.
    """
    paging, described = operation.paging, operation.described
    parameters = list(described.parameters)
    names = {parameter.name for parameter in parameters}
    for at, parameter in enumerate(parameters):
        if paging.style in BY_PLACE and parameter.name in paging.params - {paging.size}:
            schema = parameter.schema
            plain = {word: said for word, said in schema.plain.items() if word not in _FORMS}
            parameters[at] = replace(parameter, schema=schema.derived(plain))
        if paging.capped and parameter.name == paging.size:
            plain = dict(parameter.schema.plain)
            plain.pop("maximum", None)
            parameters[at] = replace(parameter, schema=parameter.schema.derived(plain))
    if described.method != "GET" or not (paging.own or paging.told):
        return parameters
    for name in (paging.number, paging.size if paging.told else None):
        if name is not None and name not in names:
            added = DescribedParameter(name, "query", False, NO_SCHEMA, "form", True)
            parameters.append(added)
    return parameters


def begins_with_newest(described: Described, paging: Paging) -> bool:
    """Tell whether a list begins with what was made last, as long as no order is asked for."""
    if _NEWEST.search(described.words):
        return True
    for parameter in described.parameters_in("query"):
        words = _description(parameter)
        if ORDERING.fullmatch(bare(parameter.name)) and _USUALLY_DOWN.search(words):
            return True
        if parameter.name == paging.number and _DOWNWARDS.search(words):
            return True
    return False


def flattened_query(query: Parameters) -> list[DescribedParameter]:
    """Return parameters with the properties of objects in their place, as they are sent: page[size]
    of a deep object, size of one that is spread as a form, pagination.size of one in a body.
    """
    found = []
    for parameter in query:
        found.append(parameter)
        fields = parameter.schema.properties
        for name, schema in fields.items():
            if parameter.style == "deepObject":
                name = f"{parameter.name}[{name}]"
            elif parameter.style == BODY:
                name = f"{parameter.name}.{name}"
            described = schema.get("description", "")
            found.append(
                replace(parameter, name=name, schema=schema, required=False, description=described)
            )
    return found


def _by_role(query: Parameters, tokens: Collection[str]) -> dict[str, DescribedParameter]:
    """Return what is about pages: by name first, then by description."""
    found: dict[str, DescribedParameter] = {}
    for role in NAMES:
        parameter = _of_name(role, query, tokens)
        if parameter is not None:
            found[role] = parameter
    taken = {parameter.name for parameter in found.values()}
    rest = []
    for parameter in query:
        is_choice = parameter.schema.own_type == "boolean" or parameter.schema.says("enum")
        if parameter.name not in taken and not is_choice and not _is_moment(parameter):
            rest.append(parameter)
    numbers = [each for each in rest if each.schema.own_type in NUMBERS]
    for role in ("offset", "size", "page"):
        if role not in found:
            _add_told(found, role, [each for each in numbers if each not in found.values()])
    if found.keys().isdisjoint(("cursor", "after")):
        _add_told(found, "cursor", [each for each in rest if each not in numbers])
    if "size" in found and found.keys() <= {"size", "before"}:
        _add_told(found, "after", rest)
    return found


def _of_name(role: str, query: Parameters, tokens: Collection[str]) -> DescribedParameter | None:
    """Return the parameter whose name, also the one in brackets (search[pageSize]), tells a role:
    the shortest of several.
    """
    whole: list[DescribedParameter] = []
    inner: list[DescribedParameter] = []
    for parameter in query:
        if not _may_be(role, parameter, tokens):
            continue
        match = _INNER.fullmatch(parameter.name)
        within = bare(match[1]) if match else ""
        if NAMES[role].fullmatch(bare(parameter.name)) or _is_token(role, parameter, tokens):
            whole.append(parameter)
        elif NAMES[role].fullmatch(within):
            inner.append(parameter)
    found = sorted(whole, key=lambda each: _rank(role, each)) or inner
    return found[0] if found else None


def _rank(role: str, parameter: DescribedParameter) -> int:
    """Return how far a name is from the usual one of a role: limit is a size before count is."""
    usual = ("limit", "perpage", "pagesize", "size", "page", "offset", "cursor", "after")
    name = bare(parameter.name)
    return usual.index(name) if name in usual else len(usual)


def _may_be(role: str, parameter: DescribedParameter, tokens: Collection[str]) -> bool:
    """Tell whether the type of a parameter allows a role, and nothing speaks against it."""
    schema = parameter.schema
    kind = schema.own_type
    if kind not in TYPES[role] or schema.says("enum"):
        return False
    if role in ("size", "page") and schema.says("format") and kind == "string":
        return False
    if role in ("after", "before", "offset") and _is_moment(parameter):
        return False
    if role == "offset":
        is_opaque = kind == "string" and _is_opaque(parameter)
        return not is_opaque and not _is_token("cursor", parameter, tokens)
    return True


def _is_opaque(parameter: DescribedParameter) -> bool:
    """Tell whether a text is said or shown to be no number, but what a former page told."""
    if _OPAQUE.search(_description(parameter)):
        return True
    shown = [parameter.schema.get("example"), *parameter.examples]
    texts = [text for text in shown if isinstance(text, str) and text]
    return any(not text.isdigit() for text in texts)


def _is_token(role: str, parameter: DescribedParameter, tokens: Collection[str]) -> bool:
    """Tell whether a text is what a reply tells, under the same name, to ask for the next page, or
    an offset that is no number.
    """
    is_text = parameter.schema.own_type not in NUMBERS
    name = bare(parameter.name)
    if role != "cursor" or not is_text:
        return False
    if NAMES["offset"].fullmatch(name) and _is_opaque(parameter):
        return True
    is_key = NAMES["after"].fullmatch(name) is not None
    return not is_key and name in tokens


def _says(parameter: DescribedParameter, role: str) -> bool:
    return WORDS[role].search(_description(parameter)) is not None


def _is_moment(parameter: DescribedParameter) -> bool:
    """Tell whether a parameter is about time: `after` may be a moment as well as a key."""
    if str(parameter.schema.get("format", "")).startswith("date"):
        return True
    words = _description(parameter)
    return _MOMENT.search(words) is not None and not _OF_KEY.search(words)


def _add_told(
    found: dict[str, DescribedParameter], role: str, query: Sequence[DescribedParameter]
) -> None:
    """Add the only parameter that is described in the words of a role, and leads no way back."""
    plain = [each for each in query if not each.schema.properties]
    onward = [each for each in plain if not _BACK.match(bare(each.name))]
    told = [each for each in onward if _says(each, role) and not each.schema.says("enum")]
    if len(told) == 1:
        found[role] = told[0]


def _description(parameter: DescribedParameter) -> str:
    return parameter.description or str(parameter.schema.get("description", ""))


def _ways(by_role: Mapping[str, DescribedParameter], told: PageFacts) -> list[PageWay]:
    """Return the ways in which a page can be asked for, the one that replies lead on by first."""
    order = ["page", "offset", "cursor", "after"]
    if told.tokens:
        order = ["cursor", "after", "page", "offset"]
        offset = by_role.get("offset")
        if offset is not None and bare(offset.name) in told.tokens:
            order = ["offset", "cursor", "after", "page"]
    return [
        PageWay(_style(role, by_role[role]), by_role[role].name)
        for role in order
        if role in by_role
    ]


def _style(role: str, parameter: DescribedParameter) -> str:
    """Return the style of paging by a parameter: an opaque text is a cursor, a text that has to
    look like a key, or a number, is that of a record.
    """
    if role not in ("cursor", "after"):
        return role
    is_key = parameter.schema.says("pattern") or parameter.schema.own_type in NUMBERS
    is_named = NAMES["cursor"].fullmatch(bare(parameter.name)) is not None
    if not is_named and _INCLUSIVE.search(_description(parameter)):
        return "from"
    return "after" if is_key else role


def _by_way(
    way: PageWay, by_role: Mapping[str, DescribedParameter], back: DescribedParameter | None
) -> Paging:
    """Return the paging whose pages are asked for in a way."""
    paging = Paging(style=way.style, number=way.param)
    if way.style not in BY_PLACE:
        return paging
    parameter = next(each for each in by_role.values() if each.name == way.param)
    is_back = back is not None and (way.style == "after" or bare(way.param).endswith("after"))
    return replace(
        paging,
        back=back.name if back is not None and is_back else None,
        whole=parameter.schema.own_type in NUMBERS,
    )


def _by_told_numbers(facts: PageFacts) -> Paging:
    """Return the paging by what replies call the number of a page and its size, where no parameter
    asks for either: {meta: {page: 1, per_page: 25}}.
    """
    page, size = facts.numbers.get("$page"), facts.numbers.get("$size")
    if page is None or size is None:
        return Paging()
    return Paging(style="page", number=page, size=size, told=True)


def _by_own_name(size: DescribedParameter | None) -> Paging:
    """Return the paging by a parameter that our links alone carry."""
    name = size.name if size is not None else ""
    number = _BRACKETS.sub("[after]", name) if _BRACKETS.search(name) else "cursor"
    return Paging(style="cursor", number=number, own=True)


def _sized(paging: Paging, size: DescribedParameter | None, is_alone: bool) -> Paging:
    """Return a paging with how many records a page has."""
    if size is None:
        return replace(paging, default=USUAL_SIZE)
    words = _description(size)
    default = size.schema.plain.get("default")
    if not _is_whole(default):
        default = _number_in(_DEFAULT, words)
    paging = _limited(replace(paging, size=size.name), size, default or 1)
    if default is None and not is_alone:
        default = min(USUAL_SIZE, paging.maximum or USUAL_SIZE)
    return replace(paging, default=default)


def _limited(paging: Paging, size: DescribedParameter, least: int) -> Paging:
    """Return a paging with the largest size, and what becomes of a larger one; a maximum below the
    least is none.
    """
    words = _description(size)
    maximum = size.schema.plain.get("maximum")
    is_held = isinstance(maximum, int | float)
    if not is_held:
        maximum = _number_in(_MAXIMUM, words)
    if maximum is None or not least <= maximum < LARGEST:
        return paging
    return replace(
        paging,
        maximum=int(maximum),
        capped=is_held and _CAPPED.search(words) is not None,
        strict=not is_held and _REFUSED.search(words) is not None,
    )


def _number_in(pattern: re.Pattern[str], words: str) -> int | None:
    """Return the number that a description tells, at least 1; None where it tells none."""
    match = pattern.search(words)
    if match is None:
        return None
    digits = next(filter(None, match.groups()))
    return int(digits) or None


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _first(page: DescribedParameter | None, schema: DescribedSchema) -> int:
    """Return the number of the first page."""
    if page is None:
        return 1
    shown = _counted_from(page, schema, NAMES["page"])
    return 1 if shown is None else shown


def _origin(offset: DescribedParameter | None, schema: DescribedSchema) -> int:
    """Return the number of the first record."""
    if offset is None:
        return 0
    return _counted_from(offset, schema, NAMES["offset"]) or 0


def _counted_from(
    parameter: DescribedParameter, schema: DescribedSchema, names: re.Pattern[str]
) -> int | None:
    """Return whether pages, or records, are counted from 0 or from 1, None where nothing tells: the
    default, words, the least that may be sent, examples.
    """
    plain = parameter.schema.plain
    if plain.get("default") in (0, 1):
        return int(plain["default"])
    words = _description(parameter)
    if _FROM_ZERO.search(words):
        return 0
    if _FROM_ONE.search(words):
        return 1
    if plain.get("minimum") in (0, 1):
        return int(plain["minimum"])
    examples = [plain.get("example"), *_examples(schema, names)]
    return next((int(each) for each in examples if each in (0, 1) and _is_whole(each)), None)


def _examples(schema: DescribedSchema, names: re.Pattern[str], depth: int = 0) -> Iterator[Any]:
    """Yield the examples of properties of some names beside a list."""
    for name, child in schema.properties.items():
        if names.fullmatch(bare(name)) or bare(name) == "number":
            yield child.get("example")
        elif depth < 2 and child.says("properties"):
            yield from _examples(child, names, depth + 1)
