"""Hold an answer against what was expected of it: through the envelope of the operation, the
differences out.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from contracts.compare.values import Difference, differences
from contracts.oracle.aliases import Aliases
from contracts.oracle.oracle import LISTS, REMOVALS, Expected
from contracts.targets.target import NO_BODY, Answer
from mockserver.call import Page
from mockserver.lookup import MISSING
from mockserver.model.search.roles import ABSENT, WHEN
from mockserver.model.types import BY_KEY, BY_PLACE, Kind, Operation, Paging, Template

OPAQUE = frozenset(
    {
        "$cursor",
        "$previous_cursor",
        "$self_url",
        "$first_url",
        "$last_url",
        "$first_key",
        "$last_key",
    }
)
"""Roles of what only the server can read, and of URLs that others tell as well."""
NOTHING = ("", 0)
"""What stands for no page where a reply must have something, and not null."""
LINKS = frozenset({"$next", "$next_path", "$previous", "$previous_path"})


def judge(
    operation: Operation, expected: Expected, answer: Answer, aliases: Aliases
) -> list[Difference]:
    """Return where an answer differs from what was expected. A refusal is compared by its status
    alone.
    """
    if answer.status != expected.status:
        return [Difference("status", expected.status, (answer.status, answer.body))]
    if expected.problem is not None:
        return []
    found = list(_links(expected, answer, aliases))
    if expected.empty:
        return [*found, *([] if answer.body is NO_BODY else [Difference("", None, answer.body)])]
    if operation.is_act and operation.replies_as_documented:
        return found
    if operation.membership is not None:  # what is linked is judged where it is at home
        return found
    template, roles = template_of(operation), _roles(operation, expected)
    return [*found, *_peel(template, roles, answer.body, aliases, operation.paging)]


def _links(expected: Expected, answer: Answer, aliases: Aliases) -> Iterator[Difference]:
    """Yield what is wrong with the Location of a new record, once its key is known."""
    if expected.location is None:
        return
    last = urlsplit(answer.headers.get("location", "")).path.rstrip("/").rpartition("/")[2]
    if not aliases.agree(expected.location, last):
        yield Difference("Location", expected.location, answer.headers.get("location"))


def template_of(operation: Operation) -> Template:
    """Return the envelope of the operation's answer."""
    envelope = operation.envelope
    if operation.resource is None or operation.kind is Kind.STATELESS:
        return "$value"
    if operation.kind in REMOVALS:
        return envelope.removed
    if operation.kind is Kind.COUNT:
        return envelope.count
    return envelope.many if operation.kind in LISTS else envelope.one


def _roles(operation: Operation, expected: Expected) -> Mapping[str, Any]:
    """Return what stands behind the words of an envelope."""
    value = expected.value
    length = len(value) if isinstance(value, list) else 0
    page = expected.page or Page(1, None, length)
    size = page.size or max(page.total, 1)
    following = _beside(page, +1) if page.has_next else None
    leads_back = operation.paging.style not in BY_KEY or operation.paging.back is not None
    preceding = _beside(page, -1) if page.has_previous and leads_back else None
    return {
        "$value": value,
        "$total": page.total,
        "$length": length,
        "$page": page.offset // size + page.first if page.start is not None else page.number,
        "$size": page.size if page.size is not None else page.total,
        "$pages": max(1, -(-page.total // size)),
        "$offset": page.offset + page.origin,
        "$from": page.offset + 1 if length else None,
        "$to": page.offset + length if length else None,
        "$has_next": page.has_next,
        "$has_previous": page.has_previous,
        "$is_first": not page.has_previous,
        "$is_last": not page.has_next,
        "$is_empty": not length,
        "$remaining": max(0, page.total - page.offset - length),
        "$next": following,
        "$next_path": following,
        "$next_page": following,
        "$previous": preceding,
        "$previous_path": preceding,
        "$previous_page": preceding,
    }


def _beside(page: Page, step: int) -> int:
    """Return what the paging parameter of the next or previous page is."""
    if page.start is not None:
        return max(0, page.offset + step * (page.size or 0)) + page.origin
    return page.number + step


def _peel(
    template: Template,
    roles: Mapping[str, Any],
    body: Any,
    aliases: Aliases,
    paging: Paging,
    place: str = "",
) -> Iterator[Difference]:
    """Yield the differences of a body from a template in which the roles stand."""
    role = template.removesuffix(ABSENT) if isinstance(template, str) else ""
    if role in OPAQUE or (isinstance(template, Mapping) and "$made" in template):
        return
    if role in roles and roles[role] is None and body in NOTHING:
        return
    if isinstance(template, Mapping) and WHEN in template:
        template = dict(template)
        hangs_on = template.pop(WHEN).removesuffix(ABSENT)
        if not roles[hangs_on]:
            yield from differences(MISSING, body, operator.is_, place)
            return
    if isinstance(template, Mapping):
        if not isinstance(body, Mapping):
            yield Difference(place, "an object", body)
            return
        for name, child in template.items():
            yield from _peel(
                child, roles, body.get(name, MISSING), aliases, paging, f"{place}/{name}"
            )
        for name in body.keys() - template.keys():
            yield Difference(f"{place}/{name}", MISSING, body[name])
    elif template == ["$value"]:
        value = roles["$value"]
        yield from differences(
            value if isinstance(value, list) else [value], body, aliases.agree, place
        )
    elif role in roles and role != template and roles[role] is None:
        yield from differences(MISSING, body, operator.is_, place)
    elif role in LINKS and roles[role] is not None:
        if not _leads_to(body, roles[role], paging):
            yield Difference(place, f"a link to {paging.number}={roles[role]}", body)
    else:
        wanted = roles.get(role, template) if isinstance(template, str) else template
        yield from differences(wanted, body, aliases.agree, place)


def _leads_to(link: Any, number: int, paging: Paging) -> bool:
    """Tell whether a link leads to a page; one that does not say which leads to the first."""
    query = parse_qs(urlsplit(str(link)).query)
    said = query.get(paging.number or "", [])
    if paging.style in BY_PLACE:
        return isinstance(link, str) and bool(said or query.get(paging.back or ""))
    first = paging.first if paging.style == "page" else paging.origin
    return said == [str(number)] or (isinstance(link, str) and not said and number == first)
