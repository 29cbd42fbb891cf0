"""The names of tools: operations in, a name for each that no other tool has out.

operationId: listShelves              listShelves
GET /shelves/{shelf_id}               get_shelves_shelf_id
two APIs, shop and stock              shop_listShelves, stock_listShelves
"""

from __future__ import annotations

import re
from collections.abc import Collection

from mockserver.model.types import Operation

LONGEST = 64
"""Characters of a name that all clients take."""
_OTHERS = re.compile(r"[^A-Za-z0-9_-]+")


def tool_name(operation: Operation, prefix: str, taken: Collection[str]) -> str:
    """Return the name of the tool for an operation; a number follows where it is taken."""
    said = operation.described.operation_id or operation.label.lower()
    whole = f"{prefix}_{said}" if prefix else said
    name = _OTHERS.sub("_", whole).strip("_")[:LONGEST]
    number = 2
    chosen = name
    while chosen in taken:
        ending = f"_{number}"
        chosen = name[: LONGEST - len(ending)] + ending
        number += 1
    return chosen
