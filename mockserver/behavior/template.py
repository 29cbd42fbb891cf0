"""Fill a JSON template: a tree whose strings hold `{name}` or `{name:filter}` parts, and values for
the names.

A string that is one part alone takes the value as it is (a number stays a number); an entry whose
part has no value is left out. Inside a text a value that is no text itself stands as JSON spells
it. The filters are `stem`, `extension`, `pascal`, `json`, `python` (as frameworks written in Python
spell a value: `None`, `True`) and, for digits that look random but are the same for the same seed,
`{random:5}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from mockserver.lookup import MISSING

LONGEST_STEM, LONGEST_EXTENSION = 200, 20
"""Characters that are taken of a file's name, so that a name made from it is no longer than names
of files are.
"""
_PART = re.compile(r"\{(\w+(?:\.\w+)*)(?::(\w+))?\}")


def _file_name(value: Any) -> PurePosixPath:
    try:
        return PurePosixPath(urlsplit(str(value)).path)
    except ValueError:  # it is no URL, such as `http://[`
        return PurePosixPath(str(value))


def pascal(name: str) -> str:
    """Spell a property name in PascalCase: product_id -> ProductId."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[_\-\s]+", name))


FILTERS: Mapping[str, Callable[[Any], Any]] = {
    "stem": lambda value: _file_name(value).stem[:LONGEST_STEM] or "file",
    "initial": lambda value: _file_name(value).stem[:1].lower() or "f",
    "extension": lambda value: _file_name(value).suffix.lstrip(".")[:LONGEST_EXTENSION] or "jpg",
    "pascal": lambda value: pascal(str(value)),
    "json": lambda value: json.dumps(value, ensure_ascii=False, default=str),
    "python": str,
}


def names_in(template: Any) -> frozenset[str]:
    """Return the names that a template reads."""
    if isinstance(template, str):
        return _names_in_text(template)
    children = template.values() if isinstance(template, Mapping) else template
    if isinstance(children, str | int | float | bool | type(None)):
        return frozenset()
    return frozenset().union(*map(names_in, children))


@lru_cache(maxsize=4096)
def _names_in_text(text: str) -> frozenset[str]:
    """Return the names that a text reads; templates are few, and are filled often."""
    return frozenset(match[1] for match in _PART.finditer(text))


@lru_cache(maxsize=4096)
def _whole_part(text: str) -> tuple[str, str | None] | None:
    """Return the name and the filter of a text that is one part alone, None for any other."""
    match = _PART.fullmatch(text)
    if match is None:
        return None
    return match[1], match[2]


@lru_cache(maxsize=4096)
def lone_name(text: str) -> str:
    """Return the name of a text that is one part alone, without a filter; empty for any other."""
    whole = _whole_part(text)
    if whole is None:
        return ""
    name, how = whole
    return "" if how else name


def fill(
    template: Any, values: Mapping[str, Any], digits: Callable[[int], str] | None = None
) -> Any:
    """Return the template with its parts replaced; MISSING when it is one part alone that has no
    value.

    `digits(n)` gives n digits for `{random:n}`.
    """
    if isinstance(template, str):
        return _fill_text(template, values, digits)
    if isinstance(template, Mapping):
        filled = {name: fill(child, values, digits) for name, child in template.items()}
        return {
            name: child
            for name, child in filled.items()
            if child is not MISSING and not (child == {} and template[name])
        }
    if isinstance(template, list):
        return [
            child
            for child in (fill(item, values, digits) for item in template)
            if child is not MISSING
        ]
    return template


def _fill_text(
    template: str, values: Mapping[str, Any], digits: Callable[[int], str] | None
) -> Any:
    if "{" not in template:
        return template
    whole = _whole_part(template)
    if whole is not None:
        return _part(*whole, values, digits)

    def text_of(match: re.Match[str]) -> str:
        return spelled(_part(match[1], match[2], values, digits))

    return _PART.sub(text_of, template)


def spelled(value: Any) -> str:
    """Return a value as it stands in a text: text as it is, all else as JSON spells it, nothing for
    MISSING.
    """
    if value is MISSING:
        return ""
    return value if isinstance(value, str) else FILTERS["json"](value)


def _part(
    name: str, how: str | None, values: Mapping[str, Any], digits: Callable[[int], str] | None
) -> Any:
    if name == "random" and digits is not None:
        return digits(int(how or "6"))
    value = values.get(name, MISSING)
    if value is MISSING or how is None:
        return value
    return FILTERS[how](value)
