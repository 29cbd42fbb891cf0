"""Which lines may close a group of differences: a group and what is understood of the API in,
candidates out.

Each rule is a small function that looks at the smallest call and guesses; `contracts.drift.mending`
tries what it says, so a rule may guess freely, its likeliest guess first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from contracts.compare.differences import Way
from contracts.drift.groups import Group
from contracts.drift.lines import Line, Understanding
from contracts.drift.rules_errors import error_body, error_media_type, error_status, error_words
from contracts.drift.rules_habits import (
    constant_header,
    created_status,
    empty_list,
    list_headers,
    location,
    put_or_patch,
    read_only,
    slash,
    unknown_query,
    upsert,
)
from contracts.drift.rules_lists import (
    envelope,
    filters,
    order,
    page_bounds,
    page_size,
    past_end,
    sort,
)
from contracts.drift.rules_records import (
    default_value,
    filled,
    hidden,
    made,
    nullable,
    shown,
    time_style,
)
from contracts.drift.rules_requests import open_access, relaxed, tightened

Rule = Callable[[Group, Understanding], Iterator[Line]]

RULES: Mapping[Way, Sequence[Rule]] = {
    Way.STATUS_CLASS: (
        unknown_query,
        upsert,
        past_end,
        page_bounds,
        read_only,
        slash,
        filters,
        open_access,
        relaxed,
        tightened,
    ),
    Way.STATUS: (error_status, empty_list, created_status, slash),
    Way.ENVELOPE: (page_size, envelope, empty_list),
    Way.PAGE: (page_size, page_bounds, order, filters),
    Way.ORDER: (order, sort),
    Way.RECORDS: (order, filters, page_size, page_bounds, sort),
    Way.MISSING_FIELD: (put_or_patch, hidden, filled),
    Way.EXTRA_FIELD: (put_or_patch, made, default_value, shown),
    Way.TYPE: (put_or_patch, default_value, filled, nullable),
    Way.TIMESTAMP: (time_style,),
    Way.ROUNDING: (),
    Way.VALUE: (put_or_patch, default_value, time_style),
    Way.HEADER: (list_headers, location, error_media_type, constant_header),
    Way.ERROR_FORM: (error_words, error_body),
}
"""The rules for each way in which answers differ, the likelier ones first."""


def candidates(group: Group, understanding: Understanding) -> Iterator[Line]:
    """Yield each line that may close a group once, the likelier ones first."""
    seen: set[str] = set()
    for rule in RULES[group.way]:
        for line in rule(group, understanding):
            if str(line) not in seen:
                seen.add(str(line))
                yield line
