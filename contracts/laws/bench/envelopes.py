"""Take answers out of their envelopes: an operation and its answer in, records, totals and ways
onward out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from contracts.targets.target import NO_BODY, Answer
from mockserver.lookup import MISSING, value_at
from mockserver.model.envelopes import inside
from mockserver.model.types import Operation, Resource
from mockserver.nextpage import tells_onward
from mockserver.state import key_of

_TOTALS = ("x-total-count", "x-total")
_LINK = re.compile(r'<([^>]*)>\s*;[^,]*rel="?([a-z]+)"?')

Record = Mapping[str, Any]


def record_of(operation: Operation, answer: Answer) -> Record | None:
    """Return the record that an answer shows, None when it shows none; the first where it shows
    several.
    """
    return next(iter(all_of(operation, answer)), None)


def all_of(operation: Operation, answer: Answer) -> list[Record]:
    """Return the records that an answer shows, where one call made several."""
    found = inside(operation.envelope.one, answer.body)
    if found is MISSING:
        found = _in_array(operation.envelope.one, answer.body)
    return [
        each
        for each in (found if isinstance(found, list) else [found])
        if isinstance(each, Mapping)
    ]


def records_of(operation: Operation, answer: Answer) -> list[Record] | None:
    """Return the records of a page of a list, None when the answer does not look like one."""
    if answer.status == 204 or (
        answer.body is NO_BODY and operation.envelope.empty == answer.status
    ):
        return []
    found = inside(operation.envelope.many, answer.body)
    if not isinstance(found, list):
        mapped = inside(operation.envelope.many, answer.body, "$map")
        found = [*mapped.values()] if isinstance(mapped, Mapping) else None
    if found is None:
        return None
    items = [inside(operation.envelope.item, each) for each in found]
    return (
        [each for each in items if isinstance(each, Mapping)]
        if all(map(_is_record, items))
        else None
    )


def key_shown(resource: Resource, record: Record) -> str:
    """Return the key of a record as a text, empty where it shows none: that of its property, or
    the last part of the URL that it tells of itself.
    """
    told = value_at(record, resource.key or "")
    if isinstance(told, str | int | float):
        return key_of(told)
    for place in resource.self_links:
        url = value_at(record, place)
        if isinstance(url, str):
            return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    return ""


def count_of(operation: Operation, answer: Answer) -> int | None:
    """Return the number that a count answers with."""
    return _whole(inside(operation.envelope.count, answer.body))


def total_of(operation: Operation, answer: Answer) -> int | None:
    """Return how many records there are in all, as the page of a list tells it."""
    told = _whole(inside(operation.envelope.many, answer.body, "$total"))
    return (
        told
        if told is not None
        else next((_whole(answer.headers.get(name)) for name in _TOTALS), None)
    )


def told_of(operation: Operation, answer: Answer, role: str) -> Any:
    """Return what the envelope of a list says in a role such as `$has_next`, MISSING when it has
    none.
    """
    return inside(operation.envelope.many, answer.body, role)


def told_onward(operation: Operation, answer: Answer) -> bool | None:
    """Tell whether a page says that there are more, None where it does not say."""
    return tells_onward(operation, answer.body, answer.headers.get("link", ""))


def has_role(operation: Operation, role: str) -> bool:
    """Tell whether the envelope of a list plays a role."""
    return role in str(operation.envelope.many)


def onward(operation: Operation, answer: Answer, role: str, relation: str) -> str | None:
    """Return path and query of the page that a URL in the envelope, or in the Link header, leads
    to.
    """
    told = told_of(operation, answer, role)
    if not isinstance(told, str):
        links = {name: url for url, name in _LINK.findall(answer.headers.get("link", ""))}
        told = links.get(relation)
    if not told:
        return None
    parts = urlsplit(told)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _in_array(template: Any, body: Any) -> Any:
    """Return the array that a template writes as `["$value"]`."""
    if template == ["$value"]:
        return body
    if isinstance(template, Mapping) and isinstance(body, Mapping):
        for name, child in template.items():
            found = _in_array(child, body.get(name, MISSING))
            if found is not MISSING:
                return found
    return MISSING


def _is_record(value: Any) -> bool:
    return isinstance(value, Mapping)


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isdigit():
        return int(value)
    return value if isinstance(value, int) else None
