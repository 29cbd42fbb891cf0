"""Tell whether two records are of one name: what a server may keep apart though no schema says so.

{"name": "blue", "size": 2}, {"id": 7, "name": "blue", "size": 3}     namesakes
{"name": "blue", "size": 2}, {"id": 7, "name": "red", "size": 2}      none
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from contracts.compare.same import is_same

_NAME = re.compile(
    r"(^|[_.-])(name|title|slug|code|e-?mail|login|label|tag|key|id|sku|path|handle|domain)$|"
    r"[a-z](Name|Title|Slug|Code|Email|Label|Key|Id)$",
    re.IGNORECASE,
)
"""Names of properties by which people tell records apart."""
Record = Mapping[str, Any]


def are_namesakes(one: Record, other: Record) -> bool:
    """Tell whether two records have the same text in a property that names them, whatever its
    case.
    """
    for name, value in one.items():
        there = other.get(name)
        if not isinstance(value, str) or not isinstance(there, str):
            continue
        if _NAME.search(name) and value.casefold() == there.casefold():
            return True
    return False


def is_unchanged(shown: Record, record: Record) -> bool:
    """Tell whether what is shown of a record is what was known of it."""
    return all(is_same(shown[name], record[name]) for name in shown if name in record)
