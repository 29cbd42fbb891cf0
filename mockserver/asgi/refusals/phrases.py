"""Fill the texts of errors: a template and the values that are known in, what can be said with them
out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from mockserver.behavior.template import fill, lone_name, names_in, spelled
from mockserver.lookup import MISSING
from mockserver.model.paths import bare

_PHRASES = {int(status): status.phrase for status in HTTPStatus}
_LONE = re.compile(r"\{[^{}]+\}")
_PART = re.compile(r"""\s*(["'`]?)\{(?P<name>\w+(?:\.\w+)*)(?::\w+)?\}\1""")


def phrase_of(status: int) -> str:
    """Return the usual words for a status, empty for one that has none, such as 509."""
    return _PHRASES.get(status, "")


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
    if isinstance(template, str):
        return _filled_text(template, values)
    if isinstance(template, list):
        items = []
        for item in template:
            value = filled(item, values)
            if value is not MISSING:
                items.append(value)
        return items
    if not isinstance(template, dict):
        return template
    if "$one_of" in template:
        option = nearest(template["$one_of"], values)
        return filled(option, values)
    found = {}
    for name, child in template.items():
        value = filled(child, values)
        if value is not MISSING and not (value == {} and child):
            found[name] = value
    return found


def nearest(options: Sequence[Any], values: Mapping[str, Any]) -> Any:
    """Return the option that is the status, the kind or the title, that has it in it, or that tells
    of an error.
    """
    spelled = {bare(str(option)): option for option in reversed(options)}
    told = [values.get(name) for name in ("status", "rule", "kind", "title")]
    said = [bare(str(value)) for value in told if value is not None]
    for word in (*said, "error", "failure", "failed", "fail"):
        if word in spelled:
            return spelled[word]
    for word in (*said, "error", "fail", "invalid"):
        near = [option for text, option in spelled.items() if word and word in text]
        if near:
            return near[0]
    return options[0]


def _filled_text(template: str, values: Mapping[str, Any]) -> Any:
    if "{" not in template:
        return template
    lone = lone_name(template)
    if lone:
        return values.get(lone, MISSING)
    return fill(_without_gaps(template, values), values)


def _without_gaps(template: str, values: Mapping[str, Any]) -> str:
    """Return a text without the parts that have no value."""
    is_whole = names_in(template) <= values.keys()
    if is_whole or _LONE.fullmatch(template):
        return template

    def kept(part: re.Match[str]) -> str:
        if part["name"] in values:
            return part[0]
        return ""

    return _PART.sub(kept, template).strip(" :;,")
