"""Show the records of a resource as somebody looks for them: a view of records and what is
wanted in, a page of them with their places out.

    sort=-price,name    by price, the highest first, then by name
    search=kindred      those of which some value has this in it, in any case of letters
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockserver.control.bodymask import masked_value
from mockserver.control.messages import AdminRequest, is_asked
from mockserver.control.records import Records
from mockserver.errors import SettingsError
from mockserver.slots import dataclass
from mockserver.state import Found, Query


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """Which records are wanted: properties to sort by (a leading `-` for descending; none: as the
    API lists them), words that a record has, and the slice. Where they are `masked`, secrets are
    neither shown nor found; `own` are the names that a user calls so.
    """

    order: Sequence[str] = ()
    search: str = ""
    offset: int = 0
    limit: int | None = None
    masked: bool = False
    own: frozenset[str] = frozenset()

    def shown(self, found: Found) -> Any:
        """Return a record as it may be seen."""
        return masked_value(found.record, self.own) if self.masked else found.record

    def has_words(self, record: Any) -> bool:
        """Tell whether some value of a record has the words that are looked for."""
        return _has(record, self.search.casefold())


def record_query(request: AdminRequest) -> RecordQuery:
    """Return which records a request to the control API wants. Raises SettingsError."""
    names = [name.strip() for name in request.last("sort", "").split(",")]
    order = [name for name in names if name]
    if any(not name.removeprefix("-") for name in order):
        raise SettingsError("sort must name properties, such as name or -price,name")
    return RecordQuery(
        order,
        request.last("search", ""),
        request.whole("offset", 0) or 0,
        request.whole("limit"),
        is_asked("masked", request),
        request.control.own_secrets,
    )


def record_page(records: Records, wanted: RecordQuery) -> dict[str, Any]:
    """Return a page of records, their places, and how many there are in all. Without words to look
    for a page costs the page, not the collection.
    """
    order = tuple(wanted.order) or records.order
    if not wanted.search:
        query = Query(order=order, offset=wanted.offset, limit=wanted.limit)
        selection = records.select(query)
        return _page(selection.found, selection.total, wanted)
    found = []
    for each in records.select(Query(order=order)).found:
        if wanted.has_words(wanted.shown(each)):
            found.append(each)
    end = None if wanted.limit is None else wanted.offset + wanted.limit
    return _page(found[wanted.offset : end], len(found), wanted)


def _page(found: Sequence[Found], total: int, wanted: RecordQuery) -> dict[str, Any]:
    places = []
    for each in found:
        place = {"parents": list(each.collection.parents), "key": each.key}
        places.append(place)
    return {
        "records": [wanted.shown(each) for each in found],
        "places": places,
        "meta": {"total": total},
    }


def _has(value: Any, words: str) -> bool:
    """Tell whether a value, or one inside it, has words in its text."""
    match value:
        case dict():
            return any(_has(child, words) for child in value.values())
        case list() | tuple():
            return any(_has(child, words) for child in value)
        case bool():
            return words == str(value).lower()
        case None:
            return False
        case _:
            return words in str(value).casefold()
