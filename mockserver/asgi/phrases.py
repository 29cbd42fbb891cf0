"""Fill the texts of errors: a template and the values that are known in, what can be said with them
out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from mockserver.behavior.template import fill, names_in, spelled

_STATUSES = frozenset(map(int, HTTPStatus))
_LONE = re.compile(r"\{[^{}]+\}")
_PART = re.compile(r"""\s*(["'`]?)\{(?P<name>\w+(?:\.\w+)*)(?::\w+)?\}\1""")


def phrase_of(status: int) -> str:
    """Return the usual words for a status, empty for one that has none, such as 509."""
    return HTTPStatus(status).phrase if status in _STATUSES else ""


def filled_text(template: str | None, values: Mapping[str, Any]) -> str | None:
    """Return a text with its parts replaced, None where one of them has no value: half a sentence
    says nothing.
    """
    if template is None:
        return None
    for name in names_in(template):
        if name not in values:
            return None
    return spelled(fill(template, values))


def filled(template: Any, values: Mapping[str, Any]) -> Any:
    """Fill a template. Of a longer text the parts without a value go, and the quotes around them:
    `"{method}" is`.
    """
    if isinstance(template, str) and "{" not in template:
        return template
    return fill(_without_gaps(template, values), values)


def _without_gaps(template: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(template, list):
        return [_without_gaps(item, values) for item in template]
    if isinstance(template, Mapping):
        return {name: _without_gaps(child, values) for name, child in template.items()}
    if not isinstance(template, str) or "{" not in template:
        return template
    is_whole = names_in(template) <= values.keys()
    if is_whole or _LONE.fullmatch(template):
        return template

    def kept(part: re.Match[str]) -> str:
        if part["name"] in values:
            return part[0]
        return ""

    return _PART.sub(kept, template).strip(" :;,")
