"""The address of an operation: its path as the document has it and values in, the path and query
of a URL out.

>>> filled_path("/shelves/{shelf_id}/books", {"shelf_id": 2, "author": "Le Guin"})
'/shelves/2/books?author=Le+Guin'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from mockserver.errors import SettingsError
from mockserver.model.paths import PARAMETER


def filled_path(path: str, values: Mapping[str, Any]) -> str:
    """Return a path with its parameters filled in; what it has no parameter for is its query, a
    list as several values of one name. Raises SettingsError for a parameter without a value.
    """
    names = PARAMETER.findall(path)
    for name in names:
        value = values.get(name)
        if value is None:
            raise SettingsError(f"{path} needs a value for {name}: say {name}=...")
        text = quote(_text(value), safe="")
        path = path.replace(f"{{{name}}}", text)
    pairs = []
    for name, value in values.items():
        if name not in names:
            pairs += _pairs(name, value)
    if not pairs:
        return path
    query = urlencode(pairs)
    return f"{path}?{query}"


def _pairs(name: str, value: Any) -> list[tuple[str, str]]:
    """Return the query parameters that a value spells; None is none."""
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return [(name, _text(item)) for item in value]
    return [(name, _text(value))]


def _text(value: Any) -> str:
    """Return a value as it stands in a URL; flags as JSON has them."""
    text = str(value)
    if isinstance(value, bool):
        return text.lower()
    return text
